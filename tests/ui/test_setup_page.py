"""The setup page: a centre from nothing, every change saved, a wrong one said at its field and not saved."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from ccwb.forecast import gather
from ccwb.projects import blank_centre, is_open, new_project, project_of
from ccwb.store import open_store
from ccwb.ui import setup_parts, text
from ccwb.ui.setup_page import SetupPage
from ccwb.ui.setup_parts import zone_called
from ccwb.ui.shell import Context
from ccwb.ui.widgets import Form
from tests.ui.looking import change, find, finished, press, said, shown, unfold

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as store:
        yield store


@pytest.fixture
def page(store):
    made = SetupPage(Context(store))
    made.shell.person = "Ana"
    return made


@pytest.fixture
def begun(page):
    """A page on a centre with one project, Orders."""
    press(page, "Start with a blank workbook")
    added(page, "Orders", zone="berlin")
    return page


def added(page, label, **more):
    for key, value in {"label": label, **more}.items():
        change(page.sections["projects"].new, key, value)
    press(page, "Add the project")


def centre(store):
    return store.load("centre").data


def one(store):
    return centre(store)["projects"][0]


def test_an_emptied_workbook_says_of_nothing_that_it_is_saved(begun, store):
    assert begun.shell.saved.startswith("saved ")
    begun.go("centre")
    assert "spaced" in begun.place._dom_classes  # the fold stands apart from the card above it
    unfold(begun, "Begin a blank workbook")
    form = next(form for form in find(begun, Form) if "agreed" in form.values)
    change(form, "agreed", "Our centre")
    press(begun, "Begin a blank workbook")
    assert "The workbook is empty now." in said(begun)
    assert (begun.shell.saved, begun.shell.saved_state) == ("", "")


def cell(grid, row, **values):
    for key, value in values.items():
        grid.received({"type": "change", "row": row, "key": key, "value": value}, [])


def test_history_that_begins_after_the_cycle_is_no_history_to_plan_from():
    project = new_project("orders", label="Orders")
    begins = pd.Timestamp("2026-03-02 08:00", tz="Europe/Berlin").tz_convert("UTC")
    row = {"project": "orders", "channel": "voice", "rows": 2, "first": begins, "last": begins}
    there = {"centre": blank_centre(name="Ours") | {"projects": [project]}, "history": pd.DataFrame([row])}

    def said(first_day):
        cycle = SimpleNamespace(first_day=first_day, last_day=first_day + dt.timedelta(days=27))
        return [sentence for sentence, _step in setup_parts.missing(there | {"cycle": cycle}) if "history" in sentence]

    assert said(dt.date(2026, 3, 2)) == ["Orders has no history before Mar 2, 2026, when the cycle begins."]
    assert said(dt.date(2026, 3, 3)) == []


# the first minute ----------------------------------------------------------------------------------------------------
def test_an_empty_workbook_offers_the_two_ways_to_begin(page, store):
    assert "This workbook is empty." in shown(page)
    press(page, "Start with a blank workbook")
    assert centre(store)["projects"] == []
    assert "There is no project yet." in shown(page)
    assert page.step == "projects"


def test_the_sample_fills_an_empty_workbook_and_everything_is_there(page, store):
    press(page, "From the sample")
    finished(page)
    assert len(centre(store)["projects"]) == 3
    assert "Everything is there to plan with." in shown(page)
    assert "The sample centre is in the workbook." in said(page)


def test_the_page_opens_without_what_only_an_import_needs(tmp_path):
    code = (
        "import sys\nfrom ccwb.store import open_store\nfrom ccwb.ui.shell import Context\n"
        "from ccwb.ui.setup_page import SetupPage\n"
        f"SetupPage(Context(open_store('sqlite:///{(tmp_path / 'w.db').as_posix()}')))\n"
        "print([m for m in ('ccwb.intake', 'openpyxl', 'statsmodels', 'holidays', 'altair') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_missing_is_said_with_the_step_that_mends_it(begun):
    assert begun.missing == [("Orders has no history yet.", "history"), ("There is no cycle to plan yet.", "cycles")]
    press(begun, "Do this next: History")
    assert begun.step == "history"


# the centre and its projects -----------------------------------------------------------------------------------------
def test_a_committed_field_is_saved_at_once(begun, store):
    begun.go("centre")
    form = begun.sections["centre"].form
    change(form, "name", "Our house")
    change(form, "zone", "new york")
    change(form, "full_time_hours_week", 38.5)
    saved = centre(store)
    assert (saved["name"], saved["zone"], saved["full_time_hours_week"]) == ("Our house", "America/New_York", 38.5)
    assert form.values["zone"] == "America/New_York"


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("zone", "Atlantis", "has the time zone 'Atlantis'"),
        ("currency", "euros", "a currency is written by its code"),
        ("full_time_hours_week", 200, "up to 80 a week"),
    ],
)
def test_a_wrong_value_of_the_centre_stays_in_its_field_with_a_sentence_and_is_not_saved(
    begun, store, key, typed, says
):
    before = centre(store)
    begun.go("centre")
    form = begun.sections["centre"].form
    change(form, key, typed)
    assert says in form.errors[key].lower() or says in form.errors[key]
    change(form, "name", "Another name")
    assert form.values[key] == typed
    assert centre(store) == before | {"name": "Another name"}


def test_a_new_project_has_office_hours_and_usual_targets_and_is_the_one_in_sight(begun, store):
    added(begun, "Returns & Repairs", kind="support", channel="chat", zone="Europe/Vienna")
    made = centre(store)["projects"][1]
    assert (made["project"], made["zone"], list(made["channels"])) == ("returns-repairs", "Europe/Vienna", ["chat"])
    assert begun.project == "returns-repairs"
    assert begun.sections["projects"].shown.key == "returns-repairs"


def test_two_projects_never_share_a_key(begun, store):
    added(begun, "Other", key="orders")
    assert "short name of its own" in begun.sections["projects"].new.errors["label"]
    assert len(centre(store)["projects"]) == 1


def test_opening_hours_are_checked_day_by_day(begun, store):
    hours = begun.sections["projects"].shown.hours
    change(hours, "mon", "07:00-21:05")
    change(hours, "tue", "7 to 9")
    assert "Opening hours read '7 to 9'" in hours.errors["tue"]
    change(hours, "sat", "09:00-12:00, 13:00-17:00")
    assert (one(store)["hours"]["mon"], one(store)["hours"]["tue"]) == ("07:00-21:05", "08:00-18:00")
    assert hours.values["tue"] == "7 to 9"
    press(begun, "Monday's hours from Tuesday to Friday, too")
    assert {one(store)["hours"][day] for day in ("mon", "tue", "wed", "thu", "fri")} == {"07:00-21:05"}


def test_a_region_without_known_holidays_is_said_at_the_field(begun, store):
    who = begun.sections["projects"].shown.who
    change(who, "region", "XX")
    assert "No public holidays are known" in who.errors["region"]
    change(who, "region", "US")
    assert one(store)["region"] == "US"
    assert "public holidays this year" in who.notes["region"]


def test_a_promise_is_typed_in_percent_and_kept_as_a_share(begun, store):
    promise = begun.sections["projects"].shown.promise
    change(promise, "answer_rate", 90)
    change(promise, "period", "week")
    change(promise, "hourly_cost", 31.5)
    assert (one(store)["contract"]["answer_rate"], one(store)["hourly_cost"]) == (0.9, 31.5)
    change(promise, "hourly_cost", 0)
    assert "more than 0" in promise.errors["hourly_cost"]
    change(promise, "answer_rate", 900)
    assert "below 100 %" in promise.errors["answer_rate"]
    assert one(store)["contract"]["answer_rate"] == 0.9


def test_shrinkage_is_a_list_of_kinds_and_what_the_need_is_divided_by_follows(begun, store):
    kinds = begun.sections["projects"].shown.kinds
    assert [row["share"] for row in kinds.grid.rows][-1] == 30
    cell(kinds.grid, 0, share=10)
    cell(kinds.grid, len(kinds.grid.rows) - 1, share=9)
    assert one(store)["shrinkage"] == pytest.approx(0.1)
    assert "Together 19.0% of paid time" in kinds.said.value
    assert {k["kind"]: k["share"] for k in one(store)["shrinkage_kinds"]}["leave"] == 0.1
    cell(kinds.grid, 0, share=95)
    assert "nobody would ever work" in kinds.said.value
    assert one(store)["shrinkage"] == pytest.approx(0.1)


def test_how_many_conversations_are_held_at_once_is_kept_beside_the_targets_that_the_table_does_not_show(begun, store):
    centre = store.load("centre")
    project_of(centre.data, one(store)["project"])["channels"]["voice"]["asa_s"] = 15
    store.save("centre", centre.data, base=centre.version, by="Ana", at=NOW)
    begun.open()
    grid = begun.sections["projects"].shown.channels
    cell(grid, 0, at_once=2.5)
    assert "whole conversations" in shown(begun)
    cell(grid, 0, at_once=1, aht_s=305)
    assert (one(store)["channels"]["voice"]["asa_s"], one(store)["channels"]["voice"]["at_once"]) == (15, 1)


def test_lines_and_who_calls_again_are_typed_for_a_queue_that_can_have_them(begun, store):
    grid = begun.sections["projects"].shown.channels
    place = {row["name"]: n for n, row in enumerate(grid.rows)}
    cell(grid, place["voice"], lines=40, redial=30)
    voice = one(store)["channels"]["voice"]
    assert (voice["lines"], voice["redial"]) == (40, 0.3)
    for name, wrong, says in (("voice", {"at_once": 2}, "Empty the lines"), ("email", {"lines": 5}, "may wait")):
        before = dict(grid.rows[place[name]])
        cell(grid, place[name], used=True, **wrong)
        assert says in begun.sections["projects"].shown.targets.wrong.value
        channels = one(store)["channels"]
        assert channels["voice"]["at_once"] == 1 and channels.get("email", {}).get("lines") is None
        cell(grid, place[name], **before)
    cell(grid, place["voice"], lines=None, redial=None)
    assert (one(store)["channels"]["voice"]["lines"], one(store)["channels"]["voice"]["redial"]) == (None, 0.0)


def refuse(grid, row, key, said):
    grid.received({"type": "refused", "row": row, "key": key, "text": said}, [])


def test_what_is_typed_for_a_channel_that_is_not_used_stays_and_is_saved_once_it_is(begun, store):
    shown_ = begun.sections["projects"].shown
    grid = shown_.channels
    chat = next(n for n, row in enumerate(grid.rows) if row["name"] == "chat")
    cell(grid, chat, at_once=1, lines=25)
    cell(grid, 0, aht_s=305)
    change(shown_.promise, "answer_rate", 90)
    assert grid.rows[chat]["lines"] == 25 and list(one(store)["channels"]) == ["voice"]
    assert one(store)["channels"]["voice"]["aht_s"] == 305
    assert "what is typed for Chat. Tick" in shown_.targets.unused.value
    cell(grid, chat, used=True)
    assert one(store)["channels"]["chat"]["lines"] == 25 and shown_.targets.unused.value == ""
    cell(grid, chat, used=False)  # not lost at once, either
    assert grid.rows[chat]["lines"] == 25 and list(one(store)["channels"]) == ["voice"]


def test_a_word_among_the_targets_is_said_once_and_nothing_is_saved_until_it_is_a_number(begun, store):
    shown_ = begun.sections["projects"].shown
    grid, wrong = shown_.channels, shown_.targets.wrong
    cell(grid, 0, aht_s=0)
    assert "handling time is above 0" in wrong.value
    refuse(grid, 0, "aht_s", "abc")
    assert wrong.value == ""  # the cell says it; the 0 is gone
    usual, before = grid.rows[0]["within"], one(store)
    cell(grid, 0, within=usual + 5)
    assert "Handling time s in row 1: &#x27;abc&#x27; is not a number. Correct it: the rest is saved" in wrong.value
    change(shown_.promise, "answer_rate", 90)  # another card is saved, this one is not
    assert one(store)["channels"] == before["channels"] and one(store)["contract"]["answer_rate"] == 0.9
    assert grid.rows[0]["within"] == usual + 5 and grid.refused
    refuse(grid, 0, "patience_s", "long")
    cell(grid, 0, service_level=500)
    assert "above 0 and below 100 %" in wrong.value
    cell(grid, 0, service_level=85, patience_s=100, aht_s=250)
    voice = one(store)["channels"]["voice"]
    assert (voice["aht_s"], voice["answer_within_s"], voice["service_level"]) == (250, usual + 5, 0.85)
    assert wrong.value == "" and not grid.refused


def test_kinds_of_shrinkage_and_people_are_not_saved_while_a_cell_holds_a_word(begun, store):
    kinds = begun.sections["projects"].shown.kinds
    refuse(kinds.grid, 0, "share", "much")
    cell(kinds.grid, 0, label="Holidays")
    assert "in row 1" in kinds.said.value and "Holidays" not in str(one(store).get("shrinkage_kinds"))
    cell(kinds.grid, 0, share=9)
    assert one(store)["shrinkage_kinds"][0]["label"] == "Holidays" and "in row 1" not in kinds.said.value
    begun.go("people")
    people = begun.sections["people"]
    people.grid.received({"type": "add"}, [])
    refuse(people.grid, 0, "hours_week", "full")
    cell(people.grid, 0, name="Ada")
    assert "full" in people.said.value and store.read_table("agents")["name"].to_list() == [""]
    cell(people.grid, 0, hours_week=30)
    assert store.read_table("agents")[["name", "hours_week"]].to_numpy().tolist() == [["Ada", 30]]


def test_targets_are_typed_in_percent_and_hours_and_kept_as_shares_and_seconds(begun, store):
    grid = begun.sections["projects"].shown.channels
    email = next(n for n, row in enumerate(grid.rows) if row["name"] == "email")
    cell(grid, email, used=True, service_level=95, within=8)
    cell(grid, 0, aht_s=305, patience_s=None)
    saved = one(store)["channels"]
    assert (saved["email"]["service_level"], saved["email"]["answer_within_s"]) == (0.95, 28_800)
    assert (saved["voice"]["aht_s"], saved["voice"]["patience_s"]) == (305, None)
    cell(grid, 0, service_level=800)
    assert "Voice: the service level is above 0 and below 100 %; found 800.0. It is not saved." in shown(begun)
    assert one(store)["channels"]["voice"]["service_level"] == 0.8
    assert grid.rows[0]["service_level"] == 800
    cell(grid, 0, service_level=85, aht_s=1e9)
    assert "the handling time is above 0 seconds and at most a day" in shown(begun)
    assert one(store)["channels"]["voice"]["aht_s"] == 305
    cell(grid, 0, aht_s=305)
    cell(grid, email, used=False)
    assert list(one(store)["channels"]) == ["voice"]


def test_the_go_live_checklist_says_what_the_workbook_sees_and_keeps_the_ticks(begun, store):
    project = begun.sections["projects"].shown
    assert project.list.title == "Go-live checklist: 0 of 4 done"
    change(project.ready, "go_live.contract", True)
    assert one(store)["go_live"]["contract"] is True
    assert project.list.title == "Go-live checklist: 1 of 4 done"


def test_the_go_live_checklist_says_hours_and_promises_as_its_reader_writes_numbers(begun):
    project = begun.sections["projects"].shown
    text.use("de")
    one = new_project("a", label="A", zone="UTC") | {"hours": {"mon": "08:00-12:30"}, "contract": {"answer_rate": 0.8}}
    project._show_ready(one)
    found = {field["key"]: field["help"] for field in project.ready.fields}
    assert "4,5" in found["go_live.hours"]
    assert text.percent(0.8) in found["go_live.contract"]
    project._show_ready(one | {"contract": {"answer_rate": None}})
    assert text.say().missing in project.ready.fields[2]["help"]
    project._show_ready(one | {"hours": {"mon": "08:00-12:00"}})
    assert "4,0" not in project.ready.fields[1]["help"]
    text.use("en")


def test_a_project_goes_only_after_a_question(begun, store):
    press(begun, "Take this project out")
    assert len(centre(store)["projects"]) == 1
    press(begun, "Take it out")
    assert centre(store)["projects"] == []


def test_what_somebody_else_saved_is_not_overwritten_and_both_ways_are_offered(begun, store):
    theirs = centre(store) | {"name": "Theirs"}
    store.save("centre", theirs, base=store.load("centre").version, by="Ben", at=NOW)
    begun.go("centre")
    change(begun.sections["centre"].form, "name", "Mine")
    assert "Ben changed the same field" in said(begun)
    assert centre(store)["name"] == "Theirs"
    press(begun, "Keep mine")
    assert centre(store)["name"] == "Mine"


def test_two_people_who_change_different_fields_are_both_right(begun, store):
    theirs = centre(store)
    theirs["projects"][0]["hours"]["sat"] = "09:00-12:00"
    theirs["projects"].append(theirs["projects"][0] | {"project": "theirs", "label": "Theirs"})
    store.save("centre", theirs, base=store.load("centre").version, by="Ben", at=NOW)
    change(begun.sections["projects"].shown.hours, "mon", "07:00-19:00")
    change(begun.sections["projects"].shown.who, "supervisor", "Kim")
    hours = one(store)["hours"]
    assert (hours["mon"], hours["sat"], one(store)["supervisor"]) == ("07:00-19:00", "09:00-12:00", "Kim")
    assert [p["project"] for p in centre(store)["projects"]] == ["orders", "theirs"]
    assert begun.sections["projects"].shown.hours.values["sat"] == "09:00-12:00"
    assert said(begun) == ""


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("berlin", "Europe/Berlin"), ("ASIA/JAKARTA", "Asia/Jakarta"), (" utc ", "UTC"), ("Nowhere", "Nowhere")],
)
def test_a_zone_is_known_by_its_city_in_any_case(typed, zone):
    assert zone_called(typed) == zone


# people --------------------------------------------------------------------------------------------------------------
def test_people_are_typed_and_pasted_into_the_grid(begun, store):
    begun.go("people")
    grid = begun.sections["people"].grid
    grid.received({"type": "add"}, [])
    cell(grid, 0, name="Ada")
    grid.received({"type": "paste", "row": 1, "column": 0, "text": "B7\tBo\tNight\nC9\tCem\tNight"}, [])
    agents = store.read_table("agents")
    assert agents[["agent", "name", "team", "project", "hours_week"]].to_numpy().tolist() == [
        ["A001", "Ada", "", "orders", 40],
        ["B7", "Bo", "Night", "orders", 40],
        ["C9", "Cem", "Night", "orders", 40],
    ]
    grid.received({"type": "remove", "row": 1}, [])
    assert store.read_table("agents")["agent"].to_list() == ["A001", "C9"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"hours_week": 200}, "contract hours are above 0"),
        ({"agent": ""}, "once the row has a key"),
        ({"hired": "2026-05-01", "left": "2026-04-01"}, "leave before the first day"),
    ],
)
def test_a_row_that_makes_no_sense_stays_in_the_grid_and_is_not_saved(begun, store, fields, says):
    begun.go("people")
    grid = begun.sections["people"].grid
    grid.received({"type": "add"}, [])
    cell(grid, 0, **fields)
    assert says in shown(begun)
    key, value = list(fields.items())[-1]
    assert grid.rows[0][key] == value
    assert store.read_table("agents")["hours_week"].to_list() == [40]


def test_people_that_are_not_in_sight_stay_as_they_are(begun, store):
    begun.go("people")
    people = begun.sections["people"]
    for _ in range(3):
        people.grid.received({"type": "add"}, [])
    change(people.filter, "find", "a002")
    assert [row["agent"] for row in people.grid.rows] == ["A002"]
    cell(people.grid, 0, name="Bo")
    assert store.read_table("agents")["name"].to_list() == ["", "Bo", ""]


def test_a_row_that_somebody_else_changed_meanwhile_is_kept(begun, store):
    begun.go("people")
    grid = begun.sections["people"].grid
    for _ in range(2):
        grid.received({"type": "add"}, [])
    theirs = store.read_table("agents").assign(team=["", "Theirs"])
    store.write_table("agents", theirs, by="Ben", at=NOW)
    cell(grid, 0, team="Mine")
    assert store.read_table("agents")["team"].to_list() == ["Mine", "Theirs"]


def test_a_key_is_used_once(begun, store):
    begun.go("people")
    grid = begun.sections["people"].grid
    for _ in range(2):
        grid.received({"type": "add"}, [])
    cell(grid, 1, agent="A001")
    assert "more than one agent with the key A001" in shown(begun)
    assert store.read_table("agents")["agent"].to_list() == ["A001", "A002"]


# cycles --------------------------------------------------------------------------------------------------------------
def test_a_cycle_is_added_and_its_days_changed(begun, store):
    begun.go("cycles")
    cycles = begun.sections["cycles"]
    change(cycles.new, "name", "Spring")
    press(begun, "Add the cycle")
    made = store.cycles()[0]
    assert ((made.last_day - made.first_day).days, made.first_day.weekday()) == (7 * 13 - 1, 0)
    assert begun.context.cycle == made
    form = begun.sections["cycles"].change
    change(form, "last_day", "2020-01-01")
    assert "which is earlier" in form.errors["last_day"]
    assert store.cycles()[0] == made
    later = made.last_day + dt.timedelta(days=7)
    change(form, "last_day", str(later))
    assert store.cycles()[0].last_day == later
    assert begun.sections["cycles"].new.values["first_day"] == str(later + dt.timedelta(days=1))


def test_a_cycle_without_a_name_is_asked_for_one(begun, store):
    begun.go("cycles")
    press(begun, "Add the cycle")
    assert "needs a name" in begun.sections["cycles"].new.errors["name"]
    assert store.cycles() == []


# a centre of one's own, from nothing to the forecast -----------------------------------------------------------------
@pytest.mark.skipif(not SHARED.exists(), reason="the real histories beside the project are not here")
def test_a_blank_centre_with_the_bank_file_is_ready_for_the_forecast(page, store):
    press(page, "Start with a blank workbook")
    added(page, "Bank", zone="America/New_York")
    project = page.sections["projects"].shown
    change(project.who, "region", "US")
    change(project.hours, "mon", "07:00-21:05")
    press(page, "Monday's hours from Tuesday to Friday, too")
    page.go("history")
    page.sections["history"].part.take((SHARED / "bank_calls_5min.csv").read_bytes(), name="bank_calls_5min.csv")
    finished(page)
    press(page, "See what would come in")
    finished(page)
    press(page, "Import")
    finished(page)
    page.go("cycles")
    assert page.sections["cycles"].new.values["first_day"] == "2003-10-27", "the Monday after the history"
    change(page.sections["cycles"].new, "name", "Autumn 2003")
    press(page, "Add the cycle")
    assert page.missing == []
    history = store.read_table("history", project="bank", zone="America/New_York")
    assert history["offered"].sum() == 5_323_661
    closed = history[~is_open(history["interval_start"], one(store))]
    assert closed["offered"].sum() / history["offered"].sum() < 0.01
    assert gather(history, 1800)["offered"].sum() == 5_323_661


@pytest.mark.skipif(not SHARED.exists(), reason="the real histories beside the project are not here")
def test_a_history_is_taken_away_only_after_a_question(begun, store):
    begun.go("history")
    begun.sections["history"].part.take((SHARED / "daily_call_center.csv").read_bytes(), name="daily.csv")
    finished(begun)
    press(begun, "See what would come in")
    finished(begun)
    press(begun, "Import")
    finished(begun)
    assert "1,251 rows of &#x27;daily.csv&#x27; are in the workbook." in shown(begun)
    assert begun.sections["history"].info["grain"].to_list() == ["1 day"]
    press(begun, "Take it away")
    assert "1,251 intervals of Orders · Voice go for good." in shown(begun)
    press(begun, "Take them away")
    assert not store.has_rows("history")
