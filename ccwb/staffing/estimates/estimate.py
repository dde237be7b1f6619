"""What an estimate is, and what every one of them needs: the days of a history and how much they differ."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_, Column

LEAST_DAYS = 5


@dataclass(frozen=True)
class Said:
    """A sentence for the reader: an English template and what fills its places, translated where it is shown."""

    message: str
    values: dict = field(default_factory=dict)

    def __str__(self):
        return self.message.format(**self.values) if self.values else self.message


@dataclass(frozen=True)
class Estimate:
    """One parameter: its value, the 95 % interval from `low` to `high`, and where it came from.

    name : as among the targets of a queue (patience_s, aht_s, shrinkage).  unit : "s", or a share 0..1.
    n : how many days (of single contacts: contacts) it rests on.  source, caveats : Said, what it was made from and
    what to keep in mind.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    n: int
    source: Said
    caveats: tuple = ()


def one_queue(history, needed):
    """Return the rows of a history of one queue; PlanError where there are several queues or a column is missing."""
    if not len(history):
        raise PlanError(N_("The history has no rows: nothing can be told from it. Import a history first."))
    with_columns(history, ("interval_start", "interval_s", "project", "channel"))
    queues = history[["project", "channel"]].drop_duplicates()
    if len(queues) > 1:
        raise PlanError(
            N_("An estimate is made for one queue at a time; the history holds {count}: {queues}. Choose one of them."),
            count=len(queues),
            queues="; ".join(" / ".join(row) for row in queues.itertuples(index=False)),
        )
    absent = [name for name in needed if name not in history or history[name].isna().all()]
    if absent:
        raise PlanError(
            N_(
                "It cannot be told from this history, which lacks: {columns}. Import a history that has this, or type "
                "the value."
            ),
            columns=[Column(name) for name in absent],
        )
    return history


def with_columns(table, names):
    """Return the table; PlanError names the columns that it lacks."""
    absent = [name for name in names if name not in table]
    if absent:
        raise PlanError(
            N_("The table lacks the columns {absent}, without which nothing can be told from it. Import it with them."),
            absent=[Column(name) for name in absent],
        )
    return table


def days_of(times):
    """Return the local day of each time, as datetime64[D]."""
    index = pd.DatetimeIndex(times)
    return (index if index.tz is None else index.tz_localize(None)).to_numpy().astype("datetime64[D]")


def numbered(days):
    """Return (number of each row's day, the days in order); PlanError where they are too few to see how they differ."""
    known, number = np.unique(days, return_inverse=True)
    if len(known) < LEAST_DAYS:
        raise PlanError(
            N_(
                "It cannot be told how sure an estimate is, because only {found} days of history can be used; {least} "
                "are needed. Import a longer history, or type the value."
            ),
            found=len(known),
            least=LEAST_DAYS,
        )
    return number, known.astype("datetime64[D]")


def t_quantile(days):
    """Return how many standard errors a 95 % interval from so many days reaches to either side."""
    from scipy.special import stdtrit

    return float(stdtrit(days - 1, 0.975))


def ratio(above, below):
    """Return (sum above / sum below, its standard error), from values per day that vary together from day to day.

    Cochran (1977), Sampling Techniques, chapter 6: the residuals of the ratio, days being drawn at random.
    """
    n, total = len(above), below.sum()
    value = above.sum() / total
    rest = above - value * below
    return float(value), float(np.sqrt(n / (n - 1) * (rest**2).sum()) / total)


def from_days(known, *, contacts=None):
    """Return the sentence on the days (ordered) that an estimate rests on, with how many contacts."""
    values = {"days": len(known), "first": str(known[0]), "last": str(known[-1])}
    if contacts is None:
        return Said(N_("from {days} days of history, {first} to {last}"), values)
    said = N_("from {days} days of history, {first} to {last}, with {contacts} contacts")
    return Said(said, values | {"contacts": round(contacts)})
