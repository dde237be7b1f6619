"""Charts: valid specifications, data that fit them, times as the wall clock shows them."""

import ast
import importlib.util
import re
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ccwb.ui
from ccwb.ui import chart, shell, text
from ccwb.ui.charts import Chart, closed_as_zero, time_tip, time_x, wall
from tests.ui.conftest import PROJECT
from tests.ui.looking import find, sent

THERE = [
    name
    for name, (_notebook, module, _label) in shell.PAGES.items()
    if importlib.util.find_spec(f"ccwb.ui.{module.split('.')[0]}")
]
MAKES = {"joinaggregate", "window", "aggregate", "calculate", "timeUnit", "bin", "fold", "density", "regression"}


def parts(spec, data=None):
    """Give every unit of a specification with the name of its data."""
    data = spec.get("data", data)
    inner = spec.get("layer") or spec.get("vconcat")
    if inner:
        for one in inner:
            yield from parts(one, data)
    else:
        yield spec, data


def fields(unit):
    """Return the fields that a unit takes from its data; none where it makes fields of its own."""
    if any(MAKES & set(step) for step in unit.get("transform", [])):
        return set()
    channels = []
    for value in unit.get("encoding", {}).values():
        channels += value if isinstance(value, list) else [value]
    return {channel["field"] for channel in channels if isinstance(channel, dict) and "field" in channel}


def steps():
    return alt.Chart(alt.NamedData("need")).mark_line().encode(x=time_x(), y="agents:Q")


def two():
    return pd.DataFrame({"t": [0, 1800000], "agents": [3.0, np.nan]})


@pytest.mark.parametrize("name", THERE)
def test_every_chart_of_a_page_is_valid_and_finds_its_data(name, planned, open_page):
    charts = find(open_page(name, project=PROJECT), Chart)
    assert charts or name not in ("forecast", "staffing", "schedule")
    for one in charts:
        alt.Chart.from_dict(one.spec, validate=True)
        assert "width" not in one.spec, "a chart takes the width of its card"
        assert not {"hconcat", "facet"} & set(one.spec)
        assert not any("width" in below for below in one.spec.get("vconcat", ()))
        assert one.title or name not in ("forecast", "staffing", "schedule")
        for unit, data in parts(one.spec):
            if "name" in (data or {}) and data["name"] in one.data:
                assert fields(unit) <= set(one.data[data["name"]]), one.title


@pytest.mark.parametrize("name", ["forecast", "staffing", "schedule"])
def test_the_table_behind_a_chart_is_there_before_and_after_the_stage_has_its_result(
    name, planned, sample_database, open_page, monkeypatch
):
    for address in (planned, sample_database):
        monkeypatch.setenv("CCWB_DATABASE", address)
        for one in find(open_page(name, project=PROJECT), Chart):
            if one.has_table:
                out = sent(one)
                one.received({"type": "table"}, [])
                assert out[0][0]["columns"]


def test_new_data_move_only_the_numbers():
    made = Chart(steps(), {"need": two()}, title="Three are needed")
    before, changed = made.spec, []
    made.observe(lambda change: changed.append(change["name"]), ["spec", "data", "title"])
    made.update({"need": two().assign(agents=5.0)}, title="Five are needed")
    assert made.spec is before
    assert made.data["need"]["agents"] == [5.0, 5.0]
    assert set(changed) == {"data", "title"}


def test_missing_values_travel_as_missing_and_times_as_numbers():
    assert Chart(steps(), {"need": two()}).data == {"need": {"t": [0, 1800000], "agents": [3.0, None]}}


def test_the_style_is_the_page_s_own_light_or_dark():
    assert not {"config", "$schema"} & set(Chart(steps(), {"need": two()}).spec)


def test_an_analyst_s_chart_of_altair_is_drawn_by_the_same_widget():
    made = chart(alt.Chart(two()).mark_bar().encode(x="t:Q", y="agents:Q"), title="Mine")
    assert isinstance(made, Chart)
    alt.Chart.from_dict(made.spec, validate=True)
    assert next(iter(made.spec["datasets"].values()))[0] == {"t": 0, "agents": 3.0}


def test_a_signal_of_the_picture_is_heard():
    heard = []
    made = Chart(steps(), signals=["brush"], on_signal=lambda *said: heard.append(said))
    made.received({"type": "signal", "name": "brush", "value": {"t": [1, 2]}}, [])
    assert heard == [("brush", {"t": [1, 2]})]


def test_nine_o_clock_is_drawn_at_nine_in_summer_and_winter():
    for day in ("2026-01-12", "2026-07-06"):
        zoned = pd.DatetimeIndex([f"{day} 09:00"]).tz_localize("Europe/Berlin")
        assert list(wall(zoned)) == list(wall([f"{day} 09:00"])) == [pd.Timestamp(f"{day} 09:00").value // 10**6]


def test_the_axis_and_the_tooltip_tell_one_clock():
    spec = steps().encode(tooltip=[time_tip()]).to_dict()
    assert spec["encoding"]["x"]["scale"]["type"] == "utc"
    assert spec["encoding"]["tooltip"][0]["timeUnit"].startswith("utc")


def axes():
    """Give every axis of the pages' pictures that says how its numbers are written: file, line, what it is given."""
    for path in sorted(Path(ccwb.ui.__file__).parent.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(call, "func", None), "attr", getattr(getattr(call, "func", None), "id", ""))
            if isinstance(call, ast.Call) and name in ("Axis", "share_axis", "number_axis"):
                given = {one.arg: one.value for one in call.keywords}
                yield f"{path.name}:{call.lineno}", name, given


def test_no_axis_has_so_few_digits_fixed_that_two_of_its_marks_could_read_alike():
    found = list(axes())
    assert sum(name == "share_axis" for _where, name, _says in found) >= 8
    for where, name, says in found:
        form = ast.unparse(says["format"]) if "format" in says else ""
        assert name == "Axis" or not form, where
        assert not re.search(r"\.\d", form) or "tickMinStep" in says, f"{where}: {form} may repeat a label"


def test_a_closed_night_falls_to_zero():
    starts = pd.DatetimeIndex(["2026-01-12 17:30", "2026-01-13 08:00", "2026-01-13 08:30"])
    rows = pd.DataFrame({"interval_start": starts, "interval_s": 1800, "agents": [4, 2, 3]})
    drawn = closed_as_zero(rows, {"agents": "n"})
    clock = pd.to_datetime(drawn["t"], unit="ms").dt.strftime("%d %H:%M").tolist()
    assert clock == ["12 17:30", "12 18:00", "13 08:00", "13 08:30", "13 09:00"]
    assert drawn["n"].tolist() == [4, 0, 2, 3, 0]


def local_day(day, length_s, zone="Europe/Berlin"):
    starts = pd.date_range(day, periods=2, freq="D", tz=zone)
    starts = pd.date_range(*starts, freq=f"{length_s}s", inclusive="left")
    return pd.DataFrame({"interval_start": starts, "interval_s": length_s, "agents": np.arange(1.0, len(starts) + 1)})


@pytest.mark.parametrize("length_s", [900, 1800, 3600])
def test_the_hour_that_the_clock_leaves_out_is_no_closed_one(length_s):
    rows = local_day("2026-03-29", length_s)
    drawn = closed_as_zero(rows, {"agents": "n"})
    assert len(rows) == 23 * 3600 / length_s
    assert drawn["n"].tolist() == [*rows["agents"], 0]  # at the end of the day alone
    clock = pd.to_datetime(drawn["t"], unit="ms")
    assert 2 not in clock.dt.hour.to_numpy() and clock.is_monotonic_increasing
    shut = closed_as_zero(rows[rows["interval_start"].dt.hour >= 5], {"agents": "n"})
    assert shut["t"].iloc[0] == pd.Timestamp("2026-03-29 05:00").value // 10**6
    night = closed_as_zero(rows[~rows["interval_start"].dt.hour.isin([1, 3])], {"agents": "n"}).set_index("t")["n"]
    assert night[pd.Timestamp("2026-03-29 01:00").value // 10**6] == 0  # closed around the hour: zero from one on


@pytest.mark.parametrize("length_s", [900, 1800, 3600])
def test_the_hour_that_the_clock_repeats_is_drawn_once_with_the_most_people(length_s):
    rows = local_day("2026-10-25", length_s)
    for agents in (rows["agents"], rows["agents"].iloc[::-1].to_numpy()):
        drawn = closed_as_zero(rows.assign(agents=agents, more=1000 - np.asarray(agents)), {"agents": "n", "more": "m"})
        assert drawn["t"].is_monotonic_increasing and drawn["t"].is_unique
        assert len(drawn) == 24 * 3600 / length_s + 1
        twice = rows.assign(agents=agents)[rows["interval_start"].dt.hour == 2]
        hour = drawn[pd.to_datetime(drawn["t"], unit="ms").dt.hour == 2]
        most = twice.groupby(twice["interval_start"].dt.minute)["agents"].max()
        assert hour["n"].tolist() == most.tolist()
        assert (hour["n"] + hour["m"] == 1000).all()  # a row of its own, not the most of each column


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_days_of_23_and_25_hours_follow_each_other(day):
    days = pd.date_range(day, periods=3, freq="D", tz="Europe/Berlin")
    drawn = closed_as_zero(pd.DataFrame({"interval_start": days, "interval_s": 86_400, "n": [3, 4, 5]}), {"n": "n"})
    assert drawn["n"].tolist() == [3, 4, 5, 0]


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.sampled_from([900, 1800, 3600]))
def test_the_area_of_the_steps_is_the_sum_of_the_open_intervals(is_open, length_s):
    starts = pd.date_range("2026-01-12", periods=len(is_open), freq=f"{length_s}s")[np.array(is_open)]
    rows = pd.DataFrame({"interval_start": starts, "interval_s": length_s, "agents": np.arange(1.0, len(starts) + 1)})
    drawn = closed_as_zero(rows, {"agents": "n"}) if len(rows) else pd.DataFrame({"t": [], "n": []})
    area = (np.diff(drawn["t"]) * drawn["n"].to_numpy()[:-1]).sum() / 1000
    assert area == pytest.approx(rows["agents"].sum() * length_s)
    assert not len(drawn) or drawn["n"].iloc[-1] == 0


def test_a_chart_writes_numbers_and_dates_as_its_reader_does():
    text.use("fa")
    try:
        forms = Chart(steps()).locale_forms
    finally:
        text.use("en")
    assert forms["format"]["numerals"] == list("۰۱۲۳۴۵۶۷۸۹")
    assert len(forms["time_format"]["months"]) == 12
    english = Chart(steps()).locale_forms
    assert english["format"]["decimal"] == "."
    assert english["time_format"]["shortMonths"][0] == "Jan"


def test_a_page_without_vega_is_given_it_by_the_chart_that_asks():
    drawn = Chart({"mark": "point"})
    out = sent(drawn)
    drawn.received({"type": "vega"}, [])
    (content, (bundle,)) = out[0]
    assert content == {"type": "vega"}
    assert b"globalThis.ccwbVega=" in bundle and b"ccwb-vega" in bundle


def test_a_picture_on_a_persian_page_is_turned_about():
    text.use("fa")
    try:
        base = alt.Chart(alt.NamedData("n"))
        words = base.mark_text(align="left", dx=5).encode(x=alt.value(4), y=alt.Y("n:Q", axis=None), text="l:N")
        turned = Chart(alt.layer(base.mark_line().encode(x=time_x(), y="n:Q"), words)).spec
    finally:
        text.use("en")
    line, said = turned["layer"]
    assert line["encoding"]["x"]["scale"]["reverse"] is True
    assert line["encoding"]["y"]["axis"]["orient"] == "right"
    assert (said["mark"]["align"], said["mark"]["dx"]) == ("right", -5)
    assert said["encoding"]["x"] == {"value": {"expr": "width - 4"}}
    assert said["encoding"]["y"]["axis"] is None
    assert "reverse" not in Chart(steps()).spec["encoding"]["x"].get("scale", {})
