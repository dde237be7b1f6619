"""The days of the history that look odd: each with its reason, and whether the forecast learns from it."""

import pandas as pd

from ccwb import forecast as fc
from ccwb.errors import PlanError
from ccwb.forecast.handling_marks import HANDLING
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import html, text
from ccwb.ui.charts import wall
from ccwb.ui.forecast_parts import label, no_cleaned
from ccwb.ui.part import Part
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid, button

SHOWN = 150  # marks in the list, the latest
NOTHING_THERE = N_("The history has nothing on {day} that the forecast could learn from: bring that day in first.")
NOT_LEARNED = N_(
    "{day} is not among the days that the forecast learns from: of {queue} they run from {first} to {last}. Choose one "
    "of these."
)
NO_DAY = N_("Choose the day that the forecast should not learn from, then press again.")


class Cleaning(Part):
    """Every mark of the queue in sight with its reason, and a check that decides."""

    title = N_("Odd days in the history: what the forecast learns from")

    def widget(self):
        """Return the list of marks, and a way to set another day aside."""
        self.said = html.html("")
        self.grid = Grid(_columns(), [], on_change=self.page.guard(self._changed), name="odd_days")
        self.grid.addable = self.grid.removable = False
        self.grid.empty_text = _("No day of this queue looks odd.")
        field = {"key": "day", "label": _("Another day not to learn from"), "kind": "date"}
        self.form = Form([field], on_change=lambda *_args: None)
        aside = button(_("Set this day aside"), self._set_aside, page=self.page)
        self.moved()
        return html.stack(self.said, self.grid, html.row(self.form, aside, classes="end"), classes="ccwb-folds")

    def moved(self):
        """Show the marks of the queue in sight, with what was decided since."""
        page = self.page
        self._marks = _latest(page.of_queue(page.cleaning))
        decisions = page.settings["decisions"]
        self._aside = _without_marks(decisions, self._marks, page.queue)
        rows = [_row(mark, page.queue[1], decisions) for mark in self._marks]
        self.grid.rows = rows + [_aside(one) for one in self._aside]
        self.said.value = self._sentence()

    def _sentence(self):
        page = self.page
        if page.drafted.empty:
            said = _("Odd days are looked for when the forecast is made: press 'Make the forecast'.")
            return html.paragraph(said, "ccwb-muted")
        if not self.grid.rows:
            return ""  # the list says so
        left = sum(not row["learn"] for row in self.grid.rows)
        said = _(
            "{queue}: odd days found: {n}; not learned from: {left}. You decide: tick or untick.",
            queue=label(page.queue),
            n=number(len(self.grid.rows)),
            left=number(left),
        )
        if not project_of(page.centre(), page.project)["region"]:
            said += " " + _("The project has no region: some may be public holidays, which the calendar does not know.")
        again = _(publishing.WAITING["decisions"])
        told = again in publishing.waiting(page.kept.data)
        return html.paragraph(said) + (html.notice(again, "near") if told else "")

    def _changed(self, rows):
        channel, decisions = self.page.queue[1], self.page.settings["decisions"]
        known = [learned(mark, channel, decisions) for mark in self._marks] + [one["use"] for one in self._aside]
        days = [str(mark["day"])[:10] for mark in self._marks] + [one["day"] for one in self._aside]
        at = next((n for n, row in enumerate(rows) if row["learn"] != known[n]), None)
        if at is None:
            return
        try:
            self.page.pick_mark(days[at])
        finally:
            self.moved()

    def _set_aside(self):
        day, page = self.form.values.get("day"), self.page
        if not day:
            raise PlanError(NO_DAY)
        self._check(day)
        others = [one for one in page.settings["decisions"] if not _is(one, page.queue[1], day)]
        page.set(decisions=[*others, _decision(page.queue, day, False)])

    def _check(self, day):
        """Raise PlanError for a day that the forecast could not learn from anyway."""
        page, at = self.page, pd.Timestamp(day)
        info = page.store.table_info("history", zone=page.zone).set_index(["project", "channel"])
        if page.queue not in info.index:
            raise PlanError(NOTHING_THERE, day=text.date(at))
        first, last = (info.loc[page.queue, end].tz_localize(None).normalize() for end in ("first", "last"))
        last = min(last, pd.Timestamp(page.context.cycle.first_day) - pd.Timedelta(days=1))
        if not first <= at <= last:
            span = {"first": text.date(first), "last": text.date(last)}
            raise PlanError(NOT_LEARNED, day=text.date(at), queue=label(page.queue), **span)
        place = {"project": page.project, "channel": page.queue[1], "zone": page.zone}
        rows = page.store.read_table("history", start=day, end=str((at + pd.Timedelta(days=1)).date()), **place)
        if rows["offered"].isna().all():
            raise PlanError(NOTHING_THERE, day=text.date(at))


def drawn_marks(rows, channel, decisions):
    """Return the marks of a queue as the picture of the days wants them."""
    if rows.empty and not decisions:
        return no_cleaned()
    rows = rows[rows["reason"] != HANDLING]  # its numbers are seconds, the picture's contacts
    marks = rows.to_dict("records")
    used = [learned(mark, channel, decisions) for mark in marks]
    said = [_("learns from it") if one else _("does not learn from it") for one in used]
    found, usual = rows["found"].astype(float), rows["usual"].astype(float)
    return pd.DataFrame(
        {
            "t": wall(pd.to_datetime(rows["day"])),
            "day": [str(mark["day"])[:10] for mark in marks],
            "at": found.fillna(usual).fillna(0).to_numpy(),
            "found": found.to_numpy(),
            "usual": usual.to_numpy(),
            "reason": [_(mark["reason"]) for mark in marks],
            "said": said,
            "used": used,
        }
    )


def learned(mark, channel, decisions):
    """Return whether the forecast will learn from a marked day, by the mark and what was decided since it was made."""
    for one in decisions:
        if _is(one, channel, str(mark["day"])[:10]):
            return one["use"]
    return bool(mark["used"]) != bool(mark["decided"])  # a decision that was taken back leaves what was before it


def turned(decisions, rows, queue, day):
    """Return the decisions with the one on a day of a queue turned round; one that is there is taken back.

    Raises PlanError where the history has nothing on that day.
    """
    rest = [one for one in decisions if not _is(one, queue[1], day)]
    if len(rest) < len(decisions):
        return rest
    marks = [mark for mark in rows.to_dict("records") if str(mark["day"])[:10] == day]
    if marks and all(pd.isna(mark["found"]) for mark in marks):
        raise PlanError(NOTHING_THERE, day=text.date(pd.Timestamp(day)))
    use = bool(marks) and not all(learned(mark, queue[1], decisions) for mark in marks)
    return [*rest, _decision(queue, day, use)]


def _decision(queue, day, use):
    return {"project": queue[0], "channel": queue[1], "day": day, "use": use}


def _is(one, channel, day):
    return one["channel"] == channel and one["day"] == day


def _latest(rows):
    return rows.sort_values("day", ascending=False, kind="stable").head(SHOWN).to_dict("records")


def _without_marks(decisions, marks, queue):
    """Return the decisions on days of a queue that no mark shows yet."""
    days = {str(mark["day"])[:10] for mark in marks}
    return [one for one in decisions if one["channel"] == queue[1] and one["day"] not in days]


def _columns():
    return [
        {"key": "learn", "label": _("Learn from it"), "kind": "check"},
        {"key": "day", "label": _("Day"), "kind": "static"},
        {"key": "reason", "label": _("Reason"), "kind": "static"},
        {"key": "found", "label": _("Found"), "kind": "static"},
        {"key": "usual", "label": _("Usual"), "kind": "static"},
        {"key": "why", "label": _("Why"), "kind": "static"},
    ]


def _row(mark, channel, decisions):
    template, values = fc.explained(mark)
    numbers = {key: text.say().missing if pd.isna(values[key]) else number(values[key]) for key in ("found", "usual")}
    days = {key: text.date(values[key]) for key in ("day", "last_day")}
    span = days["day"] if days["day"] == days["last_day"] else f"{days['day']} - {days['last_day']}"
    return {
        "id": f"{channel} {mark['day']} {mark['last_day']} {mark['reason']}",
        "learn": learned(mark, channel, decisions),
        "day": span,
        "reason": _(mark["reason"]),
        **{key: f"{said} s" if mark["reason"] == HANDLING else said for key, said in numbers.items()},
        "why": _(template, **values | numbers | days),
    }


def _aside(one):
    said = _("Set aside by hand; it counts from the next forecast on.")
    day = text.date(pd.Timestamp(one["day"]))
    key = f"{one['channel']} {one['day']}"
    return {"id": key, "learn": one["use"], "day": day, "reason": _("set aside"), "found": "", "usual": "", "why": said}
