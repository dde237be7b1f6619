"""Schedules: shifts that cover the need, never outside the opening hours, and honest about what stays short."""

import datetime as dt
import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.projects import is_open, new_project, open_intervals
from ccwb.schedule import cover, fit, people_at_work, unmet, usual_shifts, with_schedule

MONDAY = "2026-11-02"


def shift_table(*rows):
    """Return a shifts table from (name, length h, break h, break after h, break before h[, last start h])."""
    return pd.DataFrame(
        [
            {
                "shift": name,
                "project": "",
                "first_start_s": 0.0,
                "last_start_s": (last[0] if last else 23.5) * 3600,
                "step_s": 1800.0,
                "length_s": length * 3600.0,
                "break_s": pause * 3600.0,
                "break_after_s": None if after is None else after * 3600.0,
                "break_before_s": None if before is None else before * 3600.0,
            }
            for name, length, pause, after, before, *last in rows
        ]
    )


def need(project, agents, *, first_day=MONDAY, last_day=None, interval_s=1800, channel="voice"):
    """Return a requirement over the open intervals; `agents` is one number, a list, or a function of the hour."""
    starts = open_intervals(project, first_day=first_day, last_day=last_day or first_day, interval_s=interval_s)
    hour = (starts.hour + starts.minute / 60).to_numpy()
    wanted = np.broadcast_to(agents(hour) if callable(agents) else agents, len(starts)).astype(float)
    return pd.DataFrame(
        {
            "interval_start": starts,
            "interval_s": interval_s,
            "project": project["project"],
            "channel": channel,
            "offered": 10.0,
            "aht_s": 240.0,
            "load": wanted / 2,
            "agents": wanted,
            "scheduled": wanted,
            "model": "erlang_c",
        }
    )


def shop(hours="08:00-16:00", zone="Europe/Berlin", name="shop"):
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours)
    return new_project(name, zone=zone, hours=week)


def test_two_people_all_day_are_two_whole_shifts():
    project = shop()
    schedule, coverage = cover(
        need(project, 2), shifts=shift_table(("day", 8, 0, None, None)), projects={"shop": project}
    )
    assert schedule["people"].tolist() == [2]
    assert str(schedule["shift_start"].iloc[0]) == "2026-11-02 08:00:00+01:00"
    assert str(schedule["shift_end"].iloc[0]) == "2026-11-02 16:00:00+01:00"
    assert (coverage["gap"] == 0).all() and len(coverage) == 16
    assert fit(coverage)["fit"] == 1 and unmet(coverage) == []


@pytest.mark.parametrize("under, over, paid, person", [(10, 1, 1, 0.5), (4, 4, 1, 0.5), (3, 0, 1, 0), (2.5, 0, 1, 0.3)])
@pytest.mark.parametrize("wanted", [[1, 2, 2.5, 1, 3, 2, 1, 1], [0, 0, 2, 1, 0, 3, 3, 0.4]])
def test_no_other_combination_of_shifts_would_cost_less(wanted, under, over, paid, person):
    project = shop("08:00-12:00")
    kinds = shift_table(("long", 3, 0.5, 1, 1.5), ("short", 1.5, 0, None, None))
    weights = {"under_weight": under, "over_weight": over, "paid_weight": paid, "person_weight": person}
    schedule, coverage = cover(need(project, wanted), shifts=kinds, projects={"shop": project}, **weights)
    variants = [[1] * 2 + [0] + [1] * 3, [1] * 3 + [0] + [1] * 2, [1] * 3]
    rows = [[0] * s + v + [0] * (8 - s - len(v)) for v in variants for s in range(9 - len(v))]

    def cost(scheduled, people):
        gap = scheduled - np.array(wanted)
        hours = under * np.maximum(-gap, 0).sum() + over * np.maximum(gap, 0).sum() + paid * scheduled.sum()
        return 0.5 * hours + person * people

    best = min(
        cost(np.sum([rows[i] for i in chosen], axis=0) if chosen else np.zeros(8), people)
        for people in range(6)
        for chosen in itertools.combinations_with_replacement(range(len(rows)), people)
    )
    assert cost(coverage["scheduled"].to_numpy(), schedule["people"].sum()) == pytest.approx(best, rel=0.003)


def test_people_at_work_agree_with_a_count_minute_by_minute():
    project = shop("07:00-21:00")
    asked = need(project, lambda h: 6 + 4 * np.sin(h))
    schedule, coverage = cover(asked, shifts=usual_shifts(), projects={"shop": project})
    minutes = pd.date_range(coverage["interval_start"].min(), periods=14 * 60, freq="min")
    there = np.zeros(len(minutes))
    for row in schedule.itertuples():
        there += row.people * ((minutes >= row.shift_start) & (minutes < row.shift_end))
        if pd.notna(row.break_start):
            there -= row.people * ((minutes >= row.break_start) & (minutes < row.break_end))
    assert np.allclose(there.reshape(-1, 30).mean(axis=1), coverage["scheduled"])
    odd = people_at_work(schedule, starts=minutes[7::11], lengths=60)
    assert np.allclose(odd, there[7::11])


@settings(max_examples=15, deadline=None)
@given(
    hours=st.sampled_from(["08:00-18:00", "00:00-24:00", "08:00-12:00, 13:00-18:00", "09:30-11:00", "06:00-10:30"]),
    seed=st.integers(0, 10_000),
    day=st.sampled_from([MONDAY, "2026-03-29", "2026-10-25"]),
    limit=st.sampled_from([None, 0, 3]),
)
def test_nobody_works_outside_opening_hours_or_breaks_outside_their_window(hours, seed, day, limit):
    project = shop(hours)
    asked = need(project, lambda h: np.random.default_rng(seed).uniform(0, 9, len(h)), first_day=day)
    schedule, coverage = cover(asked, shifts=usual_shifts(), projects={"shop": project}, limit=limit)
    kinds = usual_shifts().set_index("shift")
    for row in schedule.itertuples():
        at_work = pd.date_range(row.shift_start, row.shift_end, freq="5min", inclusive="left")
        if pd.notna(row.break_start):
            at_work = at_work[(at_work < row.break_start) | (at_work >= row.break_end)]
            after = (row.break_start - row.shift_start).total_seconds()
            assert kinds.loc[row.shift, "break_after_s"] <= after <= kinds.loc[row.shift, "break_before_s"]
            assert (row.break_end - row.break_start).total_seconds() == kinds.loc[row.shift, "break_s"]
        assert is_open(at_work, project).all()
        assert (row.shift_end - row.shift_start).total_seconds() == kinds.loc[row.shift, "length_s"]
        assert row.people > 0
    assert limit is None or schedule["people"].sum() <= limit
    assert coverage["required"].sum() == pytest.approx(asked["scheduled"].sum())
    paid_h = sum(fit(coverage)[part] for part in ("covered_h", "over_h"))
    assert paid_h == pytest.approx(fit(coverage)["scheduled_h"])


@pytest.mark.parametrize(("day", "hours", "end"), [("2026-03-29", 23, "09:00"), ("2026-10-25", 25, "07:00")])
def test_a_shift_over_the_clock_change_lasts_as_long_as_any_other(day, hours, end):
    project = shop("00:00-24:00")
    kinds = shift_table(("night", 8, 0, None, None, 0))
    schedule, coverage = cover(need(project, 1, first_day=day), shifts=kinds, projects={"shop": project})
    assert len(coverage) == 2 * hours
    assert f"{schedule['shift_end'].iloc[0]:%H:%M}" == end
    assert coverage["scheduled"].sum() == 16


def test_channels_of_one_project_share_its_people():
    project = shop()
    both = pd.concat([need(project, 1), need(project, 2, channel="chat")])
    _, coverage = cover(both, shifts=shift_table(("day", 8, 0, None, None)), projects={"shop": project})
    assert (coverage["required"] == 3).all() and (coverage["scheduled"] == 3).all()


def test_what_cannot_be_met_is_said_with_its_reason():
    project = shop("07:00-17:00")
    asked = need(project, 6)
    late = shift_table(("late", 8, 0, None, None)).assign(first_start_s=7.5 * 3600)
    _, coverage = cover(asked, shifts=late, projects={"shop": project})
    template, values = unmet(coverage)[0]
    assert template.format(**values) == (
        "shop, 2026-11-02 07:00-07:30: 6.0 agents needed, but no shift may lie over this time."
    )
    _, coverage = cover(asked, shifts=late, projects={"shop": project}, limit={"shop": 2})
    assert "no more people to call" in unmet(coverage)[1][0]
    assert coverage["scheduled"].max() == 2
    _, coverage = cover(asked, shifts=late, projects={"shop": project}, at_once=4)
    assert coverage["scheduled"].max() == 4
    shut = project | {"hours": project["hours"] | {"mon": "07:00-16:00"}}
    _, coverage = cover(asked, shifts=late, projects={"shop": shut})
    told = [template.format(**values) for template, values in unmet(coverage)]
    assert told[-1] == "shop, 2026-11-02 16:00-17:00: 6.0 agents needed, but the project is closed then."


def test_a_day_too_short_for_any_shift_is_short_and_not_an_error():
    project = shop("09:00-12:00")
    schedule, coverage = cover(need(project, 3), shifts=usual_shifts(), projects={"shop": project})
    assert schedule.empty
    assert fit(coverage) == {
        "fit": 0, "required_h": 9, "scheduled_h": 0, "covered_h": 0, "under_h": 9, "over_h": 0,
    }  # fmt: skip
    assert unmet(coverage)[0][1]["hours"] == 9


def test_a_quiet_day_has_no_shifts_and_no_fit():
    project = shop()
    schedule, coverage = cover(need(project, 0), shifts=usual_shifts(), projects={"shop": project})
    assert schedule.empty and unmet(coverage) == []
    assert fit(coverage)["fit"] is None


def test_hourly_needs_are_covered_on_the_half_hours_that_shifts_need():
    project = shop("08:00-17:00")
    _, coverage = cover(need(project, 4, interval_s=3600), shifts=usual_shifts(), projects={"shop": project})
    assert (coverage["interval_s"] == 1800).all()
    assert fit(coverage)["required_h"] == 36


def test_times_without_zone_are_local_and_come_back_without():
    project = shop()
    asked = need(project, 2)
    plain = asked.assign(interval_start=asked["interval_start"].dt.tz_localize(None))
    one, covered = cover(asked, shifts=usual_shifts(), projects={"shop": project})
    two, plainly = cover(plain, shifts=usual_shifts(), projects={"shop": project})
    assert two["shift_start"].dt.tz is None and plainly["interval_start"].dt.tz is None
    assert one["shift_start"].dt.tz_localize(None).tolist() == two["shift_start"].tolist()
    assert covered["scheduled"].tolist() == plainly["scheduled"].tolist()


def test_each_project_works_by_its_own_clock_and_the_tables_keep_one_zone():
    near, far = shop(name="near"), shop(name="far", zone="Asia/Jakarta")
    asked = need(far, 1).assign(interval_start=lambda t: t["interval_start"].dt.tz_convert("Europe/Berlin"))
    schedule, coverage = cover(
        pd.concat([need(near, 1), asked], ignore_index=True),
        shifts=shift_table(("day", 8, 0, None, None)),
        projects={"near": near, "far": far},
    )
    assert str(schedule["shift_start"].dt.tz) == "Europe/Berlin"
    begun = schedule.set_index("project")["shift_start"]
    assert f"{begun['far'].tz_convert('Asia/Jakarta'):%H:%M}" == f"{begun['near']:%H:%M}" == "08:00"
    assert (coverage["gap"] == 0).all()


def test_a_schedule_changed_by_hand_is_counted_anew():
    project = shop()
    schedule, coverage = cover(
        need(project, 2), shifts=shift_table(("day", 8, 0, None, None)), projects={"shop": project}
    )
    fewer = with_schedule(coverage, schedule=schedule.assign(people=1.0))
    assert (fewer["gap"] == -1).all() and (coverage["gap"] == 0).all()
    gone = with_schedule(coverage, schedule=schedule.iloc[:0])
    assert (gone["scheduled"] == 0).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"length_s": 0.0}, "length"),
        ({"length_s": 99 * 3600.0}, "above 24 hours"),
        ({"step_s": 0.0}, "step"),
        ({"step_s": 25 * 3600.0}, "step between its starts is above 24 hours"),
        ({"step_s": 420.0}, "'odd'.*5 minutes"),
        ({"break_s": 8 * 3600.0}, "not shorter than the shift"),
        ({"last_start_s": -0.0, "first_start_s": 3600.0}, "latest start"),
        ({"break_s": 1800.0, "break_after_s": 4 * 3600.0, "break_before_s": 3 * 3600.0}, "break"),
        ({"length_s": 30601.0}, "5 minutes"),
    ],
)
def test_a_shift_that_cannot_be_worked_is_refused_in_words(change, said):
    project = shop()
    kinds = shift_table(("odd", 8, 0, None, None)).assign(**change)
    with pytest.raises(PlanError, match=said):
        cover(need(project, 1), shifts=kinds, projects={"shop": project})


def test_a_requirement_that_cannot_be_scheduled_is_refused_in_words():
    project = shop()
    asked = need(project, 1)
    kinds = usual_shifts()
    with pytest.raises(PlanError, match="no intervals"):
        cover(asked.iloc[:0], shifts=kinds, projects={"shop": project})
    with pytest.raises(PlanError, match="does not have"):
        cover(asked, shifts=kinds, projects={"other": project})
    with pytest.raises(PlanError, match="at most an hour"):
        cover(asked.assign(interval_s=86400), shifts=kinds, projects={"shop": project})
    with pytest.raises(PlanError, match="grid"):
        cover(
            asked.assign(interval_start=asked["interval_start"] + pd.Timedelta(minutes=7)),
            shifts=kinds,
            projects={"shop": project},
        )
    with pytest.raises(PlanError, match="no kind of shift"):
        cover(asked, shifts=kinds.iloc[:0], projects={"shop": project})


def test_a_week_is_scheduled_in_seconds_with_progress_and_can_be_stopped():
    project = shop("07:00-21:00")
    asked = need(project, lambda h: 12 - abs(h - 12) + np.cos(h), last_day="2026-11-08")
    seen, begun = [], time.perf_counter()
    schedule, coverage = cover(
        asked,
        shifts=usual_shifts(),
        projects={"shop": project},
        progress=lambda done, total: seen.append((done, total)),
    )
    assert time.perf_counter() - begun < 10  # about a second on an idle machine
    assert seen == [(n, 7) for n in range(1, 8)]
    assert fit(coverage)["fit"] > 0.97
    assert schedule["shift_start"].dt.date.nunique() == 7
    assert min(schedule["shift_start"].dt.date) == dt.date(2026, 11, 2)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cover(asked, shifts=usual_shifts(), projects={"shop": project}, progress=stop)
