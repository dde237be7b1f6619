"""The columns of a file as numbers, times and texts, every cell that cannot be read noted with its row."""

from functools import cache

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.intake import cells, times
from ccwb.intake.fields import BY_NAME
from ccwb.intake.languages import spelled, squeezed
from ccwb.intake.propose import local_seconds
from ccwb.messages import LANGUAGES, N_, Catalogue

LEFT_OUT = N_("'{queue}' is left out, as you chose.")
PERCENTAGE = N_(
    "'{found}' in column '{column}' is a percentage, and the row does not say of how many: row left out. Write the "
    "number itself."
)
NOT_WHOLE = N_(
    "'{found}' in column '{column}' is no whole number, where something is counted: row left out. Write the number, "
    "or a percentage with its sign."
)
_CHANNEL = {word: key for key, entry in CHANNELS.items() for word in entry.words.split()} | spelled("channels")


@cache
def channel_called(name):
    """Return the channel that a word of any language stands for, the workbook's own labels included, or None.

    >>> channel_called("E-Mail"), channel_called("تماس‌ برگشتی"), channel_called("Fax")
    ('email', 'callback', None)
    """
    found = _CHANNEL.get(squeezed(name))
    if found is None:
        labels = [(Catalogue(language)(c.label), key) for language in LANGUAGES for key, c in CHANNELS.items()]
        found = {squeezed(label): key for label, key in labels}.get(squeezed(name))
    return found


class Reading:
    """A file being read: `keep` tells the rows still in, `log` what happened to the others.

    Every method returns one value a row of the file, in the file's order; None where no column was taken for the field.
    """

    def __init__(self, raw, proposal, answers, log):
        self.cells, self.proposal, self.answers, self.log = raw.cells, proposal, answers, log
        self.rows, self.file_row = raw.cells.index.to_numpy(), raw.row
        self.keep = np.ones(len(self.rows), dtype=bool)
        self.repeated = 0  # rows that said the same again
        self.turned = {}  # field -> rows whose percentage was turned into a count, and rounded
        self._read = {}  # field -> values: a column is read, and its cells are noted, once
        self.decimal = answers.get("decimal", proposal.decimal)
        self.order = answers.get("date_order", proposal.date_order)

    def has(self, field):
        return self.proposal.match(field) is not None

    def refuse(self, wrong, message, **values):
        """Take rows out, with the reason."""
        wrong = wrong & self.keep
        self.log.refuse(self.rows[wrong], message, whole=True, **values)
        self.keep &= ~wrong

    def leave_out(self, chosen, message, **values):
        """Take rows out that whoever imports does not want."""
        chosen = chosen & self.keep
        self.log.leave_out(self.rows[chosen], message, **values)
        self.keep &= ~chosen

    def refuse_by(self, wrong, field, message):
        """Take rows out for what stands in the column of `field`: `message` names the cell and what was found."""
        match, wrong = self.proposal.match(field), wrong & self.keep
        if wrong.any():
            found = self.cells[match.heading].iloc[int(np.flatnonzero(wrong)[0])][:60]
            self.refuse(wrong, message, found=found, column=match.heading)

    def count(self, field, *, most=np.inf):
        """Return a column of numbers at or above 0, at most `most`; nan where missing or refused.

        A percentage becomes a count of its whole, rounded; where the row does not tell the whole, the row is refused.
        """
        match = self.proposal.match(field)
        if match is None:
            return None
        if field not in self._read:
            read = cells.numbers(self.cells[match.heading], decimal=self.mark(match))
            message = N_("'{found}' in column '{column}' is not a number; the value is left out.")
            values = self._counted(self._checked(read, match, message), read.percent, match)
            above = N_("'{found}' in column '{column}' is more than can be; the value is left out.")
            self._read[field] = self._without(values, values > most, match, above)
        return self._read[field]

    def _counted(self, values, percent, match):
        """Return counts where percentages of a whole stand, each noted; rows that do not tell the whole are refused."""
        unit = self.unit(match)
        percent = ~np.isnan(values) & (percent | (unit in ("percent", "share")))
        if not percent.any():
            return values
        of = next((field for field in BY_NAME[match.field].of if self.has(field)), None)
        whole = self.count(of) if of else np.full(len(values), np.nan)
        unknown = percent & np.isnan(whole)
        if self.proposal.kind == "records":  # the contact itself counts, whatever its rating
            return self._without(
                values, unknown, match, N_("'{found}' in column '{column}' is a percentage; left out.")
            )
        self.refuse_by(unknown, match.field, PERCENTAGE)
        turned = percent & ~unknown & self.keep
        self.turned[match.field] = turned
        if turned.any():
            self.log.repair(
                self.rows[turned],
                N_("Cells of '{column}' were percentages of '{whole}' and were turned into counts."),
                column=match.heading,
                whole=self.proposal[of],
            )
        return np.where(percent, np.floor(values * whole / (1 if unit == "share" else 100) + 0.5), values)

    def seconds(self, field):
        """Return a column of durations in seconds, per contact or as the file has them (Match.total)."""
        match = self.proposal.match(field)
        if match is None:
            return None
        read = cells.durations(self.cells[match.heading], unit=self.unit(match) or "seconds", decimal=self.mark(match))
        return self._checked(
            read, match, N_("'{found}' in column '{column}' is not a duration; the value is left out.")
        )

    def unit(self, match):
        return self.answers.get(f"unit:{match.heading}") or match.unit

    def mark(self, match):
        """Return the decimal mark of a column: what its own cells show, else what the file's show or was answered."""
        return match.decimal or self.decimal

    def share(self, field):
        """Return a column of shares, 0..1."""
        match = self.proposal.match(field)
        if match is None:
            return None
        read = cells.numbers(self.cells[match.heading], decimal=self.mark(match))
        values = self._checked(
            read, match, N_("'{found}' in column '{column}' is not a number; the value is left out.")
        )
        if self.unit(match) == "percent":
            values = values / 100
        above = values > 1 + 1e-9
        return self._without(
            values, above, match, N_("'{found}' in column '{column}' is above 100 %; the value is left out.")
        )

    def effect(self, field):
        """Return a column of relative changes: 0.2 and 20 % are the same; -1 is the least."""
        match = self.proposal.match(field)
        if match is None:
            return None
        read = cells.numbers(self.cells[match.heading], decimal=self.mark(match))
        values = np.where(read.percent, read.values / 100, read.values)
        wrong = read.bad | (values < -1)
        return self._without(
            values, wrong, match, N_("'{found}' in column '{column}' is not a change of volume; left out.")
        )

    def value(self, field):
        """Return (values, percent) of a column of any numbers, and which of them were written with a percent sign."""
        match = self.proposal.match(field)
        if match is None:
            return np.full(len(self.rows), np.nan), np.zeros(len(self.rows), dtype=bool)
        read = cells.numbers(self.cells[match.heading], decimal=self.mark(match))
        message = N_("'{found}' in column '{column}' is not a number; the value is left out.")
        return self._without(read.values, read.bad, match, message), read.percent

    def flag(self, field):
        """Return a column of yes (1.0) and no (0.0); nan where missing or refused."""
        match = self.proposal.match(field)
        if match is None:
            return None
        values, bad = cells.flags(self.cells[match.heading])
        return self._without(values, bad, match, N_("'{found}' in column '{column}' is neither yes nor no; left out."))

    def text(self, field, *, default=""):
        """Return a column of texts, `default` where it is empty or no column was taken for it."""
        match = self.proposal.match(field)
        if match is None:
            return np.full(len(self.rows), default, dtype=object)
        values = cells.texts(self.cells[match.heading])
        return np.where(values == "", default, values)

    def day(self, field, *, months=False):
        """Return a column of days (datetime64[s], NaT where missing). months : a month of a year is its first day."""
        match = self.proposal.match(field)
        if match is None:
            return None
        column, monthly = times.months_as_days(self.cells[match.heading]) if months else (self.cells[match.heading], [])
        read = times.moments(column, order=self.order)
        if np.any(monthly):
            said = N_("Cells of '{column}' are whole months: taken as the first day of each.")
            self.log.repair(self.rows[monthly], said, column=match.heading)
        self._tell_persian(read, match.heading)
        empty = self._without(
            read.local, read.bad, match, N_("'{found}' in column '{column}' is not a date; left out.")
        )
        days = np.floor(empty / times.DAY_S)
        out = np.full(len(days), "NaT", dtype="datetime64[s]")
        out[~np.isnan(days)] = (days[~np.isnan(days)] * times.DAY_S).astype(np.int64).astype("datetime64[s]")
        return out

    def local(self):
        """Return Moments of the rows; rows without a time are refused."""
        read = local_seconds(self.cells, self.proposal.columns, self.order)
        shown = self.proposal["moment"] or self.proposal["date"]
        found = self.cells[shown].to_numpy()
        self._tell_persian(read, shown)
        wrong = read.bad | np.isnan(read.local)
        example = found[wrong][0] if wrong.any() else ""
        self.refuse(
            wrong,
            N_("'{found}' in column '{column}' is not a date and time; row left out."),
            found=example,
            column=shown,
        )
        return read

    def _tell_persian(self, read, heading):
        """Note that days of the Persian calendar were converted, with the first of them as an example."""
        if not read.persian.any():
            return
        at = int(np.flatnonzero(read.persian)[0])
        day = np.datetime64(int(read.local[at]), "s") if np.isfinite(read.local[at]) else np.datetime64("NaT")
        self.log.remark(
            N_("The dates in '{column}' are of the Persian calendar and were converted: '{found}' is {day}."),
            column=heading,
            found=self.cells[heading].iloc[at],
            day=str(day)[:10],
        )

    def tell_numbers(self):
        """Note how numbers were read that could be thousands or decimals by themselves, and amounts with a currency."""
        for match in self.proposal.columns:
            form = BY_NAME[match.field].form if match.field else ""
            if form not in ("count", "duration", "share", "effect"):
                continue
            column = self.cells[match.heading]
            unclear = "" if match.decimal else cells.decimal_evidence(column)[2]
            if unclear:
                value = cells.numbers([unclear], decimal=self.mark(match)).values[0]
                said = N_("'{found}' in column '{column}' is read as {value}.")
                self.log.remark(
                    said, found=unclear, column=match.heading, value=int(value) if value % 1 == 0 else float(value)
                )
            marks = (
                sorted({mark for text in pd.unique(column) if (mark := cells.currency(text))})
                if form == "count"
                else []
            )
            if marks:
                said = N_(
                    "The numbers in '{column}' are written with {marks}: taken as they are, nothing is converted."
                )
                self.log.remark(said, column=match.heading, marks=", ".join(marks))

    def projects(self, *, project="", queues=None):
        """Return the project of each row: its key where `queues` knows the name in the file, else as it is written.

        project : of rows that name none.  queues : name in the file -> (key, channel or None); rows without a key are
        left out.
        """
        named = projects = self.text("project", default=project or "")
        for name, (key, _channel) in (queues or {}).items():
            if not key:
                self.leave_out(named == name, LEFT_OUT, queue=name)
            projects = np.where(named == name, key, projects)
        return projects

    def queue(self, *, project, channel, queues=None, one=True):
        """Return (projects, channels) of the rows; a column wins over the constant for the file.

        one : whether a row is of one channel; else it may name none, which is all of them.
        """
        if not project and not self.has("project"):
            raise PlanError(
                N_(
                    "The file does not say which project it belongs to. Choose the project, or the column that "
                    "names it."
                )
            )
        if one and not channel and not self.has("channel") and not queues:
            raise PlanError(
                N_("The file does not say which channel it is. Choose the channel, or the column that names it.")
            )
        channels, named = self.channels(channel), self.text("project", default=project or "")
        for name, (_key, to_channel) in (queues or {}).items():
            channels = np.where(named == name, to_channel or channels, channels)
        projects = self.projects(project=project, queues=queues)
        self.refuse(projects == "", N_("The row names no project; row left out."))
        if one:
            self.refuse(channels == "", N_("The row names no channel; row left out."))
        return projects, channels

    def channels(self, channel):
        """Return the channel of each row; a name that the workbook does not know takes its row out."""
        found = self.text("channel", default=channel or "")
        known = {name: channel_called(name) for name in set(found)}
        known = {name: name if name in CHANNELS else to for name, to in known.items()}
        for name, to in known.items():
            if to is None and name:
                self.refuse(
                    found == name,
                    N_("The workbook does not know the channel '{name}' (it knows {known}); row left out."),
                    name=name,
                    known=", ".join(CHANNELS),
                )
        return np.array([known[name] or "" for name in found], dtype=object)

    def _checked(self, read, match, message):
        values = self._without(read.values, read.bad, match, message)
        below = N_("'{found}' in column '{column}' is below zero; the value is left out.")
        return self._without(values, values < 0, match, below)

    def _without(self, values, wrong, match, message):
        """Return values with the wrong ones missing, each noted with its row."""
        if not wrong.any():
            return values
        at = int(np.flatnonzero(wrong)[0])
        self.log.refuse(self.rows[wrong], message, found=self.cells[match.heading].iloc[at][:60], column=match.heading)
        return np.where(wrong, np.nan, values)


def place_rows(reading, local, queue, *, zone, daily=False, contacts=False):
    """Return the rows' moments in seconds UTC; clock changes are settled, or the rows refused, and noted."""
    source = reading.answers.get("times_zone", reading.proposal.times_zone)
    source = times.check_zone(source) if source and not daily else zone
    seconds = np.floor(local.local / times.DAY_S) * times.DAY_S if daily else local.local
    offset = np.full(len(seconds), np.nan) if daily else local.offset
    seconds = np.where(reading.keep, seconds, np.nan)
    placed = times.place(seconds, offset, queue, zone=source, daily=daily, contacts=contacts)
    reading.refuse(
        placed.missing,
        N_("The time does not exist in {zone}: the clock skips it when summer time begins; row left out."),
        zone=source,
    )
    reading.log.repair(
        reading.rows[placed.second & reading.keep],
        N_("An hour that the clock of {zone} shows twice: read as the second pass (standard time)."),
        zone=source,
    )
    reading.log.repair(
        reading.rows[placed.first & reading.keep],
        N_(
            "An hour that the clock of {zone} shows twice stands in the file once: read as the first pass "
            "(summer time)."
        ),
        zone=source,
    )
    return placed.utc


def queue_numbers(projects, channels):
    """Return a number for each row's queue (project and channel)."""
    return pd.factorize(pd.MultiIndex.from_arrays([projects, channels]))[0]
