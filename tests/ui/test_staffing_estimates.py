"""What history tells on the staffing page: said with its range and source, put on the sliders, remembered."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccwb.ui.charts import Chart
from ccwb.ui.fold import Fold
from ccwb.ui.staffing_estimates import Estimates, came_from
from ccwb.ui.text import _
from ccwb.ui.widgets import Upload
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
TITLE = "What your own history says"


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def part(page):
    return next(one for one in page.parts if isinstance(one, Estimates))


def opened(page):
    unfold(page, TITLE)
    return part(page)


def records(*, waits_known=True, n=3000):
    """A file of single contacts whose patience is 150 s, as bytes."""
    rng = np.random.default_rng(4)
    offered, patient = rng.exponential(60, n), rng.exponential(150, n)
    answered = offered < patient
    waited = np.minimum(offered, patient).round(1).astype(str)
    table = pd.DataFrame({"Date": "2026-03-02", "Answered (Y/N)": np.where(answered, "Y", "N")})
    table["Wait time in seconds"] = np.where(answered | waits_known, waited, "")
    return table.to_csv(index=False).encode()


def test_nothing_is_estimated_before_the_fold_is_opened(page):
    assert not part(page).made
    opened(page)
    assert "Used now: 140 s, from the setup" in shown(page)
    assert "gave up waiting" in shown(page) and "rostered hours on" in shown(page)


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("en", "Contacts handled; Contacts abandoned; Mean wait of answered contacts, s; Handling time, s"),
        ("de", "Bearbeitete Kontakte; "),
        ("fa", "؛ "),
    ],
)
def test_what_a_history_lacks_is_named_as_tables_head_it(planned, open_page, language, headings):
    page = open_page("staffing", project=PROJECT, lang=language)
    rows = page.store.read_table("history", project=PROJECT, start="2026-03-02", end="2026-04-27")
    rows = rows[["interval_start", "interval_s", "project", "channel", "offered"]]
    for channel in rows["channel"].unique():
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", rows, by="Ana", at=NOW, project=PROJECT)
    page.open()
    next(fold for fold in find(page, Fold) if fold.title == _(Estimates.title)).head.opened = True
    text = shown(page)
    assert headings in text
    assert not any(name in text for name in ("asa_s", "aht_s", "abandoned,", "handled,"))


def test_an_estimate_put_to_use_is_on_the_slider_saved_and_knows_where_it_came_from(page):
    fold = opened(page)
    found = fold.estimate("patience_s")
    press(page, f"Use {found.value:.0f} s")
    assert page.sliders.values["patience_s"] == round(found.value)
    document = page.store.load("staffing", cycle=page.cycle_id, project=PROJECT)
    assert document.data["settings"]["voice"]["patience_s"] == round(found.value)
    assert "estimated from" in came_from(page, "voice", "patience_s")
    assert f"Used now: {found.value:.0f} s, this estimate" in shown(page)
    page.open()
    assert "estimated from" in came_from(page, "voice", "patience_s")
    change(page.sliders, "patience_s", 77)
    assert came_from(page, "voice", "patience_s") == "typed on this page"
    page.reset()
    assert came_from(page, "voice", "patience_s") == "from the setup"


def test_shrinkage_of_the_project_goes_to_all_its_queues(page):
    found = opened(page).estimate("shrinkage")
    press(page, f"Use {100 * found.value:.1f}% for all queues")
    assert {page.settings[c]["shrinkage"] for c in page.channels} == {round(found.value, 3)}


def test_only_what_was_known_before_the_cycle_is_told_from(page):
    first = page.context.cycle.first_day
    late = part(page).page.store.read_table("history", project=PROJECT, channel="voice", zone="Europe/Berlin").tail(400)
    late = late.assign(interval_start=late["interval_start"] + pd.Timedelta(days=28), aht_s=9000.0)
    page.store.write_table("history", late, mode="merge", by="Ana", at=NOW)
    fold = opened(page)
    assert fold.history["interval_start"].max() < pd.Timestamp(first, tz="Europe/Berlin")
    assert fold.estimate("aht_s").value < 400


def test_another_queue_is_told_anew_and_deferred_work_has_no_patience(page):
    opened(page)
    before = part(page).estimate("aht_s").value
    change(page.choices, "channel", "callback")
    assert len(part(page).place.children) == 2
    assert part(page).estimate("aht_s").value != before
    assert "Callback: a contact takes" in part(page).course.title


def test_the_handling_time_over_the_day_has_a_table_behind_it(page):
    table = opened(page).course.file_table()
    assert {"Monday", "Friday", "all"} <= set(table["Weekday"])
    cells = table[(table["Weekday"] != "all") & (table["Hour"] != "all")]
    assert cells["Contacts"].sum() == table["Contacts"].iloc[-1]


def test_without_a_history_each_parameter_says_what_it_needs(page):
    page.store.delete_table("history", project=PROJECT, by="Ana", at=NOW)
    opened(page)
    assert shown(page).count("not measured") >= 3
    assert "Import a history first" in shown(page) and "no history of who worked" in shown(page)
    assert not said(page)


def test_single_contacts_give_patience_its_curve_and_a_press_to_use_it(page):
    opened(page)
    unfold(page, "More sure")
    upload = find(page, Upload)[-1]
    upload.received({"type": "file", "name": "calls.csv"}, [records()])
    finished(page)
    kept = part(page).single["voice"][1]
    assert kept.low < 150 < kept.high
    chart = [c for c in find(page, Chart) if "half of them" in c.title or "still willing" in c.title]
    assert len(chart) == 1
    assert chart[0].data["seen"]["share"][0] == 1
    press(page, f"Use {kept.value:.0f} s")
    assert page.settings["voice"]["patience_s"] == round(kept.value)
    assert "single contacts" in came_from(page, "voice", "patience_s")


def test_contacts_without_the_waits_of_those_who_left_say_nothing_of_patience(page):
    opened(page)
    part(page).take("calls.csv", records(waits_known=False))
    finished(page)
    assert "have no wait" in shown(page)
    part(page).take("list.csv", b"name,team\nAna,red\n")
    finished(page)
    assert "rename or add them" in shown(page)


def test_days_of_leave_are_said_as_a_share_of_paid_time(page):
    opened(page)
    unfold(page, "What leave, training")
    change(part(page).kinds, "days_year", 30)
    assert "11.5% of paid time" in shown(page)
    change(part(page).kinds, "days_year", 300)
    assert "Nothing of the paid time" in shown(page)


def test_what_the_cycle_before_measured_can_be_used_and_says_where_it_is_from(page):
    known = {"aht_s": {"value": 251.4, "low": 247.0, "high": 256.0}, "handled": 900}
    queue = f"{PROJECT}/voice"
    carried = {"came_from": {"cycle": 1, "name": "Winter"}, "parameters": {queue: known}, "rows": []}
    page.store.save("carried", carried, base=1, by="Ana", at=NOW, cycle=page.cycle_id)
    opened(page)
    assert "Came along from Winter: 251 s. The true value lies between 247 s and 256 s." in shown(page)
    press(page, "Use what came along: 251 s")
    assert page.sliders.values["aht_s"] == 251
    assert "from the evaluation of Winter" in came_from(page, "voice", "aht_s")
