"""What is typed beside the staffing page's sliders: switched off, refused as it was typed, kept as it is shown."""

import pytest

from ccwb.ui.refusals import out_of_range
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, press, said


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def own(page):
    return page.made[page.made["channel"] == page.channel]


def test_a_patience_that_is_emptied_is_none_in_the_model_the_plan_and_the_page_opened_again(page, open_page):
    change(page.sliders, "patience_s", None)
    assert set(own(page)["model"]) == {"Erlang C"} and own(page)["abandonment"].max() == 0
    press(page, "Make this the plan")
    again = open_page("staffing", project=PROJECT)
    assert again.sliders.values["patience_s"] is again.kept.data["plan_settings"]["voice"]["patience_s"] is None
    assert set(own(again)["model"]) == {"Erlang C"}
    usual = again.usual[PROJECT, "voice"]["patience_s"]
    change(again.sliders, "patience_s", usual)  # the link back to the setup's value
    assert set(own(again)["model"]) == {"Erlang A"} and again.settings["voice"]["patience_s"] == usual


def test_a_contract_with_an_answer_rate_alone_can_be_tried(page):
    change(page.controls.more, "answer_rate", 90)
    change(page.sliders, "max_occupancy", None)
    before = own(page)["agents"].sum()
    change(page.sliders, "service_level", None)
    assert own(page)["agents"].sum() < before and own(page)["answer_rate"].min() >= 0.9
    assert "Service level (" not in page.figures.value and ">Service level<" in page.figures.value
    assert page.curve.title.endswith("set by: answer rate") and page.curve.data["target"]["service_level"] == []
    assert page.targets()[PROJECT, "voice"]["max_occupancy"] is None


def test_the_last_target_is_not_taken_away(page):
    change(page.controls.more, "answer_rate", None)
    change(page.sliders, "max_occupancy", 100)
    before = own(page)["agents"].tolist()
    change(page.sliders, "service_level", None)
    assert "Some target is needed" in page.sliders.errors["service_level"] and said(page) == ""
    assert own(page)["agents"].tolist() == before and page.settings["voice"]["service_level"]
    press(page, "Make this the plan")
    assert "Nothing was made" in said(page)
    change(page.controls.more, "answer_rate", 95)
    change(page.sliders, "service_level", None)
    assert page.sliders.errors == {}
    change(page.sliders, "patience_s", None)  # whoever never gives up is always answered
    assert "Some target is needed" in page.sliders.errors["patience_s"]
    change(page.controls.more, "answer_rate", None)
    assert "Some target is needed" in page.controls.more.errors["answer_rate"]


def test_a_deadline_shorter_than_the_work_itself_is_said_beside_it(page):
    change(page.choices, "channel", "callback")
    before = own(page)["agents"].tolist()
    change(page.sliders, "answer_within_s", 0)
    assert "Allow at least the handling time" in page.sliders.errors["answer_within_s"]
    assert own(page)["agents"].tolist() == before
    change(page.sliders, "service_level", None)  # nothing is promised: all is finished in the end
    assert page.sliders.errors.keys() == {"answer_within_s"} and own(page)["agents"].sum() > 0


def test_a_page_whose_saved_deadline_cannot_be_kept_opens_with_the_sentence_and_can_be_mended(page, open_page):
    page.put({"callback": {"answer_within_s": 7200.0}})
    page.kept.data["settings"]["callback"]["answer_within_s"] = 60.0
    page.kept.save()
    again = open_page("staffing", project=PROJECT)
    assert "Allow at least the handling time" in said(again)
    change(again.choices, "channel", "callback")
    change(again.sliders, "answer_within_s", 2)
    assert said(again) == "" and own(again)["agents"].sum() > 0


@pytest.mark.parametrize(
    ("form", "key", "typed", "words"),
    [
        ("more", "asa_s", 0.001, "found 0.001."),
        ("more", "answer_rate", 99.999999, "at most 99.9; found 99.999999."),
        ("more", "lines", 2.5, "found 2.5."),
        ("more", "redial", 95.06, "found 95.06."),
        ("more", "cushion", -90.5, "found −90.5."),
        ("sliders", "service_level", 99.999999, "From 30 to 99.9 %. Found 99.999999."),
    ],
)
def test_what_is_refused_is_quoted_as_it_was_typed(page, form, key, typed, words):
    form = page.sliders if form == "sliders" else page.controls.more
    change(form, key, typed)
    assert form.errors[key].endswith(words)


def test_half_a_conversation_is_quoted_as_half(page):
    change(page.choices, "channel", "chat")
    change(page.controls.more, "at_once", 2.5)
    assert "found 2.5" in page.controls.more.errors["at_once"]


def test_what_is_kept_is_what_is_shown(page):
    change(page.sliders, "answer_within_s", 10.4)
    assert (page.sliders.values["answer_within_s"], page.settings["voice"]["answer_within_s"]) == (10, 10)
    assert "in 10 s" in page.figures.value
    for key, typed, shown, kept in (("abandonment", 99.98, 100, 1), ("cushion", 13.14159, 13.1, 0.131)):
        change(page.controls.more, key, typed)
        assert page.controls.more.values[key] == shown and page.settings["voice"][key] == pytest.approx(kept)
    change(page.choices, "channel", "chat")
    change(page.controls.more, "slowdown", "100, 130.4")
    assert page.settings["chat"]["slowdown"] == [1.0, 1.3]


@pytest.mark.parametrize(("key", "own", "shown"), [("answer_within_s", 180.0, 0.05), ("aht_s", 0.04, 0.04)])
def test_a_small_number_of_the_setup_is_shown_as_it_is_used_and_the_mark_leads_back_to_it(page, key, own, shown):
    page._starts["callback"] |= {"aht_s": 0.04, "answer_within_s": 180.0}
    page.put({"callback": page.start_of("callback")})
    change(page.choices, "channel", "callback")
    field = next(f for f in page.sliders.fields if f["key"] == key)
    assert (page.sliders.values[key], field["default"]) == (shown, shown)
    assert f"Back to {shown}" in field["back_label"] and "digits" not in field
    change(page.sliders, key, 2)
    change(page.sliders, key, shown)
    assert page.sliders.errors == {} and page.settings["callback"][key] == own


def test_a_range_without_a_unit_ends_without_a_space_and_a_negative_number_has_a_minus():
    assert out_of_range({"min": 0, "max": 99_999, "unit": ""}, -1) == "From 0 to 99,999."
    assert out_of_range({"min": -50, "max": 100, "unit": "%"}, -51) == "From −50 to 100 %."
