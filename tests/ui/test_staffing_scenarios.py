"""Scenarios of the staffing page: saved by a name, compared, promoted with a reason, never lost to another tab."""

import ipywidgets as w
import pytest

from ccwb import staffing
from ccwb.ui.staffing_scenarios import SERVICE, Scenarios, cell
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, press, said, shown, unfold

FOLD, SAVE = "Scenarios", "Save what is in sight as a scenario"


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def part_of(page):
    return next(part for part in page.parts if isinstance(part, Scenarios))


def save(page, name):
    if not part_of(page).made:
        unfold(page, FOLD)
    change(part_of(page).form, "name", name)
    press(page, SAVE)


def document(page):
    return page.store.load("staffing", cycle=page.cycle_id, project=PROJECT).data


def names(page):
    return [one["name"] for one in document(page)["scenarios"]]


def test_what_is_in_sight_is_saved_with_its_figures_over_the_whole_cycle(page):
    change(page.sliders, "volume", 30)
    save(page, "Campaign")
    one = document(page)["scenarios"][0]
    assert (one["name"], one["by"], one["settings"]["voice"]["volume"]) == ("Campaign", "Ana", 0.3)
    whole = staffing.summary(page.need(), full_time_hours_week=page.full_time).iloc[0]
    assert one["figures"]["agent_hours"] == pytest.approx(whole["agent_hours"])
    assert set(one["figures"]["queues"]) == {"voice", "chat"}
    assert "Saved as the scenario" in said(page)
    page.open()
    unfold(page, FOLD)
    assert "Campaign" in shown(page) and "Ana, " in shown(page)


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "Type a name"), ("  ", "Type a name"), ("lean", "already"), ("x" * 61, "up to 60")]
)
def test_a_name_that_cannot_be_is_refused_in_words(page, name, sentence):
    save(page, "Lean")
    save(page, name)
    assert sentence in said(page)
    assert names(page) == ["Lean"]


def test_all_stand_beside_the_plan_with_signed_differences(page):
    change(page.sliders, "volume", 30)
    save(page, "More")
    change(page.sliders, "volume", -30)
    save(page, "Fewer")
    unfold(page, "All figures side by side")
    heads = next(html.value for html in find(page, w.HTML) if ">Saved plan<" in html.value)
    plan = staffing.summary(page.plan, full_time_hours_week=page.full_time).iloc[0]
    assert heads.index("Saved plan") < heads.index("More") < heads.index("Fewer")
    assert f"{plan['agent_hours']:,.0f}" in heads
    more, fewer = (one["figures"]["agent_hours"] - plan["agent_hours"] for one in document(page)["scenarios"])
    assert f"(+{more:,.0f})" in heads
    assert f"(−{-fewer:,.0f})" in heads


def test_looking_at_one_puts_its_settings_on_the_sliders(page):
    change(page.sliders, "volume", 30)
    save(page, "More")
    change(page.sliders, "volume", 0)
    press(page, "Look at it")
    assert page.sliders.values["volume"] == 30
    assert document(page)["settings"]["voice"]["volume"] == 0.3
    assert document(page)["plan_settings"]["voice"]["volume"] == 0


def test_a_scenario_becomes_the_plan_only_with_a_reason_which_is_kept_and_shown(page):
    change(page.sliders, "volume", 30)
    save(page, "More")
    change(page.sliders, "volume", 0)
    before = page.plan["agents"].sum()
    press(page, "Promote to the plan")
    assert "Write in 'Why it becomes the plan'" in said(page).replace("&#x27;", "'")
    assert page.sliders.values["volume"] == 0
    change(part_of(page).form, "why", "The campaign is booked.")
    press(page, "Promote to the plan")
    assert "This is now the plan" in said(page)
    assert page.plan["agents"].sum() > 1.1 * before
    data = document(page)
    assert data["plan_settings"] == data["settings"] == data["scenarios"][0]["settings"]
    told = data["promoted"][0]
    assert (told["name"], told["by"], told["why"]) == ("More", "Ana", "The campaign is booked.")
    unfold(page, FOLD)
    assert "became the plan. The campaign is booked." in shown(page)


def test_a_second_press_on_what_the_first_has_replaced_notes_no_second_promotion(page):
    save(page, "More")
    change(part_of(page).form, "why", "The campaign is booked.")
    pressed = next(b for b in find(page, w.Button) if b.description == "Promote to the plan")
    pressed.click()
    pressed.click()
    assert [told["name"] for told in document(page)["promoted"]] == ["More"]
    assert "This is now the plan" in said(page)


def test_one_that_is_removed_is_gone_and_the_sliders_stay(page):
    change(page.sliders, "volume", 30)
    save(page, "More")
    press(page, "Remove")
    assert names(page) == []
    assert page.sliders.values["volume"] == 30
    assert "Nothing is saved yet" in shown(page)


def test_two_tabs_that_save_scenarios_lose_none_and_hinder_nobody(planned, open_page):
    mine, theirs = open_page("staffing", project=PROJECT), open_page("staffing", project=PROJECT)
    theirs.shell.person = "Ben"
    save(mine, "Mine")
    save(theirs, "Theirs")
    save(mine, "Mine too")
    assert names(mine) == ["Mine", "Theirs", "Mine too"]
    assert "Theirs" in shown(mine)
    change(theirs.sliders, "volume", 10)
    assert said(theirs) == "" or "not saved" not in theirs.shell.saved
    assert document(mine)["settings"]["voice"]["volume"] == 0.1
    assert names(mine) == ["Mine", "Theirs", "Mine too"]
    save(theirs, "mine")
    assert "already" in said(theirs)


def test_a_scenario_saved_elsewhere_does_not_stop_the_sliders_of_a_fresh_page(planned, open_page):
    mine, theirs = open_page("staffing", project=PROJECT), open_page("staffing", project=PROJECT)
    save(mine, "Mine")
    save(theirs, "Theirs")
    change(mine.sliders, "volume", 5)
    assert "Saved as the scenario" in said(mine) or said(mine) == ""
    assert (document(mine)["settings"]["voice"]["volume"], names(mine)) == (0.05, ["Mine", "Theirs"])


def test_sliders_saved_over_somebody_else_s_take_no_scenario_away(planned, open_page):
    mine, theirs = open_page("staffing", project=PROJECT), open_page("staffing", project=PROJECT)
    theirs.shell.person = "Ben"
    change(theirs.sliders, "volume", 10)
    save(theirs, "Theirs")
    save(mine, "Mine")
    assert document(mine)["settings"]["voice"]["volume"] == 0.1
    change(mine.sliders, "volume", 20)
    assert "Ben" in said(mine) or "Ana" in said(mine)
    press(mine, "Keep mine")
    assert document(mine)["settings"]["voice"]["volume"] == 0.2
    assert names(mine) == ["Theirs", "Mine"]


def test_a_plan_kept_after_others_saved_scenarios_keeps_these_too(planned, open_page):
    mine, theirs = open_page("staffing", project=PROJECT), open_page("staffing", project=PROJECT)
    change(mine.sliders, "volume", 20)
    theirs.open()
    save(theirs, "Theirs")
    press(mine, "Make this the plan")
    assert "This is now the plan" in said(mine)
    assert names(mine) == ["Theirs"]


def test_nothing_of_the_fold_is_a_button_before_it_is_opened(page):
    assert SAVE not in [widget.description for widget in find(page, w.Button)]


def test_no_scenario_is_saved_past_a_slider_that_was_refused(page):
    change(page.sliders, "volume", 5000)
    save(page, "Campaign")
    assert "Nothing was made, because something in sight was not taken" in said(page)
    assert "scenarios" not in (document(page) or {})


def test_the_difference_of_two_shares_is_told_in_points():
    assert cell(0.678, 0.693, SERVICE["service_level"][1], True) == "67.8% (−1.5 points)"


def test_a_scenario_with_one_line_tells_how_many_it_turns_away(page):
    change(page.controls.more, "lines", 1)
    save(page, "One line")
    assert document(page)["scenarios"][0]["figures"]["queues"]["voice"]["blocked"] > 0.1
    unfold(page, "All figures side by side")
    assert "Voice: Blocked" in shown(page) and "Chat: Blocked" not in shown(page)
