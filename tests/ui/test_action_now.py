"""The action page on days of the sample centre's history: what is happening, what would help, accepted in one press."""

import re
import shutil
import threading

import pandas as pd
import pytest

from ccwb.staffing import rest_of_day
from ccwb.ui import shell
from ccwb.ui.action_now_parts import peak_of
from ccwb.ui.action_page import ActionPage
from tests.ui.looking import press, said, shown

WINTER = "1"  # the first of the sample's cycles


def typed(form, **values):
    for key, value in values.items():
        form.received({"type": "change", "key": key, "value": value, "final": True}, [])


def at(page, day, time):
    """Look at a day as it stood at a time."""
    page.now.wait()
    typed(page.now.form, day=day)
    typed(page.now.form, time=time)
    page.now.wait()
    return page


@pytest.fixture(scope="module")
def surge(sample_file, tmp_path_factory):
    """The service project's page on a morning with a quarter more calls than were forecast; one for all tests."""
    copy = tmp_path_factory.mktemp("surge") / "workbook.db"
    shutil.copyfile(sample_file, copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCWB_DATABASE", f"sqlite:///{copy.as_posix()}")
        page = ActionPage(shell._context({"project": "service", "cycle": WINTER}))
        page.shell.person = "Ana"
        yield at(page, "2026-02-09", "10:30")
        page.leave()
        page.store.close()


def test_a_surge_is_told_in_figures_the_rest_is_raised_and_its_scenario_lit(surge):
    sums = surge.now.seen.found.queues
    assert (sums["day"].sum() > 1.1 * sums["plan_day"].sum()) and "Until 10:30 25% more" in surge.now.chart.title
    told = surge.now.figures.value
    for label in ("Contacts so far", "Expected by the end of the day", "Service level so far", "Most agents short"):
        assert label in told
    assert [card.row["key"] for card in surge.now.responses.cards] == ["surge"]
    assert [row["key"] for row in surge.scenarios.holding()] == ["surge"]
    points = surge.now.chart.data["day"]
    assert points["actual"][0] is not None and points["actual"][-1] is None and points["upper"][-1] is not None


def test_what_comes_after_the_moment_is_not_known_to_it(surge):
    rows = surge.now.seen.found.rows
    moment = pd.Timestamp("2026-02-09 10:30", tz="Europe/Berlin")
    assert rows.loc[rows["interval_start"] >= moment, "actual_offered"].isna().all()
    assert rows.loc[rows["interval_start"] < moment, "actual_offered"].notna().all()


def test_an_accepted_response_is_in_the_log_with_what_it_is_to_bring(surge):
    before = len(surge.log)
    card = surge.now.responses.cards[0]
    typed(card.form, people=6.0)
    without, helped = (surge.now.rest("service", **more).queues for more in ({}, {"people_more": 6.0}))
    assert helped["missing_hours"].sum() < without["missing_hours"].sum()
    press(surge, "Accept and log it")
    entry = surge.log.iloc[-1]
    assert len(surge.log) == before + 1 and "Logged as entry" in said(surge)
    assert (entry["plan_item"], entry["scenario"], entry["urgency"]) == ("forecast", "surge", "now")
    assert entry["project"] == "service" and str(entry["at"]) == "2026-02-09 10:30:00+01:00"
    assert "Service level of the day" in entry["effect"] and "Measured: 125%" in entry["why"]
    assert surge.now.chart.data["entries"]["entry"][-1] == str(int(entry["entry"]))


def test_an_accepted_response_keeps_the_people_assumed_and_its_effect_in_numbers(surge):
    card = surge.now.responses.cards[0]
    typed(card.form, people=4.0, contacts=10.0)
    press(surge, "Accept and log it")
    kept = surge.store.read_table("action_log", cycle=surge.cycle_id).iloc[-1]
    rests = [surge.now.rest("service", **more) for more in ({}, {"people_more": 4.0, "volume_change": -0.1})]
    levels = [one.queues["answered_within_day"].sum() / one.queues["offered_day"].sum() for one in rests]
    assert (kept["people_more"], kept["contacts_fewer"], kept["service_of"]) == (4.0, 0.1, "day")
    assert [kept["service_without"], kept["service_with"]] == pytest.approx(levels) and levels[1] > levels[0]
    assert kept["short_with"] < kept["short_without"]
    assert "Assumed until the end of the day: 4 people more, 10% fewer contacts." in shown(surge)
    surge.correct(int(kept["entry"]))
    typed(surge.form, why="A mailing nobody told of")
    press(surge, "Log it")
    again = surge.store.read_table("action_log", cycle=surge.cycle_id).iloc[-1]
    assert again["corrects"] == kept["entry"] and again["why"] == "A mailing nobody told of"
    assert again["people_more"] == 4.0 and again["service_with"] == kept["service_with"]
    surge.correct(int(again["entry"]))
    typed(surge.more, scenario="")
    press(surge, "Log it")  # another deed: what was worked out for the first says nothing of it
    other = surge.store.read_table("action_log", cycle=surge.cycle_id).iloc[-1]
    assert pd.isna(other["people_more"]) and other["service_of"] == ""


def short_in_the_figures(page):
    found = re.search(r"Most agents short at once</span><span class='ccwb-value'>([\d.]+)", page.now.figures.value)
    return found.group(1)


def test_the_most_people_short_are_one_number_in_figure_title_and_response(surge):
    for absent in (None, 30.0, 34.0):
        typed(surge.now.form, absent=absent)
        surge.now.wait()
        title = surge.now.people.children[0].children[0].title
        told = short_in_the_figures(surge)
        assert title.endswith(f"most people are missing: {told}"), (absent, told, title)
        rows = surge.now.rest("service").rows  # one project: all its queues are what is in sight
        by_time = rows.groupby("interval_start")["missing"].sum()
        assert float(told) == pytest.approx(by_time.max(), abs=0.5)
        card = next(card for card in surge.now.responses.cards if card.row["key"] == "surge")
        assert f">{told}</td>" in card.said.value
    typed(surge.now.form, absent=None)
    surge.now.wait()


def test_two_queues_that_lack_a_part_of_a_person_each_lack_a_whole_one_together():
    at = pd.date_range("2026-02-09 10:00", periods=2, freq="30min", tz="Europe/Berlin")
    queue = {"interval_start": at, "interval_s": 1800, "planned": 3.0, "there": 3.0, "needed": 3.6}
    rows = pd.concat([pd.DataFrame(queue | {"missing": [0.2, 0.6]}), pd.DataFrame(queue | {"missing": [0.1, 0.4]})])
    peak = peak_of(rows)
    assert peak["missing"] == pytest.approx(1.0) and peak["moment"] == at[1]
    assert peak_of(rows.assign(missing=0.2)) is None  # fractions of a person are nobody to call


def test_people_away_are_as_the_actual_figures_tell_until_a_number_is_typed(surge):
    away = surge.now.seen.measures["service"]["absence"]
    assert 0.05 < away < 0.15
    measured = surge.now.rest("service").queues["missing_hours"].sum()
    typed(surge.now.form, absent=40.0)
    surge.now.wait()
    assert surge.now.rest("service").queues["missing_hours"].sum() > measured
    typed(surge.now.form, absent=None)
    surge.now.wait()


def test_one_queue_alone_can_be_looked_at(surge):
    typed(surge.now.form, queue="service/voice")
    voice = surge.now.seen.found.queues.set_index("channel").loc["voice"]
    assert f"{voice['actual_so_far']:.0f}" in surge.now.figures.value
    typed(surge.now.form, queue="")


def test_a_cycle_without_a_forecast_shows_a_day_of_one_that_has_and_says_so(sample_database, open_page):
    page = open_page("action", project="sales")
    page.now.wait()
    assert "shown is a day of the cycle Summer 2026" in shown(page)
    assert page.now.seen.found.queues["actual_so_far"].sum() > 0 and not page.now.own


def test_figures_brought_in_are_looked_at_and_the_day_begins_where_they_end(surge):
    surge.brought(None)
    surge.now.wait()
    assert surge.in_sight.children == (surge.now.widget,) and surge.now.seen is not None
    assert f"{surge.now.seen.now:%H:%M}" == surge.now.form.values["time"]
    at(surge, "2026-02-09", "10:30")


def test_a_day_closed_is_said_and_what_was_in_sight_stays(surge):
    typed(surge.now.form, day="2026-02-08")
    assert "The forecast has no open interval on" in said(surge)
    assert surge.now.seen.day == pd.Timestamp("2026-02-09", tz="Europe/Berlin")
    at(surge, "2026-02-09", "10:30")


def test_the_rest_of_the_day_with_the_plans_own_people_is_the_staffing_models(surge):
    seen = surge.now.seen
    expected = seen.expected("service")
    goals = seen.plans["service"]["targets"]
    alone = rest_of_day(expected, targets=goals)
    assert (alone.rows["there"] == alone.rows["planned"]).all()
    assert (seen.rest("service").rows["needed"].to_numpy() == alone.rows["needed"].to_numpy()).all()


def test_another_language_comes_while_the_day_is_still_looked_at(surge):
    """As the browser says it: a press holds the page, and the day that waits to be shown must not be waited for."""
    for language in ("de", "en"):
        before = surge.now
        before.look()
        said_so = {"type": "pick", "name": "lang", "value": language}
        hand = threading.Thread(target=surge.shell._received, args=(surge.shell, said_so, []), daemon=True)
        hand.start()
        hand.join(30)
        assert not hand.is_alive() and surge.now is not before and surge.context.language == language
        surge.now.wait()
        before.wait()
        assert surge.now.seen is not None
