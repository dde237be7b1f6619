"""Queues without history and handling time ahead: what is assumed, what data change, what is left alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import tables
from ccwb.errors import PlanError
from ccwb.forecast import forecast, new_share, sample_paths
from ccwb.forecast.handling import handling_ahead, new_effect, trend_of
from ccwb.forecast.series import queues_of
from ccwb.projects import new_project

MONDAY = "2025-01-06"
FIRST = "2025-07-07"  # the day after 26 weeks


def office(weeks=26, *, level=40, noise=None, channel="voice", tz=None):
    """Open 08:00-12:00 on weekdays; a peak at 10:00 and busy Mondays; `noise` draws Poisson counts."""
    times = pd.date_range(MONDAY, periods=7 * 48 * weeks, freq="30min", tz=tz)
    times = times[(times.hour >= 8) & (times.hour < 12) & (times.day_of_week < 5)]
    peak = 1 - 0.1 * np.abs(times.hour + times.minute / 60 - 10)
    mean = (level * peak * np.where(times.day_of_week == 0, 1.5, 1)).to_numpy()
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "channel": channel, "aht_s": 300.0}
    return pd.DataFrame(base | {"offered": mean if noise is None else noise.poisson(mean).astype(float)})


def start(**more):
    plan = {
        "project": "orders",
        "channel": "chat",
        "first_day": FIRST,
        "contacts_day": 100,
        "like": ["orders", "voice"],
    }
    return plan | more


def chat(table):
    return table[table["channel"] == "chat"].reset_index(drop=True)


def by_day(table):
    return table.groupby(table["interval_start"].dt.normalize())["offered"].sum()


def test_a_new_queue_has_the_typed_level_and_the_week_and_day_of_the_queue_it_is_like():
    past = office()
    whole = forecast(past, days=14, starts=[start()])
    pd.testing.assert_frame_equal(whole[whole["channel"] == "voice"].reset_index(drop=True), forecast(past, days=14))
    new, like = chat(whole), whole[whole["channel"] == "voice"]
    tables.check(whole, "forecast")
    assert by_day(new).head(5).mean() == pytest.approx(100)
    assert by_day(new).iloc[:5].to_list() == pytest.approx([1500 / 11, *[1000 / 11] * 4], rel=1e-3)
    share = new["offered"] / like["offered"].to_numpy()
    assert share.to_numpy() == pytest.approx(share[0], rel=1e-3) and new["aht_s"].to_numpy() == pytest.approx(300)
    assert set(new["model"]) == {"typed level, shape of orders / voice"}
    width = (new["upper_80"] - new["lower_80"]) / new["offered"]
    assert (width > 2 * 1.28 * 0.3 * 0.9).all() and (new["lower_80"] >= 0).all()
    assert new["day_spread"].is_monotonic_increasing and 0.3 < new["day_spread"][0] < 0.31


def test_nothing_comes_before_the_first_day_and_growth_is_a_month_and_lasts_a_year():
    later = chat(forecast(office(), days=731, starts=[start(first_day="2025-07-21", growth_month=0.1)]))
    week = by_day(later).resample("W").mean().replace(0, np.nan).dropna()
    assert later["interval_start"].min() == pd.Timestamp("2025-07-21 08:00")
    month = 7 / (365.25 / 12)
    assert (week.iloc[10] / week.iloc[9]) == pytest.approx(1.1**month, rel=1e-3)
    assert week.iloc[60] == pytest.approx(100 * 1.1**12, rel=1e-3) and week.iloc[90] == pytest.approx(week.iloc[60])


def test_without_a_queue_like_it_a_new_queue_is_even_over_the_projects_own_hours():
    hours = {"mon": "09:00-11:00", "thu": "09:00-13:00", "sat": "10:00-11:00"}
    shop = new_project("shop", zone="Europe/Berlin", region="DE", hours=hours)
    shop["channels"]["chat"] = {"aht_s": 240}
    past = office(tz="Europe/Berlin")
    told = [start(project="shop", like=None, profile=[4, 9, 9, 2, 9, 0, 9])]
    new = chat(forecast(past, days=14, starts=told, hours={"shop": shop}))
    day = by_day(new)
    assert day.index.day_of_week.tolist() == [0, 3, 5, 0, 3] and day.tolist() == pytest.approx([200, 100, 0, 200, 100])
    assert new["offered"].tolist()[:4] == pytest.approx([50] * 4) and (new["aht_s"] == 240).all()
    assert set(new["model"]) == {"typed level, even over opening hours"} and new["interval_start"].dt.tz is not None
    events = pd.DataFrame({"first_day": ["2025-07-10"], "last_day": ["2025-07-10"], "kind": ["campaign"], "name": "x"})
    events = events.assign(project="", channel="", effect=0.5)
    more = chat(forecast(past, days=14, starts=told, hours={"shop": shop}, events=events))
    assert by_day(more).tolist() == pytest.approx([200, 150, 0, 200, 100])


def test_a_centre_that_begins_is_forecast_from_its_first_day_without_any_history():
    hours = {"mon": "09:00-11:00", "thu": "09:00-13:00"}
    shop = new_project("shop", zone="Europe/Berlin", hours=hours, channels=["voice", "chat"])
    told = [start(project="shop", like=None), start(project="shop", channel="voice", like=None, first_day="2025-07-10")]
    ahead = forecast(office().iloc[:0], days=7, starts=told, hours={"shop": shop})
    assert ahead.groupby("channel")["interval_start"].min().dt.strftime("%m-%d %H:%M").to_dict() == {
        "chat": "07-07 09:00",
        "voice": "07-10 09:00",
    }
    assert by_day(chat(ahead)).tolist() == pytest.approx([100, 100]) and ahead["aht_s"].gt(0).all()
    assert str(ahead["interval_start"].dt.tz) == "Europe/Berlin" and (ahead["interval_s"] == 1800).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"like": ["orders", "fax"]}, "is to be like orders / fax.* It has: orders / voice"),
        ({"contacts_day": -1}, "orders / chat: contacts_day"),
        ({"contacts_day": None}, "contacts_day .* found None"),
        ({"spread": 0}, "spread .* from 0.01 to 2; found 0"),
        ({"growth_month": 3}, "growth_month"),
        ({"aht_s": "long"}, "aht_s .* found long"),
        ({"profile": [1, 1]}, "seven factors"),
        ({"first_day": "soon"}, "needs its first day"),
        ({"project": "shop", "like": None}, "no opening hours"),
    ],
)
def test_a_start_that_cannot_be_used_is_refused_by_its_queue(wrong, words):
    with pytest.raises(PlanError, match=words):
        forecast(office(8), days=7, starts=[start(**wrong)])
    with pytest.raises(PlanError, match="two starts"):
        forecast(office(8), days=7, starts=[start(), start()])


def test_as_days_come_the_typed_level_gives_way_smoothly_and_eight_weeks_make_an_ordinary_queue():
    past, level = office(26, noise=np.random.default_rng(1)), []
    for known in range(0, 66, 5):
        own = office(26, channel="chat", level=20)  # brings 164 a day on average, not 300
        own = own[own["interval_start"] >= pd.Timestamp(FIRST) - pd.Timedelta(days=7 * known // 5)]
        told = [start(first_day="2025-04-01", contacts_day=300)]
        ahead = chat(forecast(pd.concat([past, own]), days=7, starts=told))
        level.append(by_day(ahead).mean())
        assert ahead["model"].str.contains("typed").all() == (known < 56)
    truth = by_day(office(1, level=20)).mean()
    step = np.diff(level)
    assert level[0] == pytest.approx(300) and level[-1] == pytest.approx(truth, rel=0.005)
    assert (step < 0.02 * truth).all() and level[2] == pytest.approx(truth, rel=0.2)
    assert abs(step[2:]).max() < 0.1 * truth  # after two weeks nothing jumps, nor where the ordinary models take over


def test_with_n_known_days_the_level_weighs_them_by_the_typed_spread_and_the_week_by_n_over_n_plus_28():
    past = office()
    own = office(channel="chat", level=20)
    own = own[own["interval_start"] >= pd.Timestamp(FIRST) - pd.Timedelta(weeks=4)]  # 20 days, 158.4 a day on average
    truth = by_day(office(1, level=20))
    for spread in (0.1, 0.3):
        told = [start(first_day="2025-04-01", contacts_day=300, spread=spread)]
        level = by_day(chat(forecast(pd.concat([past, own]), days=9, starts=told))).mean()
        weight = 20 / (20 + (0.25**2 + 1 / 300) / spread**2)
        assert level == pytest.approx(300 + weight * (truth.mean() - 300), rel=1e-3)
    friday = own["interval_start"].dt.day_of_week == 4
    double = own.assign(offered=own["offered"] * np.where(friday, 2, 1))
    told = [start(first_day="2025-04-01", contacts_day=truth.mean())]
    got = by_day(chat(forecast(pd.concat([past, double]), days=9, starts=told)))
    ratio = (truth.sum() + truth.iloc[4]) / truth.sum()
    assert got.iloc[4] / truth.iloc[4] == pytest.approx(ratio * (1 + 0.5 * (2 / ratio - 1)), rel=0.02)
    assert got.iloc[1] / truth.iloc[1] == pytest.approx(ratio * (1 + 0.5 * (1 / ratio - 1)), rel=0.02)
    early = own.assign(offered=own["offered"] * np.where(own["interval_start"].dt.hour < 10, 1.5, 0.5))
    slots = chat(forecast(pd.concat([past, early]), days=9, starts=told))
    usual = chat(forecast(past, days=9, starts=told))
    morning = slots["interval_start"].dt.hour < 10
    before, after = (t.loc[morning, "offered"].sum() / t["offered"].sum() for t in (usual, slots))
    came = early.loc[early["interval_start"].dt.hour < 10, "offered"].sum() / early["offered"].sum()
    assert (after - before) / (came - before) == pytest.approx(20 / 48, abs=0.06)


def test_the_blend_is_nearer_to_what_comes_than_what_was_typed_and_than_the_data_alone():
    rng, errors = np.random.default_rng(2), []
    past = office(26, level=60, noise=rng)
    for _ in range(16):
        size = np.exp(0.3 * rng.standard_normal())
        week, slot = np.exp(0.1 * rng.standard_normal(7)), np.exp(0.1 * rng.standard_normal(24))
        day = np.exp(0.1 * rng.standard_normal(210))  # every day is off by itself, as days are
        own = office(30, level=8, channel="chat")
        at = own["interval_start"]
        mean = own["offered"] * size * week[at.dt.day_of_week] * slot[at.dt.hour]
        mean = mean * day[(at - at.min()).dt.days]
        own["offered"] = rng.poisson(mean)
        days = int(rng.integers(8, 30))
        known = own[at.between(pd.Timestamp(FIRST) - pd.Timedelta(days=days), pd.Timestamp(FIRST))]
        actual = own[at >= FIRST].set_index("interval_start")["offered"]
        told = [start(first_day=str(known["interval_start"].min().date()), contacts_day=8 * 8.2)]
        made = {
            "typed": forecast(past, days=28, starts=told),
            "data": forecast(pd.concat([past, known]), days=28),
            "blend": forecast(pd.concat([past, known]), days=28, starts=told),
        }
        got = {
            name: by_day(chat(f)).reindex(by_day(actual.reset_index()).index, fill_value=0) for name, f in made.items()
        }
        errors.append({name: (f - by_day(actual.reset_index())).abs().sum() / actual.sum() for name, f in got.items()})
    mean = pd.DataFrame(errors).mean()
    assert mean["blend"] < 0.95 * mean["data"] and mean["blend"] < 0.7 * mean["typed"]


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 4), st.integers(0, 40), st.floats(0.05, 2), st.integers(0, 10**6))
def test_a_queue_of_a_few_contacts_a_day_never_has_negative_missing_or_exploding_numbers(level, days, spread, seed):
    rng = np.random.default_rng(seed)
    past = office(10, noise=rng)
    last = past["interval_start"].max().normalize()
    own = office(10, channel="chat")
    own = own[own["interval_start"] > last - pd.Timedelta(days=days)]
    own = own.assign(offered=rng.poisson(level / 8, len(own)).astype(float))
    told = [start(first_day="2025-01-01", contacts_day=2, spread=spread)]
    ahead = chat(forecast(pd.concat([past, own]), days=28, starts=told))
    numbers = ahead[["offered", "lower_80", "upper_80", "lower_95", "upper_95", "day_spread", "dispersion"]].to_numpy()
    assert np.isfinite(numbers).all() and (numbers >= 0).all()
    assert (ahead["lower_80"] <= ahead["offered"]).all() and (ahead["offered"] <= ahead["upper_80"]).all()
    assert by_day(ahead).max() <= 30 and ahead["upper_95"].max() <= 40
    drawn = sample_paths(ahead, paths=50)["offered"]
    assert (drawn >= 0).all() and drawn.max() < 200


def worked(days=364, *, calls=300, slope=0.0, effect=0.0, share=0.0, seed=0, jump=0.0):
    """Return (seconds worked, seconds expected) a day: contacts of 300 s, gamma distributed one by one."""
    rng = np.random.default_rng(seed)
    count, day = rng.poisson(calls, days), np.arange(days)
    mean = 300 * np.exp(slope * (day - days) / 7) * (1 + effect * share) * np.where(day >= days - 35, 1 + jump, 1)
    return rng.gamma(count, 1.0) * mean, count * 300.0


def test_a_trend_in_handling_time_is_carried_on_fading_and_none_is_made_up():
    calm = [trend_of(*worked(seed=seed)) for seed in range(20)]
    assert sum(one.slope != 0 for one in calm) <= 1
    assert np.mean([one.level for one in calm]) == pytest.approx(1, abs=0.004)
    rising = [trend_of(*worked(slope=0.01, seed=seed)) for seed in range(20)]
    assert sum(one.slope > 0 for one in rising) >= 19
    assert np.mean([one.at(28) for one in rising]) == pytest.approx(1 + 0.01 * (0.9 + 0.81 + 0.729 + 0.6561), abs=0.015)
    assert np.mean([one.at(700) for one in rising]) < 1.1  # nine weeks' worth, not a hundred
    assert not any(trend_of(*worked(calls=30, seed=seed)).slope for seed in range(150))
    jumped = [trend_of(*worked(jump=0.1, seed=seed)) for seed in range(10)]
    assert np.mean([one.at(28) for one in jumped]) == pytest.approx(1.1, abs=0.03)


def test_what_new_agents_add_is_found_by_as_much_as_the_data_show():
    share = np.zeros(364)
    for first, part in ((40, 0.2), (150, 0.35), (290, 0.15)):
        share[first : first + 56] = part
    found = [new_effect(*worked(effect=0.3, share=share, seed=seed), share) for seed in range(12)]
    assert np.mean(found) == pytest.approx(0.28, abs=0.04)
    none = [new_effect(*worked(share=share, seed=seed), share) for seed in range(12)]
    assert np.abs(none).mean() < 0.02
    few = [abs(new_effect(*worked(calls=1, effect=0.3, share=share, seed=seed), share)) for seed in range(12)]
    assert np.mean(few) < 0.3
    assert new_effect(*worked(), np.full(364, np.nan)) == new_effect(*worked(), np.full(364, 0.2)) == 0
    share = np.zeros(364)
    share[40:96], share[190:246], share[290:346] = (
        0.1,
        0.35,
        0.25,
    )  # what moves everybody is put down to the new ones by a part only
    moved = [worked(effect=0.3, share=share, seed=seed) for seed in range(6)]
    later = np.where(np.arange(364) >= 182, 1.15, 1)
    assert np.mean([new_effect(work * later, usual, share) for work, usual in moved]) < 0.5


def test_handling_time_ahead_follows_the_share_of_new_agents_that_is_planned():
    day = pd.date_range(MONDAY, periods=364)
    share = np.where((np.arange(364) // 60) % 2, 0.4, 0.0)
    share[-10:] = 0.0
    past = office(52).assign(offered=50.0)
    at = (past["interval_start"].dt.normalize() - pd.Timestamp(MONDAY)).dt.days.to_numpy()
    past["aht_s"] = 300 * (1 + 0.5 * share[at])
    known = pd.DataFrame({"project": "orders", "day": day, "new_share": share})
    ahead = pd.DataFrame({"project": "orders", "day": pd.date_range("2026-01-12", periods=7), "new_share": 0.2})
    told = forecast(past, days=14, tenure=pd.concat([known, ahead]))
    first = told["interval_start"] < "2026-01-12"
    assert told.loc[first, "aht_s"].to_numpy() == pytest.approx(300, rel=0.03)
    assert told.loc[~first, "aht_s"].to_numpy() == pytest.approx(330, rel=0.03)
    still = forecast(past, days=14, tenure=known)["aht_s"].to_numpy()
    assert still == pytest.approx(300, rel=0.03)
    with pytest.raises(PlanError, match="no column 'new_share'"):
        forecast(past, days=7, tenure=known[["project", "day"]])
    assert forecast(past, days=7, tenure=known.assign(project="other"))["aht_s"].equals(forecast(past, days=7)["aht_s"])


def test_the_shape_of_handling_time_is_a_mean_over_contacts_as_a_slow_loop_gives_it():
    rng = np.random.default_rng(3)
    past = office(20, noise=rng)
    monday, hour = past["interval_start"].dt.day_of_week == 0, past["interval_start"].dt.hour
    past["aht_s"] = 300 + 60 * monday + 20 * (hour == 8) + rng.normal(0, 10, len(past))
    past.loc[3, "aht_s"] = np.nan
    queue = queues_of(past)[0]
    got = handling_ahead(queue, queue.day[-1] + np.arange(3, 10))  # from Monday
    slow = {}
    for row in past.dropna(subset="aht_s").itertuples():
        key = row.interval_start.day_of_week, row.interval_start.hour * 2 + row.interval_start.minute // 30
        work, count = slow.get(key, (0, 0))
        slow[key] = work + row.aht_s * row.offered, count + row.offered
    for (weekday, slot), (work, count) in slow.items():
        assert got[weekday, slot] == pytest.approx(work / count, rel=0.03)
    assert got[0, 16] - got[1, 16] == pytest.approx(60, abs=12) and got[2, 16] - got[2, 20] == pytest.approx(20, abs=8)
    unknown = queues_of(past.drop(columns="aht_s"))[0]
    assert np.isnan(handling_ahead(unknown, queue.day[-1] + np.arange(1, 8))).all()


def test_the_share_of_new_agents_is_one_of_hours_and_counts_eight_weeks_from_hiring():
    people = pd.DataFrame(
        {
            "agent": list("abcd"),
            "project": ["orders", "orders", "orders", "shop"],
            "hours_week": [40.0, 20, 20, 30],
            "hired": pd.to_datetime(["2020-01-01", "2026-03-02", None, "2026-04-01"]),
            "left": pd.to_datetime([None, None, "2026-03-31", None]),
        }
    )
    days = pd.date_range("2026-02-01", "2026-06-30")
    got = new_share(people, days).set_index(["project", "day"])["new_share"]
    for day in days:  # the twin: a loop over people
        for project in ("orders", "shop"):
            there = [
                p for p in people.itertuples() if p.project == project and not (p.hired > day) and not (p.left < day)
            ]
            new = [p for p in there if (day - p.hired).days < 56]
            hours = sum(p.hours_week for p in there)
            if hours:
                assert got[project, day] == pytest.approx(sum(p.hours_week for p in new) / hours)
            else:
                assert (project, day) not in got.index
    assert got["orders", pd.Timestamp("2026-04-26")] == pytest.approx(1 / 3) and got["orders", "2026-04-27"] == 0
    assert new_share(people, ["2026-03-20"], ramp_weeks=2)["new_share"].tolist() == [0.0]
