"""The roster's steps: named people over all projects, made, changed by hand, handed up and published."""

import datetime as dt
import json
import sys
import threading
from types import SimpleNamespace

import pandas as pd
import pytest

from ccwb import cycle
from ccwb.people import skills
from ccwb.projects import is_open
from ccwb.schedule.rostering import weeks_of
from ccwb.tables import check
from ccwb.ui.roster_given import apart_from, ordered
from ccwb.ui.roster_pictures import day_bars, day_chart
from ccwb.ui.widgets import Grid, TableView
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold, walk

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
MONDAY = pd.Timestamp("2026-11-02")
CHANGED = "The roster changed after it was published: publish again or take the change back."


class Solver:
    """A stand-in for the solver: everybody trained works the same shift on five days, around what stays.

    wait : of the week numbered so, from 1, it searches until it is cancelled; `going` is set then.
    """

    def __init__(self):
        self.asked, self.going, self.wait, self.breaks, self.stood = None, threading.Event(), 0, None, None

    def __call__(self, requirement, **asked):
        self.asked = asked | {"requirement": requirement}
        weeks, rows, told = weeks_of(asked["first_day"], asked["last_day"]), [asked["locked"]], []
        for n, (day, days) in enumerate(weeks, 1):
            mine = pd.DataFrame(self._week(requirement, asked, pd.date_range(day, periods=days)))
            rows += [mine] if len(mine) else []
            roster = check(pd.concat(rows, ignore_index=True), "roster")
            now = {"week": n, "of": len(weeks), "objective": 12.0, "bound": 9.0, "done": [*told]}
            asked["progress"](n - 1, len(weeks), now, lambda roster=roster: roster)
            if self.breaks == n:
                raise self.error
            stopped = n == self.wait and self._waited(asked)
            told.append({"first_day": str(day.date()), "hours_needed": 100.0, "hours_short": 4.0, "stopped": stopped})
            if stopped:
                break
        cannot = [["{agent} is away all week.", {"agent": asked["agents"]["agent"].iloc[0]}]]
        sums = {"objective": 12.0, "bound": 9.0, "gap": 0.25, "parts": {"under": 3.0}, "seconds": 0.1, "weeks": told}
        sums |= {
            "stood": self.stood,
            "hours_needed": 100.0 * len(told),
            "hours_short": 4.0 * len(told),
            "cannot": cannot,
        }
        return roster, sums | {"left": [str(day.date()) for day, _days in weeks[len(told) :]]}

    def _waited(self, asked):
        self.going.set()
        for _n in range(2000):
            if asked["cancelled"]():
                return True
            threading.Event().wait(0.01)
        return False

    def _week(self, requirement, asked, days):
        taken, zone = {(r.agent, r.start.date()) for r in asked["locked"].itertuples()}, asked["zone"]
        for agent in asked["agents"].itertuples():
            can = [p for p, _c in skills(agent.trained_for, home=agent.project) if p in set(requirement["project"])]
            if not can or not pd.isna(agent.left):
                continue
            for day in days:
                start = (day + pd.Timedelta(hours=9)).tz_localize(zone)
                if day.day_of_week > 4 or (agent.agent, day.date()) in taken:
                    continue
                if is_open(pd.DatetimeIndex([start]), asked["projects"][can[0]])[0]:
                    yield from shift(agent.agent, start, can[0])


def shift(agent, start, project):
    """Return the rows of a shift of 8.5 hours with a lunch."""
    at = [start + pd.Timedelta(hours=h) for h in (0, 4, 4.5, 8.5)]
    kinds = ("work", project), ("lunch", ""), ("work", project)
    return [
        {"agent": agent, "start": a, "end": b, "activity": kind, "project": of, "shift": "", "locked": False}
        for a, b, (kind, of) in zip(at[:-1], at[1:], kinds, strict=True)
    ]


@pytest.fixture
def solver(monkeypatch):
    one = Solver()
    monkeypatch.setattr("ccwb.ui.roster_make.made_ready", lambda: None)
    cures = lambda *_need, **_asked: [("one hour less of rest", 3.5, 9.0)]  # noqa: E731 - one thought
    stand_in = SimpleNamespace(make_roster=one, what_cures=cures)
    monkeypatch.setitem(sys.modules, "ccwb.schedule.rostering", stand_in)
    return one


@pytest.fixture
def page(planned, open_page, solver, monkeypatch, tmp_path):
    monkeypatch.setenv("CCWB_AGENT_PAGES", str(tmp_path / "own"))
    return open_page("schedule", project=PROJECT, step="roster")


@pytest.fixture
def made(page):
    press(page, "Make the roster")
    finished(page)
    return page


def part(page):
    return page.sections["roster"]


def stored(page, name="roster", **more):
    return page.store.read_table(name, cycle=page.cycle_id, zone="Europe/Berlin", all_columns=True, **more)


def grid(page):
    return next(one for one in find(page, Grid) if one.file_name == "roster_day")


def write(page, agent, key, value):
    at = next(n for n, row in enumerate(grid(page).rows) if row["id"] == agent)
    grid(page).received({"type": "change", "row": at, "key": key, "value": value}, [])


def row_of(page, agent):
    return next(row for row in grid(page).rows if row["id"] == agent)


def first_agent(page):
    return stored(page)["agent"].iloc[0]


def day_of(page, agent, day="2026-11-02"):
    table = stored(page)
    mine = table[(table["agent"] == agent) & (table["start"].dt.strftime("%Y-%m-%d") == day)]
    return [f"{r.start:%H:%M}-{r.end:%H:%M} {r.project or r.activity}" for r in mine.itertuples()]


def test_a_week_without_a_roster_says_what_is_needed_and_how_to_begin(page):
    assert "nobody is on the roster yet" in shown(page)
    assert "Press &#x27;Make the roster&#x27;" in shown(page)


def test_a_roster_is_made_of_named_people_for_the_weeks_chosen_and_kept(page, solver):
    change(part(page).making.form, "weeks", 2)
    press(page, "Make the roster")
    finished(page)
    assert "The roster is made and kept: 8.0 of 200 needed hours are unmet, 4.0%." in said(page)
    days = stored(page)["start"].dt.tz_localize(None).dt.normalize()
    assert (days.min(), days.max()) == (MONDAY, MONDAY + pd.Timedelta(days=11))
    assert solver.asked["first_day"] == dt.date(2026, 11, 2) and solver.asked["last_day"] == dt.date(2026, 11, 15)
    assert solver.asked["weights"]["under"] == 12 and solver.asked["weights"]["bare"] == 1
    assert solver.asked["seconds"] == 30
    assert "Hours needed" in shown(page) and "Most late shifts of one person" in shown(page)
    assert "at most 25.0% could still be gained" in shown(page)
    assert "is away all week." in shown(page)


def test_the_best_so_far_is_shown_and_can_be_stopped_and_kept(page, solver):
    solver.wait = 1
    press(page, "Make the roster")
    assert solver.going.wait(60)
    assert "Best so far" in part(page).making.so_far.value
    assert "Week 1 of 1 · at most 25.0% could still be gained" in part(page).making.so_far.value
    press(page, "Stop and keep it")
    finished(page)
    assert len(stored(page)) > 0 and "made and kept" in said(page)


def test_a_cell_changed_by_hand_is_saved_with_its_effect_at_once(made):
    agent, before = first_agent(made), part(made).coverage["scheduled"].sum()
    order = [row["id"] for row in grid(made).rows]
    write(made, agent, "start", "10:00")
    assert day_of(made, agent)[0].startswith("10:00-13:00 ")
    lost = before - part(made).coverage["scheduled"].sum()
    assert lost == pytest.approx(1 / (part(made).coverage["interval_s"].iloc[0] / 3600))
    assert [row["id"] for row in grid(made).rows] == order  # nothing moves under the hand that types
    write(made, agent, "lunch", "14:00")
    assert day_of(made, agent)[1] == "14:00-14:30 lunch"
    write(made, agent, "start", "")
    assert "A shift has a start and an end" in shown(made)
    write(made, agent, "end", "")
    assert day_of(made, agent) == []
    press(made, "Undo the last change")
    assert day_of(made, agent)[1] == "14:00-14:30 lunch"


def test_what_a_change_breaks_is_said_with_its_row_and_never_refused(made):
    agent = first_agent(made)
    write(made, agent, "start", "3:00")
    assert "when it is closed" in shown(made) and "Nothing is refused" in shown(made)
    assert "Row 1: " in part(made).broken.here.value
    assert day_of(made, agent)[0].startswith("03:00")
    write(made, agent, "start", "soon")
    assert "is no time of day" in shown(made)
    assert day_of(made, agent)[0].startswith("03:00")
    assert next(row for row in grid(made).rows if row["id"] == agent)["start"] == "soon"


def test_what_is_broken_in_other_weeks_and_between_two_is_counted_named_and_a_press_away(made):
    change(part(made).form, "week", "2026-11-09")
    press(made, "Make the roster")
    finished(made)
    agent = first_agent(made)
    change(part(made).form, "day", "2026-11-09")
    write(made, agent, "start", "8:00")
    many = len(part(made).broken.found)
    change(part(made).form, "week", "2026-11-02")
    change(part(made).form, "day", "2026-11-08")  # a Sunday until late
    before = grid(made).rows[[row["id"] for row in grid(made).rows].index(agent)] | {"start": "15:00", "end": "23:30"}
    part(made).edits.save([before | {"before": PROJECT} if row["id"] == agent else row for row in grid(made).rows])
    told = "".join(one.value for one in walk(part(made).broken.others) if hasattr(one, "value"))
    assert f"Week of Mon Nov 9, 2026, rules broken: {many + 1}." in told
    assert "8.5 hours&#x27; rest before Mon Nov 9, 2026" in told
    press(made, "Show the week of Mon Nov 9, 2026")
    assert part(made).form.values["week"] == "2026-11-09" and "8.5 hours&#x27; rest" in part(made).broken.here.value
    press(made, "Show the week of Mon Nov 2, 2026")
    assert part(made).form.values["week"] == "2026-11-02"


def test_a_project_after_lunch_is_another_one(made):
    agent = first_agent(made)
    first = grid(made).rows[[row["id"] for row in grid(made).rows].index(agent)]["before"]
    other = next(key for key in part(made).given.projects if key != first)
    write(made, agent, "after", other)
    assert [one.split()[1] for one in day_of(made, agent)] == [first, "lunch", other]
    write(made, agent, "before", other)
    assert [one.split()[1] for one in day_of(made, agent)] == [other, "lunch", other]


def test_channels_of_a_stretch_are_changed_in_the_table_and_one_the_project_has_not_is_refused(made):
    agent = first_agent(made)
    channels = lambda: [c for c, p in stored(made)[["channels", "project"]].head(3).to_numpy() if p]  # noqa: E731
    write(made, agent, "channels", "Voice")
    assert channels() == ["voice", "voice"] and row_of(made, agent)["channels_after"] == "Voice"
    write(made, agent, "channels_after", "")
    assert channels() == ["voice", ""]
    write(made, agent, "channels", "smoke")
    assert "&#x27;smoke&#x27; is no channel of this project. Write one of: Voice" in shown(made)
    assert channels() == ["voice", ""]
    write(made, agent, "channels", "voice")
    write(made, agent, "before", "service")
    assert channels() == ["", ""] and row_of(made, agent)["channels"] == ""


def test_a_split_kind_of_shift_makes_two_pieces_of_the_pause_and_another_kind_a_lunch(made):
    at = {"by": "Ana", "at": NOW, "cycle": made.cycle_id}
    kinds = part(made).given.shifts[["shift", "first_start_s", "last_start_s", "step_s", "length_s", "break_s"]].head(1)
    two = pd.concat([kinds.assign(split=False), kinds.assign(shift="Split", break_s=4 * 3600.0, split=True)])
    made.store.write_table("shifts", two.assign(project=PROJECT), **at)
    made.open()
    agent = first_agent(made)
    write(made, agent, "end", "19:00")
    write(made, agent, "lunch", "12:00-15:00")
    write(made, agent, "shift", "Split")
    assert day_of(made, agent) == [f"09:00-12:00 {PROJECT}", f"15:00-19:00 {PROJECT}"]
    assert set(stored(made)["shift"].head(2)) == {"Split"} and row_of(made, agent)["lunch"] == "12:00-15:00"
    write(made, agent, "lunch", "12:00")
    write(made, agent, "after", "service")
    assert day_of(made, agent) == [f"09:00-12:00 {PROJECT}", "16:00-19:00 service"]
    write(made, agent, "lunch", "18:00-20:00")
    assert "The two pieces of a split shift begin on the same day" in shown(made)
    write(made, agent, "lunch", "12:00-13:00")
    write(made, agent, "shift", kinds["shift"].iloc[0])
    assert day_of(made, agent) == [f"09:00-12:00 {PROJECT}", "12:00-13:00 lunch", "13:00-19:00 service"]


def test_locked_days_stay_when_it_is_solved_again(made, solver):
    agent = first_agent(made)
    write(made, agent, "start", "11:00")
    write(made, agent, "locked", True)
    press(made, "Search on from what stands")
    finished(made)
    assert set(solver.asked["locked"]["agent"]) == {agent}
    assert day_of(made, agent)[0].startswith("11:00-")
    assert next(row for row in grid(made).rows if row["id"] == agent)["locked"]


def test_a_search_goes_on_from_all_that_stands_and_says_what_it_gained(made, solver):
    assert solver.asked["anew"] and solver.asked["start"].empty
    before, solver.stood = stored(made), 15.0
    press(made, "Search on from what stands")
    finished(made)
    assert not solver.asked["anew"]
    asked = solver.asked["start"][["agent", "start", "end", "project"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(asked, before[["agent", "start", "end", "project"]])
    assert "What stood counted 15.0, this one 12.0." in said(made)
    solver.stood = 12.0
    press(made, "Search on from what stands")
    finished(made)
    assert "Nothing better than what stood was found; it counts 12.0." in said(made)
    solver.stood = 11.0
    for label in ("Make the roster", "Search on from what stands"):
        before = stored(made)
        press(made, label)
        finished(made)
        for told in (said(made), shown(made)):
            assert "counts 12.0 by the weights, the one that stands 11.0. The one that stands is kept" in told
        pd.testing.assert_frame_equal(stored(made), before)


def test_where_nobody_stands_there_is_nothing_to_search_on_from(page):
    press(page, "Search on from what stands")
    assert "Nobody is on the roster of these weeks yet: make it first." in said(page)


def test_two_people_change_different_agents_and_both_are_kept_the_same_cell_is_chosen(made, planned, open_page):
    theirs = open_page("schedule", project=PROJECT, step="roster")
    theirs.shell.person = "Ben"
    one, other = stored(made)["agent"].unique()[:2]
    write(theirs, one, "start", "10:00")
    write(made, other, "start", "10:30")
    assert day_of(made, one)[0].startswith("10:00") and day_of(made, other)[0].startswith("10:30")
    write(theirs, one, "start", "11:00")
    write(made, one, "start", "12:00")
    assert "Ben changed the same field" in said(made)
    press(made, "Keep mine")
    assert day_of(made, one)[0].startswith("12:00") and not made.choosers


def test_publishing_writes_the_schedule_a_copy_and_everybody_s_page(made, tmp_path):
    agent, agents = first_agent(made), part(made).given.agents
    agents.loc[agents.index[-1], ["hired", "left"]] = [MONDAY + pd.Timedelta(days=60), pd.NaT]
    press(made, "Publish")
    finished(made)
    assert "The roster is published" in said(made)
    schedule = stored(made, "schedule")
    assert set(schedule["project"]) == set(stored(made)["project"]) - {""}
    mine = schedule[(schedule["agent"] == agent) & (schedule["shift_start"].dt.day == 2)]
    assert [f"{a:%H:%M}" for a in mine["shift_start"]] == ["09:00", "13:30"]
    anonymous = schedule[(schedule["agent"] == "") & (schedule["project"] == PROJECT)]
    assert anonymous["shift_start"].min() >= pd.Timestamp("2026-11-07", tz="Europe/Berlin")
    assert len(stored(made, "roster_snapshots")) == len(stored(made))
    files = sorted(path.suffix for path in (tmp_path / "own").iterdir())
    gone, later = agents["left"] < MONDAY, agents["hired"] > MONDAY + pd.Timedelta(days=30)
    assert later.sum() == 1
    assert files.count(".html") == files.count(".ics") + 1 == (~gone & ~later).sum() + 1
    unfold(made, "Agents' own pages")
    change(part(made).publishing.pages.form, "address", "https://example.org/shifts")
    token = made.store.load("own_pages").data["tokens"][agent]
    assert f"href='https://example.org/shifts/{token}.html'" in shown(made)
    document = made.store.load("schedule", cycle=made.cycle_id, project=PROJECT)
    assert (
        document.data["result_of"]["schedule"]
        == made.store.revision("schedule", cycle=made.cycle_id, project=PROJECT).number
    )


def standing(page):
    """Return how the stage stands, in words."""
    return "".join(str(one) for one in cycle.state(page.store, page.cycle_id)["schedule"].against)


def test_what_changed_since_it_was_published_is_listed_and_keeps_the_stage_from_approval(made):
    agent = first_agent(made)
    press(made, "Publish")
    finished(made)
    unfold(made, "What changed since")
    assert "Nothing: it is as it was published." in shown(made)
    write(made, agent, "end", "16:30")
    assert "09:00-16:30 instead of 09:00-17:30" in shown(made)
    assert "days of agents that differ: 1." in part(made).publishing.stands.value
    assert CHANGED in standing(made)
    write(made, agent, "end", "17:30")
    assert "The roster changed after" not in part(made).publishing.stands.value + standing(made)
    write(made, agent, "end", "16:30")
    press(made, "Approve this stage")
    assert CHANGED in said(made)
    press(made, "Go back to it")
    press(made, "Put the published one back")
    assert CHANGED not in standing(made)
    assert day_of(made, agent)[-1].startswith("13:30-17:30") and "Nothing: it is as it was published." in shown(made)
    token = made.store.load("own_pages").data["tokens"][agent]
    press(made, "Publish")
    finished(made)
    assert made.store.load("own_pages").data["tokens"][agent] == token


def test_a_supervisor_hands_up_and_the_manager_accepts_or_returns(made):
    press(made, "Accept it")
    assert "it is not handed up yet" in said(made)
    change(part(made).hand_up.form, "comment", "Two are missing on Friday.")
    press(made, f"Hand up {part(made).given.labels[PROJECT]}")
    assert "Two are missing on Friday." in part(made).hand_up.table.value
    press(made, "Return it")
    assert "Say in the comment what is to be changed" in said(made)
    made.shell.person = "Mona"
    change(part(made).hand_up.form, "comment", "Ask service for one.")
    press(made, "Return it")
    assert "returned" in part(made).hand_up.table.value and "Mona" in part(made).hand_up.table.value
    press(made, f"Hand up {part(made).given.labels[PROJECT]}")
    press(made, "Accept it")
    assert ">✓ accepted<" in part(made).hand_up.table.value
    mine = stored(made)
    write(made, mine.loc[mine["project"] == PROJECT, "agent"].iloc[0], "start", "10:00")
    assert "changed since it was handed up" in part(made).hand_up.table.value


def test_the_day_shows_people_by_start_with_gaps_for_lunch_and_leave_marked(made):
    agent = first_agent(made)
    at = pd.Timestamp("2026-11-02", tz="Europe/Berlin")
    leave = pd.DataFrame([{"agent": agent, "start": at, "end": at + pd.Timedelta(days=3), "kind": "leave"}])
    made.store.write_table("absences", leave, by="Ana", at=NOW)
    write(made, agent, "start", "")
    write(made, agent, "end", "")
    made.open()
    bars = pd.DataFrame(part(made).people.data["people"])
    assert (bars.sort_values("row").groupby("row", sort=False)["start"].min().diff().dropna()[:-1] >= 0).all()
    away = bars[bars["who"] == part(made).given.names[agent]]
    assert away["what"].tolist() == ["Leave"] and away["row"].iloc[0] == bars["row"].max()
    assert not bars["what"].isin(["Lunch", "Short break"]).any()
    change(part(made).form, "shown", f"team:{part(made).given.agents['team'].iloc[0]}")
    fewer = pd.DataFrame(part(made).people.data["people"])
    assert 0 < fewer["who"].nunique() < bars["who"].nunique()


def test_a_name_with_a_dot_keeps_its_own_order_in_pictures_from_right_to_left(planned, open_page):
    page = open_page("schedule", project=PROJECT, step="roster", lang="fa")
    day = pd.DataFrame(shift("a003", pd.Timestamp("2026-11-02 09:00", tz="Europe/Berlin"), PROJECT))
    bars = day_bars(ordered(day), MONDAY, {"a003": "Conny E."}, {PROJECT: "Sales No. 1."})
    assert set(bars["who"]) == {"\u2068Conny E.\u2069"} and set(bars["what"]) == {"\u2068Sales No. 1.\u2069"}
    assert "\\u2068Sales No. 1.\\u2069" in json.dumps(day_chart(["Sales No. 1."]).to_dict(validate=False))
    assert page.context.language == "fa"


def test_folds_tell_of_fairness_wear_and_rows(made):
    for title in ("How evenly it treats people", "Signs that it wears", "The roster's rows"):
        unfold(made, title)
    assert "Late shifts" in str([view.rows for view in find(made, TableView)])


def test_the_sheet_goes_out_and_comes_back_changed(made):
    from ccwb.reports import to_excel
    from ccwb.schedule import as_sheet

    unfold(made, "The roster as an Excel sheet")
    sheet = part(made).folds[3]
    before = stored(made)
    assert sheet.sheet().startswith(b"PK")
    table = as_sheet(before, agents=part(made).given.agents)
    row = table.index[table["agent"] == before["agent"].iloc[0]][0]
    project = before["project"].iloc[0]
    table.loc[row, "2026-11-02"] = f"11:00-15:00 ({project})"
    table.loc[row, "2026-11-03"] = "whenever"
    sheet.take(to_excel({"Roster": table}), name="roster.xlsx")
    assert day_of(made, before["agent"].iloc[0]) == [f"11:00-15:00 {project}"]
    assert "cannot be read" in sheet.said.value and "row" in sheet.said.value
    tuesday = before["start"].dt.strftime("%Y-%m-%d") == "2026-11-03"
    kept = stored(made)[lambda t: t["start"].dt.strftime("%Y-%m-%d") == "2026-11-03"]
    assert len(kept) == tuesday.sum() > 0  # what could not be read is as it was
    assert len(stored(made)) > 0.9 * len(before)


def test_after_a_change_what_is_broken_is_the_same_as_when_all_is_looked_at_anew(made):
    one, other = stored(made)["agent"].unique()[[3, 5]]
    write(made, one, "start", "4:00")
    write(made, other, "end", "23:30")
    change(part(made).form, "day", "2026-11-04")
    write(made, other, "start", "")
    write(made, other, "end", "")
    at_once = part(made).broken.all.drop(columns="nth")
    anew = part(made).given.broken(part(made).roster).drop(columns="nth")
    assert len(anew) > 1
    assert at_once.to_dict("records") == anew.to_dict("records")


def test_what_would_cure_a_short_week_is_tried_and_told(page):
    press(page, "What would cure it?")
    assert "Make the roster of this week first" in said(page)
    press(page, "Make the roster")
    finished(page)
    press(page, "What would cure it?")
    finished(page)
    assert "With one hour less of rest: 3.5 hours short less." in shown(page)
    change(part(page).form, "week", "2026-11-09")
    assert "hours short less" not in shown(page)


def test_weeks_made_anew_keep_leave_that_reaches_into_them_and_out_of_them_whole():
    zone = "Europe/Berlin"
    at = [pd.Timestamp(day, tz=zone) for day in ("2026-11-06", "2026-11-11", "2026-11-14", "2026-11-18")]
    leave = {"activity": "leave", "project": "", "shift": "", "locked": False}
    rows = [{"agent": "a", "start": at[0], "end": at[1]} | leave, {"agent": "b", "start": at[2], "end": at[3]} | leave]
    kept = apart_from(ordered(pd.DataFrame(rows)), pd.Timestamp("2026-11-09"), 7)
    spans = [f"{r.agent} {r.start:%d}-{r.end:%d}" for r in kept.itertuples()]
    assert spans == ["a 06-09", "b 16-18"]


def test_a_cancelled_search_leaves_the_old_roster(made, solver):
    before, solver.wait = stored(made), 1
    solver.going.clear()
    change(part(made).making.form, "weeks", 2)
    press(made, "Make the roster")
    assert solver.going.wait(60)
    made.progress.received({"type": "cancel"}, [])
    finished(made)
    assert "Stopped. Nothing was changed." in said(made)
    pd.testing.assert_frame_equal(stored(made), before)


def test_days_for_a_project_that_the_roster_is_not_made_for_stay(made, solver):
    agent = first_agent(made)
    write(made, agent, "before", "service")
    day = day_of(made, agent)
    assert [one.split()[1] for one in day] == ["service", "lunch", "service"]
    press(made, "Make the roster")
    finished(made)
    assert day_of(made, agent) == day and day_of(made, agent, "2026-11-03")[0].endswith(PROJECT)
    assert set(solver.asked["locked"]["start"].dt.day) == {2}


def test_availability_is_no_cure_where_nobody_s_is_limited(made, monkeypatch):
    found = [("availability at any time", 7.3, 9.0), ("one hour less of rest", 3.5, 9.0)]
    monkeypatch.setattr(sys.modules["ccwb.schedule.rostering"], "what_cures", lambda *_need, **_asked: found)
    made.store.delete_table("availability", by="Ana", at=NOW)
    made.open()
    press(made, "What would cure it?")
    finished(made)
    assert "one hour less of rest" in shown(made) and "availability at any time" not in shown(made)
