"""Estimates from history against worlds whose truth is known: simulated queues, planted differences, counted hours."""

import math

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.queueing.simulation import Group, Queue, engine, replay
from ccwb.queueing.simulation.world import world
from ccwb.samples import load_centre, load_cycles, load_history
from ccwb.staffing import shrinkage_of
from ccwb.staffing.estimates import (
    absence,
    handling_by_hour,
    handling_time,
    patience,
    patience_of_calls,
    share_of_paid_time,
    standing_out,
    survival,
)

SHORT_S, WITHIN_S, SLOT_S, SLOTS = 5.0, 20.0, 1800.0, 20


# --- worlds whose patience is known -----------------------------------------------------------------------------------
def contacts(patience_s, *, load=12.0, aht_s=240.0, spare=0.3, days=40, seed=1, aht_cv=0.8, unwilling=0.0):
    """Contacts of some days one by one: a wave over the day, busier and quieter days, staff that does not quite fit."""
    rng, parts = np.random.default_rng(seed), []
    wave = 1 + 0.3 * np.sin(np.linspace(0, 2 * np.pi, SLOTS))
    for day, chance in enumerate(np.random.SeedSequence(seed).spawn(days)):
        wanted = (load * wave + spare * np.sqrt(load * wave)) * (1 + 0.06 * rng.standard_normal())
        agents = tuple(np.maximum(1, np.round(wanted)).astype(int))
        offered = tuple(load * wave * SLOT_S / aht_s * rng.gamma(300, 1 / 300))
        line = [Queue("voice", offered=offered, aht_s=aht_s, patience_s=patience_s, aht_cv=aht_cv, unwilling=unwilling)]
        of = world(line, [Group("team", ["voice"], agents=agents)], SLOTS * SLOT_S, 0.0)
        seen = replay(engine.compiled() is not None, of, line, 0.0, chance).attempts
        names = ("came_s", "began_s", "patience", "by")
        plain = isinstance(seen, list)  # without numba
        columns = {c: np.array([getattr(row, c) for row in seen]) if plain else seen[c] for c in names}
        parts.append(pd.DataFrame(columns).assign(day=day))
    table = pd.concat(parts, ignore_index=True)
    table["answered"] = table["by"] >= 0
    table["wait_s"] = np.where(table["answered"], table["began_s"] - table["came_s"], table["patience"])
    return table[table["answered"] | (table["came_s"] + table["wait_s"] < SLOTS * SLOT_S)]


def counted(table, *, length_s=1800, aht_s=240.0):
    """The history of such contacts, as a report of `length_s` intervals has it."""
    start = pd.Timestamp("2026-03-02 08:00") + pd.to_timedelta(table["day"], unit="D")
    start += pd.to_timedelta(table["came_s"] // length_s * length_s, unit="s")
    answered, wait_s = table["answered"], table["wait_s"]
    work = pd.DataFrame({"interval_start": start, "handled": answered, "abandoned": ~answered})
    work["short_abandoned"] = ~answered & (wait_s < SHORT_S)
    work["answered_within"] = answered & (wait_s <= WITHIN_S)
    work["asa_s"] = wait_s.where(answered)
    sums = dict.fromkeys(("handled", "abandoned", "short_abandoned", "answered_within"), "sum")
    out = work.groupby("interval_start", as_index=False).agg(sums | {"asa_s": "mean"}).round({"asa_s": 1})
    more = {"interval_s": length_s, "project": "orders", "channel": "voice", "aht_s": aht_s}
    return out.assign(answer_within_s=WITHIN_S, offered=out["handled"] + out["abandoned"], **more)


@pytest.mark.parametrize(
    ("patience_s", "kind"),
    [
        (60, {"load": 12, "spare": 0.3}),
        (150, {"load": 12, "spare": 1.0, "aht_cv": 1.6}),
        (150, {"load": 12, "spare": -0.7, "aht_cv": 0.6}),
        (400, {"load": 40, "spare": 0.3}),
        (150, {"load": 3, "spare": 0.3, "days": 120}),
        (90, {"load": 5, "spare": 0.5, "aht_s": 90.0}),
        (240, {"load": 6, "spare": 0.0, "aht_s": 600.0, "days": 80}),
    ],
)
def test_a_known_patience_is_found_from_half_hours_within_ten_percent(patience_s, kind):
    history = counted(contacts(patience_s, **kind), aht_s=kind.get("aht_s", 240.0))
    for short_s in (SHORT_S, None):
        found = patience(history, short_abandon_s=short_s)
        assert found.value == pytest.approx(patience_s, rel=0.1)
        assert found.low < patience_s < found.high


def test_the_stated_range_holds_the_truth_about_as_often_as_it_says():
    held, widths = [], []
    for seed in range(60):
        found = patience(counted(contacts(120, load=10, days=10, seed=100 + seed)), short_abandon_s=SHORT_S)
        held.append(found.low < 120 < found.high)
        widths.append(math.log(found.high / found.low) / 2)
    assert np.mean(held) >= 0.9
    assert np.mean(widths) < 0.25


def test_means_by_half_hour_say_what_every_single_wait_says():
    """Those who gave up are as many as exp(wait / patience) - 1 summed over the answered: solved contact by contact."""
    table = contacts(150, load=25, days=60)
    waits, left = table.loc[table["answered"], "wait_s"].to_numpy(), (~table["answered"]).sum()
    low, high = 10.0, 2000.0
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if np.expm1(waits / middle).sum() < left else (middle, high)
    assert patience(counted(table)).value == pytest.approx(low, rel=0.04)


def test_who_hangs_up_at_once_does_not_make_the_others_look_impatient():
    history = counted(contacts(150, load=12, spare=0.0, days=80, unwilling=0.1))
    apart, together = patience(history, short_abandon_s=SHORT_S), patience(history)
    assert apart.value == pytest.approx(150, rel=0.1)
    assert together.value < 0.8 * apart.value
    assert "left out" in str(apart.caveats[0])
    assert "look shorter" in str(together.caveats[0])


def test_where_nearly_all_leave_within_the_short_time_the_range_is_wide_and_it_is_said():
    found = patience(counted(contacts(40, load=150, aht_s=120.0, spare=0.5, days=12)), short_abandon_s=SHORT_S)
    assert found.low < 40 < found.high
    assert found.high / found.low > 1.5
    assert "Most of those who gave up did so that soon" in str(found.caveats[1])


def test_without_a_threshold_patience_is_still_found_but_less_surely():
    history = counted(contacts(150, load=12, days=60))
    known, assumed = patience(history), patience(history.drop(columns=["answered_within", "answer_within_s"]))
    assert assumed.value == pytest.approx(150, rel=0.1)
    assert math.log(assumed.high / assumed.low) > 1.5 * math.log(known.high / known.low)


def test_five_minute_intervals_tell_the_same_as_half_hours():
    table = contacts(150, days=60)
    assert patience(counted(table, length_s=300)).value == pytest.approx(patience(counted(table)).value, rel=0.002)
    assert patience(counted(table, length_s=3600)).value == pytest.approx(150, rel=0.1)


def test_an_aware_history_over_a_change_of_the_clocks_is_read_like_any_other():
    history = counted(contacts(150, days=30), length_s=900)
    aware = history.assign(interval_start=history["interval_start"].dt.tz_localize("Europe/Berlin"))
    assert patience(aware).value == pytest.approx(patience(history).value, rel=1e-9)


@pytest.mark.parametrize("project", ["service", "sales", "support"])
def test_the_sample_centre_shows_the_patience_it_was_made_with(project):
    history = load_history(project)
    last_year = history[history["interval_start"] >= history["interval_start"].max() - pd.Timedelta(days=364)]
    one = next(p for p in load_centre()["projects"] if p["project"] == project)
    for channel in ("voice", "chat"):
        true = one["channels"][channel]["patience_s"]
        found = patience(last_year[last_year["channel"] == channel], short_abandon_s=SHORT_S)
        assert found.low < true < found.high
        assert found.value == pytest.approx(true, rel=0.1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda h: h.assign(abandoned=0), "only 0 contacts gave up"),
        (lambda h: h.head(12), "only 1 days"),
        (lambda h: h.drop(columns="asa_s"), "asa_s"),
        (lambda h: h.assign(asa_s=0.0), "nobody had to wait"),
        (lambda h: h.assign(abandoned=np.nan), "abandoned"),
        (lambda h: h.assign(asa_s=h["asa_s"] / 60), "more contacts were answered late"),
        (lambda h: h.assign(asa_s=0.001, answered_within=np.nan), "do not fit the waits"),
        (lambda h: h.assign(channel="email"), "nobody waits in line"),
        (lambda h: h.assign(interval_s=86400), "within a day"),
        (lambda h: h.head(0), "no rows"),
        (lambda h: h.assign(project=["a", "b"] * (len(h) // 2)), "one queue at a time"),
    ],
)
def test_what_a_history_cannot_tell_of_patience_is_said_in_words(change, said):
    history = counted(contacts(150, days=8))
    with pytest.raises(PlanError, match=said):
        patience(change(history))


# --- single contacts --------------------------------------------------------------------------------------------------
def test_survival_of_the_freireich_remissions_is_the_published_one():
    """Kaplan-Meier of the 6-MP arm of Freireich et al. (1963) as in Kalbfleisch and Prentice (2002), chapter 1."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    still = [0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]
    curve = survival(pd.DataFrame({"wait_s": weeks, "answered": still}))
    assert curve["wait_s"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve["share"].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    # log-log bounds at 23 weeks as R's survfit(conf.type = "log-log") gives them
    assert curve[["low", "high"]].iloc[-1].round(3).tolist() == [0.188, 0.680]


def calls(patience_s, *, n=600, offered_s=60.0, seed=0, at_once=0.0):
    rng = np.random.default_rng(seed)
    waits, willing = rng.exponential(offered_s, n), rng.exponential(patience_s, n)
    willing = np.where(rng.random(n) < at_once, rng.uniform(0, 4, n), willing)
    return pd.DataFrame({"wait_s": np.minimum(waits, willing), "answered": waits < willing})


def test_single_contacts_show_patience_and_how_sure_it_is():
    found = [patience_of_calls(calls(120, seed=seed)) for seed in range(300)]
    assert np.mean([one.value for one in found]) == pytest.approx(120, rel=0.02)
    assert 0.92 <= np.mean([one.low < 120 < one.high for one in found]) <= 0.98
    assert sum(bool(one.caveats) for one in found) < 15


def test_the_mean_wait_of_those_who_left_is_not_their_patience():
    table = calls(120, n=5000)
    assert table.loc[~table["answered"], "wait_s"].mean() < 60
    assert patience_of_calls(table).value == pytest.approx(120, rel=0.1)


def test_single_contacts_with_people_who_hang_up_at_once_are_told_apart():
    found = patience_of_calls(calls(200, n=5000, at_once=0.15))
    assert found.low < 200 < found.high
    assert "leave within 5 s" in str(found.caveats[0])


def test_a_patience_that_is_not_steady_is_said_to_be_so():
    rng = np.random.default_rng(3)
    waits, willing = rng.exponential(90, 4000), rng.normal(60, 10, 4000)
    table = pd.DataFrame({"wait_s": np.minimum(waits, willing), "answered": waits < willing})
    assert any("does not fit" in str(said) for said in patience_of_calls(table).caveats)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (calls(120).assign(wait_s=lambda t: t["wait_s"].where(t["answered"])), "have no wait"),
        (calls(120).drop(columns="answered"), "lacks answered"),
        (calls(120).head(0), "lacks rows"),
        (calls(120).assign(answered=True), "0 gave up"),
        (calls(120).assign(wait_s=0.0), "nobody waited"),
    ],
)
def test_what_single_contacts_cannot_tell_is_said_in_words(table, said):
    with pytest.raises(PlanError, match=said):
        patience_of_calls(table)


# --- handling time ----------------------------------------------------------------------------------------------------
def worked(days=80, *, seed=5, slow_hour=1.0, slow_day=1.0, lately=1.0, first="2025-10-06"):
    """A history with handling times that differ by planted factors: at 17:00, on Mondays, in the last 8 weeks."""
    rng = np.random.default_rng(seed)
    start = pd.DatetimeIndex(
        [d + pd.Timedelta(hours=h) for d in pd.date_range(first, periods=days) for h in range(9, 19)]
    )
    table = pd.DataFrame({"interval_start": start.tz_localize("Europe/Berlin"), "interval_s": 3600})
    handled = rng.poisson(30, len(table)).astype(float)
    day = (start - start[0]).days.to_numpy()
    aht_s = 240 * np.exp(rng.normal(0, 0.05, days))[day] * np.where(start.hour == 17, slow_hour, 1.0)
    aht_s = aht_s * np.where(start.day_of_week == 0, slow_day, 1.0) * np.where(day >= days - 56, lately, 1.0)
    aht_s = aht_s * (1 + 0.9 * rng.standard_normal(len(table)) / np.sqrt(np.maximum(handled, 1)))
    return table.assign(project="orders", channel="voice", handled=handled, aht_s=np.where(handled > 0, aht_s, np.nan))


def test_handling_time_is_all_work_over_all_contacts_and_its_range_is_that_of_drawing_days_anew():
    history = worked(80)
    found = handling_time(history)
    day = history["interval_start"].dt.date
    work, handled = (history["aht_s"] * history["handled"]).groupby(day).sum(), history["handled"].groupby(day).sum()
    assert found.value == pytest.approx(work.sum() / handled.sum())
    rng = np.random.default_rng(0)
    drawn = [(work.iloc[pick].sum() / handled.iloc[pick].sum()) for pick in rng.integers(0, 80, (2000, 80))]
    assert found.high - found.low == pytest.approx(np.quantile(drawn, 0.975) - np.quantile(drawn, 0.025), rel=0.12)


def test_an_hour_and_a_weekday_that_take_longer_are_named_and_chance_is_not():
    table = handling_by_hour(worked(120, slow_hour=1.2, slow_day=1.3))
    said = [str(one) for one in standing_out(table)]
    assert said[0].startswith("Contacts on 0 take 2")
    assert said[1].startswith("Contacts from 17:00 on take 1")
    slightly = handling_by_hour(worked(300, slow_hour=1.03))
    assert slightly.loc[(slightly["weekday"] < 0) & (slightly["hour"] == 17), "low"].item() > slightly["aht_s"].iloc[-1]
    assert not standing_out(slightly)  # sure, but too little to plan by
    quiet = [standing_out(handling_by_hour(worked(120, seed=seed))) for seed in range(20)]
    assert sum(map(bool, quiet)) <= 1


def test_the_table_by_hour_adds_up_to_the_whole():
    history = worked(60)
    table = handling_by_hour(history)
    for rows in ((table["weekday"] >= 0) & (table["hour"] >= 0), (table["weekday"] >= 0) & (table["hour"] < 0)):
        part = table[rows]
        assert part["handled"].sum() == history["handled"].sum()
        assert part["aht_s"] @ part["handled"] / part["handled"].sum() == pytest.approx(handling_time(history).value)


def test_a_handling_time_that_moved_lately_is_said_and_a_steady_one_is_not():
    assert "In the last 8 weeks contacts took" in str(handling_time(worked(300, lately=1.08)).caveats[0])
    assert not handling_time(worked(300)).caveats
    assert not handling_time(worked(30, lately=2.0)).caveats  # nothing before to compare with


def test_a_history_by_the_day_has_handling_times_by_weekday_but_not_by_hour():
    table = handling_by_hour(worked(70).assign(interval_s=86400).drop_duplicates("interval_start").iloc[::10])
    assert (table["hour"] == -1).all()
    assert len(table) == 8


def test_a_history_without_handling_time_says_so():
    with pytest.raises(PlanError, match="aht_s"):
        handling_time(worked(20).drop(columns="aht_s"))


# --- shrinkage --------------------------------------------------------------------------------------------------------
def rostered(days=20, people=10):
    """Days on which so many people are rostered from 8 to 17 with an hour's break at 12, and whoever worked then."""
    first = [pd.Timestamp("2026-03-16 08:00", tz="Europe/Berlin") + pd.DateOffset(days=n) for n in range(days)]
    schedule = pd.DataFrame({"project": "orders", "shift": "Day", "shift_start": first, "people": people, "agent": ""})
    hours = {"shift_end": 9, "break_start": 4, "break_end": 5}
    schedule = schedule.assign(**{k: schedule["shift_start"] + pd.Timedelta(hours=v) for k, v in hours.items()})
    slots = [day + pd.Timedelta(minutes=30 * k) for day in first for k in range(20)]
    history = pd.DataFrame({"interval_start": slots, "interval_s": 1800, "project": "orders", "channel": "voice"})
    return schedule, history


def test_absence_is_the_rostered_time_without_the_people_who_worked():
    schedule, history = rostered()
    half_past_noon = history["interval_start"].dt.hour == 12
    history["agents"] = np.where(history["interval_start"].dt.day % 2 == 0, 7.0, 9.0)
    history.loc[half_past_noon, "agents"] = 3.0  # some take their break at another time: nobody is rostered then
    found = absence(schedule, history)
    assert found.value == pytest.approx(0.2, abs=0.002)
    assert found.low < 0.2 < found.high
    assert found.source.values["hours"] == 20 * 8 * 10
    chat = history.assign(channel="chat", agents=1.0)
    assert absence(schedule, pd.concat([history, chat])).value == pytest.approx(0.1, abs=0.002)


def test_absence_in_the_sample_centre_is_what_its_days_were_made_with():
    """Shrinkage of the plan, plus the waves of sickness and weeks short of people in data/sample_staff.py."""
    schedules = pd.concat([c["tables"]["schedule"] for c in load_cycles() if c["tables"]])
    for project, least, most in (("sales", 0.18, 0.195), ("service", 0.20, 0.22), ("support", 0.235, 0.26)):
        found = absence(schedules, load_history(project))
        assert least < found.value < most


def test_absence_that_cannot_be_told_is_said_in_words():
    schedule, history = rostered()
    history["agents"] = 9.0
    for table, rows, said in (
        (schedule.head(0), history, "no schedule"),
        (schedule, history.head(0), "no history"),
        (schedule.assign(project="other"), history, "no schedule"),
        (schedule, history.drop(columns="agents"), "no column 'agents'"),
        (schedule, history.assign(agents=11.0), "More people worked"),
        (schedule.head(3), history, "only 3 days"),
        (schedule, history.assign(project=["a", "b"] * 200), "one project at a time"),
        (schedule, pd.concat([history, history.assign(channel="chat", agents=np.nan)]), "chat"),
    ):
        with pytest.raises(PlanError, match=said):
            absence(table, rows)


def test_kinds_from_the_rules_of_a_house_count_each_hour_of_a_year_once():
    """A year of 260 paid days, walked through day by day: leave first, then sickness, then meetings on what is left."""
    leave = share_of_paid_time(days_year=30)
    sick = share_of_paid_time(days_year=13)
    meetings = share_of_paid_time(hours_week=2, minutes_day=15, before=leave + sick)
    hours = {"leave": 0.0, "sick": 0.0, "meetings": 0.0, "contacts": 0.0}
    for day in range(260):
        away = "leave" if day < 30 else "sick" if day < 43 else None
        if away:
            hours[away] += 8
        else:
            hours["meetings"] += 2 / 5 + 0.25
            hours["contacts"] += 8 - (2 / 5 + 0.25)
    assert [leave, sick, meetings] == pytest.approx([hours[k] / 2080 for k in ("leave", "sick", "meetings")])
    kinds = [
        {"kind": "leave", "share": leave},
        {"kind": "sick", "share": sick},
        {"kind": "meetings", "share": meetings},
    ]
    assert 1 - shrinkage_of(kinds).total == pytest.approx(hours["contacts"] / 2080)


def test_more_time_than_there_is_in_a_year_is_refused():
    with pytest.raises(PlanError, match="Nothing of the paid time"):
        share_of_paid_time(days_year=200, before=0.4)
    with pytest.raises(PlanError, match="days_year"):
        share_of_paid_time(days_year=-1)


def test_queues_counted_by_the_half_hour_and_by_the_hour_add_up_in_person_seconds():
    """Voice by half-hours and chat by hours, four agents each the whole day, twelve rostered: a third is away."""
    schedule, voice = rostered(people=12)
    schedule = schedule.assign(break_start=pd.NaT, break_end=pd.NaT)
    voice["agents"] = 4.0
    hour = voice["interval_start"].dt.minute == 0
    chat = voice[hour].assign(channel="chat", interval_s=3600)
    assert absence(schedule, pd.concat([voice, chat])).value == pytest.approx(1 / 3)


def test_a_patience_that_leaves_waits_below_a_second_is_not_told():
    history = counted(contacts(10, load=2, days=30), length_s=3600)
    assert history["asa_s"] @ history["handled"] < history["handled"].sum()
    with pytest.raises(PlanError, match="waited so shortly"):
        patience(history)


@pytest.mark.parametrize("column", ["interval_start", "interval_s", "project", "channel"])
def test_a_history_without_a_column_is_refused_by_the_name_of_the_column(column):
    schedule, history = rostered()
    history = history.assign(agents=9.0, handled=5.0, abandoned=1.0, asa_s=9.0, aht_s=200.0)
    for estimate in (patience, handling_time, handling_by_hour, lambda table: absence(schedule, table)):
        with pytest.raises(PlanError, match=column):
            estimate(history.drop(columns=column))


def test_an_answer_in_words_is_not_read_as_a_number():
    with pytest.raises(PlanError, match="answered 1 or 0"):
        patience_of_calls(calls(120).assign(answered=lambda t: np.where(t["answered"], "yes", "no")))
