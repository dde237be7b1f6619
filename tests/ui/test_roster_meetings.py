"""Meetings to be placed on the schedule page: typed, pasted, refused in words, handed to the solver, told and seen."""

import copy
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from ccwb.projects import project_of
from ccwb.staffing import usual_kinds
from ccwb.ui.fold import Fold
from ccwb.ui.roster_given import ordered
from ccwb.ui.roster_pictures import day_bars
from tests.ui.conftest import PROJECT
from tests.ui.looking import finished, press, shown, walk
from tests.ui.test_roster_page import page as page  # noqa: PLC0414 - a fixture
from tests.ui.test_roster_page import solver as solver  # noqa: PLC0414 - a fixture
from tests.ui.test_roster_page import stored
from tests.ui.test_roster_people import grid, paste, put

ROW = ["a001", "", "coaching", "Calls heard", "30", "2026-11-02", "2026-11-06", "9:00", "", "no"]


@pytest.fixture
def people(planned, open_page, tmp_path, monkeypatch):
    monkeypatch.setenv("CCWB_AGENT_PAGES", str(tmp_path / "own"))
    return open_page("schedule", project=PROJECT, step="people")


def kept(page):
    return (page.store.load("meetings", cycle=page.cycle_id).data or {}).get("rows", [])


def test_meetings_are_pasted_for_an_agent_a_name_and_a_project_and_kept_with_the_cycle(people):
    more = [PROJECT, "", "meeting", "Round", "60", "2026-11-03", "2026-11-03", "", "16:00", "yes"]
    paste(people, "meetings", [ROW, more])
    first, second = kept(people)
    assert (first["of"], first["who"], first["kind"], first["minutes"]) == ("agent", "a001", "coaching", 30)
    assert (first["from"], first["to"], first["together"]) == ("09:00", "", False)
    assert (second["of"], second["who"], second["together"]) == ("project", PROJECT, True)
    put(people, "meetings", 0, "who", "Yael B.")
    assert kept(people)[0]["who"] == "a003"
    people.open()
    shown_rows = grid(people, "meetings").rows
    assert shown_rows[0]["people"] == "Yael B." and shown_rows[1]["people"].endswith("people")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("who", "Nobody", "is no agent, team or project"),
        ("minutes", 20, "15, 30, 45 minutes"),
        ("title", "", "a title"),
        ("to", "9:15", "does not fit"),
        ("from", "late", "is no time of day"),
        ("last", "2026-11-01", "does not fit"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row_and_stays_as_it_was(people, key, value, said):
    paste(people, "meetings", [ROW])
    before = kept(people)
    put(people, "meetings", 0, key, value)
    assert "Row 1 is not saved." in shown(people) and said in shown(people)
    assert kept(people) == before


def test_a_file_of_meetings_comes_in_beside_those_there_and_names_the_rows_it_leaves_out(people):
    paste(people, "meetings", [ROW])
    lines = ["Who,Title,Minutes,First day", "a003,Feedback,45,2026-11-04", "Nobody,Feedback,45,2026-11-04"]
    part = people.sections["people"].meetings
    next(one for one in walk(part.widget) if isinstance(one, Fold)).head.opened = True
    part.take("\n".join(lines).encode(), name="meetings.csv")
    assert [(row["who"], row["title"]) for row in kept(people)] == [("a001", "Calls heard"), ("a003", "Feedback")]
    assert "Meetings of &#x27;meetings.csv&#x27; that are to be placed: 1." in shown(people)
    assert "is no agent, team or project" in part.brought.value and "It is row 3." in part.brought.value
    assert len({row["id"] for row in kept(people)}) == 2


def test_a_kind_that_the_need_is_divided_for_as_well_is_told(people):
    centre = copy.deepcopy(people.store.load("centre").data)
    kinds = [row | {"share": 0.05 if row["kind"] == "meetings" else 0.0} for row in usual_kinds(0.0)]
    project_of(centre, PROJECT)["shrinkage_kinds"] = kinds
    version = people.store.load("centre").version
    people.store.save("centre", centre, base=version, by="Ana", at=pd.Timestamp("2026-10-25", tz="UTC"))
    people.open()
    paste(people, "meetings", [ROW])
    assert "Meetings and coaching" in shown(people) and "would count twice" in shown(people)


def test_the_solver_is_given_them_and_what_it_placed_is_told_and_seen(page, solver, monkeypatch):
    row = {"id": "m1", "of": "project", "who": PROJECT, "kind": "coaching", "title": "Calls heard", "minutes": 30}
    row |= {"first_day": "2026-11-02", "last_day": "2026-11-06", "from": "", "to": "", "together": False}
    saved = {"base": 0, "by": "Ana", "at": pd.Timestamp("2026-10-25", tz="UTC"), "cycle": page.cycle_id}
    page.store.save("meetings", {"rows": [row]}, **saved)

    def with_coaching(requirement, **asked):
        roster, told = solver(requirement, **asked)
        end = roster.loc[0, "end"]
        roster.loc[0, "end"] = end - pd.Timedelta(minutes=30)
        one = roster.loc[[0]].assign(start=roster.loc[0, "end"], end=end, activity="coaching", project="")
        roster = pd.concat([roster.assign(title=""), one.assign(title="Calls heard")], ignore_index=True)
        cost = {"placed": 1, "hours": 0.5, "short": 4.0, "without": 3.8, "early": 4.5}
        lost = ["{title}: what {agents} do is locked.", {"title": "Round", "agents": ["a001", "a003"]}]
        return roster, told | {"meetings": cost, "cannot": [lost]}

    monkeypatch.setitem(sys.modules, "ccwb.schedule.rostering", SimpleNamespace(make_roster=with_coaching))
    press(page, "Make the roster")
    finished(page)
    assert [one["title"] for one in solver.asked["meetings"]] == ["Calls heard"]
    kept = stored(page)
    one = kept[kept["title"] == "Calls heard"].iloc[0]
    told = shown(page)
    assert "0.5 hours in all. For them 0.2 hours more stay short" in told and "it would have been 0.7" in told
    assert "Round: what Ilay K., Yael B. do is locked." in told
    bars = day_bars(ordered(kept), one["start"].tz_localize(None).normalize(), {one["agent"]: "A"}, {})
    assert bars.loc[bars["said"] == "Calls heard", "what"].tolist() == ["Coaching"]
