"""Which week of a cycle, and which day of it, a section of the schedule page shows: its fields, and what they do."""

import pandas as pd

from ccwb.ui import text
from ccwb.ui.schedule_parts import monday_of
from ccwb.ui.text import _


class WeekAndDay:
    """A section that shows a week and one day of it, `monday` and `day`, as they are chosen in its `form`.

    A subclass has the form, and `_fields()`, which begins with `week_fields(...)`.
    """

    def week_fields(self, moments):
        """Return the fields of week and day. moments : zoned starts of all that the cycle needs."""
        starts = moments.dt.tz_localize(None)
        weeks = pd.date_range(monday_of(starts.min()), starts.max(), freq="7D")
        week = {"key": "week", "label": _("Week from"), "kind": "select", "options": _days(weeks)}
        days = _days(pd.date_range(self.monday, periods=7, freq="D"))
        return [week | {"group": _("Look at")}, {"key": "day", "label": _("Day"), "kind": "select", "options": days}]

    def week_values(self):
        """Return what the two fields show."""
        return {"week": str(self.monday.date()), "day": str(self.day.date())}

    def look_at(self, key, value):
        """Take a week or a day that was chosen, and return whether `key` was one of these."""
        if key == "week":
            self.monday = self.day = pd.Timestamp(value)
            self.form.fields = self._fields()
            self.form.values = self.form.values | self.week_values()
        elif key == "day":
            self.day = pd.Timestamp(value)
        return key in ("week", "day")


def _days(days):
    return [{"value": str(d.date()), "label": f"{text.say().weekday(d)} {text.date(d)}"} for d in days]
