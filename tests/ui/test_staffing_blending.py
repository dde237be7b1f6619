"""Quiet minutes filled with work that may wait; and weeks of work that goes on over their borders."""

import pandas as pd
import pytest

from ccwb import staffing
from ccwb.channels import CHANNELS
from ccwb.forecast import forecast
from ccwb.projects import project_of
from ccwb.samples import load_centre, load_history
from ccwb.ui.staffing_blending import Blending
from ccwb.ui.staffing_week import LOWER, UPPER, Week
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, press, unfold

TITLE = "Fill quiet minutes with work that may wait"


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def part(page):
    return next(one for one in page.parts if isinstance(one, Blending))


def own_hours(table):
    return staffing.summary(table[table["channel"] == "callback"])["agent_hours"].iloc[0]


def saved(page):
    return page.store.read_table("requirement", cycle=page.cycle_id, project=PROJECT, zone=page.zone)


def test_idle_time_saves_agent_hours_and_money_and_says_of_which_queue(page):
    unfold(page, TITLE)
    fold, before = part(page), page.made
    assert "No idle time is used." in fold.said.value
    change(fold.form, "blend", 60, final=False)
    goals = {queue: one | {"blend": 0.6} for queue, one in page.targets().items()}
    told = staffing.requirement(page.scaled(), targets=goals)
    assert fold.sums["agent_hours_with"].tolist() == [own_hours(told)]
    assert fold.sums["agent_hours_without"].tolist() == [own_hours(page.need())]
    assert own_hours(told) < 0.7 * own_hours(page.need())
    less = staffing.summary(page.need())["paid_hours"].iloc[0] - staffing.summary(told)["paid_hours"].iloc[0]
    assert page.money(less * page.hourly_cost()) in fold.said.value
    assert "With 60% of the idle time used, Callback: " in fold.said.value
    assert page.made is before and "blend" not in page.kept.data.get("settings", {}).get("callback", {})


def test_the_day_shows_idle_time_and_what_is_done_in_it_and_the_table_behind_is_the_same(page):
    unfold(page, TITLE)
    fold = part(page)
    change(fold.form, "blend", 50, final=False)
    use = fold.use
    assert use["interval_start"].dt.date.unique().tolist() == [page.in_sight.date()]
    assert (use["helped"] <= 0.5 * use["idle"] + 1e-9).all() and use["helped"].sum() > 0
    assert fold.day.data["use"]["helped"][: len(use)] == pytest.approx(use["helped"].tolist())
    change(page.choices, "day", str((page.in_sight + pd.Timedelta(days=1)).date()))
    assert fold.use["interval_start"].dt.date.unique().tolist() == [page.in_sight.date()]


def test_let_go_the_slider_counts_for_all_queues_and_the_plan_is_made_with_it(page, open_page):
    unfold(page, TITLE)
    change(part(page).form, "blend", 60)
    assert {one["blend"] for one in page.settings.values()} == {0.6}
    models = page.made.loc[page.made["channel"] == "callback", "model"]
    assert set(models) == {"Deferred, by its deadline, idle time used"}
    press(page, "Make this the plan")
    plan = saved(page)
    alone = staffing.requirement(page.forecast, targets=staffing.targets_of(page.centre()))
    assert own_hours(plan) == own_hours(page.need()) < own_hours(alone)
    again = open_page("staffing", project=PROJECT)
    unfold(again, TITLE)
    assert part(again).form.values["blend"] == 60
    press(again, "Back to the targets of the setup")
    assert again.settings["voice"]["blend"] == 0.6


def test_a_project_with_only_one_of_the_two_is_told_what_it_takes(page):
    page.channels = ["voice", "chat"]
    assert "It takes both" in part(page).widget().value


def test_the_other_sliders_move_the_gain(page):
    unfold(page, TITLE)
    change(part(page).form, "blend", 50)
    before = part(page).sums["agent_hours_with"].iloc[0]
    change(page.choices, "channel", "callback")
    change(page.sliders, "volume", 60)
    assert part(page).sums["agent_hours_with"].iloc[0] > before


# --- weeks ------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def around_the_clock():
    """Six weeks of the sample's technical support, whose email comes around the clock, and where its sliders start."""
    centre = load_centre()
    history = load_history("support")
    history = history[history["interval_start"] >= history["interval_start"].max() - pd.Timedelta(days=70)]
    table = forecast(history, days=42, hours={"support": project_of(centre, "support")}, model="seasonal naive")
    usual = staffing.targets_of(centre)
    channels = [c for c in CHANNELS if (table["channel"] == c).any()]
    mean = {c: float(table.loc[table["channel"] == c, "aht_s"].mean()) for c in channels}
    return table, {c: usual["support", c] | {"volume": 0.0, "aht_s": mean[c]} for c in channels}, mean


@pytest.mark.parametrize("blend", [0.0, 0.3])
@pytest.mark.parametrize("seen", ["email", "voice"])
def test_every_week_is_that_of_the_plan_of_the_whole_cycle(around_the_clock, seen, blend):
    table, settings, mean = around_the_clock
    settings = {c: one | {"blend": blend} for c, one in settings.items()}
    targets = {(p, c): one for p in ("support", LOWER, UPPER) for c, one in settings.items()}
    whole = staffing.requirement(table, targets=targets)
    start = whole["interval_start"].dt.tz_localize(None)
    mondays = pd.date_range(start.min().normalize(), start.max(), freq="W-MON")
    for monday in mondays[[0, 2, -1]]:
        week = Week(table, whole.iloc[:0], monday, queue=("support", seen), means=mean, full_time=40)
        made = week.requirement(settings, targets)
        own = made[made["project"] == "support"]
        cut = whole[(start >= monday) & (start < monday + pd.Timedelta(days=7))]
        key = ["channel", "interval_start"]
        pd.testing.assert_frame_equal(
            own.sort_values(key).reset_index(drop=True), cut.sort_values(key).reset_index(drop=True)
        )
        assert [(made["project"] == name).sum() for name in (LOWER, UPPER)] == [(own["channel"] == seen).sum()] * 2


def test_a_share_beyond_all_idle_time_is_refused_in_words(page):
    unfold(page, TITLE)
    fold = part(page)
    before = fold.share
    change(fold.form, "blend", 300)
    assert fold.form.errors == {"blend": "From 0 to 100 %."} and fold.share == before
