"""A roster in a real browser: made on a tiny centre, a cell changed, published; all of it there after a reload."""

import datetime as dt

import pandas as pd
import pytest
from playwright.sync_api import expect

from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from tests.browser.looking import OPEN_MS, drawn, opened
from tests.browser.serving import serve

NOW = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
ZONE, MONDAY = "Europe/Berlin", "2026-11-02"
HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00") | {"sat": "", "sun": ""}
WORK_MS = 180_000


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """A workbook of its own: one project, four people, a need of two for a week; pages go into a folder of its own."""
    folder = tmp_path_factory.mktemp("roster")
    database = folder / "ccwb.db"
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        orders = new_project("orders", label="Orders", zone=ZONE, hours=HOURS)
        centre = blank_centre(name="Ours", zone=ZONE) | {"projects": [orders]}
        store.save("centre", centre, base=0, by="Ana", at=NOW)
        people = {"agent": [f"a{n}" for n in range(4)], "name": ["Mia", "Noa", "Pat", "Sam"], "team": "red"}
        agents = pd.DataFrame(
            people | {"project": "orders", "trained_for": "", "hours_week": 40.0, "hourly_cost": 30.0}
        )
        store.write_table("agents", agents, by="Ana", at=NOW)
        cycle = store.add_cycle("November", first_day=MONDAY, last_day="2026-11-08", by="Ana", at=NOW)
        store.write_table("requirement", _need(), by="Ana", at=NOW, cycle=cycle.id)
    with serve("--database", database, CCWB_AGENT_PAGES=str(folder / "own")) as served:
        served.own = folder / "own"
        yield served


def _need():
    at = [
        pd.date_range(f"{day:%Y-%m-%d} 08:00", f"{day:%Y-%m-%d} 18:00", freq="30min", tz=ZONE, inclusive="left")
        for day in pd.date_range(MONDAY, periods=5)
    ]
    table = pd.DataFrame({"interval_start": at[0].append(at[1:]), "interval_s": 1800, "project": "orders"})
    figures = {"channel": "voice", "offered": 10.0, "aht_s": 180.0, "load": 1.0, "agents": 2.0, "scheduled": 2.0}
    return table.assign(**figures, service_level=0.8, answer_within_s=20.0, model="Erlang A")


@pytest.mark.timeout(600)
def test_a_roster_is_made_changed_by_hand_published_and_there_after_a_reload(page, workbook):
    opened(page, "4_schedule", step="roster")
    page.get_by_label("Your name").fill("Browser tester")
    page.get_by_label("Your name").press("Tab")
    page.get_by_label("Time to think").fill("5")
    page.get_by_label("Time to think").press("Tab")
    page.get_by_role("button", name="Make the roster", exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("The roster is made and kept", timeout=WORK_MS)
    expect(page.locator(".ccwb-progress").first).to_be_hidden(timeout=OPEN_MS)
    drawn(page, 2)

    page.get_by_role("button", name="Change the day by hand").click()
    start = page.locator(".ccwb-grid:visible tbody tr").first.locator("input[type=text]").first
    start.fill("8:15")
    start.press("Tab")
    expect(start).to_have_value("08:15")
    expect(page.locator("#ccwb-question")).to_have_text("Who works when?")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("4 agents have their own page", timeout=OPEN_MS)
    assert len([*workbook.own.glob("*.ics")]) == 4

    page.reload(timeout=OPEN_MS)
    drawn(page, 2)
    expect(page.get_by_text("Published by Browser tester")).to_be_visible(timeout=OPEN_MS)
    page.get_by_role("button", name="Change the day by hand").click()
    starts = page.locator(".ccwb-grid:visible tbody tr td:nth-child(2) input")
    expect(starts.first).to_be_visible()
    assert "08:15" in starts.evaluate_all("cells => cells.map((cell) => cell.value)")
