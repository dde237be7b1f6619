"""What a table and a column of it are, and the columns that many tables share."""

from dataclasses import dataclass

from ccwb.messages import N_


@dataclass(frozen=True)
class Column:
    """One column. kind: time, day, text, whole, number, share or flag; `required`: there and filled in every row."""

    name: str
    kind: str
    unit: str
    meaning: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: what it holds, its columns in order, and the columns that together name a row."""

    meaning: str
    columns: tuple
    key: tuple

    def __getitem__(self, name):
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self):
        return [column.name for column in self.columns]


def time_(name, meaning, required=True):
    return Column(name, "time", N_("time"), meaning, required)


def text(name, meaning, required=False):
    return Column(name, "text", "", meaning, required)


def count(name, meaning, required=False, unit="contacts"):
    return Column(name, "number", unit, meaning, required, 0)


def seconds(name, meaning, required=False):
    return Column(name, "number", "s", meaning, required, 0)


def share(name, meaning, required=False):
    return Column(name, "share", N_("share 0..1"), meaning, required, 0)


START = time_("interval_start", N_("Start of the interval [start, start + length)."))
LENGTH = Column("interval_s", "whole", "s", N_("Length of the interval: 300, 900, 1800, 3600 or 86400."), True, 300)
PROJECT = text("project", N_("The project (client) the work belongs to."), True)
CHANNEL = text("channel", N_("Voice, chat, email, social or callback."), True)
WHO = text("who", N_("The person."), True)
SLOT = (START, LENGTH, PROJECT, CHANNEL)
