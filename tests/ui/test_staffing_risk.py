"""The fold that says how sure the promise is: computed when asked, said in futures, and put on the sliders."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from ccwb.staffing import risk
from ccwb.ui.charts import Chart
from ccwb.ui.staffing_risk import (
    chart_title,
    drawn,
    figures,
    futures,
    hours,
    notes,
    of_hundred,
    outside,
    parts_said,
    picture,
    promises_table,
    sentence,
)
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold, walk

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
FOLD = "How sure is that"


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def part(page):
    return next(one for one in page.parts if type(one).__name__ == "Risk")


def computed(page):
    unfold(page, FOLD)
    press(page, "Compute the chances")
    finished(page)
    assert said(page) == ""
    return part(page)


def chance(fold):
    return fold.told.plan["chance"].iloc[-1]


def test_nothing_is_computed_before_it_is_asked_for(page):
    charts = len(find(page, Chart))
    unfold(page, FOLD)
    assert part(page).told is None and len(find(page, Chart)) == charts
    assert "possible futures" in shown(page)


def test_what_is_shown_is_what_the_core_says_of_the_sliders(page):
    change(page.sliders, "volume", 4)
    fold = computed(page)
    drawn, base = futures(page.forecast, ["voice", "chat"], page.settings, page.means)
    assert base["offered"].sum() == pytest.approx(page.scaled().query("channel != 'callback'")["offered"].sum())
    assert drawn["offered"].sum() / drawn["path"].nunique() == pytest.approx(base["offered"].sum(), rel=0.03)
    told = risk(base, drawn, targets=page.targets(), plan=page.need(), hourly_cost=page.hourly_cost())
    pd.testing.assert_frame_equal(fold.told.promises, told.promises)
    html = shown(page)
    assert f"in {of_hundred(chance(fold))} of 100 possible futures" in html
    goal = page.targets()[PROJECT, "voice"]
    assert f"Voice {goal['service_level']:.0%} within {goal['answer_within_s']:.0f} s" in html
    extra = told.assurance.query("channel == '' and level == 0.9")["extra_cost"].iloc[0]
    assert page.money(abs(extra)) in html
    chart = next(c for c in find(page, Chart) if c.file_name.startswith("risk_curve"))
    assert chart.data["plan"]["chance"] == [chance(fold)]
    assert [label.split(":")[0] for label in chart.data["levels"]["said"]] == ["80%", "90%", "95%"]
    assert page.money(abs(extra)) in chart.title and "EUR" in str(chart.spec)


def test_figures_of_earlier_sliders_say_so_until_the_sliders_are_back(page):
    fold = computed(page)
    assert fold.state.value == ""
    change(page.choices, "week", "2026-11-09")
    assert fold.state.value == ""  # another week moves no chance
    change(page.sliders, "volume", 3)
    assert "figures of before" in fold.state.value
    change(page.sliders, "volume", 0)
    assert fold.state.value == ""


def test_staffing_for_ninety_percent_moves_the_sliders_of_all_waiting_queues_and_keeps_the_promise_so_often(page):
    fold = computed(page)
    before, callback = chance(fold), dict(page.settings["callback"])
    buffer = fold.told.assurance.query("channel == '' and level == 0.9")["buffer"].iloc[0]
    press(page, "Staff for 90%")
    finished(page)
    assert page.settings["voice"]["cushion"] == page.settings["chat"]["cushion"] == buffer
    assert page.controls.more.values["cushion"] == pytest.approx(100 * buffer)
    assert page.made["offered"].sum() == pytest.approx(_of_week(page).sum())
    assert page.settings["callback"] == callback
    assert chance(fold) >= 0.9 and (chance(fold) >= before) == (buffer >= 0)
    assert fold.state.value == ""
    chart = next(c for c in find(page, Chart) if c.file_name.startswith("risk_curve"))
    assert chart.title == "The sliders as they stand are staffed to be 90% sure"
    kept = page.store.load("staffing", cycle=page.cycle_id, project=PROJECT).data["settings"]
    assert kept["voice"]["cushion"] == buffer


def test_without_a_known_cost_the_price_of_certainty_is_in_agent_hours(page, monkeypatch):
    monkeypatch.setattr(page, "hourly_cost", lambda: None)
    computed(page)
    chart = next(c for c in find(page, Chart) if c.file_name.startswith("risk_curve"))
    assert "agent-hours" in chart.title and "agent-hours of voice and chat in the cycle" in str(chart.spec)
    assert " agent-hours</span>" in shown(page)


def test_long_work_is_stopped_when_asked_and_says_so(page, monkeypatch):
    monkeypatch.setattr(
        "ccwb.ui.staffing_risk.risk", lambda *_a, progress, **_k: [progress(n, 10**9) for n in range(10**9)]
    )
    unfold(page, FOLD)
    press(page, "Compute the chances")
    page.progress.received({"type": "cancel"}, [])
    finished(page)
    assert "Stopped" in said(page) and part(page).told is None


def test_a_project_where_nobody_waits_says_that_there_is_no_chance_to_compute(page):
    table = page.forecast[page.forecast["channel"] == "callback"]
    page.store.write_table("forecast", table, by="Ben", at=NOW, cycle=page.cycle_id, project=PROJECT)
    page.open()
    unfold(page, FOLD)
    assert "Nobody waits in a queue of this project" in shown(page)
    assert "Compute the chances" not in [getattr(w, "description", "") for w in walk(page.widget)]


def test_certainty_out_of_reach_is_said_in_words():
    start = [pd.Timestamp("2026-03-02 10:00")]
    told = pd.DataFrame({"interval_start": start, "interval_s": 1800, "project": "s", "channel": "voice"})
    target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "aht_s": 240}
    got = risk(told.assign(offered=75.0), [[75.0], [500.0]], targets={("s", "voice"): target})
    sure = got.assurance[got.assurance["channel"] == ""]
    assert figures(got, sure, "agent_hours", hours).count("out of reach") == 3
    assert chart_title(sure, "agent_hours", hours) == "No extra staff makes it 90% sure, not even for twice the volume"


def test_where_the_occupancy_cap_alone_decides_it_is_said_and_no_cushion_is_offered(page):
    for channel in ("voice", "chat"):
        change(page.choices, "channel", channel)
        change(page.sliders, "max_occupancy", 50)
        change(page.sliders, "service_level", 30)
    change(page.controls.more, "answer_rate", None)
    fold = computed(page)
    sure = fold.told.assurance[fold.told.assurance["channel"] == ""]
    assert set(sure["buffer"]) == {-0.5}
    assert shown(page).count("the occupancy cap alone sets the number") == 3 and "cushion −50" not in shown(page)
    assert not [b for b in walk(page.widget) if getattr(b, "description", "").startswith("Staff for")]
    assert shown(page).count("nothing more<") == 3
    chart = next(c for c in find(page, Chart) if c.file_name.startswith("risk_curve"))
    assert chart.title == "The occupancy cap alone makes it 90% sure: nothing more is needed"
    assert chart.data["levels"]["said"] == [f"{level}%: by the occupancy cap" for level in (80, 90, 95)]
    known = (fold.told, sure.assign(extra_agent_hours=-52.0), "agent_hours", hours)  # the service level asks for more
    assert "people for half the volume are enough" in figures(*known, capped=False)
    assert "52 agent-hours less than now" in chart_title(*known[1:], capped=False)
    assert "52" not in figures(*known) + chart_title(*known[1:]) + "".join(drawn(*known)["levels"]["said"])


def of_two_months():
    """A risk of September and two days of October, in which half of the futures are far busier."""
    start = pd.date_range("2026-09-01 10:00", "2026-10-02 10:00")
    told = pd.DataFrame({"interval_start": start, "interval_s": 1800, "project": "s", "channel": "voice"})
    target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "aht_s": 240}
    offered = told.assign(offered=75.0)
    targets = {("s", "voice"): target}
    return risk(offered, [[75.0] * 32, [75.0] * 30 + [150.0] * 2], targets=targets), targets


def test_a_part_of_a_month_is_told_as_one_beside_the_chance_and_in_the_table():
    told, targets = of_two_months()
    assert "every month keeps what is promised in 100 of 100" in sentence(told, targets, "month")
    said = parts_said(told.promises, "month")
    assert "Oct 1, 2026 – Oct 2, 2026" in said and "Sep" not in said and "not in this chance" in said
    rows = promises_table(told.promises, targets).split("<tr>")
    assert [("part of a month, 2 days" in row) for row in rows[2:]] == [False, True, False]
    assert parts_said(told.promises[told.promises["whole"]], "month") == ""
    assert "holds no whole month" in parts_said(told.promises[~told.promises["whole"]], "month")


def test_a_queue_with_nothing_offered_keeps_no_promise_and_misses_none():
    told, targets = of_two_months()
    silent = told.promises.assign(expected=float("nan"), lower_90=float("nan"), upper_90=float("nan"), chance=1.0)
    assert "of 100" in promises_table(told.promises, targets) and "of 100" not in promises_table(silent, targets)
    both = pd.concat([told.promises, silent.assign(channel="chat")], ignore_index=True)
    known = targets | {("s", "chat"): targets["s", "voice"]}
    assert "Chat" not in sentence(replace(told, promises=both), known, "month")


def test_a_middle_outside_the_range_of_the_futures_is_explained():
    told, _targets = of_two_months()
    assert not outside(told.promises).all()
    moved = told.promises.assign(expected=0.883, lower_90=0.858, upper_90=0.882)
    assert outside(moved).all()
    assert any("a busy day loses more" in said for said in notes(replace(told, promises=moved)))
    inside = told.promises.assign(expected=0.87, lower_90=0.858, upper_90=0.882)
    assert not any("a busy day loses more" in said for said in notes(replace(told, promises=inside)))


def test_where_nothing_is_offered_no_chance_is_told(page):
    table = page.forecast.assign(offered=page.forecast["offered"].where(page.forecast["channel"] == "callback", 0.0))
    bands = [name for name in table if name.startswith(("lower_", "upper_"))]
    table[bands] = 0.0
    page.store.write_table("forecast", table, by="Ben", at=NOW, cycle=page.cycle_id, project=PROJECT)
    page.open()
    computed(page)
    assert "Nothing is offered in the queues in which customers wait" in shown(page)
    assert "of 100 possible futures" not in shown(page) and "cap alone" not in shown(page)


def test_of_very_many_promises_the_least_sure_are_shown(page, monkeypatch):
    monkeypatch.setattr("ccwb.ui.staffing_risk.ROWS", 5)
    drawn, base = futures(page.forecast, ["voice", "chat"], page.settings, page.means)
    told = risk(base, drawn, targets=page.targets(), period="day").promises
    shown_rows = promises_table(told, page.targets())
    assert shown_rows.count("<tr>") == 1 + 5 < len(told)
    assert f"The 5 least sure of {len(told)}" in shown_rows
    assert f"{of_hundred(told['chance'].min())} of 100" in shown_rows.split("<tr>")[2]


def test_a_hundred_of_a_hundred_is_said_only_when_every_future_keeps_it():
    assert [of_hundred(share) for share in (0, 0.002, 0.5, 0.998, 1)] == [0, 1, 50, 99, 100]


def test_the_picture_is_one_that_the_browser_can_draw():
    assert picture("EUR").to_dict()["height"] == 300


def _of_week(page):
    start = page.forecast["interval_start"].dt.tz_localize(None)
    return page.forecast["offered"][(start >= page.monday) & (start < page.monday + pd.Timedelta(days=7))]


def test_the_chance_is_kept_with_the_plan_that_it_is_of_and_that_of_other_sliders_is_not(page):
    store = page.store
    place = {"cycle": page.cycle_id, "project": PROJECT}
    change(page.sliders, "volume", 4)
    computed(page)
    assert store.load("chance", **place).data is None  # the sliders are not the plan
    change(page.sliders, "volume", 0)
    page.keep()
    fold = computed(page)
    kept = store.load("chance", **place).data
    assert kept["chance"] == pytest.approx(chance(fold))
    assert kept["of"] == store.revision("requirement", **place).number
