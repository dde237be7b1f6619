"""Queues without a history: a typed level and a queue like them stand in until data come."""

import re
from math import inf

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.forecast.new_queues import LIMITS
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import html, text
from ccwb.ui.forecast_parts import about
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import Grid

ENOUGH_DAYS = 56  # of history, from which a queue is forecast like every other
SPREAD = 0.3
WEEK = range(7)
NO_LEVEL = N_("A new queue counts once its contacts on an ordinary day are given.")
NO_DAY = N_("A new queue counts once its first day is given.")
NO_WEEK = N_(
    "'{found}' is no week: write seven factors from Monday to Sunday, such as: 1.2 1 1 1 0.9 0.5 0. The mean of the "
    "open days counts as 1."
)
BEYOND = N_("'{field}' is a number from {low} to {high}; found {found}.")
TWICE = N_("{channel} stands there twice. Keep one of them.")


class NewQueues(Part):
    """The project's queues whose level is typed: they join the forecast with the next 'Make the forecast'."""

    title = N_("A queue without history: type its level, borrow a shape")
    told = ()  # why rows cannot count yet

    def widget(self):
        """Return the sentence and the list."""
        page = self.page
        self.rows = [row_of(one) for one in page.settings["starts"]]
        there = {channel for _project, channel in page.queues}
        own = project_of(page.centre(), page.project)["channels"]  # what the project works is the likeliest
        offered = [c for c in CHANNELS if c in {*own, *(row["channel"] for row in self.rows)}] or list(CHANNELS)
        free = next((c for c in offered if c not in there), offered[0])
        new = {"channel": free, "first_day": str(page.context.cycle.first_day), "contacts_day": None}
        new |= {"like": "", "profile": "", "growth_month": 0, "aht_s": None, "spread": 100 * SPREAD}
        lead = _(
            "Until 56 days of it are known, a queue is forecast from what you type here: its level on an ordinary open "
            "day, the weekdays and hours of a queue like it, its growth. As data come they take over."
        )
        self.said = html.html("")
        self.grid = Grid(
            columns(known_queues(page), offered),
            self.rows,
            on_change=page.guard(self.save),
            new_row=lambda: dict(new),
            add_label=_("Add a queue"),
            empty_text=_("None: every queue has its history."),
            name="new_queues",
        )
        self.grid.add_class("ccwb-rows")
        self.moved()
        return html.stack(html.html(html.paragraph(lead)), self.grid, self.said, classes="ccwb-folds")

    def moved(self):
        """Say whether the forecast has to be made again for what is typed."""
        said = [*publishing.waiting(self.page.kept.data), *unused(self.page)]
        self.said.value = "".join(html.notice(one, "near") for one in said)

    def save(self, rows):
        """Keep the queues that are described; say what the others lack."""
        page, starts, wrong = self.page, [], []
        done = page.news()
        before = {one["channel"]: one for one in page.settings["starts"]}
        for n, row in enumerate(rows, start=1):
            try:
                starts.append(start_of(row, page.project, [one["channel"] for one in starts]))
            except PlanError as why:
                wrong.append(PlanError(N_("Row {row}: {what}"), row=n, what=why))
                if row["channel"] in before and row["channel"] not in [one["channel"] for one in starts]:
                    starts.append(before[row["channel"]])  # what stood there stays until the row is whole again
        self.told = wrong
        if starts != page.settings["starts"]:
            page.set(starts=starts)
        else:
            page.clear()
        if wrong:
            page.say(" ".join(map(text.say().error, wrong)), "near", below=done)

    def wrong(self):
        """Return why each row that is typed and not finished cannot count yet, a PlanError each."""
        return list(self.told)


def unused(page):
    """Return which of the typed queues have history enough, so that what is typed of them is not used, as sentences."""
    said, enough = [], _enough(page)
    for one in page.settings["starts"]:
        if one["channel"] in enough:
            queue = _(CHANNELS[one["channel"]].label)
            said.append(_("{queue} has history enough: what is typed here of it is not used.", queue=queue))
    return said


def columns(queues, offered):
    """Return the columns of the list.

    queues : (project, channel, label) of those with a history.  offered : channels that the project works.
    """
    channels = [{"value": c, "label": _(CHANNELS[c].label)} for c in offered]
    like = [{"value": "", "label": _("none: even over opening hours")}]
    like += [{"value": f"{project}/{channel}", "label": said} for project, channel, said in queues]
    growth = _("Percent more from month to month in its first year.")
    week = _(
        "Seven factors from Monday to Sunday, such as: 1.2 1 1 1 0.9 0.5 0. A day of 1.2 has 20 % more than the "
        "mean of the open days. Empty: as the queue like it."
    )
    sure = _("How far the level may be off: 30 % means that two times in three it lies within 30 %.")
    return [
        {"key": "channel", "label": _("New queue"), "kind": "select", "options": channels},
        {"key": "first_day", "label": _("Begins on"), "kind": "date"},
        {"key": "contacts_day", "label": _("Contacts a day"), "kind": "number", "digits": 1},
        {"key": "like", "label": _("Like which queue"), "kind": "select", "options": like, "wide": True},
        {"key": "profile", "label": _("Its week, Monday to Sunday"), "kind": "text", "help": week, "wide": True},
        {"key": "growth_month", "label": _("Growth a month %"), "kind": "number", "digits": 1, "help": growth},
        {
            "key": "aht_s",
            "label": _("Handling time, s"),
            "kind": "number",
            "unit": _("s"),
            "help": _("Empty: as the queue like it."),
        },
        {"key": "spread", "label": _("Unsure by %"), "kind": "number", "help": sure},
    ]


def known_queues(page):
    """Return (project, channel, label) of every queue of the centre that has a history."""
    labels = {one["project"]: one["label"] for one in page.centre()["projects"]}
    info = page.store.table_info("history")
    return [
        (row.project, row.channel, text.joined((labels.get(row.project, row.project), _(CHANNELS[row.channel].label))))
        for row in info.itertuples()
        if row.channel in CHANNELS
    ]


def start_of(row, project, taken):
    """Return a row of the list as a start; PlanError where it cannot be one yet."""
    if row["channel"] in taken:
        raise PlanError(TWICE, channel=_(CHANNELS[row["channel"]].label))
    if not row["first_day"]:
        raise PlanError(NO_DAY)
    if row["contacts_day"] is None or pd.isna(row["contacts_day"]) or row["contacts_day"] < 0:
        raise PlanError(NO_LEVEL)
    check_limits(row)
    return {
        "project": project,
        "channel": row["channel"],
        "first_day": row["first_day"],
        "contacts_day": float(row["contacts_day"]),
        "like": row["like"].split("/") if row["like"] else None,
        "profile": week_of(row.get("profile")),
        "growth_month": round((row["growth_month"] or 0) / 100, 8),
        "aht_s": None if row["aht_s"] is None else float(row["aht_s"]),
        "spread": round((row["spread"] or 100 * SPREAD) / 100, 8),
    }


def limits():
    """Return what the numbers of a row may be, key -> (label, least, most), as the forecast takes them."""
    shares = {"growth_month": _("Growth a month %"), "spread": _("Unsure by %")}
    plain = {"contacts_day": _("Contacts a day"), "aht_s": _("Handling time, s")}
    out = {key: (label, *(100 * end for end in LIMITS[key])) for key, label in shares.items()}
    return out | {key: (label, *LIMITS[key]) for key, label in plain.items()}


def check_limits(row):
    """Raise PlanError naming the first number of a row that the forecast would refuse; what is empty passes."""
    for key, (label, low, high) in limits().items():
        value = row.get(key)
        if value is None or pd.isna(value) or (key == "spread" and not value):  # an empty one has its default
            continue
        if not low <= value <= high:
            found = number(value, 1) if abs(value) < inf else text.say().missing
            raise PlanError(BEYOND, field=label, low=number(low), high=number(high), found=found)


def typed(page):
    """Return what is typed of the queue in sight, as sentences; none where it has history enough."""
    one = next((one for one in page.settings["starts"] if one["channel"] == page.queue[1]), None)
    if one is None or one["channel"] in _enough(page):
        return []
    day = text.date(pd.Timestamp(one["first_day"]))
    level = {"n": about(one["contacts_day"]), "day": day, "spread": percent(one["spread"])}
    said = [_("Typed: {n} contacts on an ordinary open day from {day} on, unsure by {spread}.", **level)]
    if one["growth_month"]:
        said.append(
            _("Typed: {share} from month to month in its first year.", share=signed(one["growth_month"], percent))
        )
    if one["like"]:
        labels = {(project, channel): label for project, channel, label in known_queues(page)}
        said.append(_("Its hours are those of {queue}.", queue=labels.get(tuple(one["like"]), "/".join(one["like"]))))
    else:
        said.append(_("Its contacts come evenly over the opening hours."))
    if one.get("profile"):
        said.append(_("Its week from Monday to Sunday was typed: {week}.", week=row_of(one)["profile"]))
    if one["aht_s"] is not None:
        said.append(_("Typed: a handling time of {time}.", time=text.duration(one["aht_s"])))
    return said


def _enough(page):
    """Return the channels with a history so long that what is typed of them is not used."""
    rows = page.history.assign(day=page.history["interval_start"].dt.date) if len(page.history) else page.history
    days = rows.groupby("channel")["day"].nunique() if len(rows) else pd.Series(dtype=int)
    return set(days.index[days >= ENOUGH_DAYS])


def week_of(said):
    """Return seven weekday factors as typed, with spaces, commas or semicolons between; None where nothing is.

    >>> week_of("1.2 1 1 1 0.9 0.5 0"), week_of("1,2; 1; 1; 1; 1; 0; 0"), week_of(" ")
    ([1.2, 1.0, 1.0, 1.0, 0.9, 0.5, 0.0], [1.2, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0], None)
    """
    if not (said or "").strip():
        return None
    ways = (re.split(mark, said.strip(" ;,")) for mark in (r"\s*;\s*", r",?\s+", r"\s*,\s*"))
    found = next((parts for parts in ways if len(parts) == len(WEEK)), ())
    try:
        week = [text.read_number(part) for part in found]
    except ValueError:
        week = []
    if not week or min(week) < 0 or max(week) <= 0:
        raise PlanError(NO_WEEK, found=said)
    return week


def row_of(one):
    """Return a start as a row of the list."""
    return {
        **{key: one[key] for key in ("channel", "first_day", "contacts_day", "aht_s")},
        "like": "/".join(one["like"]) if one["like"] else "",
        "profile": " ".join(f"{factor:g}" for factor in one.get("profile") or ()),
        "growth_month": round(100 * one["growth_month"], 6),
        "spread": round(100 * one["spread"], 6),
    }
