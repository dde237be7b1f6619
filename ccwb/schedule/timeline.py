"""Some days of a roster on one flat line of slots, through clock changes and beyond the last midnight."""

import numpy as np
import pandas as pd

HOUR = 3600


class Timeline:
    """The slots from the first local midnight on, until the longest shift that begins on the last day is over.

    given : Given.  first_day : first local day.  days : how many. `first` has the slot at which each day begins, and
    the one after the last day; `clock` is the slot of the local day, for each slot.
    """

    def __init__(self, given, first_day, days):
        self.given, self.slot_s = given, given.slot_s
        midnights = pd.date_range(first_day, periods=days + 1, freq="D").tz_localize(given.zone)
        self.begin = midnights[0]
        self.days = midnights.tz_localize(None)[:-1]
        self.first = tuple(int(s // self.slot_s) for s in (midnights - self.begin).total_seconds())
        self.slots = self.first[-1] + given.longest
        self.starts = self.begin + pd.to_timedelta(np.arange(self.slots) * self.slot_s, unit="s")
        self.clock = ((self.starts.hour * HOUR + self.starts.minute * 60) // self.slot_s).to_numpy()

    def at(self, moments):
        """Return at which slot, as a number, moments lie on the line."""
        return ((moments - self.begin).dt.total_seconds() / self.slot_s).to_numpy()

    def moment(self, slot):
        """Return when a slot begins."""
        return self.begin + pd.Timedelta(seconds=int(slot) * self.slot_s)
