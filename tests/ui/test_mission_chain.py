"""The chain's tab and the business case's: filled by several at once, drawn with their breaks, judged in the end."""

import datetime as dt

import pandas as pd
import pytest

from ccwb import cases as bc
from ccwb import mission as ms
from ccwb.mission_content import STATEMENTS
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.mission_page import MissionPage
from ccwb.ui.shell import Context

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def database(tmp_path):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    with open_store(address) as store:
        centre = blank_centre(name="Ours") | {"projects": [new_project("orders", label="Orders")]}
        store.save("centre", centre, base=0, by="Ana", at=NOW)
        store.add_cycle("Spring", first_day="2026-03-01", last_day="2026-05-31", by="Ana", at=NOW)
    return address


@pytest.fixture
def pages(database):
    """Open pages on one database, each as a person of its own with a store of its own."""
    opened = []

    def page_of(person, step="chain", page=MissionPage):
        made = page(Context(open_store(database), query={"step": step}))
        made.shell.person = person
        opened.append(made)
        return made

    yield page_of
    for page in opened:
        if hasattr(page, "leave"):
            page.leave()
        page.store.close()


def saved(page):
    return page.store.load("mission", cycle=page.cycle_id).data


def said(page):
    return "".join(box.children[0].value for box in page.messages.children)


def typed(form, key, value):
    form.received({"type": "change", "key": key, "value": value, "final": True}, [])


def pressed(box, label, nth=0):
    """Press a button with this label inside a box."""
    [b for b in _widgets(box) if getattr(b, "description", "") == label][nth].click()


def _widgets(box):
    for child in getattr(box, "children", ()):
        yield child
        yield from _widgets(child)


def row(page, part, at=None, **values):
    """Type into a row of one of the chain's tables, a new one where `at` is None."""
    grid = page.sections["chain"].rows[part].grid
    if at is None:
        grid.received({"type": "add"}, [])
        at = len(grid.rows) - 1
    for key, value in values.items():
        grid.received({"type": "change", "row": at, "key": key, "value": value}, [])


def filled(page):
    """Fill the chain from a goal to a target."""
    row(page, "goals", text="Solved at first contact", factor="process")
    row(page, "steps", text="Look it up", able="yes", factor="technology")
    row(page, "measures", kpi="fcr", value=75.0, factor="process")


# the chain -----------------------------------------------------------------------------------------------------------
def test_a_chain_is_typed_from_the_top_down_and_the_picture_follows(pages):
    page = pages("Ana")
    chain = page.sections["chain"]
    assert "No purpose is stated" in chain.picture.value
    filled(page)
    assert saved(page)["chain"]["steps"][0]["goal"] == "A1"  # a new step stands on the last goal
    assert saved(page)["targets"] == {"fcr": {"": 0.75}}  # typed in percent, kept as a share, where all targets are
    assert "Breaks in the chain: 1." in chain.found.value
    page.go("statements")
    typed(page.sections["statements"].purpose, "purpose", "We help at once.")
    page.go("chain")
    assert "holds from the purpose to every target" in chain.found.value
    for words in ("We help at once.", "Solved at first contact", "Look it up", "First-contact resolution", "75%"):
        assert words in chain.picture.value


def test_a_break_is_drawn_where_it_is_and_said_in_a_sentence(pages):
    page = pages("Ana")
    filled(page)
    chain = page.sections["chain"]
    chain.rows["measures"].grid.received({"type": "remove", "row": 0}, [])
    assert saved(page)["chain"]["measures"] == []
    assert "No measure" in chain.picture.value
    assert "First-contact resolution (FCR)" in chain.breaks.value  # its target now serves no goal
    row(page, "steps", 0, goal="")
    assert "Look it up" in chain.loose.value and "Look it up" not in chain.picture.value


def test_what_is_typed_as_text_is_never_read_as_html(pages):
    page = pages("Ana")
    row(page, "goals", text="<img src=x onerror=alert(1)>")
    assert "<img" not in page.sections["chain"].picture.value


def test_two_people_who_fill_different_parts_of_the_chain_keep_both(pages):
    ana, ben = pages("Ana"), pages("Ben")
    row(ana, "goals", text="Solved at once")
    row(ben, "goals", text="Short waits")
    row(ana, "goals", 0, factor="process")
    assert [(g["text"], g["factor"]) for g in saved(ana)["chain"]["goals"]] == [
        ("Solved at once", "process"),
        ("Short waits", ""),
    ]
    ana.look()
    assert "Short waits" in ana.sections["chain"].picture.value and not said(ben)


def test_the_same_field_of_a_goal_changed_twice_asks_which_one_stays(pages):
    ana = pages("Ana")
    row(ana, "goals", text="Solved at once")
    ben = pages("Ben")
    row(ana, "goals", 0, text="Solved at the first contact")
    row(ben, "goals", 0, text="Solved quickly")
    assert "changed the same field" in said(ben)
    assert saved(ben)["chain"]["goals"][0]["text"] == "Solved at the first contact"
    pressed(ben.messages, "Keep mine")
    assert saved(ben)["chain"]["goals"][0]["text"] == "Solved quickly"


def test_a_row_that_somebody_took_away_is_not_changed_in_silence(pages):
    ana = pages("Ana")
    row(ana, "goals", text="Solved at once")
    ben = pages("Ben")
    ana.sections["chain"].rows["goals"].grid.received({"type": "remove", "row": 0}, [])
    row(ben, "goals", 0, text="Solved at first contact")
    pressed(ben.messages, "Keep mine")
    assert "Somebody took this row away" in said(ben) and "Solved at first contact" in said(ben)
    assert saved(ben)["chain"]["goals"] == []


def test_a_row_that_says_nothing_yet_stays_on_the_page_and_is_not_kept(pages):
    page = pages("Ana")
    row(page, "steps", able="no")
    assert saved(page) is None
    row(page, "steps", 0, text="Test every change")
    assert saved(page)["chain"]["steps"][0]["able"] == "no"


def test_a_step_that_you_are_not_able_to_do_becomes_a_gap_with_one_click(pages):
    page = pages("Ana")
    row(page, "steps", text="Test every change", able="no", note="Nobody has time", factor="workforce")
    pressed(page.sections["chain"].proposed, "Note it as a gap")
    gap = saved(page)["gaps"][0]
    assert (gap["title"], gap["severity"], gap["factor"], gap["origin"]) == (
        "Test every change",
        "high",
        "workforce",
        "step:S1",
    )
    assert "Nobody has time" in gap["evidence"]
    assert "Note it as a gap" not in [getattr(w, "description", "") for w in _widgets(page.sections["chain"].proposed)]


def test_the_balance_says_what_share_each_factor_has_and_which_has_nothing(pages):
    page = pages("Ana")
    filled(page)
    balance = page.sections["chain"].balance.value
    assert "67%" in balance and "33%" in balance
    assert "Nothing in the plan belongs to: Workforce." in balance


def test_a_document_of_before_the_chain_opens_and_can_be_added_to(pages):
    page = pages("Ana", "statements")
    old = {key: value for key, value in ms.blank_mission().items() if key != "chain"} | {"chain": {"purpose": "Help"}}
    page.store.save("mission", old, base=0, by="Ana", at=NOW, cycle=page.cycle_id)
    again = pages("Ben")
    row(again, "goals", text="Short waits")
    assert saved(again)["chain"] == {"purpose": "Help", "goals": [{"id": "A1", "text": "Short waits", "factor": ""}]}


# the business case ---------------------------------------------------------------------------------------------------
def with_gap(page):
    gap = ms.add_gap(ms.blank_mission(), title="Answers are looked for too long", owner="Ana", factor="technology")
    page.store.save("mission", gap, base=0, by="Ana", at=NOW, cycle=page.cycle_id)


def case_page(pages):
    with_gap(pages("Ana", "statements"))
    page = pages("Ana", "cases")
    pressed(page.sections["cases"].open, "Make a case of it")
    return page


def test_a_gap_becomes_a_case_that_says_what_it_lacks_until_it_does(pages):
    page = case_page(pages)
    section = page.sections["cases"]
    (case,) = saved(page)["cases"]
    assert (case["gaps"], case["factor"], case["owner"]) == (["G1"], "technology", "Ana")
    assert "It does not say yet: what closes it" in section.all.children[0].children[0].children[1].value
    typed(section.forms["what"], "means", "Software and two editors")
    typed(section.forms["benefits"], "benefit:response", True)
    typed(section.forms["cost"], "cost_once", 12000)
    typed(section.forms["cost"], "cost_year", 6000)
    typed(section.forms["cost"], "saves_year", 30000)
    typed(section.forms["effect"], "kpi", "fcr")
    typed(section.forms["effect"], "today", 70)
    typed(section.forms["effect"], "expected", 80)
    (case,) = saved(page)["cases"]
    assert (case["today"], case["expected"], case["benefits"]) == (0.7, 0.8, ["response"])
    card = section.all.children[0].children[0].children[1].value
    assert "Pays for itself after 6.0 months." in card and "from 70% to 80%" in card
    assert "It does not say yet" not in card
    assert "Every open gap is taken up." in section.open.children[0].value


def test_what_a_case_cannot_cost_or_reach_is_refused_at_its_field_and_stays_there(pages):
    page = case_page(pages)
    forms = page.sections["cases"].forms
    typed(forms["cost"], "cost_once", -5000)
    assert forms["cost"].errors == {"cost_once": "0 or more."} and saved(page)["cases"][0]["cost_once"] is None
    typed(forms["effect"], "kpi", "fcr")
    typed(forms["effect"], "expected", 174)
    assert forms["effect"].errors == {"expected": "From 0 to 100 %."} and forms["cost"].values["cost_once"] == -5000
    typed(forms["cost"], "cost_once", 5000)
    typed(forms["effect"], "expected", 74)
    assert [form.errors for form in forms.values()] == [{}] * len(forms)
    assert [saved(page)["cases"][0][key] for key in ("cost_once", "expected")] == [5000, 0.74]


def test_the_fields_say_which_case_and_which_statement_they_are_about(pages):
    page = case_page(pages)
    forms = page.sections["cases"].forms
    typed(forms["what"], "title", "A knowledge base")
    assert all("B1 · A knowledge base" in form.head for form in forms.values())
    page.go("statements")
    section = page.sections["statements"]
    for key in ("centre_mission", "centre_vision"):
        section._picked("key", key, True)
        assert section.form.about == key and STATEMENTS[key].label in section.form.head


def test_a_target_of_the_chain_that_cannot_be_is_refused_at_its_cell_typed_and_pasted(pages):
    page = pages("Ana")
    row(page, "measures", kpi="fcr")
    grid = page.sections["chain"].rows["measures"].grid
    column = [c["key"] for c in grid.columns].index("value")
    row(page, "measures", at=0, value=174)
    assert grid.refused == [{"row": 0, "key": "value", "text": "174", "why": "From 0 to 100 %."}]
    grid.received({"type": "paste", "row": 0, "column": column, "text": "1,234\t"}, [])
    assert grid.refused[0]["text"] == "1,234" and saved(page)["targets"] == {}
    grid.received({"type": "paste", "row": 0, "column": column, "text": "74 %\t"}, [])
    assert saved(page)["targets"] == {"fcr": {"": 0.74}} and grid.refused == []


def test_what_is_typed_of_a_case_while_the_page_turns_is_of_the_case_in_sight(pages):
    page = case_page(pages)
    section = page.sections["cases"]
    pressed(section.controls, "Add a case")
    first, second = (case["id"] for case in saved(page)["cases"])
    assert section.id == second
    late = {"type": "change", "value": "Software", "final": True, "about": first, "scope": ""}
    section.forms["what"].received(late | {"key": "means"}, [])
    section.forms["gaps"].received(late | {"key": "gap:G1", "value": False}, [])
    assert [(case["means"], case["gaps"]) for case in saved(page)["cases"]] == [("Software", []), ("", [])]
    assert section.forms["what"].values["means"] == ""


def test_another_measure_has_another_unit_and_the_old_values_go(pages):
    page = case_page(pages)
    forms = page.sections["cases"].forms
    typed(forms["effect"], "kpi", "fcr")
    typed(forms["effect"], "today", 70)
    typed(forms["effect"], "kpi", "aht")
    assert saved(page)["cases"][0]["today"] is None
    typed(forms["effect"], "today", 310)
    assert saved(page)["cases"][0]["today"] == 310


def test_two_people_write_on_one_case_and_only_the_same_field_asks(pages):
    ana = case_page(pages)
    ben = pages("Ben", "cases")
    typed(ana.sections["cases"].forms["what"], "means", "Software")
    typed(ben.sections["cases"].forms["who"], "due", "2026-04-01")
    assert (saved(ana)["cases"][0]["means"], saved(ana)["cases"][0]["due"]) == ("Software", "2026-04-01")
    typed(ana.sections["cases"].forms["what"], "title", "One place to look")
    typed(ben.sections["cases"].forms["what"], "title", "A knowledge base")
    assert "changed the same field" in said(ben)
    assert saved(ben)["cases"][0]["title"] == "One place to look"


def test_a_case_that_cannot_be_is_refused_in_words(pages):
    page = case_page(pages)
    typed(page.sections["cases"].forms["what"], "title", "")
    assert "needs a title" in said(page)
    assert saved(page)["cases"][0]["title"] == "Answers are looked for too long"


DECIDED = {"means": "Software", "benefits": ["response"], "cost_year": 6000.0, "kpi": "fcr"}
DECIDED |= {"today": 0.7, "expected": 0.8, "decided_by": "Noa", "decided_on": "2026-02-02"}


def test_a_case_is_part_of_the_plan_only_with_what_it_takes_to_decide_on_it(pages):
    page = case_page(pages)
    form = page.sections["cases"].forms["what"]
    typed(form, "status", "approved")
    assert "what it costs" in said(page) and "the day of the decision" in said(page)
    assert saved(page)["cases"][0]["status"] == form.values["status"] == "proposed"


def approved(pages):
    page = case_page(pages)
    fields = {"status": "approved"} | DECIDED
    document = bc.change_case(saved(page), "B1", **fields)
    version = page.store.load("mission", cycle=page.cycle_id).version
    page.store.save("mission", document, base=version, by="Noa", at=NOW, cycle=page.cycle_id)
    return page


def test_the_evaluation_shows_how_far_the_measure_moved_and_keeps_what_people_judge(pages):
    page = approved(pages)
    row = {"first_day": "2026-03-01", "last_day": "2026-05-31", "kpi": "fcr", "project": "", "channel": ""}
    value = {"basis": "actual", "numerator": 76.0, "denominator": 100.0, "value": 0.76}
    table = pd.DataFrame([row | value]).astype({"first_day": "datetime64[s]", "last_day": "datetime64[s]"})
    page.store.write_table("kpi_values", table, by="Ana", at=NOW, cycle=page.cycle_id)
    evaluation = pages("Ben", page=EvaluationPage)
    section = next(one for one in evaluation.sections if hasattr(one, "results"))
    assert section.results.loc["B1", "reached"] == pytest.approx(0.6)
    assert "Of the way to the goal: 60%" in section.widget.children[2].children[0].value
    typed(section.forms["B1"], "verdict", "partly")
    assert section.forms["B1"].errors == {"reason": "A judgement needs its reason."}
    typed(section.forms["B1"], "reason", "Half of the teams use it")
    kept = evaluation.store.load("evaluation", cycle=evaluation.cycle_id).data
    assert kept["cases"] == {"B1": {"verdict": "partly", "reason": "Half of the teams use it", "by": "Ben"}}


def test_an_evaluation_without_approved_cases_says_where_they_come_from(pages):
    case_page(pages)
    evaluation = pages("Ben", page=EvaluationPage)
    section = next(one for one in evaluation.sections if hasattr(one, "results"))
    assert not section.forms
    assert "step=cases" in section.widget.children[1].value
