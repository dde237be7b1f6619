"""A forecast for every project at once: one that cannot be made or is published already is no trouble to the others."""

import pytest

from tests.ui.conftest import PROJECT
from tests.ui.looking import finished, press, said
from tests.ui.test_forecast_odd_files import history, noisy
from tests.ui.test_forecast_page import NOW

CHANNELS = ("voice", "chat", "callback", "email", "social")


def give(page, project, table):
    """Make a table all of the history that a project has."""
    for channel in CHANNELS:
        page.store.delete_table("history", by="Ana", at=NOW, project=project, channel=channel)
    if table is not None:
        page.store.write_table("history", table.assign(project=project), by="Ana", at=NOW, project=project)


@pytest.fixture
def three(sample_database, open_page):
    """A page of a centre of three projects: six weeks of history, one that ended years ago, and six weeks.

    All of it from nine to five, though each project is open for longer, and one around the clock.
    """
    page = open_page("forecast", project=PROJECT)
    others = [one["project"] for one in page.centre()["projects"] if one["project"] != PROJECT]
    six = history(42, noisy)
    years = six["interval_start"].max() - six["interval_start"].max().replace(year=2021)
    for project, table in ((PROJECT, six), (others[0], six.assign(interval_start=six["interval_start"] - years))):
        give(page, project, table)
    give(page, others[1], six)
    page.open()
    page.model = "seasonal naive"
    return page, others


def drafts(page):
    return set(page.store.read_table("forecast_draft", cycle=page.cycle_id)["project"])


def test_a_queue_is_forecast_in_the_hours_that_it_has_and_not_around_the_clock(three):
    page, (_old, new) = three
    press(page, "Make it for every project")
    finished(page)
    made = page.store.read_table("forecast_draft", cycle=page.cycle_id, zone="Europe/Berlin")
    hours = {one["project"]: one["hours"]["mon"] for one in page.centre()["projects"]}
    assert len({hours[PROJECT], hours[new], "09:00-17:00"}) == 3
    for project in (PROJECT, new):
        rows = made[made["project"] == project]
        clock, a_day = rows["interval_start"].dt.hour, rows.groupby(rows["interval_start"].dt.date)["offered"].sum()
        assert (clock.min(), clock.max()) == (9, 16) and a_day.median() == pytest.approx(16 * 12, rel=0.1)


def labelled(page, project):
    return next(one["label"] for one in page.centre()["projects"] if one["project"] == project)


def test_a_project_that_cannot_be_forecast_is_named_and_the_others_are_kept(three):
    page, (old, new) = three
    press(page, "Make it for every project")
    finished(page)
    assert drafts(page) == {PROJECT, new}
    assert "The forecast is made." in said(page)
    name = labelled(page, old)
    assert f"Not made for {name}: The history of {name} ends on Oct " in said(page) and "2021" in said(page)
    press(page, "Publish all of them as they are")
    assert "Published" in said(page)
    assert set(page.store.read_table("forecast", cycle=page.cycle_id)["project"]) == {PROJECT, new}


def test_where_no_project_can_be_forecast_each_reason_is_said_and_nothing_else(three):
    page, (old, new) = three
    give(page, new, None)
    give(page, PROJECT, page.store.read_table("history", project=old))
    page.make_all()
    finished(page)
    assert drafts(page) == set() and "The forecast is made." not in said(page)
    for project in (old, PROJECT):
        assert f"Not made for {labelled(page, project)}: The history of " in said(page)


def test_a_published_project_is_made_again_only_when_that_is_chosen(three):
    page, (_old, new) = three
    press(page, "Make the forecast")
    finished(page)
    press(page, "Publish for staffing")
    before = page.store.revision("forecast_draft", cycle=page.cycle_id, project=PROJECT).number
    press(page, "Make it for every project")
    assert f"{labelled(page, PROJECT)}: already published." in said(page) and drafts(page) == {PROJECT}
    press(page, "Only the others")
    finished(page)
    assert drafts(page) == {PROJECT, new}
    assert page.store.revision("forecast_draft", cycle=page.cycle_id, project=PROJECT).number == before
    assert "was made again" not in page.stands.value
    press(page, "Make it for every project")
    press(page, "Every project")
    finished(page)
    assert page.store.revision("forecast_draft", cycle=page.cycle_id, project=PROJECT).number == before + 1
    assert "was made again" in page.stands.value
