"""The year ahead of all projects, as hiring and the budget need it: made beside the page, held as a document."""

import datetime as dt
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from ccwb import capacity
from ccwb import forecast as fc
from ccwb.cycle.year import need_of_year, terms_of_project
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing import hourly_cost_of
from ccwb.ui import text
from ccwb.ui.forecast_work import Making
from ccwb.ui.text import _

DAYS = 455  # 65 weeks
WEEKS_KEPT = 15  # of the history: a usual week is made of its last 13
PATHS = 1000
HELD = "headcount_plan"
TABLES = ("classes", "crossings", "months", "costs", "unmet")
DIGITS = 4  # decimals that a held number has
BASE = N_("As planned")
FORECAST, STAFFED, PLANNED = 10, 5, 7  # about how long each takes, for the bar


@dataclass(frozen=True)
class Ahead:
    """What every plan of the year is made from: see ccwb.capacity.need_of. `without`: labels of what is left out."""

    need: pd.DataFrame
    on_paths: np.ndarray
    without: tuple


class Looking:
    """The need of the year ahead; call it beside the page. What it works on is settled when it is made."""

    def __init__(self, page):
        self.centre, self.cycle, self.page = page.centre(), page.context.cycle, page
        self.names = [one["project"] for one in self.centre["projects"] if one["channels"]]
        self.makings = {name: Making(page, projects=[name], model=fc.BEST) for name in self.names}
        self.key = (page.cycle_id, *(made_from(page)[name] for name in ("centre", "history")))

    def __call__(self, progress):
        """Return the `Ahead`; progress(done, total, text) hears how far it is."""
        known = getattr(self.page, "year_ahead", None)
        if known and known[0] == self.key:
            return known[1]
        total, parts, without = len(self.names) * FORECAST + STAFFED, [], []
        for n, name in enumerate(self.names):
            begun, label = n * FORECAST, project_of(self.centre, name)["label"]
            part, left = self._one(
                name, lambda d, t, *_said, b=begun, s=label: progress(b + FORECAST * d / t, total, s)
            )
            parts += [part] if part else []
            without += left
        progress(total - STAFFED, total, _("staffing a usual week"))
        days, history = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
        need, on_paths = need_of_year(_common(days), history=history, centre=self.centre, paths=PATHS)
        made = Ahead(need, on_paths, tuple(without))
        self.page.year_ahead = (self.key, made)
        return made

    def _one(self, name, progress):
        """Return (days ahead, last weeks of the history) of a project, zone-less, and labels of what is left out."""
        making, label = self.makings[name], project_of(self.centre, name)["label"]
        history = making.known(name)
        if history.empty:
            return None, [label]
        days = making.days(DAYS, progress)
        known = days["channel"].isin(history["channel"].unique())
        days, history = (
            table.assign(interval_start=table["interval_start"].dt.tz_localize(None))
            for table in (days[known], history)
        )
        since = history["interval_start"].max() - pd.Timedelta(weeks=WEEKS_KEPT)
        return (days, history[history["interval_start"] >= since]), []


def _common(days):
    """Return the days that every project has."""
    start = days["interval_start"]
    ends = start.groupby(days["project"]).agg(["min", "max"])
    return days[(start >= ends["min"].max()) & (start <= ends["max"].min())].reset_index(drop=True)


# what has to be there ------------------------------------------------------------------------------------------------
def missing(page):
    """Return what a plan of the year lacks, a list of (sentence, page, step); empty when nothing."""
    centre, found = page.centre(), []
    agents = people_of(page)
    info = page.store.table_info("history")
    if info.empty or known_until(page) is None:
        said = _("a history of contacts from before this cycle, of which the year ahead is forecast")
        found.append((said, "setup", "import"))
    if agents.empty or agents[["hired", "left"]].isna().all(axis=None):
        said = _("the people: who works here since when, and who has left; from that follows how many will leave")
        found.append((said, "setup", "agents"))
    lacking = [one["label"] for one in centre["projects"] if not wage_of(one, agents)]
    if lacking and not agents.empty:
        said = _("what a paid hour costs in: {projects}", projects=text.listed(lacking))
        found.append((said, "setup", "projects"))
    return found


def known_until(page):
    """Return the last day of the history before the cycle; None where there is none."""
    info = page.store.table_info("history")
    if info.empty:
        return None
    last = pd.to_datetime(info["last"]).dt.tz_localize(None).dt.normalize().max()
    first = pd.to_datetime(info["first"]).dt.tz_localize(None).dt.normalize().min()
    until = min(last, pd.Timestamp(page.context.cycle.first_day) - pd.Timedelta(days=1))
    return until if until > first else None


def first_week(page):
    """Return the first Monday of the year ahead, the day of decision."""
    day = known_until(page) + pd.Timedelta(days=1)
    return day + pd.Timedelta(days=(7 - day.day_of_week) % 7)


def people_of(page):
    """Return the people of the centre's projects, leavers too."""
    names = [one["project"] for one in page.centre()["projects"]]
    return page.store.read_table("agents", project=names, all_columns=True)


def made_from(page):
    """Return how often what a plan is made from was saved, to see that it was saved again."""
    revisions = {name: page.store.revision(name) for name in ("history", "agents")}
    known = {name: one.number if one else 0 for name, one in revisions.items()}
    return known | {"centre": page.store.load("centre").version}


def wage_of(project, agents):
    """Return what a paid hour of a project costs; None where nobody knows."""
    return project.get("hourly_cost") or hourly_cost_of(agents[agents["project"] == project["project"]])


def leaving(page, agents=None):
    """Return what the register says of who leaves (`ccwb.capacity.Attrition`)."""
    names = [one["project"] for one in page.centre()["projects"]]
    agents = people_of(page) if agents is None else agents
    return capacity.attrition(agents, until=known_until(page), projects=names)


def terms_by_project(centre, agents, own, names):
    """Return project -> its hiring terms; own : scope ("" is all) -> what the team set."""
    others = {name: [other for other in names if other != name] for name in names}
    return {
        name: terms_of_project(
            project_of(centre, name), agents, own={"cross_to": others[name]} | own.get("", {}) | own.get(name, {})
        )
        for name in names
    }


# a plan as a document ------------------------------------------------------------------------------------------------
def packed(table):
    """Return a table as a document holds it: its columns as lists, days as text, numbers to the fourth decimal.

    >>> packed(pd.DataFrame({"day": pd.to_datetime(["2026-11-02"]), "fte": [1.23456], "why": [("lead", "none")]}))
    {'day': ['2026-11-02'], 'fte': [1.2346], 'why': [['lead', 'none']]}
    """
    return {name: [_plain(value) for value in table[name]] for name in table}


def _plain(value):
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, tuple | list):
        return list(value)
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS) if np.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value


def unpacked(document):
    """Return the table of a document that `packed` made."""
    table = pd.DataFrame(document)
    for name in DAY_COLUMNS & set(table):
        table[name] = pd.to_datetime(table[name])
    for name in table.columns.difference([*DAY_COLUMNS, "project", "trained_for", "kind", "reasons", "scenario"]):
        table[name] = table[name].astype(bool if name == "whole" else float)
    return table


DAY_COLUMNS = {"first_day", "last_day", "decide_by", "start", "works_from", "month"}


def packed_plan(plan, courses):
    """Return a plan and its courses (month, week) as a document holds them."""
    rest = {f.name: _plain(getattr(plan, f.name)) for f in fields(plan) if f.name not in TABLES}
    tables = {name: packed(getattr(plan, name)) for name in TABLES}
    return rest | {"tables": tables, "courses": {by: packed(course) for by, course in courses.items()}}


def unpacked_plan(document):
    """Return (plan, courses) of a document that `packed_plan` made."""
    tables = {name: unpacked(document["tables"][name]) for name in TABLES}
    known = {f.name: document.get(f.name) for f in fields(capacity.Plan) if f.name not in TABLES}
    return capacity.Plan(**tables, **known), {by: unpacked(one) for by, one in document["courses"].items()}


def held(page):
    """Return the plans of the year that were found last in this cycle: a dict, empty where none was."""
    return page.store.load(HELD, cycle=page.cycle_id).data or {}


def hold(page, found):
    """Keep what was found, with who found it and when."""
    at = dt.datetime.now(dt.UTC)
    said = found | {"by": page.person, "at": at.isoformat(timespec="seconds")}
    with page.store.together():
        base = page.store.load(HELD, cycle=page.cycle_id).version
        page.store.save(HELD, said, base=base, by=page.person, at=at, cycle=page.cycle_id, apart=True)
    return said


def tell_planned(page):
    """Tell the open folds that hear of it that the year was planned anew."""
    for part in page.parts:
        if part.made and hasattr(part, "planned_anew"):
            part.planned_anew()
