"""Work that may wait in the requirement: deadlines over closed hours, quiet minutes of live queues, sums."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.queueing import worked_off
from ccwb.staffing import DEFERRED, cheapest, given_agents, idle_use, requirement, summary

GOAL = {"service_level": 0.9, "answer_within_s": 4 * 3600, "max_occupancy": 0.9, "shrinkage": 0.2, "patience_s": None}
LIVE = {"service_level": 0.8, "answer_within_s": 20, "max_occupancy": 0.85, "patience_s": 120, "shrinkage": 0.2}


def days(offered, *, channel="email", start="2026-03-02", hours=(9, 17), zone="Europe/Berlin"):
    """A forecast of days that open and close, half an hour a number; a list a day."""
    times = []
    for day, numbers in enumerate(offered):
        midnight = pd.Timestamp(start) + pd.Timedelta(days=day)
        opened = pd.date_range(midnight + pd.Timedelta(hours=hours[0]), periods=len(numbers), freq="30min")
        times += list(opened)
    fixed = {"interval_s": 1800, "project": "shop", "channel": channel, "aht_s": 600.0}
    start = pd.DatetimeIndex(times).tz_localize(zone)
    return pd.DataFrame({"interval_start": start, "offered": np.concatenate(offered).astype(float)} | fixed)


def test_what_comes_before_closing_is_done_the_next_morning():
    evening = [0.0] * 14 + [24.0, 24.0]  # 8 agent-hours of work in the last hour of each of ten days
    table = requirement(days([evening] * 10), targets={("shop", "email"): GOAL})
    by_clock = table.groupby(table["interval_start"].dt.hour)["agents"].mean()
    assert by_clock[9] > 0 and by_clock[12] < by_clock[9]
    assert table["agents"].sum() / 2 == pytest.approx(80 / 0.9, abs=1.5)
    assert table["agents"].iloc[:-16].max() <= 3  # not the nine who would do it at once
    assert np.average(table["service_level"].dropna(), weights=table["offered"][table["offered"] > 0]) >= 0.9
    assert (table["model"] == DEFERRED).all()


def test_the_rates_of_a_deferred_row_are_those_of_the_backlog_and_agents_keep_to_their_cap():
    offered = np.random.default_rng(2).uniform(0, 9, (7, 16))
    table = requirement(days(offered), targets={("shop", "email"): GOAL})
    known = {"aht_s": 600, "interval_s": 1800, "within_s": 4 * 3600}
    told = worked_off(offered.ravel(), table["agents"].to_numpy() * 0.9, **known)
    np.testing.assert_allclose(table["service_level"], told.in_time)
    np.testing.assert_allclose(table["asa_s"], told.mean_wait_s)
    assert table["occupancy"].max() <= 0.9 + 1e-9 and table["abandonment"].isna().all()
    assert (table["answer_rate"] == 1).all() and (table["answer_within_s"] == 4 * 3600).all()
    for _, rows in table.groupby(table["interval_start"].dt.isocalendar().week):
        assert np.average(rows["service_level"], weights=rows["offered"]) >= 0.9


def test_a_day_of_23_hours_is_a_day_like_any_other():
    around_the_clock = np.full(46 + 48 + 48, 3.0)  # the 29th of March 2026 has 23 hours in Berlin
    times = pd.date_range("2026-03-29", periods=142, freq="30min", tz="Europe/Berlin")
    fixed = {"interval_s": 1800, "project": "shop", "channel": "email", "aht_s": 600.0, "offered": around_the_clock}
    table = requirement(pd.DataFrame({"interval_start": times} | fixed), targets={("shop", "email"): GOAL})
    assert table["interval_start"].iloc[-1] == pd.Timestamp("2026-03-31 23:30", tz="Europe/Berlin")
    assert table["agents"].sum() == pytest.approx(142 / 0.9, abs=1.5)
    naive = table.assign(interval_start=pd.date_range("2026-03-29", periods=142, freq="30min"))
    again = requirement(naive, targets={("shop", "email"): GOAL})
    assert again["agents"].tolist() == table["agents"].tolist()


def test_half_the_agents_leave_half_of_the_work_in_the_backlog():
    day = days([[6.0] * 16] * 5)  # two agents' work
    table = given_agents(day, targets={("shop", "email"): {**GOAL, "max_occupancy": 1}}, agents={("shop", "email"): 1})
    assert table["answer_rate"].mean() == pytest.approx(0.5)
    assert table["occupancy"].tolist() == [1.0] * 80
    assert table["service_level"].iloc[0] == 1 and table["service_level"].iloc[40] == 0


def test_quiet_minutes_of_live_queues_are_used_first_and_none_of_them_twice():
    rng = np.random.default_rng(6)
    queues = [days(rng.uniform(5, 9, (7, 16)), channel="voice").assign(aht_s=240.0)]
    queues += [days(rng.uniform(0, 5, (7, 16)), channel=c) for c in ("email", "callback")]
    forecast = pd.concat(queues, ignore_index=True)

    def targets(blend):
        goals = {"voice": LIVE, "email": GOAL, "callback": {**GOAL, "answer_within_s": 3600}}
        return {("shop", c): goal | {"blend": blend} for c, goal in goals.items()}

    hours, shares = [], []
    for blend in (0.0, 0.4, 0.8):
        table = requirement(forecast, targets=targets(blend))
        use = idle_use(table, targets=targets(blend))
        assert (use["helped"] <= blend * use["idle"] + 1e-9).all()
        waiting = table[table["channel"] != "voice"]
        own = (waiting["agents"] * waiting["occupancy"].fillna(0)).sum()
        work = (waiting["load"] * waiting["answer_rate"].fillna(0)).sum()
        assert own + use["helped"].sum() == pytest.approx(work, rel=1e-6)
        hours.append(summary(waiting)["agent_hours"].iloc[0])
        told = waiting.groupby("channel").apply(lambda q: np.average(q["service_level"], weights=q["offered"]))
        shares.append(told.min())
    assert hours[0] > hours[1] > hours[2] and min(shares) >= 0.9
    saved = (use["helped"].sum() / 2) / 0.9
    assert hours[0] - hours[2] == pytest.approx(saved, rel=0.1)
    assert set(waiting["model"]) == {DEFERRED + ", idle time used"}


@pytest.mark.parametrize("hours", [2, 24, 100])
def test_people_do_all_that_quiet_minutes_leave_however_long_the_deadline(hours):
    voice = days([[40.0] * 20] * 5, channel="voice").assign(aht_s=240.0)
    forecast = pd.concat([voice, days([[8.0] * 20] * 5).assign(aht_s=240.0)], ignore_index=True)
    goals = {"voice": LIVE, "email": GOAL | {"answer_within_s": hours * 3600}}
    targets = {("shop", channel): goal | {"blend": 0.6} for channel, goal in goals.items()}
    table = requirement(forecast, targets=targets)
    email, helped = table[table["channel"] == "email"], idle_use(table, targets=targets)["helped"].sum() / 2
    own = (email["agents"] * email["occupancy"].fillna(0)).sum() / 2
    assert helped == pytest.approx(31.7, abs=0.1)
    assert own + helped == pytest.approx(100 * 8 * 240 / 3600)  # 53.3 hours of work
    assert email["agents"].sum() / 2 == pytest.approx(own / 0.9, abs=1)
    assert email["answer_rate"].min() == 1 and email["service_level"].min() >= 0.9
    by_day = email["agents"].to_numpy().reshape(5, 20)
    assert by_day.max() == 1 and (by_day.sum(axis=1)[1:] > 0).all()


def test_the_shortest_deadline_takes_the_idle_time_first():
    queues = [days([[1.0] * 16] * 5, channel=c) for c in ("email", "callback")]
    quiet = days([[3.0] * 16] * 5, channel="voice").assign(aht_s=240.0)
    goals = {"voice": LIVE, "email": GOAL, "callback": {**GOAL, "answer_within_s": 3600}}
    targets = {("shop", c): goal | {"blend": 0.4} for c, goal in goals.items()}
    table = requirement(pd.concat([*queues, quiet], ignore_index=True), targets=targets)
    own = table.groupby("channel")["agents"].sum()
    assert own["callback"] == 0 and own["email"] > 0
    voice = table[table["channel"] == "voice"]
    apart = requirement(pd.concat(queues, ignore_index=True), targets=targets, live=voice)
    assert apart["agents"].tolist() == table["agents"].iloc[: len(apart)].tolist()


def test_idle_time_of_quarter_hours_helps_in_the_half_hours_that_they_make():
    halves = days([[2.0] * 16] * 3)
    voice = days([[3.0] * 16] * 3, channel="voice").assign(aht_s=240.0)
    quarters = pd.concat(
        [voice.assign(interval_start=voice["interval_start"] + pd.Timedelta(minutes=m)) for m in (0, 15)],
        ignore_index=True,
    ).assign(interval_s=900)
    quarters["offered"] /= 2
    targets = {("shop", "voice"): LIVE | {"blend": 0.3}, ("shop", "email"): GOAL | {"blend": 0.3}}
    email = []
    for live in (voice, quarters):
        table = requirement(pd.concat([live, halves], ignore_index=True), targets=targets)
        email.append(table[table["channel"] == "email"].reset_index(drop=True))
    assert email[0]["agents"].tolist() == email[1]["agents"].tolist()
    np.testing.assert_allclose(email[0]["asa_s"], email[1]["asa_s"])


def test_seconds_and_hours_promised_are_not_added_up():
    voice = days([[6.0] * 16] * 5, channel="voice").assign(aht_s=240.0)
    forecast = pd.concat([voice, days([[6.0] * 16] * 5)], ignore_index=True)
    table = requirement(forecast, targets={("shop", "voice"): LIVE, ("shop", "email"): GOAL})
    whole, each = summary(table).iloc[0], summary(table, by=("channel",)).set_index("channel")
    assert whole["service_level"] == each.loc["voice", "service_level"]
    assert whole["asa_s"] == each.loc["voice", "asa_s"] < 60 < each.loc["email", "asa_s"]
    assert whole["agent_hours"] == each["agent_hours"].sum()


def test_the_cheapest_plan_of_a_period_fills_its_own_quiet_minutes():
    voice = days([[6.0] * 16] * 5, channel="voice").assign(aht_s=240.0)
    forecast = pd.concat([voice, days([[2.0] * 16] * 5)], ignore_index=True)
    targets = {("shop", "voice"): LIVE | {"blend": 0.5}, ("shop", "email"): GOAL | {"blend": 0.5}}
    made = cheapest(forecast, targets=targets, period="week")
    again = requirement(forecast.iloc[80:], targets=targets, live=made.iloc[:80])
    assert made["agents"].iloc[80:].tolist() == again["agents"].tolist()
    assert again["agents"].sum() < requirement(forecast.iloc[80:], targets=targets)["agents"].sum()


@pytest.mark.parametrize("within_s", [0, 373, 599])
def test_a_deadline_that_is_over_before_a_contact_is_handled_is_refused_by_the_name_of_its_queue(within_s):
    rows, goals = days([[9.0] * 16] * 2), {("shop", "email"): GOAL | {"answer_within_s": within_s}}
    with pytest.raises(PlanError, match=rf"shop / email: .* within {within_s} s, but handling one takes 600 s"):
        requirement(rows, targets=goals)
    with pytest.raises(PlanError, match="Allow at least the handling time"):
        given_agents(rows, targets=goals, agents=[20] * 32)
    goals["shop", "email"] |= {"service_level": None}  # nothing is promised that could not be kept
    assert requirement(rows, targets=goals)["agents"].sum() > 0
    goals["shop", "email"] = GOAL | {"answer_within_s": 600}
    assert requirement(rows, targets=goals)["agents"].sum() > 0
    assert requirement(rows.assign(offered=0.0), targets=goals)["agents"].sum() == 0
