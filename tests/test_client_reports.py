"""A client's report: the promise, what came and why, in every form and language, and nothing of another client."""

import datetime as dt
import io
import json
import re
import sys

import pandas as pd
import pytest
from clients import BY, MINE, NOW, OWN_WORDS, RIVAL, days, fill, forecast, history, leaked, texts_of
from openpyxl import load_workbook

from ccwb import cli
from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, Catalogue
from ccwb.projects import new_project
from ccwb.reports import client
from ccwb.reports.client import causes, figures, pdf, pictures
from ccwb.reports.client.words import Told
from ccwb.store import open_store

AUGUST = {"project": MINE, "period": "2026-08", "made_at": NOW}


@pytest.fixture
def store():
    with open_store("sqlite://") as made:
        yield made


@pytest.fixture(scope="module")
def made():
    with open_store("sqlite://") as store:
        cycle = fill(store)
        for period in ("2026-08", "cycle"):
            write(store, cycle, period=period, entries=[1, 2], lessons=["L1", "L2", "L3"])
        yield {
            period: client.gather(store, **AUGUST | {"period": period}, cycle=cycle) for period in ("2026-08", "cycle")
        }


def write(store, cycle, *, period="2026-08", **changes):
    """Keep the manager's part of a report, that of August as a rule."""
    name, place = client.document_of(period), {"cycle": cycle.id, "project": MINE}
    base = store.load(name, **place).version
    store.save(name, client.blank_commentary() | changes, base=base, apart=True, **place, **BY)


# Nothing of another client


@pytest.mark.parametrize("period", ["2026-08", "cycle"])
def test_no_name_and_no_figure_of_another_client_is_gathered(made, period):
    assert leaked([json.dumps(made[period])]) == set()


@pytest.mark.parametrize("form", list(client.FORMS))
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_name_and_no_figure_of_another_client_is_in_any_file_or_its_name(made, form, language):
    for report in made.values():
        texts = texts_of(client.file_name(report, form), client.FORMS[form](report, language=language))
        assert leaked(texts) == set()
        whole = "\n".join(texts)
        assert all(word in whole for word in OWN_WORDS)  # the search does read what is in the file
        rate = Catalogue(language).percent(38 / 39, 1).rstrip("%٪\u00a0")
        assert rate in whole or str(38 / 39)[:12] in whole


def test_the_search_would_find_the_rival_s_own_report(store):
    cycle = fill(store)
    report = client.gather(store, **AUGUST | {"project": RIVAL}, cycle=cycle)
    for form, maker in client.FORMS.items():
        found = leaked(texts_of(client.file_name(report, form), maker(report, language="fa")))
        assert {"quagga", "quagmire", "quentin"} <= found and {"777", "1285872"} & found, form


def test_every_table_is_asked_for_the_one_project_alone_and_a_rival_changes_no_figure(store):
    cycle = fill(store)
    asked, read = [], store.read_table
    store.read_table = lambda name, **where: asked.append((name, where.get("project"))) or read(name, **where)
    report = client.gather(store, **AUGUST, cycle=cycle)
    of_nobody = ("events", "")  # a holiday of the whole centre: it closes days, and nothing of it is told
    assert {project for one in asked if one != of_nobody for project in one[1:]} == {MINE} and len(asked) > 5
    del store.read_table
    for name, place in (("history", {}), ("actuals", {"cycle": cycle.id}), ("forecast", {"cycle": cycle.id})):
        store.delete_table(name, project=RIVAL, **place, **BY)
    assert client.gather(store, **AUGUST, cycle=cycle) == report


def test_what_a_team_wrote_about_a_project_and_names_another_is_held_back(made):
    report = made["2026-08"]
    assert [row["done"] for row in report["measures"]] == ["Breaks moved out of the peak"]
    assert [row["text"] for row in report["lessons"]] == ["Move breaks earlier"]
    assert report["held_back"] == 1


def test_a_comment_that_names_another_client_is_refused(store):
    cycle = fill(store)
    centre = store.load("centre").data
    for text in ("As at QUAGMIRE TRUST.", "Like the Quagga desk", "Ask Quentin Q. for it"):
        with pytest.raises(PlanError, match="which is another client's"):
            client.check_commentary(text, project=MINE, centre=centre)
        write(store, cycle, text=text)
        with pytest.raises(PlanError, match="which is another client's"):
            client.gather(store, **AUGUST, cycle=cycle)
    assert client.check_commentary("A quagga is no zebra.", project=MINE, centre=centre)


def test_nothing_of_log_and_lessons_is_told_as_long_as_nobody_chose_it(store):
    cycle = fill(store)
    for period in ("2026-08", "cycle"):
        report = client.gather(store, **AUGUST | {"period": period}, cycle=cycle)
        assert (report["measures"], report["lessons"]) == ([], [])
        told = "\n".join(texts_of("a.html", client.as_html(report)))
        assert "Breaks moved" not in told and Told(report).measures["title"] not in told
        assert client.as_pdf(report) and client.as_excel(report)


def test_the_manager_says_what_is_told_of_log_and_lessons(store):
    cycle = fill(store)
    write(store, cycle, lessons=["L2", "L3", "L4"])
    report = client.gather(store, **AUGUST, cycle=cycle)
    assert report["measures"] == []
    assert [row["id"] for row in report["lessons"]] == ["L4"]  # L2 is the rival's, L3 names them, whoever chose it
    entries, lessons, _held = client.tellable(store, project=MINE, period="2026-08", cycle=cycle)
    assert [row["entry"] for row in entries] == [1]
    assert [(row["id"], row["own"]) for row in lessons] == [("L1", True), ("L4", False)]


# The figures


def test_the_contract_s_rate_is_what_was_handled_of_what_counts(made):
    promise = made["2026-08"]["promises"][0]
    assert promise["result"] == pytest.approx(38 / 39) and promise["met"] is True  # the short abandon does not count
    level = made["2026-08"]["promises"][1]
    assert (level["kpi"], level["result"], level["met"]) == ("service_level", pytest.approx(34 / 40), True)
    assert [month["first_day"] for month in promise["trend"]][::5] == ["2026-03-01", "2026-08-01"]


def test_a_rate_that_leaves_out_a_channel_names_those_that_it_is_of_and_is_their_sum(store):
    cycle = fill(store)
    email = history(MINE, days("2026-08-01", "2026-08-31"), handled=float("nan")).assign(channel="email")
    chat = history(MINE, days("2026-08-01", "2026-08-31"), handled=30.0).assign(channel="chat")
    store.write_table("actuals", pd.concat([chat, email]), mode="merge", cycle=cycle.id, **BY)
    centre = store.load("centre")
    centre.data["projects"][0]["channels"] |= {"chat": {}, "email": {}}
    store.save("centre", centre.data, base=centre.version, **BY)
    report = client.gather(store, **AUGUST, cycle=cycle)
    promise, told = report["promises"][0], Told(report)
    assert (promise["only"], promise["result"]) == (["voice", "chat"], pytest.approx((38 + 30) / (39 + 39)))
    assert told.results["rows"][0]["cells"][0] == "Voice, Chat: answered (contract)"
    shown = {one["channel"]: one["answer_rate"] for one in report["channels"]}
    assert shown == {"voice": pytest.approx(38 / 39), "chat": pytest.approx(30 / 39), "email": None}


def test_a_promise_by_the_day_is_missed_where_one_day_is_below(store):
    cycle = fill(store, contract={"period": "day"})
    bad = history(MINE, days("2026-08-20", "2026-08-20"), handled=30.0)
    place = {"cycle": cycle.id, **BY}
    store.write_table("actuals", bad, mode="merge", **place)
    promise = client.gather(store, **AUGUST, cycle=cycle)["promises"][0]
    assert (promise["met"], promise["of"], promise["below"], promise["worst_day"]) == (False, 21, 1, "2026-08-20")
    assert promise["worst"] == pytest.approx(30 / 39) and promise["result"] > 0.9
    said = Told(client.gather(store, **AUGUST, cycle=cycle)).results["rows"][0]
    assert said["note"] == "1 of 21 days below it, the lowest 76.9% on Aug 20, 2026" and said["state"] == "miss"


def test_answers_counted_within_another_time_than_promised_are_not_judged(store):
    cycle = fill(store)
    other = history(MINE, days("2026-08-01", "2026-08-31"), answer_within_s=60.0)
    store.write_table("actuals", other, mode="merge", cycle=cycle.id, **BY)
    level = client.gather(store, **AUGUST, cycle=cycle)["promises"][1]
    assert level["result"] is None and level["met"] is None


def test_plan_and_what_came_are_told_in_contacts_time_and_hours(made):
    (voice,) = made["2026-08"]["channels"]
    hours = 21 * 8
    assert (voice["planned"], voice["came"]) == (pytest.approx(36 * hours), pytest.approx(40 * hours))
    lines = Told(made["2026-08"]).reasons["lines"]
    work = 4 * hours * 290 / 3600  # hours of 4 contacts more each hour, as long as planned
    assert f"Voice: 672 contacts more than planned (+11.1%), {work:.0f} hours of work more." in lines
    assert "Voice: a contact took 10 s longer than planned (+3.4%), 19 hours of work more." in lines
    assert lines[-1] == "In all, against the plan: work +14.9%, hours of people at work on it +25.0%."


def test_causes_that_the_evaluation_keeps_are_told_in_plain_words_and_odd_ones_are_passed_over(made):
    said = Told(made["2026-08"])
    assert said.reasons["lines"][0] == (
        "Answer rate (Voice), for the whole cycle from Jul 1, 2026 to Sep 30, 2026: 94.0% instead of the planned "
        "97.0%; more contacts took 2.0 points, the length of the contacts took 1.0 points."
    )
    assert Told(made["cycle"]).reasons["lines"][0].startswith("Answer rate (Voice): 94.0% instead of")
    odd = made["2026-08"] | {"causes": [{"kpi": "x", "channel": "", "plan": 1, "actual": 1, "parts": [1]}]}
    assert len(Told(odd).reasons["lines"]) == len(said.reasons["lines"]) - 1


def keep_causes(store, cycle, *of):
    """Keep causes of these measures and channels of the one project, in the evaluation's document."""
    kept, one = store.load("evaluation", cycle=cycle.id), {"project": MINE, "plan": 0.9, "actual": 0.8}
    rows = [one | {"kpi": kpi, "channel": channel, "parts": {"volume": -0.1}} for kpi, channel in of]
    store.save("evaluation", kept.data | {"causes": rows}, base=kept.version, cycle=cycle.id, apart=True, **BY)


def test_reasons_are_of_what_was_promised_and_never_of_the_centres_own_affairs(store):
    cycle = fill(store)

    def told(*of):
        keep_causes(store, cycle, *of)
        report = client.gather(store, **AUGUST, cycle=cycle)
        return [(one["kpi"], one["channel"]) for one in report["causes"]], Told(report).reasons["lines"]

    inner = (("occupancy", ""), ("labour", ""), ("occupancy", "voice"), ("on_time", ""))
    found, lines = told(*inner, ("service_level", ""), ("answer_rate", ""))
    assert found == [("answer_rate", ""), ("service_level", "")]  # kept before channels had causes of their own
    assert not [line for line in lines if "ccupancy" in line]
    found, lines = told(*inner, ("service_level", ""), ("service_level", "voice"), ("answer_rate", ""))
    assert found == [("answer_rate", ""), ("service_level", "voice")]
    assert lines[1].startswith("Service level (Voice)")
    assert told(*inner)[0] == []


def test_what_a_cause_does_not_explain_is_a_part_of_its_own():
    parts = {"volume": 0.035, "mix": -0.02, "schedule": 0.01, "people": 0.004, "patience": 0.003, "untold_plan": 0.9}
    told, whole = causes.parts({"kpi": "answer_rate", "plan": 0.9, "actual": 0.95, "parts": parts})
    assert told == [("volume", 3.5), ("mix", -2.0), ("schedule", 1.0), ("people", 0.4), ("untold", 1.8), ("rest", 0.3)]
    assert whole == 5.0


def test_what_is_expected_adds_up_and_lies_within_its_band(made):
    look = made["2026-08"]["outlook"]
    hours = len(days("2026-09-01", "2026-09-30"))
    assert look["offered"] == pytest.approx(36 * hours) == pytest.approx(sum(day["offered"] for day in look["days"]))
    assert look["lower"] < look["offered"] < look["upper"]
    half = (look["upper"] - look["lower"]) / 2 / 1.2816  # by hand: Poisson, and days that err together by half
    days_, a_day = hours / 8, 36 * 8
    together = sum(0.5 ** abs(i - j) for i in range(int(days_)) for j in range(int(days_)))
    assert half == pytest.approx((36 * hours + (0.05 * a_day) ** 2 * together) ** 0.5, rel=0.12)
    assert look["need_h"] == pytest.approx(5 * hours) and look["planned_h"] is None


def test_a_forecast_of_a_few_days_is_no_outlook():
    few = pd.DataFrame({"interval_start": days("2026-09-01", "2026-09-07")})
    assert figures.outlook(few, pd.DataFrame(), pd.DataFrame()) is None


def test_where_no_forecast_is_published_the_outlook_is_a_preliminary_one_from_what_came(store):
    cycle = fill(store)
    store.delete_table("forecast", cycle=cycle.id, **BY)
    report = client.gather(store, **AUGUST, cycle=cycle)
    look = report["outlook"]
    assert look["known_until"] == "2026-08-31" and look["need_h"] is None and look["whole"]
    assert look["offered"] == pytest.approx(40 * len(days("2026-09-01", "2026-09-30")), rel=0.02)  # as in every hour
    assert [day["day"] for day in look["days"]][::21] == ["2026-09-01", "2026-09-30"]
    first, second = Told(report).outlook["lines"]
    assert first == "Preliminary: from what came up to Aug 31, 2026; the plan, with the people it takes, follows."
    assert second.startswith("About 7,040 contacts are expected")
    for form, maker in client.FORMS.items():
        assert "Preliminary" in "".join(texts_of(client.file_name(report, form), maker(report)))


def test_a_preliminary_outlook_knows_nothing_of_the_days_it_looks_at(store):
    cycle = fill(store)
    store.delete_table("forecast", cycle=cycle.id, **BY)
    before = client.gather(store, **AUGUST, cycle=cycle)["outlook"]
    later = history(MINE, days("2026-09-01", "2026-09-30"), offered=400.0)
    store.write_table("history", later, mode="merge", **BY)
    assert client.gather(store, **AUGUST, cycle=cycle)["outlook"] == before
    store.write_table("history", history(MINE, days("2026-08-24", "2026-08-28"), offered=80.0), mode="merge", **BY)
    store.delete_table("actuals", cycle=cycle.id, **BY)
    assert client.gather(store, **AUGUST, cycle=cycle)["outlook"] != before


def test_the_published_forecast_of_the_cycle_that_follows_is_the_outlook(store):
    cycle = fill(store)
    store.write_table("history", history(MINE, days("2026-09-01", "2026-09-30")), mode="merge", **BY)
    september = AUGUST | {"period": "2026-09"}
    assert client.gather(store, **september, cycle=cycle)["outlook"]["known_until"] == "2026-09-30"
    ahead = days("2026-10-01", "2026-12-31")
    autumn = store.add_cycle("Autumn", first_day="2026-10-01", last_day="2026-12-31", **BY)
    store.write_table("forecast", forecast(MINE, ahead, 36, 290), cycle=autumn.id, **BY)
    report = client.gather(store, **september, cycle=cycle)
    october = days("2026-10-01", "2026-10-31")
    assert report["outlook"]["offered"] == pytest.approx(36 * len(october))
    lines = Told(report).outlook["lines"]  # the 31st is a Saturday: closed, so that nothing lacks
    assert lines[0].startswith("About 6,340 contacts") and lines[1] == "How many people it takes is not planned yet."
    store.write_table("forecast", forecast(MINE, october[:96], 36, 290), cycle=autumn.id, **BY)
    lines = Told(client.gather(store, **september, cycle=cycle)).outlook["lines"]
    assert lines[0] == "Forecast so far: Oct 1, 2026 – Oct 16, 2026."


def test_of_a_young_or_an_old_history_no_outlook_is_made():
    project, october = new_project(MINE, zone="Europe/Berlin"), client.month(dt.date(2026, 10, 1))
    few = history(MINE, days("2026-08-26", "2026-09-30"))  # 26 days of work
    assert figures.preliminary(few, project, october).empty
    assert figures.preliminary(history(MINE, days("2026-03-01", "2026-06-30")), project, october).empty
    assert figures.preliminary(few.iloc[:0], project, october).empty
    assert len(figures.preliminary(history(MINE, days("2026-08-01", "2026-09-30")), project, october)) == 22


def test_a_month_in_no_cycle_s_days_is_told_from_the_history(store):
    cycle = fill(store)
    report = client.gather(store, **AUGUST | {"period": "2026-06"}, cycle=cycle)
    assert report["promises"][0]["result"] == pytest.approx(38 / 39) and report["measures"] == []
    assert Told(report).reasons["lines"][-1].startswith("There is no plan of this period") or report["causes"]
    with pytest.raises(PlanError, match="Nothing is recorded of Zebra hotline from 2025-05-01"):
        client.gather(store, **AUGUST | {"period": "2025-05"}, cycle=cycle)


@pytest.mark.parametrize("said", ["2026-13", "August", "", "2026-8"])
def test_what_is_no_period_is_said(store, said):
    cycle = fill(store)
    with pytest.raises(PlanError, match="written as 2026-09"):
        client.gather(store, **AUGUST | {"period": said}, cycle=cycle)


def test_a_cycle_has_the_months_that_lie_in_it_for_the_most_part(store):
    cycle = store.add_cycle("One", first_day="2026-07-06", last_day="2026-10-04", **BY)
    assert [one.key for one in client.periods_in(cycle)] == ["2026-07", "2026-08", "2026-09", "cycle"]


# The forms


@pytest.mark.parametrize("form", list(client.FORMS))
def test_the_same_report_gives_the_same_bytes(made, form):
    report = made["2026-08"]
    again = json.loads(json.dumps(report))  # as the store keeps it
    assert client.FORMS[form](report, language="fa") == client.FORMS[form](again, language="fa")


def test_a_persian_report_has_no_month_of_another_calendar_without_its_persian_days(made):
    told = Told(made["2026-08"], "fa")
    assert [point["label"] for point in told.trends["charts"][0]["points"]][::5] == ["۱۰ اسفند", "۱۰ مرداد"]
    assert "(۱۰ شهریور ۱۴۰۵ – ۸ مهر ۱۴۰۵)" in told.outlook["title"]
    assert "(۱۰ مرداد ۱۴۰۵ – ۹ شهریور ۱۴۰۵)" in told.heading["title"]


def test_foreign_words_keep_their_dots_in_persian_whatever_lines_they_were_typed_in(made):
    row = made["2026-08"]["measures"][0] | {"done": "Late shift.\nOver by the hour.", "why": "a.\nb", "effect": "c"}
    report = made["2026-08"] | {"measures": [row], "commentary": {"text": "Ends.\n\nBy the hour.", "by": "", "at": ""}}
    told = Told(report, "fa")
    assert told.measures["rows"][0]["done"] == "\u2068Late shift. Over by the hour.\u2069"
    book = load_workbook(io.BytesIO(client.as_excel(report, language="fa")))
    cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert {"\u2068Late shift. Over by the hour.\u2069", "\u2068By the hour.\u2069"} <= set(cells)


def test_no_number_of_a_chart_stands_on_the_line_of_its_target(made):
    for values in (
        [0.5, 0.82, 0.2, 0.81, 1.0, 0.79],
        [0.9, 0.1, 0.8, 0.82, 0.2, 0.78],
        [0.2, 0.83, 1.0, 0.77, 0.1, 1.0],
    ):
        points = [{"label": "Mar", "value": value, "told": f"<{value:.0%}>"} for value in values]
        chart = {"what": "Voice", "target": 0.8, "goal": "goal", "points": points}
        svg = pictures.trend(chart, Told(made["2026-08"]))
        goal = float(re.search(r' y="([\d.]+)"[^>]*>goal<', svg)[1]) - 3
        numbers = [float(y) - 3 for y in re.findall(r' y="([\d.]+)"[^>]*>&lt;', svg)]
        assert len(numbers) == 6 and min(abs(y - goal) for y in numbers) >= 6.9


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_page_stands_alone(made, language):
    page = client.as_html(made["2026-08"], language=language)
    assert f'dir="{Catalogue(language).direction}"' in page and "<script" not in page and "<link" not in page
    assert set(re.findall(r"https?://[^\"' )]+", page)) == {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in page and page.count("<svg") == 3


def test_what_people_typed_is_never_run_nor_read_as_marks(store):
    cycle = fill(store)
    typed = '=HYPERLINK("x") <script>alert(1)</script> #panic("no") $x$ *b* \\ `raw`'
    write(store, cycle, text=typed)
    report = client.gather(store, **AUGUST, cycle=cycle)
    assert "<script" not in client.as_html(report)
    book = load_workbook(io.BytesIO(client.as_excel(report)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"] and f"'{typed}" in [cell.value for cell in cells]
    assert "#panic" in "".join(texts_of("a.pdf", client.as_pdf(report)))


def test_a_spreadsheet_holds_the_numbers_themselves(made):
    book = load_workbook(io.BytesIO(client.as_excel(made["2026-08"], language="en")))
    result = book["Result against the contract"]
    head = [cell.value for cell in result[1]]
    row = dict(zip(head, [cell.value for cell in result[2]], strict=True))
    assert row["Result"] == pytest.approx(38 / 39) and row["Promised"] == 0.9 and row["Stands"] == "met"
    assert result.cell(2, head.index("Result") + 1).number_format == "0.0%"
    assert (
        load_workbook(io.BytesIO(client.as_excel(made["2026-08"], language="fa"))).worksheets[0].sheet_view.rightToLeft
    )


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_sheet_has_its_whole_name_and_lessons_are_not_told_as_done(made, language):
    told = Told(made["2026-08"], language)
    book = load_workbook(io.BytesIO(client.as_excel(made["2026-08"], language=language)))
    assert max(map(len, book.sheetnames)) < 31  # Excel cuts longer names
    done = [cell.value for row in book[told.measures["title"]].rows for cell in row]
    rows = [[cell.value for cell in row] for row in book.worksheets[0].rows]
    assert [told.measures["next"], told.measures["lessons"][0]] in rows and told.measures["lessons"][0] not in done


def test_on_paper_a_page_has_no_desk_around_it_and_no_dark_ground(made):
    page = client.as_html(made["2026-08"])
    after = page[page.index("@media print") :].split("</style>")[0]
    after = after[after.index(":root { color-scheme: light dark") :]  # what comes later would hold on paper, too
    for rules in re.split(r"@media ", after)[1:]:
        assert rules.startswith("screen")
    assert ".report" not in after.split("@media ")[0] and "body" not in after.split("@media ")[0]


def test_what_no_contract_promises_is_no_reason_that_a_client_reads(made):
    kept = made["2026-08"]["causes"][0]
    assert "Answer rate" in causes.sentence(kept, Told(made["2026-08"]))
    assert causes.sentence(kept | {"kpi": "occupancy"}, Told(made["2026-08"])) == ""


@pytest.mark.parametrize("language", ["de", "fa"])
def test_a_report_stays_on_two_pages_however_much_was_done_and_said(made, language):
    row = {
        "entry": 1,
        "day": "2026-08-12",
        "done": "Breaks moved out of the peak " * 3,
        "why": "x " * 40,
        "effect": "y " * 40,
    }
    long = made["2026-08"] | {"measures": [row] * 12, "commentary": {"text": "Word " * 300, "by": "", "at": ""}}
    long["promises"] = made["2026-08"]["promises"] * 3
    long["lessons"] = [{"id": "L1", "text": "z " * 90, "due": "", "done": False}] * 5
    assert pdf.pages_of(client.as_pdf(long, language=language)) == 2


def test_without_typst_it_is_said_how_to_get_it(made, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PlanError, match=r"pip install 'ccwb\[reports\]'"):
        client.as_pdf(made["2026-08"])
    assert client.as_html(made["2026-08"])


def test_without_letters_for_persian_it_is_said_what_to_install(made, monkeypatch):
    monkeypatch.setattr(pdf, "_families", lambda: {"Libertinus Serif"})
    with pytest.raises(PlanError, match="Install the font Vazirmatn"):
        client.as_pdf(made["2026-08"], language="fa")
    assert client.as_pdf(made["2026-08"], language="de")[:5] == b"%PDF-"


def test_a_report_without_plan_trend_targets_and_channels_is_still_a_report(made):
    bare = made["2026-08"] | {"promises": [], "channels": [], "staffing": None, "outlook": None, "causes": []}
    bare |= {"measures": [], "lessons": [], "supervisor": "", "client": ""}
    assert Told(bare).verdict["state"] == "none"
    assert all(maker(bare, language="id") for maker in client.FORMS.values())


# All clients at once


def test_the_command_line_writes_a_folder_for_each_client_that_tells_nothing_of_others(tmp_path, monkeypatch, capsys):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    with open_store(address) as store:
        fill(store)
        store.write_table("history", history(MINE, days("2026-02-02", "2026-02-27")), mode="merge", **BY)
    monkeypatch.setenv("CCWB_DATABASE", address)
    asked = ["report", "--cycle", "Summer", "--language", "id", "--to", str(tmp_path / "out")]
    assert cli.main([*asked, "--month", "2026-08"]) == 0
    folders = {path.name: sorted(one.suffix for one in path.iterdir()) for path in (tmp_path / "out").iterdir()}
    assert folders == {name: [".html", ".pdf", ".xlsx"] for name in ("Striped-Goods", "Quagmire-Trust")}
    for path in (tmp_path / "out" / "Striped-Goods").iterdir():
        assert leaked(texts_of(path.name, path.read_bytes())) == set()
    capsys.readouterr()
    assert cli.main([*asked, "--month", "2026-02"]) == 0
    said = capsys.readouterr()
    assert said.out.count("Striped-Goods") == 6 and "Nothing is recorded of Quagga desk" in said.err
    assert cli.main([*asked, "--cycle", "Winter"]) == 2


def test_two_projects_of_one_client_get_folders_of_their_own(made, tmp_path):
    report = made["2026-08"] | {"client": "Ä/../B & Co."}
    paths = client.write_reports([report, report], tmp_path, language="en")
    assert {path.parent.name for path in paths} == {"Ä-B-Co", "Ä-B-Co-2"}
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlanError, match="cannot be written to the folder 'file'"):
        client.write_reports([report], tmp_path / "file")


def test_the_sample_s_three_clients_get_what_their_history_says(sample_database):
    made_at = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
    with open_store(sample_database) as store:
        cycle = client.cycle_named(store, "Summer 2026")
        reports, errors = client.gather_all(store, period="2026-08", cycle=cycle, made_at=made_at)
        rows = store.read_table(
            "history", project="support", zone="Europe/Vienna", start="2026-08-01", end="2026-09-01"
        )
    assert [one["client"] for one in reports] == ["Velmora Power", "Tarnwick Home", "Oskelin Networks"] and not errors
    counted = rows.dropna(subset=["handled", "offered", "short_abandoned"])
    rate = counted["handled"].sum() / (counted["offered"] - counted["short_abandoned"]).sum()
    assert reports[2]["promises"][0]["result"] == pytest.approx(rate)
    names = [("velmora", "robin s."), ("tarnwick", "kim t."), ("oskelin", "toni u.")]
    for report, own in zip(reports, names, strict=True):
        words = [word for other in names if other is not own for word in other]
        for form, maker in client.FORMS.items():
            text = "\n".join(texts_of(client.file_name(report, form), maker(report))).casefold()
            assert own[0] in text and not [word for word in words if word in text]


def test_the_sample_s_last_month_tells_what_the_next_one_is_likely_to_bring(sample_database):
    made_at = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
    with open_store(sample_database) as store:
        cycle = client.cycle_named(store, "Summer 2026")
        reports, _errors = client.gather_all(store, period="2026-09", cycle=cycle, made_at=made_at)
        came = store.read_table("history", start="2026-10-01", end="2026-11-01", zone="Europe/Berlin")
    came = came.groupby(["project", "channel"])["offered"].sum()
    for report in reports:
        look = report["outlook"]
        assert look["known_until"] == "2026-09-30" and look["days"][-1]["day"] >= "2026-10-30"
        told = {one["channel"]: one["offered"] for one in look["channels"]}
        assert set(told) == {one["channel"] for one in report["channels"]}
        assert all(value == pytest.approx(came[report["project"], name], rel=0.15) for name, value in told.items())


def test_a_further_section_stands_in_every_form_in_its_place(made, monkeypatch):
    table = {
        "heads": ["When", "Worked"],
        "rows": [["August", "<120>"]],
        "note": "Breaks left out.",
        "lines": ["=Calm."],
    }
    monkeypatch.setitem(client.SECTIONS, "hours", lambda told: {"title": "Hours at work"} | table)
    monkeypatch.setitem(client.SECTIONS, "nothing", lambda told: {"title": "Empty"})
    report = made["2026-08"]
    page, told = client.as_html(report), Told(report)
    assert page.index(told.reasons["title"]) < page.index("Hours at work") < page.index(told.measures["title"])
    assert "&lt;120&gt;" in page and "Breaks left out." in page and "<li>=Calm.</li>" in page and "Empty" not in page
    paper = pdf.as_data(told, ["Noto Sans"])["sections"]
    assert [one["title"] for one in paper][-1] == "Hours at work" and paper[-1] == {"title": "Hours at work"} | table
    book = load_workbook(io.BytesIO(client.as_excel(report)))
    assert [[cell.value for cell in row] for row in book["Hours at work"].rows][1][:2] == ["August", "<120>"]
    assert ["Hours at work", "'=Calm."] in [[cell.value for cell in row] for row in book["Summary"].rows]


def written(share):
    return float(f"{100 * share:.1f}")


def test_the_parts_told_of_every_kept_cause_of_the_sample_add_up_to_the_difference_written(sample_database):
    with open_store(sample_database) as store:
        cycle = client.cycle_named(store, "Summer 2026")
        kept = store.load("evaluation", cycle=cycle.id).data["causes"]
        at = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
        reports, _errors = client.gather_all(store, period="cycle", cycle=cycle, made_at=at)
    shares = [one for one in kept if causes.parts(one)]
    assert len(shares) > 10
    for one in shares:
        told, whole = causes.parts(one)
        gap = written(one["actual"]) - written(one["plan"])
        assert sum(points for _name, points in told) == pytest.approx(gap, abs=1e-9) == pytest.approx(whole)
        assert abs(dict(told).get("rest", 0.0)) < 0.35 + 100 * sum(sorted(map(abs, one["parts"].values()))[:-4])
    for report in reports:
        lines = [line for line in Told(report).reasons["lines"] if "planned" in line and "points" in line]
        told = [(one["kpi"], one["channel"]) for one in report["promises"]]
        assert [(one["kpi"], one["channel"]) for one in report["causes"]] == told
        explained = [one for one in report["causes"] if causes.parts(one)]  # where anything but chance is to be seen
        assert len(lines) == len(explained) >= 3
        for line, one in zip(lines, explained, strict=True):
            of = [queue for queue in report["channels"] if one["channel"] in ("", queue["channel"])]
            more = sum(queue["came"] - queue["planned"] for queue in of) > 0
            assert ("fewer" if more else "more") + " contacts " not in line
            signed = [
                float(n) * (-1 if verb == "took" else 1) for verb, n in re.findall(r"(added|took) ([\d.]+)", line)
            ]
            assert sum(signed) == pytest.approx(written(one["actual"]) - written(one["plan"]), abs=1e-9)
        by_name = [line.split(":")[0] for line in lines if line.startswith("Service level (")]
        assert all(name in ("Service level (Voice)", "Service level (Chat)") for name in by_name) and by_name
