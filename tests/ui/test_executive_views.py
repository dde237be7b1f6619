"""Behind the tiles: the same figures by queue and week, the scorecard's course, cycles and scenarios side by side."""

import re
from xml.etree import ElementTree

import altair as alt
import pytest

from ccwb.store import open_store
from ccwb.ui import executive_causes as causes
from ccwb.ui import executive_parts as parts
from ccwb.ui import executive_promises as promise
from ccwb.ui import shell, sparks
from ccwb.ui.charts import Chart
from ccwb.ui.executive_page import VIEWS, ExecutivePage
from ccwb.ui.frame import reachable
from tests.ui.cycles import NOW, WHO, fill
from tests.ui.looking import find, shown

PARTS = {"volume": -0.05, "handling_time": -0.02, "schedule": 0.01}


@pytest.fixture
def address(tmp_path, monkeypatch):
    made = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", made)
    return made


@pytest.fixture
def store(address):
    with open_store(address) as made:
        yield made


def page_of(**query):
    return ExecutivePage(shell._context(query, read_only=True))


def page_has_no_trouble(told):
    return "made a mistake" not in told and "Traceback" not in told


def go(page, went, **query):
    page.shell.received({"type": "go", "query": query, "went": went}, [])


def test_every_part_of_the_page_has_an_address_and_says_something_of_the_sample(sample_database):
    for view in VIEWS:
        told = shown(page_of(tile=view, cycle="3"))
        assert "aria-current='page'" in told and len(told) > 1200 and page_has_no_trouble(told), view


def test_a_way_within_the_page_and_the_way_back_are_said_in_the_address(sample_database):
    page = page_of()
    began = page.shell.frame["query"]
    assert began == {"cycle": 4, "project": "", "lang": "", "tile": "", "queue": "", "compare": ""}
    go(page, 1, cycle="2", project="service", tile="promises", queue="voice")
    frame = page.shell.frame
    assert (frame["went"], frame["deep"]) == (1, True)
    assert frame["query"] == began | {"cycle": 2, "project": "service", "tile": "promises", "queue": "voice"}
    assert "Voice: Service level week by week" in [chart.title for chart in find(page, Chart)]
    go(page, 2, cycle="4")
    assert page.shell.frame["query"] == began
    go(page, 3, cycle="nowhere", project="nothing", tile="else", lang="xx")
    assert page.shell.frame["query"] == began


def test_a_copied_address_opens_the_same_view(sample_database):
    page = page_of()
    go(page, 1, cycle="3", project="sales", tile="compare", compare="1")
    copied = {key: str(value) for key, value in page.shell.frame["query"].items() if value}
    assert shown(page_of(**copied)) == shown(page)
    assert "Two cycles side by side" in shown(page) and "aria-current='page'>Winter 2026" in shown(page)


def test_queues_by_week_are_sums_over_the_week_not_means_of_days(store):
    fill(store)
    page = page_of(tile="promises", project="help", queue="voice")
    chart = next(chart for chart in find(page, Chart) if "week by week" in chart.title)
    assert chart.data["weeks"]["plan"] == pytest.approx([0.8, 0.8])
    assert chart.data["weeks"]["target"] == pytest.approx([0.8, 0.8])  # the queue's own promise, not the project's
    whole = next(c for c in find(page_of(tile="promises", project="help"), Chart) if "week by week" in c.title)
    assert whole.data["weeks"]["plan"] == pytest.approx([0.95, 0.95])
    assert whole.data["weeks"]["target"] == pytest.approx([0.9, 0.9])


def test_the_band_of_the_days_ahead_follows_the_forecasts_in_proportion(store):
    fill(store)
    from ccwb.ui import executive_month as month

    page = page_of()
    days = month.days_of(page, page.context.cycle.first_day)
    assert days["plan"].tolist() == pytest.approx([2 * 8 * 25.0] * 14)
    contacts, hours = days["upper"] / days["plan"], days["high"] / days["needed"]
    assert contacts.tolist() == pytest.approx(hours.tolist()) and (days["low"] < days["needed"]).all()
    assert month.days_of(page, page.context.cycle.first_day, "chat").empty


def test_a_plans_chance_is_shown_as_long_as_it_is_of_this_plan(store):
    one = fill(store)
    place = {"cycle": one.id, "project": "help"}
    number = store.revision("requirement", **place).number
    store.save("chance", {"chance": 0.42, "of": number}, base=0, by="Ana", at=NOW, **place)
    page = page_of()
    assert promise.chance_of(page, "help") == 0.42 and "42%" in shown(page)
    page.today = one.last_day
    assert promise.promised(page)[0]["state"] == "near"  # it is planned to hold, less likely than not
    store.save("chance", {"chance": 0.42, "of": number - 1}, base=1, by="Ana", at=NOW, **place)
    assert promise.chance_of(page, "help") is None


def test_causes_are_drawn_from_plan_to_actual_and_what_they_leave_is_a_step_of_its_own():
    one = {"kpi": "service_level", "project": "help", "plan": 0.8, "actual": 0.73, "parts": PARTS}
    chart = causes.waterfall(one, "Help line")
    steps = chart.data["steps"]
    assert steps["step"] == ["plan", "Volume", "Handling time", "Schedule", "not explained", "actual"]
    assert steps["end"][-2:] == pytest.approx([0.73, 0.73]) and steps["start"][4] == pytest.approx(0.74)
    assert steps["state"] == ["end", "under", "under", "good", "rest", "end"]
    assert alt.Chart.from_dict(causes._drawing("service_level").to_dict())
    assert causes.sentence(one) == "What weighed most: Volume, −5.0 points."


def channel_of(store, one, channel="voice"):
    """Keep causes of a project and of one of its channels, in the evaluation's document."""
    whole = {"kpi": "service_level", "project": "help", "channel": "", "plan": 0.8, "actual": 0.7, "parts": PARTS}
    own = whole | {"channel": channel, "actual": 0.76, "parts": {"patience": -0.05, "volume": 0.01}}
    store.save("evaluation", {"causes": [whole, own]}, base=0, cycle=one.id, **WHO)
    return whole, own


def test_a_channels_broken_promise_is_explained_by_the_channels_own_causes_old_documents_by_the_projects(store):
    one = fill(store)
    whole, own = channel_of(store, one)
    kept = causes.kept_causes(store, one)
    row = {"kpi": "service_level", "project": "help", "channel": "voice", "label": "Help line · Voice", "note": ""}
    row |= {"actual": 0.76, "target": 0.8, "plan": 0.82, "promise": "Service level 80% in 20 s"}
    assert causes.of_promise(kept, row) == own and causes.of_promise([whole], row) == whole
    told, before = parts._broken(kept, [row]), parts._broken([whole], [row])
    assert "Patience" in told and "The causes are of the whole project." not in told
    assert "Patience" not in before and "The causes are of the whole project." in before
    assert causes.of_row(kept, type("Row", (), {"kpi": "service_level", "project": "help"})) == whole


def test_behind_the_tile_every_broken_promise_of_a_channel_has_its_own_picture(sample_database):
    page = page_of(tile="miss", cycle="3")
    rows = promise.broken(page, page.context.cycle)
    own = [row for row in rows if row["channel"]]
    titles = [chart.title for chart in find(page, Chart) if chart.file_name == "causes"]
    assert own and len(titles) == len(set(titles))
    for row in own:
        assert [title for title in titles if title.startswith(row["label"])], row["label"]
    below = [promise.was_below(row) for row in own if promise.was_below(row)]
    assert below and all(shown(page).count(said) >= 2 for said in below)  # beside its picture, and in the list
    assert titles[0].startswith(rows[0]["label"])  # the farthest first, as in the tile


def test_kept_causes_that_nobody_can_read_are_as_if_there_were_none(store):
    one = fill(store)
    assert causes.kept_causes(store, one) == []
    good = {"kpi": "service_level", "project": "help", "channel": "", "plan": 0.8, "actual": 0.7, "parts": PARTS}
    found = [good, {"kpi": "aht"}, "nonsense", good | {"parts": {}}]
    store.save("evaluation", {"causes": found}, base=0, cycle=one.id, **WHO)
    assert causes.kept_causes(store, one) == [good]


def test_what_was_handed_up_waits_for_an_answer_until_it_has_one(store):
    one = fill(store)
    handed = {"help": {"state": "handed up"}, "orders": {"state": "accepted"}}
    store.save("roster_handed", handed, base=0, cycle=one.id, **WHO)
    said = [said for said, _page, _query in parts.wanted(store, one, one.first_day, {"help": "Help line"})]
    assert "Schedule of Help line is handed up and waits for an answer." in said
    assert not [one for one in said if "orders" in one]


def test_a_course_is_drawn_over_its_own_range_with_the_last_cycle_marked():
    drawn = sparks.spark([0.8, None, 0.9, 0.85], "80%, 90%, 85%", target=0.9)
    shape = ElementTree.fromstring(re.search(r"<svg.*</svg>", drawn).group())
    points = shape.find("polyline").get("points").split()
    assert [point.split(",")[0] for point in points] == ["4.0", "62.7", "92.0"]  # the gap keeps its place
    assert points[0].endswith(",22.0") and points[1].endswith(",4.0")
    assert shape.findall("circle")[-1].get("class") == "last" and shape.get("aria-label") == "80%, 90%, 85%"
    assert sparks.spark([None, 0.8], "80%") == ""


def test_a_bar_is_as_long_as_its_value_and_nothing_is_drawn_below_nothing():
    drawn = sparks.bullet(50.0, "<b>", plan=100.0, previous=None, target=75.0, state="miss")
    assert "width='58.0'" in drawn and "width='116.0'" in drawn and "M87.0" in drawn and "&lt;b&gt;" in drawn
    assert sparks.bullet(-0.1, "x", plan=0.2) == "" and sparks.bullet(None, "x", plan=0.2) == ""


def test_whoever_came_by_a_link_sees_no_way_to_another_page(sample_database, monkeypatch):
    monkeypatch.setenv("HTTP_CCWB_ACCESS", '{"page": "executive"}')
    assert reachable("executive") and not reachable("staffing")
    for view in VIEWS:
        page = page_of(tile=view, cycle="3")
        assert page.shell.frame["stages"] == [] and page.shell.frame["home"].startswith("executive.ipynb")
        ways = set(re.findall(r"href='([a-z0-9_]+)\.ipynb", shown(page)))
        assert ways == {"executive"}, view
