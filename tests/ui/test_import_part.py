"""Bringing a file in: understood, corrected, reported, and only then taken over; a refused file changes nothing."""

import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest

from ccwb import measures
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui.import_hand import free_key
from ccwb.ui.import_part import MEMORY, ImportPart
from ccwb.ui.shell import Context, Page
from tests.ui.looking import change, finished, press, shown

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
HALF_HOURS = b"Date,Time,Calls,AHT\n2026-01-05,07:00,12,3\n2026-01-05,07:30,15,4\n2026-01-05,08:00,20,5\n"
OCTOBER = b"Interval start,Calls\n" + b"".join(
    f"2025-10-26 {h:02d}:{m:02d},{n}\n".encode()
    for n, (h, m) in enumerate([(1, 0), (1, 30), (2, 0), (2, 30), (2, 0), (2, 30), (3, 0), (3, 30)], start=1)
)
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the real histories beside the project are not here")


class Desk(Page):
    """A page with nothing but the import on it."""

    name = "setup"
    needs_cycle = False
    options = {}  # noqa: RUF012 - set by each test for its own page

    def body(self):
        self.done = []
        self.part = ImportPart(self, done=self.done.append, **self.options)
        return [self.part.widget]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as store:
        projects = [
            new_project("bank", label="Bank", zone="America/New_York", region="US"),
            new_project("shop", label="Shop", zone="Europe/Berlin", channels=["voice", "chat"]),
        ]
        centre = blank_centre(name="Ours", zone="Europe/Berlin") | {"projects": projects}
        store.save("centre", centre, base=0, by="Ana", at=NOW)
        yield store


@pytest.fixture
def desk(store, monkeypatch):
    def opener(project="bank", **options):
        monkeypatch.setattr(Desk, "options", options)
        page = Desk(Context(store, project=project))
        page.shell.person = "Ana"
        return page

    return opener


def take(page, content, name="calls.csv"):
    page.part.take(content, name=name)
    finished(page)


def refusal(page):
    """Return the sentence beside the button that began what was refused."""
    return page.part.said.value + page.part.not_read.value + page.part.not_taken.value


def check(page):
    page.part.check()
    finished(page)


def take_over(page):
    page.part.take_over()
    finished(page)


def brought_in(page, content, name="calls.csv", **where):
    take(page, content, name)
    for key, value in where.items():
        change(page.part.form, key, value)
    check(page)
    assert page.part.made, page.part.said.value
    take_over(page)


def unchanged(store):
    return not store.has_rows("history") and store.load(MEMORY).data is None


# the real files ------------------------------------------------------------------------------------------------------
@needs_shared
def test_the_bank_file_comes_in_with_every_call(store, desk):
    page = desk()
    take(page, (SHARED / "bank_calls_5min.csv").read_bytes(), "bank_calls_5min.csv")
    check(page)
    assert unchanged(store), "looking at the report keeps nothing"
    take_over(page)
    history = store.read_table("history", project="bank", channel="voice", zone="America/New_York")
    assert (len(history), history["offered"].sum(), set(history["interval_s"])) == (27716, 5_323_661, {300})
    first, last = history["interval_start"].iloc[[0, -1]]
    assert (f"{first:%Y-%m-%d %H:%M %Z}", f"{last:%Y-%m-%d %H:%M %Z}") == (
        "2003-03-03 07:00 EST",
        "2003-10-24 21:00 EDT",
    )
    assert page.done[0].rows_taken == 27716


@needs_shared
def test_the_daily_file_comes_in_with_what_it_knows_and_its_units_asked_for(store, desk):
    page = desk()
    take(page, (SHARED / "daily_call_center.csv").read_bytes(), "daily_call_center.csv")
    asked = {f["key"] for f in page.part.form.fields if f["key"].startswith("answer:")}
    assert asked == {"answer:unit:Answer Speed (AVG)", "answer:unit:Talk Duration (AVG)"}
    check(page)
    take_over(page)
    history = store.read_table("history", project="bank", zone="America/New_York")
    assert len(history) == 1251
    assert history[["offered", "handled", "abandoned"]].sum().to_list() == [248_373, 221_234, 27_139]
    assert set(history["interval_s"]) == {86400}
    assert set(history["interval_start"].dt.hour) == {0}


@needs_shared
def test_call_records_become_intervals_and_results_per_agent(store, desk):
    page = desk()
    brought_in(page, (SHARED / "call_records.xlsx").read_bytes(), "call_records.xlsx", interval_s="1800")
    history, results = store.read_table("history"), store.read_table("agent_results")
    assert history[["offered", "handled", "abandoned"]].sum().to_list() == [5000, 4054, 946]
    assert (results["handled"].sum(), results["agent"].nunique()) == (4054, 8)


# files that hold no table, or more than one reading of it ------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "is empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(300), "a picture (PNG)"),
        ("two.csv", b"Date;Time,Calls\n2026-01-05;07:00,12\n2026-01-05;07:30,15\n", "two.csv"),
        ("large.csv", b"Date,Calls\n" + b"2026-01-05,12\n" * (2 * 2**20), "MB"),
        ("words.csv", b"Date,Time,Calls\n2026-01-05,07:00,many\n2026-01-05,07:30,few\n", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_a_sentence_and_changes_nothing(store, desk, name, content, says):
    page = desk()
    take(page, content, name)
    if page.part.mapping.children:
        check(page)
        assert page.part.made is None
    assert says in refusal(page)
    assert "Nothing was changed." in refusal(page)
    assert unchanged(store)


def test_text_among_numbers_is_refused_by_row_and_the_rest_is_taken(store, desk):
    page = desk()
    take(page, b"Date,Time,Calls\n2026-01-05,07:00,12\n2026-01-05,07:30,many\n2026-01-05,08:00,20\n")
    check(page)
    assert "many" in shown(page)
    assert "the value is left out. It is row 3." in shown(page)
    take_over(page)
    assert store.read_table("history")["offered"].sum() == 32


def test_the_hour_that_october_repeats_is_two_hours(store, desk):
    page = desk("shop")
    brought_in(page, OCTOBER)
    history = store.read_table("history", zone="Europe/Berlin")
    assert [f"{t:%H:%M %Z}" for t in history["interval_start"]][2:6] == [
        "02:00 CEST",
        "02:30 CEST",
        "02:00 CET",
        "02:30 CET",
    ]
    assert history["offered"].to_list() == list(range(1, 9))


# asked, corrected, remembered ----------------------------------------------------------------------------------------
def test_minutes_are_asked_for_and_become_seconds(store, desk):
    page = desk()
    take(page, HALF_HOURS)
    assert page.part.form.values["answer:unit:AHT"] == "minutes"
    check(page)
    take_over(page)
    assert store.read_table("history")["aht_s"].to_list() == [180, 240, 300]


def test_a_unit_chosen_in_the_mapping_is_the_answer_to_the_question(desk):
    page = desk()
    take(page, HALF_HOURS)
    rows = [dict(row) for row in page.part.grid.rows]
    at = next(n for n, row in enumerate(rows) if row["heading"] == "AHT")
    page.part.grid.received({"type": "change", "row": at, "key": "unit", "value": "seconds"}, [])
    assert page.part.form.values["answer:unit:AHT"] == "seconds"
    check(page)
    assert page.part.made.tables["history"]["aht_s"].to_list() == [3, 4, 5]


def test_nothing_comes_in_while_a_field_holds_a_word(store, desk):
    page, key = desk(), "answer_within_s"
    take(page, b"Agent,Date,Time,Talk time\nAda,2026-01-05,07:01:10,0:03:10\nBo,2026-01-05,07:02:00,0:01:00\n")
    change(page.part.form, "kind", "records")
    finished(page)
    page.part.form.received({"type": "refused", "key": key, "text": "soon"}, [])
    check(page)
    assert "&#x27;soon&#x27; is not a number" in refusal(page) and page.part.made is None
    change(page.part.form, key, 20)
    check(page)
    assert page.part.made
    page.part.form.received({"type": "refused", "key": key, "text": "soon"}, [])
    take_over(page)
    assert "&#x27;soon&#x27; is not a number" in refusal(page) and unchanged(store)


def test_a_corrected_column_is_remembered_for_the_next_file(store, desk):
    page = desk()
    content = b"Day,Xyz,Qrs\n2026-01-05,12,1\n2026-01-06,15,1\n"
    take(page, content)
    assert "no column for" in page.part.head.value
    page.part.grid.received({"type": "change", "row": 1, "key": "field", "value": "offered"}, [])
    finished(page)
    assert "no column for" not in page.part.head.value
    check(page)
    take_over(page)
    take(page, content.replace(b"2026-01", b"2026-02"))
    assert [row["field"] for row in page.part.grid.rows] == ["date", "offered", ""]
    assert page.part.grid.rows[1]["why"] == "remembered from an earlier file"


def test_choosing_another_column_for_the_same_lets_the_first_go(desk):
    page = desk()
    take(page, b"Date,Calls,Callers\n2026-01-05,12,1\n2026-01-06,15,1\n")
    for row in (2, 1):
        page.part.grid.received({"type": "change", "row": row, "key": "field", "value": "offered"}, [])
        finished(page)
    assert [row["field"] for row in page.part.grid.rows] == ["date", "offered", ""]


def test_what_is_remembered_never_leads_to_another_project_than_the_one_in_sight(store, desk):
    brought_in(desk("shop"), HALF_HOURS, channel="chat")
    page = desk("bank")
    take(page, HALF_HOURS)
    assert (page.part.form.values["project"], page.part.form.values["zone"]) == ("bank", "America/New_York")
    page = desk("shop")
    take(page, HALF_HOURS)
    assert page.part.form.values["channel"] == "chat"


def test_times_of_another_zone_are_read_in_it(store, desk):
    page = desk("bank")
    brought_in(page, HALF_HOURS, zone="UTC")
    history = store.read_table("history", zone="America/New_York")
    assert f"{history['interval_start'].iloc[0]:%H:%M}" == "02:00"


def test_the_kind_of_file_can_be_chosen(desk):
    page = desk()
    take(page, b"Agent,Date,Time,Talk time\nAda,2026-01-05,07:01:10,0:03:10\nBo,2026-01-05,07:02:00,0:01:00\n")
    change(page.part.form, "kind", "records")
    finished(page)
    check(page)
    assert page.part.made.tables["history"]["offered"].sum() == 2


# beside what is there ------------------------------------------------------------------------------------------------
def test_rows_that_are_there_already_are_replaced_and_that_is_said_before(store, desk):
    page = desk()
    brought_in(page, HALF_HOURS)
    take(page, HALF_HOURS.replace(b",12,", b",99,"))
    check(page)
    assert "3 intervals that are there already are replaced" in shown(page)
    take_over(page)
    assert store.read_table("history")["offered"].to_list() == [99, 15, 20]


def test_what_a_poorer_file_would_lose_is_said(desk):
    page = desk()
    brought_in(page, HALF_HOURS)
    take(page, b"Date,Time,Calls\n2026-01-05,07:00,12\n2026-01-05,07:30,15\n")
    check(page)
    assert "They know Handling time, s" in shown(page)


def test_a_queue_is_never_counted_in_two_lengths_of_interval(store, desk):
    page = desk()
    brought_in(page, HALF_HOURS)
    take(page, b"Date,Calls\n2026-01-05,500\n2026-01-06,510\n")
    check(page)
    assert "would count contacts twice" in shown(page)
    assert page.part.replaces
    take_over(page)
    history = store.read_table("history")
    assert (history["offered"].to_list(), set(history["interval_s"])) == ([500, 510], {86400})


def test_a_channel_that_the_project_lacks_is_added_in_one_click(store, desk):
    page = desk()
    take(page, HALF_HOURS)
    change(page.part.form, "channel", "chat")
    check(page)
    assert "Bank has no Chat yet." in shown(page)
    press(page, "Add it with its usual targets")
    assert store.load("centre").data["projects"][0]["channels"]["chat"]["answer_within_s"] == 60
    assert "Chat is added." in shown(page)


# several queues ------------------------------------------------------------------------------------------------------
QUEUES = (
    b"Date,Queue,Calls\n2026-01-05,Bank,5\n2026-01-05,VIP,7\n2026-01-05,Old,9\n2026-01-06,Bank,6\n2026-01-06,VIP,8\n"
)


def test_each_queue_of_a_file_is_a_project_a_new_one_or_left_out(store, desk):
    page = desk()
    take(page, QUEUES)
    assert [(r["queue"], r["project"]) for r in page.part.queues.rows] == [("Bank", "bank"), ("Old", ""), ("VIP", "")]
    check(page)
    assert "it is not said yet which project that is" in refusal(page)
    for row, project in ((1, "-"), (2, "+")):
        page.part.queues.received({"type": "change", "row": row, "key": "project", "value": project}, [])
    check(page)
    report = page.part.made.report
    assert (report.rows_taken, report.rows_left_out, report.rows_refused, report.refused) == (4, 1, 0, ())
    assert "&#x27;Old&#x27; is left out, as you chose. It is row 4." in shown(page)
    assert "names no project" not in shown(page)
    take_over(page)
    sums = store.read_table("history").groupby("project")["offered"].sum().to_dict()
    assert sums == {"bank": 11, "vip": 15}
    assert [p["label"] for p in store.load("centre").data["projects"]] == ["Bank", "Shop", "VIP"]


def test_queues_of_two_time_zones_are_asked_for_one_zone_at_a_time(store, desk):
    page = desk()
    take(page, QUEUES.replace(b"VIP", b"Shop").replace(b"Old", b"Bank2"))
    page.part.queues.received({"type": "change", "row": 1, "key": "project", "value": "-"}, [])
    check(page)
    assert "America/New_York, Europe/Berlin" in refusal(page)
    assert unchanged(store)


def test_people_of_a_project_left_out_by_choice_are_counted_as_such_and_not_as_taken(store, desk):
    page = desk(holds="agents")
    page.part.paste.values = {"rows": "Agent\tName\tHours\tProject\n7\tAda\t38,5\tShop\n8\tBo\t20\tOld\n"}
    page.part._take_paste()
    finished(page)
    row = [r["queue"] for r in page.part.queues.rows].index("Old")
    page.part.queues.received({"type": "change", "row": row, "key": "project", "value": "-"}, [])
    check(page)
    report = page.part.made.report
    assert (report.rows_taken, report.rows_left_out, report.rows_refused) == (1, 1, 0)
    assert "&#x27;Old&#x27; is left out, as you chose. It is row 3." in shown(page)
    take_over(page)
    assert store.read_table("agents")["agent"].tolist() == ["7"]


# people and actuals --------------------------------------------------------------------------------------------------
def test_a_list_of_people_comes_in_from_pasted_rows(store, desk):
    page = desk(holds="agents")
    page.part.paste.values = {"rows": "Agent\tName\tHours\tProject\n7\tAda\t38,5\tShop\n8\tBo\t20\tShop\n"}
    page.part._take_paste()
    finished(page)
    check(page)
    take_over(page)
    agents = store.read_table("agents")
    assert agents[["agent", "name", "project", "hours_week"]].to_numpy().tolist() == [
        ["7", "Ada", "shop", 38.5],
        ["8", "Bo", "shop", 20],
    ]


def test_actual_figures_go_to_their_cycle_and_leave_the_history_alone(store, desk):
    cycle = store.add_cycle("Spring", first_day="2026-01-01", last_day="2026-03-31", by="Ana", at=NOW)
    brought_in(desk(holds="actuals", cycle=cycle.id), HALF_HOURS)
    assert store.read_table("actuals", cycle=cycle.id)["offered"].sum() == 47
    assert not store.has_rows("history")


def test_an_excel_sheet_can_be_chosen(desk):
    book = io.BytesIO()
    with pd.ExcelWriter(book) as writer:
        for name, calls in (("May", 5), ("June", 6)):
            pd.DataFrame({"Date": ["2026-05-04", "2026-05-05"], "Calls": [calls, calls]}).to_excel(
                writer, sheet_name=name, index=False
            )
    page = desk()
    take(page, book.getvalue(), "calls.xlsx")
    change(page.part.form, "sheet", "June")
    finished(page)
    check(page)
    assert page.part.made.report.totals == {"offered": 12}


def test_a_key_made_from_a_name_is_short_and_new():
    assert free_key("Orders & Returns", {"orders-returns"}) == "orders-returns-2"
    assert free_key("!!", set()) == "project"


def test_results_per_person_are_brought_in_for_their_supervisor(store, desk):
    page = desk(holds="agent_results")
    rows = b"Date,Agent,Calls,Resolved,QA checks,Passed\n2026-01-05,Ann,12,9,2,1\n2026-01-05,Ben,15,14,2,2\n"
    brought_in(page, rows, "results.csv", channel="voice")
    table = store.read_table("agent_results")
    assert table[["project", "channel"]].drop_duplicates().to_numpy().tolist() == [["bank", "voice"]]
    assert table[["resolved", "rated", "quality_passed"]].to_numpy().tolist() == [[9, 12, 1], [14, 15, 2]]
    assert "another kind of list" not in shown(page) and "2 rows" in shown(page)


SURVEY = b"date,project,survey,answers,favourable\n2026-01-17,Bank branch,csat,120,100\n"


@pytest.mark.parametrize(
    ("named", "choice"), [("Bank", None), ("bank", None), ("Branch clients", "bank")], ids=["label", "key", "by hand"]
)
def test_survey_results_belong_to_the_project_that_the_file_means(store, desk, named, choice):
    page = desk(holds="surveys")
    take(page, SURVEY.replace(b"Bank branch", named.encode()), "surveys.csv")
    if choice:
        page.part.queues.received({"type": "change", "row": 0, "key": "project", "value": choice}, [])
    check(page)
    take_over(page)
    (row,) = store.read_table("surveys", project="bank").to_dict("records")
    assert (row["answers"], row["favourable"], row.get("channel", "")) == (120, 100, "")
    (csat,) = measures.margins(store.read_table("surveys", project="bank")).query("kpi == 'csat'").to_dict("records")
    assert (csat["project"], csat["value"]) == ("bank", pytest.approx(100 / 120))


def test_a_file_of_surveys_may_be_of_one_channel_and_of_a_new_project(store, desk):
    page = desk(holds="surveys")
    take(page, SURVEY, "surveys.csv")
    page.part.queues.received({"type": "change", "row": 0, "key": "project", "value": "+"}, [])
    change(page.part.form, "channel", "chat")
    check(page)
    take_over(page)
    assert store.read_table("surveys")[["project", "channel"]].to_numpy().tolist() == [["bank-branch", "chat"]]
    assert list(store.load("centre").data["projects"][-1]["channels"]) == ["chat"]


OTHERS = {
    "agents": b"Agent,Project,Hours\n7,%b,38\n",
    "events": b"Name,Project,From\nSale,%b,2026-01-17\n",
    "costs": b"Kind,Project,From,To,Amount\nlabour,%b,2026-01-01,2026-01-31,900\n",
    "kpi_values": b"Measure,Project,From,To,Value\nchurn,%b,2026-01-01,2026-01-31,4 %%\n",
    "agent_results": b"Date,Agent,Project,Handled\n2026-01-17,7,%b,20\n",
}


@pytest.mark.parametrize("holds", OTHERS)
def test_every_other_list_goes_to_the_project_that_its_rows_mean_or_were_given(store, desk, holds):
    for named in (b"Bank", b"Branch clients"):
        page = desk(holds=holds)
        take(page, OTHERS[holds] % named, "list.csv")
        page.part.queues.received({"type": "change", "row": 0, "key": "project", "value": "bank"}, [])
        check(page)
        take_over(page)
        assert store.read_table(holds)["project"].tolist() == ["bank"]


def test_one_bill_under_two_names_of_a_project_is_added_up(store, desk):
    page = desk(holds="costs")
    take(page, OTHERS["costs"] % b"Bank" + b"labour,bank,2026-01-01,2026-01-31,100\n", "costs.csv")
    check(page)
    take_over(page)
    assert store.read_table("costs")[["project", "amount"]].to_numpy().tolist() == [["bank", 1000.0]]
