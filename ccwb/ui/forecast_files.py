"""The forecast to Excel and back: what planners work out elsewhere comes in as the draft."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ccwb import cycle as cycles
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.forecast.brought import BROUGHT, as_forecast
from ccwb.headings import columns_of, file_heading
from ccwb.intake.history import CLASH
from ccwb.measures import in_slots
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.forecast_publish import SCENARIO, named, still_off
from ccwb.ui.forecast_work import DAY_S
from ccwb.ui.import_words import found
from ccwb.ui.part import Part
from ccwb.ui.text import _, number
from ccwb.ui.widgets import TableView, Upload

NAMELESS = N_("Give your name at the top of the page first: the forecast says who brought it in. Nothing was changed.")
OUTSIDE = N_(
    "No row of '{name}' lies in the cycle, {first} to {last}: its first one is of {found}. Nothing was changed."
)
UNKNOWN = N_("'{name}' has a queue that this project does not have: {found}. It has: {known}. Nothing was changed.")
OPEN = N_("'{name}' cannot be read without a question: {question} Write it as the download is, then bring it in again.")
REFUSED = N_(
    "'{name}' has rows that cannot be taken. {reasons} Correct them, then bring it in again: nothing was changed."
)
EMPTY = N_(
    "'{name}' does not say how many contacts to expect at {first} ({queue}); so it is with {n} of its rows. Write a "
    "number there, 0 where nothing is expected, or delete the row, then bring the file in again: nothing was changed."
)
UNCOUNTED = N_(
    "'{name}' has no column '{offered}': a forecast needs the number of contacts in each row. Nothing was changed."
)
TWICE = N_("The same interval and queue with different values, as in rows {first} and {second}.")
SHOWN = 5  # refused rows that are named
FAR = 5  # times the busiest interval in sight: more is probably a slip of the finger


class Files(Part):
    """The forecast in sight as a file of two sheets, and a planner's own forecast as the draft."""

    title = N_("To Excel and back: take the forecast along, bring your own in")

    def widget(self):
        """Return the table with its downloads, and the place for a file."""
        page = self.page
        self.view = TableView(page.forecast, name=f"forecast_{page.project}")
        self.view.file_sheets = lambda: sheets(page.forecast)
        lead = _(
            "The Excel file has two sheets: every interval with its bands, and the days. Change '{offered}' (or "
            "'{aht}') in the first one and bring the file in again: it becomes the forecast in sight, 'brought in' by "
            "you, and is published like any other. A file of days is split by the shape of the models' days.",
            offered=file_heading("offered", text.say()),
            aht=file_heading("aht_s", text.say()),
        )
        upload = Upload(page.guard(self._taken), label=_("Bring in a forecast"))
        return html.stack(html.html(html.paragraph(lead)), upload, self.view, classes="ccwb-folds")

    def moved(self):
        """Show the forecast in sight."""
        self.view.show(self.page.forecast)

    def _taken(self, name, content):
        """Read a file beside the page, which says so meanwhile, and make it the forecast in sight."""
        page = self.page
        named(page, NAMELESS)
        from_ = cycles.made_from(page.store, page.cycle_id, "forecast", project=page.project)
        like, queues = page.drafted, page.queues

        def work(_progress):
            contacts, repeated = read(name, content, project=page.project, zone=page.zone)
            contacts, outside = within(contacts, page.context.cycle, name)
            check_queues(contacts, queues, name)
            check_numbers(contacts, name)
            return as_forecast(contacts, like=like), contacts, (repeated, outside)

        page.work(work, lambda done: self._take(name, from_, *done), what=_("Reading the file"))

    def _take(self, name, from_, table, contacts, left):
        """Make what a file holds the draft.  left : rows that repeat others, rows outside of the cycle."""
        page = self.page
        before, (repeated, outside) = page.forecast, left
        kept = before[~in_file(before, table)]
        odd = [] if before.empty else [outside, *strange(table, before)]
        said = told(name, contacts, odd or [outside, 0, 0], kept)
        if repeated:
            said.insert(1, _("Rows that repeat an earlier one, taken once: {n}.", n=number(repeated)))
        table = pd.concat([table, kept], ignore_index=True) if len(kept) else table
        # The file is what was in sight, with all that is put on top of the models: none of it counts a second time.
        off = [one | {"off": True} for one in page.settings["adjustments"]]
        put_off = [one["id"] for one in page.settings["adjustments"] if not one["off"]]
        settings = {"adjustments": off, "scenario": dict(SCENARIO)}
        if off:
            said.insert(1, _("The adjustments are switched off: what they change is in the file already."))
        said_of = {"file": name, "model": BROUGHT, "without": [], "was": models_contacts(page)}
        said_of["put_off"] = [*still_off(page.kept.data), *put_off]
        page.take_draft(table, made_from=from_, beliefs={}, settings=settings, **said_of)
        page.say(" ".join(said), "near" if repeated or any(odd) else "good")


def models_contacts(page):
    """Return the contacts that the models expect in the cycle, channel -> number, whatever files came in since."""
    made = page.kept.data.get("draft", {})
    if made.get("file"):
        return made.get("was", {})
    return {channel: float(n) for channel, n in page.drafted.groupby("channel")["offered"].sum().items()}


def sheets(forecast):
    """Return the sheets of the Excel file: every interval, and the days of each queue."""
    if forecast.empty:
        return {_("Forecast"): forecast}
    day = forecast["interval_start"].dt.tz_localize(None).dt.normalize().rename("day")
    work = forecast.assign(work=forecast["offered"] * forecast["aht_s"] if "aht_s" in forecast else float("nan"))
    days = work.groupby(["project", "channel", day])[["offered", "work"]].sum(min_count=1).reset_index()
    days["aht_s"] = days.pop("work") / days["offered"].where(days["offered"] > 0)
    return {_("Forecast"): forecast, _("Days"): days}


def read(name, content, *, project, zone):
    """Return (the contacts of a file as history has them, how many rows repeat another); PlanError where it has none,
    or rows that cannot be read.
    """
    from ccwb import intake

    raw = intake.read_file(content, name=name)
    raw = replace(raw, cells=raw.cells.rename(columns=columns_of(raw.cells.columns)))  # as `headed` wrote it
    proposal = intake.propose(raw)
    open_ = [one for one in proposal.questions if one.name not in proposal.suggestions]
    if open_:
        raise PlanError(OPEN, name=name, question=text.say().error(open_[0].text))
    done = intake.convert(raw, proposal, project=project, zone=zone, answers=proposal.suggestions)
    if "history" not in done.tables:
        raise PlanError(N_("'{name}' holds no contacts per interval or day. Nothing was changed."), name=name)
    if done.report.refused:
        reasons = [replace(one, message=TWICE) if one.message == CLASH else one for one in done.report.refused[:SHOWN]]
        raise PlanError(REFUSED, name=name, reasons=" ".join(map(found, reasons)))
    if "offered" not in done.tables["history"]:
        raise PlanError(UNCOUNTED, name=name, offered=file_heading("offered", text.say()))
    return done.tables["history"], done.report.rows_repeated


def within(contacts, cycle, name):
    """Return (the rows in the days of a cycle, how many are not); PlanError where none is."""
    day = contacts["interval_start"].dt.date
    inside = (day >= cycle.first_day) & (day <= cycle.last_day)
    if not inside.any():
        span = {"first": text.date(cycle.first_day), "last": text.date(cycle.last_day)}
        raise PlanError(OUTSIDE, name=name, found=text.date(day.min()), **span)
    return contacts[inside].reset_index(drop=True), int((~inside).sum())


def check_queues(contacts, queues, name):
    """Raise PlanError for a row of another project, or of a queue that the project does not have."""
    others = set(zip(contacts["project"], contacts["channel"], strict=True)) - set(queues)
    if others:
        known = text.listed(_(CHANNELS[c].label) for _p, c in queues)
        raise PlanError(UNKNOWN, name=name, found=text.listed(" / ".join(one) for one in sorted(others)), known=known)


def check_numbers(contacts, name):
    """Raise PlanError where rows of a file have no number of contacts."""
    empty = contacts[contacts["offered"].isna()]
    if len(empty):
        row = empty.iloc[0]
        at = text.date(row["interval_start"])
        if row["interval_s"] < DAY_S:
            at = f"{at} {text.clock(row['interval_start'])}"
        raise PlanError(EMPTY, name=name, first=at, queue=_(CHANNELS[row["channel"]].label), n=len(empty))


def in_file(before, table):
    """Return which rows of a forecast a file brings, by queue and interval, also where the interval is open in part."""
    if before.empty:
        return np.zeros(0, dtype=bool)
    names = [pd.MultiIndex.from_frame(one[["channel", "interval_start"]]) for one in _in_slots(before, table)]
    return names[0].isin(names[1])


def strange(table, before):
    """Return how many intervals of a file are closed in the forecast before, and how many far beyond it."""
    names = [pd.MultiIndex.from_frame(one[["channel", "interval_start"]]) for one in _in_slots(table, before)]
    most = before.groupby("channel")["offered"].max()
    beyond = table["offered"] > FAR * table["channel"].map(most)
    return int((~names[0].isin(names[1]) & (table["offered"] > 0)).sum()), int(beyond.sum())


def _in_slots(*tables):
    return in_slots(tables, int(max(table["interval_s"].max() for table in tables)))


def told(name, contacts, odd, kept):
    """Return what was taken from a file and what was not, as sentences.

    odd : numbers of rows outside of the cycle, in closed intervals, far beyond anything in sight.
    """
    outside, closed, beyond = odd
    out = [_("'{name}' is the forecast in sight now; rows: {n}.", name=name, n=number(len(contacts)))]
    if outside:
        out.append(_("Rows outside of the cycle, left out: {n}.", n=number(outside)))
    if closed:
        out.append(_("Rows in hours that were closed in the forecast in sight: {n}.", n=number(closed)))
    if beyond:
        out.append(_("Rows with more than {far} times the busiest interval, to look at: {n}.", n=beyond, far=FAR))
    if len(kept):
        names = text.listed(_(CHANNELS[c].label) for c in kept["channel"].unique())
        n = number(len(kept))
        out.append(_("Intervals that the file does not have, left as they were: {n} ({names}).", n=n, names=names))
    return [*out, _("Publish it, and staffing works with it.")]
