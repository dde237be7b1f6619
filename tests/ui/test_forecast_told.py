"""What the forecast page tells before it is too late: huge changes, missing holidays, days that do not fit."""

import datetime as dt
import io

import pandas as pd
import pytest

from ccwb import reports
from ccwb.errors import PlanError
from ccwb.projects import project_of
from ccwb.ui.forecast_adjust import Adjustments, too_much
from ccwb.ui.forecast_cleaning import Cleaning
from ccwb.ui.forecast_files import Files, sheets
from ccwb.ui.forecast_models import model_table, scored
from ccwb.ui.forecast_parts import dated, expected_days, figures, why_not
from ccwb.ui.forecast_pictures import week_title
from ccwb.ui.forecast_starts import NewQueues, row_of, start_of, week_of
from ccwb.ui.widgets import Upload
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown
from tests.ui.test_forecast_folds import part
from tests.ui.test_forecast_page import NOW, event
from tests.ui.test_forecast_publish import add, adjustments, stored


@pytest.fixture
def page(planned, open_page):
    return open_page("forecast", project=PROJECT)


def save_centre(page, **changes):
    centre = page.centre()
    project_of(centre, PROJECT).update(changes)
    page.store.save("centre", centre, base=page.store.load("centre").version, by="Ana", at=NOW)


# huge adjustments ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "value"), [("percent", "5000"), ("percent", "-100"), ("aht", "150"), ("amount", "1e5")]
)
def test_a_huge_adjustment_is_asked_back_and_counts_once_it_is_meant_so(page, kind, value):
    before = page.forecast
    add(adjustments(page), kind=kind, value=value, reason="A slip of the finger")
    assert "is it meant so?" in said(page)
    assert page.settings["adjustments"] == [] and page.forecast.equals(before)
    press(page, "Publish for staffing")
    assert "Nothing was made" in said(page) and "is it meant so?" in said(page)
    press(page, "Yes, it is meant so")
    assert [one["kind"] for one in page.settings["adjustments"]] == [kind]
    assert not page.forecast.equals(before)
    assert "is it meant so?" not in shown(page) + said(page)
    press(page, "Publish for staffing")
    assert stored(page)["offered"].sum() == pytest.approx(page.forecast["offered"].sum())


def test_what_was_meant_is_not_asked_again_and_what_is_changed_is(page):
    grid = adjustments(page)
    add(grid, value="300", reason="A new client")
    press(page, "Yes, it is meant so")
    grid.received({"type": "change", "row": 0, "key": "reason", "value": "A new and large client"}, [])
    assert [one["reason"] for one in page.settings["adjustments"]] == ["A new and large client"]
    grid.received({"type": "change", "row": 0, "key": "value", "value": "3000"}, [])
    assert "is it meant so?" in said(page)
    assert [one["value"] for one in page.settings["adjustments"]] == [3.0]
    page.reopen()
    assert next(one for one in page.parts if isinstance(one, Adjustments)).grid.rows[0]["value"] == "3000"
    press(page, "Yes, it is meant so")
    assert [one["value"] for one in page.settings["adjustments"]] == [30.0]


def test_an_adjustment_is_asked_beyond_twice_and_below_half_of_what_it_reaches(page):
    one = {"id": "a", "project": PROJECT, "channel": "voice", "kind": "percent", "weekdays": [0], "reason": "r"}
    asked = {v: too_much(page.drafted, one | {"value": v}) for v in (-0.51, -0.5, 0.1, 1.0, 1.01)}
    assert [v for v, why in asked.items() if why] == [-0.51, 1.01]
    mondays = page.drafted[(page.drafted["channel"] == "voice") & (page.drafted["interval_start"].dt.day_of_week == 0)]
    assert asked[1.01].values["before"] == f"{mondays['offered'].sum():,.0f}"
    shape = {"kind": "shape", "value": [["00:00", 9], ["12:00", 0.1]]}
    assert too_much(page.drafted, one | shape) is None  # a shape moves contacts, it adds none


# the calendar, and what changed since --------------------------------------------------------------------------------
def test_a_project_without_a_region_is_told_that_no_holidays_are_known_and_where_to_choose_it(page):
    assert "Public holidays of DE-BY in this cycle, closed: Dec 25, 2026 Christmas Day;" in shown(page)
    save_centre(page, region="")
    page.open()
    assert "Sales line has no region: no public holidays are known" in shown(page)
    assert "setup.ipynb" in shown(page) and "step=projects" in shown(page)
    save_centre(page, region="XX")
    page.open()
    assert "No public holidays are known for the region &#x27;XX&#x27;" in shown(page)


def test_what_changed_since_the_forecast_was_made_is_told_by_the_publish_button_before_the_first_publishing(
    sample_database, open_page
):
    page = open_page("forecast", project=PROJECT)
    page.model = "seasonal naive"
    press(page, "Make the forecast")
    finished(page)
    assert "since the forecast was made" not in page.stands.value
    page.events.save([event()])
    assert "The events were changed since the forecast was made: make it again" in page.stands.value
    save_centre(page, region="DE-BE")
    page.refresh_frame()
    assert "The setup was changed since the forecast was made" in page.stands.value
    change(part(page, Cleaning).form, "day", "2026-10-20")
    press(page, "Set this day aside")
    assert "Not published yet" in page.stands.value
    assert "Which days it learns from was changed" in page.stands.value
    press(page, "Make the forecast")
    finished(page)
    assert "changed" not in page.stands.value


def test_contacts_say_whose_they_are_and_how_far_they_are_from_the_published(page):
    voice, whole = (f"{rows['offered'].sum():,.0f}" for rows in (page.of_queue(page.published), page.published))
    assert f"Voice, {voice} contacts in the cycle; all queues, {whole}" in page.stands.value
    assert "Voice; as published" in page.answer.value
    add(adjustments(page), kind="amount", value="50", channel="voice", weekdays="0", reason="A mailing")
    more = page.of_queue(page.forecast)["offered"].sum() - page.of_queue(page.published)["offered"].sum()
    assert f"Voice; +{more:,.0f} against the published" in page.answer.value


# days that do not fit ------------------------------------------------------------------------------------------------
def test_a_cycle_far_beyond_the_history_is_refused_by_its_days(planned, open_page):
    page = open_page("forecast", project=PROJECT)
    days = {"first_day": dt.date(2029, 1, 1), "last_day": dt.date(2029, 3, 31)}
    far = page.store.add_cycle("Far", **days, predecessor=None, status="planned", by="Ana", at=NOW)
    page = open_page("forecast", project=PROJECT, cycle=str(getattr(far, "id", far)))
    press(page, "Make the forecast")
    finished(page)
    assert "The history of Sales line ends on " in said(page)
    assert "the cycle runs from Jan 1, 2029 to Mar 31, 2029. A forecast reaches 731 days" in said(page)
    assert "move the cycle&#x27;s days" in said(page)


@pytest.mark.parametrize("day", ["2031-01-01", "2026-12-01", "1999-05-05"])
def test_a_day_that_the_forecast_does_not_learn_from_cannot_be_set_aside(page, day):
    change(part(page, Cleaning).form, "day", day)
    press(page, "Set this day aside")
    assert "is not among the days that the forecast learns from: of Voice they run from" in said(page)
    assert page.settings["decisions"] == []


def test_days_in_sentences_are_written_as_the_reader_writes_them(page):
    why = PlanError("{day}: {inner} {many}", day="2026-03-29", inner=PlanError("{on}", on="2026-03-30"), many=["a"])
    assert why_not(why) == "Mar 29, 2026: Mar 30, 2026 a"
    assert dated(PlanError("{name}", name="2026-03-29.csv")).values == {"name": "2026-03-29.csv"}
    add(adjustments(page), value="10", first_day="2028-01-01", last_day="2028-01-31", reason="Too late")
    assert "is for Jan 1, 2028 to Jan 31, 2028; the forecast has days from Nov 2, 2026" in said(page)


def test_an_empty_cell_of_a_file_is_named_by_its_interval_and_queue(page):
    part(page, Files)
    place = next(one for one in find(page, Upload) if one.labels["choose"] == "Bring in a forecast")
    table = sheets(page.forecast)["Forecast"].reset_index(drop=True)
    table.loc[[3, 5], "offered"] = None
    before, row = page.drafted, table.loc[3]
    content = io.BytesIO(reports.to_excel({"forecast": table})).getvalue()
    place.received({"type": "file", "name": "mine.xlsx"}, [content])
    finished(page)
    assert (
        f"&#x27;mine.xlsx&#x27; does not say how many contacts to expect at Nov 2, 2026 {row['interval_start']:%H:%M}"
        in said(page)
    )
    assert "so it is with 2 of its rows" in said(page)
    assert page.drafted.equals(before)


# a week of one's own -------------------------------------------------------------------------------------------------
def test_a_new_queue_has_the_week_that_was_typed(page):
    grid = part(page, NewQueues).grid
    grid.received({"type": "add"}, [])
    cells = {"channel": "social", "contacts_day": 100.0, "profile": "2 1 1 1 0.5 0 0"}
    for key, value in cells.items():
        grid.received({"type": "change", "row": 0, "key": key, "value": value}, [])
    assert page.settings["starts"][0]["profile"] == [2, 1, 1, 1, 0.5, 0, 0]
    page.model = "seasonal naive"
    press(page, "Make the forecast")
    finished(page)
    rows = page.drafted[page.drafted["channel"] == "social"]
    days = rows.groupby(rows["interval_start"].dt.normalize())["offered"].sum()
    week = days.groupby(days.index.day_of_week).median()
    assert week[0] / week[1] == pytest.approx(2, rel=0.01) and week[4] / week[1] == pytest.approx(0.5, rel=0.01)
    grid = part_again(page).grid
    assert grid.rows[0]["profile"] == "2 1 1 1 0.5 0 0"
    grid.received({"type": "change", "row": 0, "key": "profile", "value": "2 1 1"}, [])
    assert "&#x27;2 1 1&#x27; is no week: write seven factors from Monday to Sunday" in said(page)
    assert page.settings["starts"][0]["profile"] == [2, 1, 1, 1, 0.5, 0, 0]


def part_again(page):
    return next(one for one in page.parts if isinstance(one, NewQueues))


@pytest.mark.parametrize("typed", ["1 1 1 1 1 0", "1 1 1 1 1 0 x", "-1 1 1 1 1 1 1", "0 0 0 0 0 0 0"])
def test_a_week_that_is_none_is_refused_in_words(typed):
    with pytest.raises(PlanError, match="is no week"):
        week_of(typed)


def test_a_start_comes_back_from_the_list_as_it_was():
    one = {"project": PROJECT, "channel": "email", "first_day": "2026-11-02", "contacts_day": 80.0, "like": None}
    one |= {"profile": [1.2, 1, 1, 1, 0.9, 0.5, 0], "growth_month": 0.02, "aht_s": None, "spread": 0.3}
    assert start_of(row_of(one), PROJECT, []) == one
    older = {key: value for key, value in one.items() if key != "profile"}
    assert row_of(older)["profile"] == ""


def test_no_two_controls_of_the_lists_are_called_the_same(page):
    for name in ("Adjustments", "NewQueues", "Cleaning"):
        page.folds[name].opened = True
    labels = [
        c["label"] for grid in (page.events.grid, adjustments_grid(page), part_again(page).grid) for c in grid.columns
    ]
    assert len(labels) == len(set(labels))
    assert pd.Series([c["kind"] for c in page.events.grid.columns if c["key"] == "name"]).tolist() == ["long"]


def adjustments_grid(page):
    return next(one for one in page.parts if isinstance(one, Adjustments)).grid


# queues of few contacts -----------------------------------------------------------------------------------------------
def few(a_day):
    """Return four weeks of half hours, 20 a day, that together have so many contacts a day."""
    times = [
        day + pd.Timedelta(minutes=480 + 30 * n) for day in pd.date_range("2026-03-02", periods=28) for n in range(20)
    ]
    table = pd.DataFrame({"interval_start": times, "interval_s": 1800, "project": PROJECT, "channel": "voice"})
    return table.assign(offered=a_day / 20, day_spread=0.8, dispersion=1.0, model="rate of few contacts")


def test_a_queue_of_few_contacts_is_told_by_how_rarely_they_come():
    said_of = figures(few(1 / 30), scored(pd.DataFrame()))
    assert "about 1 a month" in said_of and "0 to 1 contacts" in said_of and "±" not in said_of
    assert "0.9" in said_of and "Busiest day" not in said_of  # 28 thirtieths of a contact
    assert "± " in figures(few(40).assign(day_spread=0.1), scored(pd.DataFrame()))
    days = expected_days(few(1 / 30))
    assert (days["lower"] == 0).all() and (days["upper"] == 1).all() and (days["high"] == 1).all()


def test_a_week_of_few_contacts_is_told_by_its_sum():
    week = few(1 / 30).head(140)
    said_of = week_title(pd.Timestamp("2026-03-02"), week.iloc[0], week["offered"].sum())
    assert said_of == "Week from Mar 2, 2026: 0.2 contacts in all, less than one in any interval"


def test_the_model_of_a_forecast_is_told_where_it_is_none_of_those_tried():
    tried = pd.DataFrame({"model": ["seasonal naive"], "wape": [7.09], "bias": [0.1], "coverage_80": [0.8]})
    table = model_table(few(0.1), tried, "")
    assert "The forecast in sight was made by: rate of few contacts." in table
    assert "over 200%" in table and "709" not in table


# new queues ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("key", "value"), [("growth_month", 500.0), ("spread", 900.0), ("aht_s", -5.0)])
def test_a_number_that_a_new_queue_cannot_have_is_refused_where_it_is_typed(key, value):
    row = {"channel": "email", "first_day": "2026-11-02", "contacts_day": 80.0, "like": "", "profile": ""}
    row |= {"growth_month": 0, "aht_s": None, "spread": 30}
    start_of(row, PROJECT, [])
    with pytest.raises(PlanError, match="is a number from"):
        start_of(row | {key: value}, PROJECT, [])


def test_a_new_queue_is_of_a_channel_that_the_project_works_and_says_what_was_typed(page):
    one = next(p for p in page.centre()["projects"] if p["project"] == PROJECT)
    grid = part(page, NewQueues).grid
    channels = {o["value"] for column in grid.columns if column["key"] == "channel" for o in column["options"]}
    assert channels == set(one["channels"])
    start = {"project": PROJECT, "channel": "email", "first_day": "2026-11-02", "contacts_day": 80.0, "like": None}
    start |= {"profile": None, "growth_month": 0.02, "aht_s": 95.0, "spread": 0.3}
    page.set(starts=[start])
    change(page.form, "channel", "email")
    assert "Typed: 80 contacts on an ordinary open day from Nov 2, 2026 on, unsure by 30%." in page.believes.value
    assert "+2% from month to month" in page.believes.value and "evenly" in page.believes.value


# the handling time ---------------------------------------------------------------------------------------------------
def test_it_is_said_where_staffing_takes_the_handling_time_of_a_history_without_any(page):
    assert "no handling time is known" not in page.stands.value
    place = {"cycle": page.cycle_id, "project": PROJECT}
    table = page.published
    none = table["aht_s"].where(table["channel"] != "voice")
    page.store.write_table("forecast_draft", table.assign(aht_s=none), by="Ana", at=NOW, **place)
    centre = page.centre()
    project_of(centre, PROJECT)["channels"]["voice"]["aht_s"] = 195
    save_centre(page, channels=project_of(centre, PROJECT)["channels"])
    page.open()
    said_once = "Voice: no handling time is known. Staffing takes the one typed in the setup: 195 s."
    assert page.stands.value.count("no handling time is known") == 1 and said_once in page.stands.value
    project_of(centre, PROJECT)["channels"]["voice"]["aht_s"] = None
    save_centre(page, channels=project_of(centre, PROJECT)["channels"])
    page.open()
    assert "Voice: no handling time is known, and none is typed in the setup" in page.stands.value
