"""Tables come back as they were written, and many writers at once lose nothing."""

import datetime as dt
import multiprocessing
import os
import signal
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.store import StaleSave, open_store
from ccwb.store.schema import NOT_STORED, STORED
from ccwb.tables import TABLES, check

NOW = dt.datetime(2026, 2, 1, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ANA = {"by": "Ana", "at": NOW}
SPRING = {"first_day": "2026-03-01", "last_day": "2026-05-31", **ANA}
METHODS = multiprocessing.get_all_start_methods()
CONTEXT = multiprocessing.get_context("forkserver" if "forkserver" in METHODS else "spawn")
CONTEXT.set_forkserver_preload(["ccwb.store", "alembic.command"])  # imported once, not by every process
EXAMPLE = {
    "time": "2026-03-01T10:00Z",
    "day": "2026-03-01",
    "text": "a",
    "whole": 1800,
    "number": 2.5,
    "share": 0.25,
} | {"flag": True}


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path}/ccwb.db"


@pytest.fixture
def store(address):
    with open_store(address) as opened:
        yield opened


def history(days=1, *, project="orders", channel="voice", zone="Europe/Berlin", start="2026-03-01", offered=10.0):
    times = pd.date_range(start, periods=48 * days, freq="30min", tz=zone)
    return pd.DataFrame(
        {"interval_start": times, "interval_s": 1800, "project": project, "channel": channel, "offered": offered}
    )


def test_a_year_with_both_clock_changes_comes_back_as_it_was_written(store):
    written = history(366, start="2026-01-01")
    written["aht_s"] = np.where(np.arange(len(written)) % 7 == 0, np.nan, 241.5)
    store.write_table("history", written, **ANA)
    read = store.read_table("history", zone="Europe/Berlin")
    expected = check(written, "history")
    expected["interval_start"] = expected["interval_start"].dt.as_unit("us")
    pd.testing.assert_frame_equal(read, expected)
    sunday = store.read_table("history", start="2026-10-25", end="2026-10-26", zone="Europe/Berlin")
    assert len(sunday) == 50
    assert "blocked" not in read


@pytest.mark.parametrize("name", list(STORED))
def test_every_table_comes_back_with_all_its_columns(store, name):
    row = {c.name: EXAMPLE[c.kind] for c in TABLES[name].columns}
    table = pd.DataFrame([row])
    store.write_table(name, table, mode="append", zone="UTC", **ANA)
    read = store.read_table(name)
    assert list(read.columns) == TABLES[name].names
    for column in TABLES[name].columns:
        value = read[column.name].iloc[0]
        assert value == (pd.Timestamp(row[column.name]) if column.kind in ("time", "day") else row[column.name])
    check(read, name)


@pytest.mark.parametrize("name", list(STORED))
def test_a_table_without_optional_columns_and_an_empty_one_come_back_too(store, name):
    assert list(store.read_table(name).columns) == TABLES[name].names
    assert len(store.table_info(name)) == 0
    required = {c.name: EXAMPLE[c.kind] for c in TABLES[name].columns if c.required}
    store.write_table(name, pd.DataFrame([required]), mode="append", zone="UTC", **ANA)
    read = store.read_table(name)
    assert set(required) <= set(read.columns) <= set(required) | set(TABLES[name].key)
    check(read, name)
    whole = store.read_table(name, all_columns=True)
    assert list(whole.columns) == TABLES[name].names
    check(whole, name)


def test_missing_values_stay_missing_in_every_kind_of_column(store):
    agents = pd.DataFrame(
        {
            "agent": ["a", "b"],
            "project": "orders",
            "hours_week": 38.5,
            "hired": pd.to_datetime(["2024-02-29", None]),
            "hourly_cost": [np.nan, 31.2],
            "team": ["", "red"],
        }
    )
    store.write_table("agents", agents, **ANA)
    read = store.read_table("agents")
    assert read["hired"].isna().tolist() == [False, True]
    assert read["hired"].iloc[0] == pd.Timestamp("2024-02-29")
    assert read["hourly_cost"].isna().tolist() == [True, False]
    assert read["team"].tolist() == ["", "red"]
    assert "name" not in read
    log = {"at": [NOW, NOW], "who": "Ana", "plan_item": "aht", "done": "x", "why": "y", "effect": "z"}
    store.write_table("action_log", pd.DataFrame(log | {"corrects": [np.nan, 1]}), mode="append", **ANA)
    assert store.read_table("action_log")["corrects"].isna().tolist() == [True, False]


def test_days_before_1970_and_far_ahead_are_days_like_any_other(store):
    agents = pd.DataFrame({"agent": ["a", "b"], "project": "p", "hours_week": 1, "hired": ["1961-04-12", "2150-01-01"]})
    store.write_table("agents", agents, **ANA)
    assert store.read_table("agents")["hired"].dt.strftime("%Y-%m-%d").tolist() == ["1961-04-12", "2150-01-01"]
    assert store.read_table("agents", start="1970-01-01")["agent"].tolist() == ["b"]


def test_writing_replaces_adds_or_merges_as_asked(store):
    store.write_table("history", history(2), **ANA)
    store.write_table("history", history(2, start="2026-03-02", offered=20.0), mode="merge", **ANA)
    read = store.read_table("history", zone="Europe/Berlin")
    assert len(read) == 3 * 48
    assert read["offered"].sum() == 48 * 10 + 96 * 20
    with pytest.raises(PlanError, match="already holds rows with the same interval_start, project, channel"):
        store.write_table("history", history(4), mode="append", **ANA)
    assert store.revision("history").number == 2
    store.write_table("history", history(1, start="2026-03-04"), mode="append", **ANA)
    assert len(store.read_table("history")) == 4 * 48
    store.write_table("history", history(1), **ANA)
    assert len(store.read_table("history")) == 48


def test_a_part_is_replaced_and_counted_without_touching_the_others(store):
    both = pd.concat([history(), history(project="sales")])
    store.write_table("history", both, **ANA)
    store.write_table("history", history(2, project="sales", offered=7.0), project="sales", **ANA)
    assert store.table_info("history")[["project", "rows"]].to_numpy().tolist() == [["orders", 48], ["sales", 96]]
    counts = [store.revision("history", project=p).number for p in ("orders", "sales", None)]
    assert counts == [1, 2, 2]
    store.write_table("history", history(1, project="orders", offered=1.0), mode="merge", **ANA)
    assert [store.revision("history", project=p).number for p in ("orders", "sales", None)] == [2, 2, 3]
    with pytest.raises(ValueError, match="of that project alone"):
        store.write_table("history", both, project="sales", **ANA)
    store.delete_table("history", project="orders", **ANA)
    assert store.table_info("history")["project"].tolist() == ["sales"]


def test_a_merged_schedule_row_without_a_break_takes_the_place_of_the_same_row(store):
    row = {"project": "p", "shift": "early", "shift_start": NOW, "shift_end": NOW + 480 * MINUTE, "people": 3}
    schedule = pd.DataFrame([row]).assign(break_start=pd.NaT, break_end=pd.NaT)
    store.write_table("schedule", schedule, **ANA)
    store.write_table("schedule", schedule.assign(people=5), mode="merge", **ANA)
    assert store.read_table("schedule")["people"].tolist() == [5]


def test_rows_are_chosen_by_queue_and_time(store):
    parts = [history(3, project=p, channel=c) for p in ("orders", "sales") for c in ("voice", "chat")]
    store.write_table("history", pd.concat(parts[::-1]), **ANA)
    voice = store.read_table("history", project="sales", channel=["voice"], zone="Europe/Berlin")
    assert set(zip(voice["project"], voice["channel"], strict=True)) == {("sales", "voice")}
    assert voice["interval_start"].is_monotonic_increasing
    day = store.read_table("history", start="2026-03-02", end="2026-03-03", zone="Europe/Berlin")
    assert len(day) == 4 * 48
    assert day["interval_start"].min() == pd.Timestamp("2026-03-02", tz="Europe/Berlin")
    info = store.table_info("history", zone="Europe/Berlin")
    assert info["rows"].tolist() == [144] * 4
    assert info["last"].iloc[0] == pd.Timestamp("2026-03-03 23:30", tz="Europe/Berlin")


def test_a_table_says_whether_it_holds_anything_of_one_project(store):
    rows = pd.DataFrame([{"agent": "a1", "name": "Ana", "project": "orders", "hours_week": 40.0}])
    store.write_table("agents", rows, by="Ana", at=NOW)
    assert [store.has_rows("agents", project=p) for p in (None, "orders", "care")] == [True, True, False]


def test_a_table_says_whether_it_held_anything_before_a_day(store):
    rows = pd.DataFrame([{"name": "Fair", "kind": "surge", "project": "", "first_day": "2026-03-05"}])
    store.write_table("events", rows.assign(last_day="2026-03-06", effect=1.2), by="Ana", at=NOW)
    assert [store.has_rows("events", end=day) for day in ("2026-03-05", "2026-03-06")] == [False, True]


def test_a_cycles_table_is_not_the_centres(store):
    spring = store.add_cycle("Spring", **SPRING)
    store.write_table("history", history(), **ANA)
    store.write_table("actuals", history(2), cycle=spring.id, **ANA)
    assert not store.has_rows("history", cycle=spring.id)
    assert len(store.read_table("actuals", cycle=spring.id)) == 96
    assert not store.has_rows("actuals")
    assert list(store.revisions(cycle=spring.id)) == ["actuals"]


def test_times_without_a_zone_need_one_and_the_repeated_hour_is_not_guessed(store):
    local = history(zone=None)
    with pytest.raises(PlanError, match="The times of the history table carry no time zone"):
        store.write_table("history", local, **ANA)
    store.write_table("history", local, zone="Asia/Jakarta", **ANA)
    assert store.read_table("history")["interval_start"].iloc[0] == pd.Timestamp("2026-02-28 17:00", tz="UTC")
    for day in ("2026-03-29", "2026-10-25"):
        with pytest.raises(PlanError, match="the clocks of Europe/Berlin show twice or never"):
            store.write_table("history", history(zone=None, start=day), zone="Europe/Berlin", **ANA)


def test_the_action_log_is_only_added_to_and_numbers_itself(store):
    row = {"at": NOW, "who": "Ana", "plan_item": "aht", "done": "x", "why": "y", "effect": "z"}
    store.write_table("action_log", pd.DataFrame([row, row]), mode="append", **ANA)
    store.write_table("action_log", pd.DataFrame([row]), mode="append", **ANA)
    assert store.read_table("action_log")["entry"].tolist() == [1, 2, 3]
    for change in (
        lambda: store.write_table("action_log", pd.DataFrame([row]), **ANA),
        lambda: store.delete_table("action_log", **ANA),
    ):
        with pytest.raises(PlanError, match="only ever added to"):
            change()


def test_a_table_that_is_not_kept_is_named(store):
    for name in (*NOT_STORED, "weather"):
        with pytest.raises(PlanError, match=f"keeps no table '{name}'. It keeps: history, events"):
            store.read_table(name)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_merged_the_table_is_what_a_dictionary_would_be(store, data):
    """The slow twin: key -> value, one row at a time."""
    store.delete_table("history", **ANA)
    twin, zone = {}, "UTC"
    slots = st.tuples(st.integers(0, 5), st.sampled_from(["a", "b"]), st.sampled_from(["voice", "chat"]))
    for _ in range(data.draw(st.integers(1, 3))):
        rows = data.draw(st.dictionaries(slots, st.one_of(st.none(), st.floats(0, 1e9)), min_size=1, max_size=8))
        table = pd.DataFrame(
            [
                {"interval_start": NOW + 30 * slot * MINUTE, "interval_s": 1800, "project": p, "channel": c}
                | {"offered": np.nan if value is None else value}
                for (slot, p, c), value in rows.items()
            ]
        )
        store.write_table("history", table, mode="merge", **ANA)
        twin |= {(NOW + 30 * slot * MINUTE, p, c): value for (slot, p, c), value in rows.items()}
    read = store.read_table("history", zone=zone)
    offered = read["offered"] if "offered" in read else pd.Series(np.nan, index=read.index)
    keys = zip(read["interval_start"], read["project"], read["channel"], strict=True)
    values = [None if np.isnan(value) else value for value in offered]
    assert dict(zip(keys, values, strict=True)) == twin


# Many at once


def _type(address, person, saves):
    with open_store(address) as store:
        for number in range(saves):
            while True:
                now = store.load("shared")
                try:
                    data = {**(now.data or {}), f"{person}-{number}": number}
                    store.save("shared", data, base=now.version, by=person, at=NOW)
                    break
                except StaleSave:
                    continue
            row = {"at": NOW, "who": person, "plan_item": "aht", "done": str(number), "why": "w", "effect": "e"}
            store.write_table("action_log", pd.DataFrame([row]), mode="append", by=person, at=NOW)
            store.write_table("history", history(channel=person), mode="merge", by=person, at=NOW)


def test_eight_writers_at_once_lose_nothing_and_meet_no_lock(address):
    writers = [CONTEXT.Process(target=_type, args=(address, f"p{n}", 4)) for n in range(8)]
    for writer in writers:  # the first of them also make the database, all at once
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 8
    with open_store(address) as store:
        assert len(store.load("shared").data) == 32
        assert store.load("shared").version == 32
        assert store.read_table("action_log")["entry"].tolist() == list(range(1, 33))
        assert store.table_info("history")["rows"].tolist() == [48] * 8
        assert store.revision("history").number == 32


def _write_for_ever(address, begun):
    with open_store(address) as store:
        number = 1
        while True:
            number += 1
            with store.together():
                store.write_table("history", history(200, offered=float(number)), by="Ana", at=NOW)
                base = store.load("staffing").version
                begun.set()
                store.save("staffing", {"number": number}, base=base, by="Ana", at=NOW)


def test_a_writer_killed_in_the_middle_leaves_nothing_half_written(address):
    with open_store(address) as store, store.together():
        store.write_table("history", history(200, offered=1.0), **ANA)
        store.save("staffing", {"number": 1}, base=0, **ANA)
    for pause in (0.0, 0.05, 0.13):
        begun = CONTEXT.Event()
        writer = CONTEXT.Process(target=_write_for_ever, args=(address, begun))
        writer.start()
        assert begun.wait(30)
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        writer.join(30)
        with open_store(address) as store:
            offered = store.read_table("history")["offered"]
            assert len(offered) == 9600
            assert set(offered) == {float(store.load("staffing").data["number"])}
            store.save("centre", {"pause": pause}, base=store.load("centre").version, **ANA)
