"""Intervals that are open in part: an hour that begins or ends within a half-hour, through all stages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import evaluation, measures
from ccwb.forecast import cleaning, forecast
from ccwb.forecast.calendar import open_parts
from ccwb.projects import WEEKDAYS, is_open, new_project
from ccwb.schedule import cover, fit, needed_of, unmet
from ccwb.staffing import given_agents, requirement, summary
from ccwb.tables import INTERVALS_S, check

QUEUE = ("shop", "voice")
TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.0, "max_occupancy": 0.9}


def shop(hours, zone="Europe/Berlin"):
    return new_project("shop", zone=zone, hours=dict.fromkeys(WEEKDAYS, hours))


def past(weeks=8, *, zone=None, first="2026-01-05"):
    """Return half-hours from 07:00 to 21:30 of 40 contacts, the last one of 12."""
    days = pd.date_range(first, periods=7 * weeks, tz=zone)
    clock = pd.timedelta_range("7h", "21h", freq="30min")
    starts = pd.DatetimeIndex(np.concatenate([(day + clock).to_numpy() for day in days.tz_localize(None)]))
    starts = starts.tz_localize(zone) if zone else starts
    offered = np.where(starts.hour == 21, 12.0, 40.0)
    return pd.DataFrame(
        {"interval_start": starts, "interval_s": 1800, "project": "shop", "channel": "voice", "offered": offered}
    )


def ahead(hours, *, zone=None, days=7, **more):
    project = shop(hours, zone or "UTC")
    return project, forecast(past(zone=zone), days=days, hours={"shop": project}, model="seasonal naive", **more)


def test_the_contacts_of_an_interval_that_is_open_for_five_minutes_come_in_those_five_minutes():
    _, table = ahead("07:10-21:05")
    day = table[table["interval_start"].dt.date == table["interval_start"].dt.date.iloc[0]]
    clock, lengths = day["interval_start"].dt.strftime("%H:%M").tolist(), day["interval_s"].tolist()
    assert (clock[:3], lengths[:3]) == (["07:10", "07:15", "07:30"], [300, 900, 1800])
    assert (clock[-2:], lengths[-2:]) == (["20:30", "21:00"], [1800, 300])
    assert day["offered"].iloc[[0, 1, 2, -1]].tolist() == pytest.approx([10, 30, 40, 12], rel=0.01)
    whole = ahead("07:00-21:30")[1]
    assert table["offered"].sum() == pytest.approx(whole["offered"].sum())
    assert (whole["interval_s"] == 1800).all()
    assert (table["lower_80"] <= table["offered"]).all() and (table["offered"] <= table["upper_80"]).all()
    check(table.assign(interval_start=table["interval_start"].dt.tz_localize("UTC")), "forecast")


def test_a_queue_whose_level_is_typed_comes_evenly_over_the_open_minutes():
    start = {"project": "shop", "channel": "voice", "first_day": "2026-03-02", "contacts_day": 83.5}
    table = forecast(past().iloc[:0], days=1, hours={"shop": shop("07:10-21:05")}, starts=[start], interval_s=1800)
    assert table["offered"].to_numpy() == pytest.approx(83.5 * table["interval_s"] / (13 * 3600 + 55 * 60))


def five_minutes(first="2026-01-05", days=56):
    """Return five minutes from 07:00 to 21:30 of 5 contacts each, 50 in those before 07:10."""
    clock = pd.timedelta_range("7h", "21h25min", freq="5min")
    days = pd.date_range(first, periods=days)
    starts = pd.DatetimeIndex(np.concatenate([(day + clock).to_numpy() for day in days]))
    early = (starts.hour == 7) & (starts.minute < 10)
    return pd.DataFrame(
        {"interval_start": starts, "interval_s": 300, "project": "shop", "channel": "voice"}
        | {"offered": np.where(early, 50.0, 5.0)}
    )


def test_what_comes_before_the_opening_is_forecast_neither_in_half_hours_nor_in_days():
    told = {"hours": {"shop": shop("07:10-21:05")}, "model": "seasonal naive", "days": 7}
    half, day = (forecast(five_minutes(), interval_s=length, **told) for length in (1800, 86400))
    a_day = (13 * 12 + 11) * 5  # 07:10 to 21:05
    assert day["offered"].to_numpy() == pytest.approx(a_day, rel=1e-6)
    assert half.groupby(half["interval_start"].dt.date)["offered"].sum().to_numpy() == pytest.approx(a_day, rel=1e-6)
    whole = forecast(five_minutes(), interval_s=86400, days=7, model="seasonal naive")
    assert whole["offered"].iloc[0] == pytest.approx(2 * 50 + 172 * 5)


def test_the_rows_cover_the_open_minutes_on_the_days_the_clock_changes_too():
    project = shop("00:20-03:40, 05:10-24:00")
    days = pd.date_range("2026-02-02", periods=56, tz="Europe/Berlin")
    starts = pd.date_range(days[0], days[-1] + pd.DateOffset(days=1), freq="30min", inclusive="left")
    calls = pd.DataFrame({"interval_start": starts, "project": "shop", "channel": "voice", "offered": 5.0})
    table = forecast(calls, days=3, hours={"shop": project}, interval_s=1800)
    assert str(table["interval_start"].dt.date.iloc[0]) == "2026-03-30"  # the clocks went forward the day before
    for last, hours in (("2026-03-27", (22.1666667, 21.1666667, 22.1666667)), ("2026-10-23", (22.1666667,) * 1)):
        end = pd.Timestamp(last, tz="Europe/Berlin") + pd.DateOffset(days=1)
        shifted = pd.date_range(end - pd.DateOffset(days=56), end, freq="30min", inclusive="left")
        calls = pd.DataFrame({"interval_start": shifted, "project": "shop", "channel": "voice", "offered": 5.0})
        told = forecast(calls, days=3, hours={"shop": project}, interval_s=1800)
        minutes = pd.date_range(end, end + pd.DateOffset(days=3), freq="5min", inclusive="left")
        open_s = 300 * pd.Series(is_open(minutes, project), minutes).groupby(minutes.date).sum()
        assert told.groupby(told["interval_start"].dt.date)["interval_s"].sum().tolist() == open_s.tolist()
        assert open_s.iloc[0] / 3600 == pytest.approx(hours[0])


@settings(max_examples=60, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 288), min_size=2, max_size=8, unique=True).map(sorted),
    interval_s=st.sampled_from([300, 900, 1800, 3600]),
)
def test_the_parts_of_the_slots_are_the_open_minutes_in_lengths_that_intervals_have(cuts, interval_s):
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    hours = ", ".join(f"{a // 12:02d}:{5 * (a % 12):02d}-{b // 12:02d}:{5 * (b % 12):02d}" for a, b in spans)
    count, offset_s, length_s = open_parts(shop(hours), interval_s)
    slot = np.repeat(np.arange(count.size), count.ravel()) % count.shape[1]
    begin = slot * interval_s + offset_s
    covered = np.zeros(288, dtype=int)
    for start, length in zip(begin, length_s, strict=True):
        covered[start // 300 : (start + length) // 300] += 1
    wanted = np.zeros(288, dtype=int)
    for a, b in spans:
        wanted[a:b] = 7  # weekdays
    assert (covered == wanted).all()
    assert np.isin(length_s, INTERVALS_S).all() and (begin % length_s == 0).all()


def test_five_minutes_at_the_end_of_the_day_get_the_agents_that_they_need():
    _, table = ahead("07:00-21:05", zone="Europe/Berlin")
    need = requirement(table.assign(aht_s=240.0), targets={QUEUE: TARGET})
    last = need.groupby(need["interval_start"].dt.date).tail(1)
    assert (last["interval_s"] == 300).all()
    assert last["load"].to_numpy() == pytest.approx(12 * 240 / 300, rel=0.01)
    assert (last["service_level"] >= 0.8).all()
    spread = requirement(
        table.assign(aht_s=240.0, interval_s=table["interval_s"].replace(300, 1800)), targets={QUEUE: TARGET}
    )
    assert (
        last["agents"].to_numpy() > 3 * spread.groupby(spread["interval_start"].dt.date).tail(1)["agents"].to_numpy()
    ).all()


def split(table, rng):
    """Return a forecast with some half-hours cut into quarters and five minutes, their contacts in proportion."""
    out = []
    for row in table.to_dict("records"):
        parts = [(0, 1800)] if rng.random() < 0.6 else [(0, 300), (300, 300), (600, 300), (900, 900)]
        for offset, length in parts:
            moment = row["interval_start"] + pd.Timedelta(seconds=offset)
            share = length / row["interval_s"]
            out.append(row | {"interval_start": moment, "interval_s": length, "offered": row["offered"] * share})
    return pd.DataFrame(out)


@pytest.mark.parametrize("carry_over", [False, True])
@pytest.mark.parametrize("channel", ["voice", "email"])
def test_cutting_intervals_into_parts_changes_neither_agents_nor_rates(channel, carry_over):
    rng = np.random.default_rng(3)
    starts = pd.date_range("2026-03-02 08:00", periods=24, freq="30min", tz="UTC")
    table = pd.DataFrame(
        {"interval_start": starts, "interval_s": 1800, "project": "shop", "channel": channel, "aht_s": 240.0}
        | {"offered": 40 + 25 * np.sin(np.arange(24) / 4)}
    )
    within = 20 if channel == "voice" else 4 * 3600
    target = {("shop", channel): TARGET | {"answer_within_s": within}}
    whole, parts = (requirement(rows, targets=target, carry_over=carry_over) for rows in (table, split(table, rng)))
    sums = [summary(rows).iloc[0] for rows in (whole, parts)]
    assert sums[1]["offered"] == pytest.approx(sums[0]["offered"])
    hours = [float((rows["agents"] * rows["interval_s"]).sum() / 3600) for rows in (whole, parts)]
    assert hours[1] == pytest.approx(hours[0], rel=0 if channel == "voice" and not carry_over else 0.02)
    assert sums[1]["service_level"] == pytest.approx(sums[0]["service_level"], abs=0.01)
    got = [
        given_agents(rows, targets=target, agents={("shop", channel): 16.0}, carry_over=carry_over)
        for rows in (table, split(table, rng))
    ]
    level = [summary(rows).iloc[0]["service_level"] for rows in got]
    assert level[1] == pytest.approx(level[0], abs=0.01)


def test_a_shift_covers_the_minutes_before_and_after_the_whole_intervals_and_nobody_stays_after_closing():
    project, table = ahead("07:10-21:05", zone="Europe/Berlin", days=2)
    need = requirement(table.assign(aht_s=240.0), targets={QUEUE: TARGET})
    kinds = pd.DataFrame(
        [
            {"shift": "short", "project": "", "first_start_s": 0.0, "last_start_s": 20 * 3600.0, "step_s": 1800.0}
            | {"length_s": 4 * 3600.0, "break_s": 0.0, "break_after_s": None, "break_before_s": None}
        ]
    )
    schedule, coverage = cover(need, shifts=kinds, projects={"shop": project}, under_weight=1e4)
    assert fit(coverage)["fit"] > 0.99
    clock = coverage["interval_start"].dt.strftime("%H:%M")
    assert set(coverage["interval_s"]) == {300, 1800} and clock.min() == "07:10" and clock.max() == "21:00"
    last = coverage[clock == "21:00"]
    assert last["required"].tolist() == need.groupby(need["interval_start"].dt.date).tail(1)["scheduled"].tolist()
    assert fit(coverage)["required_h"] == pytest.approx((need["scheduled"] * need["interval_s"]).sum() / 3600)
    ends, begins = (schedule[name].dt.strftime("%H:%M") for name in ("shift_end", "shift_start"))
    assert ends.max() == "21:05" and begins.min() == "07:10"
    paid_h = ((schedule["shift_end"] - schedule["shift_start"]).dt.total_seconds() * schedule["people"]).sum() / 3600
    assert paid_h == pytest.approx(fit(coverage)["scheduled_h"]), "every paid minute is within the opening hours"
    short = cover(need, shifts=kinds, projects={"shop": project}, limit=0)[1]
    told = [template.format(**values) for template, values in unmet(short)]
    assert "07:10-21:05" in told[0] and len(told) == 2
    quarters = kinds.assign(step_s=900.0, length_s=4.25 * 3600)
    finer = cover(need, shifts=quarters, projects={"shop": project}, under_weight=1e4)[1]
    clock = finer["interval_start"].dt.strftime("%H:%M")
    assert clock.max() == "21:00" and fit(finer)["fit"] > 0.99  # nobody is needed from 21:15 to 21:30


def test_the_need_of_queues_with_hours_and_half_hours_adds_up_at_every_time():
    starts = pd.date_range("2026-03-02 08:00", periods=4, freq="30min", tz="UTC")
    rows = [(start, 1800, "voice", n) for start, n in zip(starts, (3.0, 4.0, 5.0, 6.0), strict=True)]
    rows += [(starts[0], 3600, "email", 2.0), (starts[2], 300, "email", 9.0)]
    table = pd.DataFrame(rows, columns=["interval_start", "interval_s", "channel", "scheduled"])
    table = table.assign(project="shop", offered=1.0, aht_s=60.0, load=1.0, agents=table["scheduled"], model="given")
    needed = needed_of(table, "scheduled")
    whole = needed[needed["interval_s"] == 1800]
    assert whole["required"].tolist() == [5, 6, 6] and set(needed["interval_s"]) == {300, 1800}
    assert needed.loc[needed["interval_s"] == 300, "required"].tolist() == [14, 5, 5, 5, 5, 5]
    hours = lambda rows, column: (rows[column] * rows["interval_s"]).sum() / 3600  # noqa: E731 - read twice below
    assert hours(needed, "required") == pytest.approx(hours(table, "scheduled"))
    assert needed_of(table, "scheduled", 3600)["interval_s"].sum() == needed["interval_s"].sum()


def test_what_came_in_the_whole_interval_is_compared_with_the_part_that_was_planned():
    _, table = ahead("07:10-21:05", zone="Europe/Berlin", days=7)
    came = past(zone="Europe/Berlin", weeks=1, first="2026-03-02").assign(handled=1.0)
    came["offered"] = np.where(came["interval_start"].dt.hour == 21, 15.0, 40.0)
    rows = measures.matched(table, came)
    assert len(rows) == len(came) and set(rows["interval_s"]) == {1800}
    evening = rows["interval_start"].dt.hour == 21
    assert (
        rows.loc[evening, "forecast"].to_numpy() == pytest.approx(12, rel=0.01)
        and (rows.loc[evening, "actual"] == 15).all()
    )
    accuracy = evaluation.forecast_accuracy(table, came)
    total = accuracy[(accuracy["project"] == "") & (accuracy["grain"] == "interval")].iloc[0]
    assert total["n"] == len(came) and total["wape"] == pytest.approx(3 * 7 / came["offered"].sum(), rel=0.1)
    quarters = pd.concat(
        [came.assign(interval_start=came["interval_start"] + pd.Timedelta(minutes=m)) for m in (0, 15)]
    )
    quarters = quarters.assign(interval_s=900, offered=quarters["offered"] / 2)
    assert measures.matched(table, quarters)["actual"].sum() == pytest.approx(came["offered"].sum())


def test_the_plan_counts_only_where_the_actuals_tell_of_the_half_hour_it_lies_in():
    _, table = ahead("07:10-21:05", zone="Europe/Berlin", days=2)
    came = past(zone="Europe/Berlin", weeks=1, first="2026-03-02")
    known = came[came["interval_start"].dt.hour >= 12].assign(handled=1.0)
    left = measures.told(table, known)
    assert left["interval_start"].dt.hour.min() == 12 and left["interval_start"].dt.hour.max() == 21
    assert left["interval_s"].isin([300, 1800]).all() and len(left) == 2 * 19


def test_a_half_hour_that_the_hours_given_cut_is_not_marked_as_partly_open():
    fine = past()
    fine = pd.concat(
        [fine.assign(interval_start=fine["interval_start"] + pd.Timedelta(minutes=m)) for m in range(0, 30, 5)]
    )
    fine = fine.assign(interval_s=300, offered=fine["offered"] / 6).sort_values("interval_start", ignore_index=True)
    fine = fine[(fine["interval_start"].dt.hour < 21) | (fine["interval_start"].dt.minute < 5)]
    marked = [cleaning(fine, interval_s=1800, hours=hours) for hours in (None, {"shop": shop("07:00-21:30")})]
    assert all(table["reason"].tolist() == ["partly open"] for table in marked)
    assert cleaning(fine, interval_s=1800, hours={"shop": shop("07:00-21:05")}).empty
