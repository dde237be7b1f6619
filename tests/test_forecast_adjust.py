"""What people change in a forecast: adjustments, scenarios, a calendar without an event; and what came against it."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import tables
from ccwb.errors import PlanError
from ccwb.forecast import (
    accuracy_of,
    adjusted,
    against,
    path_totals,
    sample_paths,
    scenario,
    what_adjusted,
    without,
)
from ccwb.forecast.bands import band

MONDAY = "2026-03-02"


def told(days=14, *, level=40.0, spread=0.15, dispersion=1.3, step="30min", channels=("voice", "chat"), tz=None):
    """Return a forecast open 08:00-12:00 from Monday to Friday, chat a quarter of voice."""
    times = pd.date_range(MONDAY, periods=days * 48, freq=step, tz=tz)
    times = times[(times.hour >= 8) & (times.hour < 12) & (times.day_of_week < 5)]
    parts = []
    for number, channel in enumerate(channels):
        mean = level / 4**number * (1 - 0.1 * np.abs(times.hour + times.minute / 60 - 10).to_numpy())
        part = {"interval_start": times, "interval_s": 1800, "project": "orders", "channel": channel, "offered": mean}
        for name, share in (("80", 0.8), ("95", 0.95)):
            ends = band(mean, spread, dispersion, share)
            part[f"lower_{name}"] = np.minimum(ends[0], part.get("lower_80", mean))
            part[f"upper_{name}"] = np.maximum(ends[1], part.get("upper_80", mean))
        parts.append(
            pd.DataFrame(part | {"aht_s": 300.0, "day_spread": spread, "dispersion": dispersion, "model": "x"})
        )
    return pd.concat(parts, ignore_index=True)


def adjustment(kind="percent", value=0.1, **more):
    return {"id": "a1", "project": "", "channel": "", "kind": kind, "value": value, "reason": "New prices"} | more


ENDS = ["lower_80", "upper_80", "lower_95", "upper_95"]


def test_no_adjustment_and_one_that_is_off_leave_an_equal_table():
    plan = told()
    for none in ([], None, [adjustment(off=True)], [adjustment(value=0.0)], [adjustment("amount", 0)]):
        pd.testing.assert_frame_equal(adjusted(plan, none), plan)


def test_ten_percent_more_on_mondays_from_ten_to_eleven_scales_contacts_and_bands_there_and_nowhere_else():
    plan = told(tz="Europe/Berlin")
    one = adjustment(channel="voice", weekdays=[0], from_clock="10:00", to_clock="11:00", first_day="2026-03-09")
    after = adjusted(plan, [json.loads(json.dumps(one))])
    start = plan["interval_start"]
    hit = (plan["channel"] == "voice") & (start.dt.strftime("%m-%d %H") == "03-09 10")
    assert hit.sum() == 2
    pd.testing.assert_frame_equal(after[~hit], plan[~hit])
    for name in ("offered", *ENDS):
        assert after.loc[hit, name].to_numpy() == pytest.approx(1.1 * plan.loc[hit, name].to_numpy())
    assert plan.loc[hit, "offered"].tolist() == [40.0, 38.0]  # what came in is left as it was


def slowly_added(plan, amount, channel):
    """The twin: a loop over days and rows; every contact more falls where the day's own contacts fall."""
    out = plan["offered"].tolist()
    for day in set(plan["interval_start"].dt.date):
        rows = [i for i, r in enumerate(plan.itertuples()) if r.interval_start.date() == day and r.channel in channel]
        total = sum(plan["offered"][i] for i in rows)
        for i in rows:
            out[i] = max(0.0, plan["offered"][i] + amount * plan["offered"][i] / total)
    return out


@pytest.mark.parametrize("amount", [100, -60, -9999])
def test_an_amount_is_spread_by_the_days_own_shape_over_the_queues_reached_and_never_takes_more_than_there_is(amount):
    plan = told()
    for channels in (["voice"], ["voice", "chat"]):
        one = adjustment("amount", amount, channel=channels[0] if len(channels) == 1 else "")
        np.testing.assert_allclose(adjusted(plan, [one])["offered"], slowly_added(plan, amount, channels), atol=1e-9)
        days, there = 10, plan[plan["channel"].isin(channels)]["offered"].sum()
        said = what_adjusted(plan, [one])
        assert said["contacts"].tolist() == [pytest.approx(max(days * amount, -there))]
        assert said["work_s"].tolist() == [pytest.approx(300 * max(days * amount, -there))]
        assert said["days"].tolist() == [10]


def test_an_amount_moves_the_band_by_as_much_and_keeps_its_width_in_contacts():
    plan = told(channels=["voice"])
    after = adjusted(plan, [adjustment("amount", -80)])
    moved = after["offered"] - plan["offered"]
    for end in ENDS:
        np.testing.assert_allclose(after[end], np.maximum(plan[end] + moved, 0), atol=1e-9)
    for kept in (-80, 200):  # the day's own error stays as it is in contacts
        moved = adjusted(plan, [adjustment("amount", kept)])
        spread = [(t["day_spread"] * t["offered"]).groupby(t["interval_start"].dt.date).sum() for t in (plan, moved)]
        np.testing.assert_allclose(*spread)
    gone = adjusted(plan, [adjustment("amount", -260)])  # of 288 a day: what is left keeps four times its own at most
    assert gone["day_spread"].to_numpy() == pytest.approx(4 * plan["day_spread"].to_numpy())
    empty = plan.assign(**dict.fromkeys(["offered", *ENDS], 0.0))
    fresh = adjusted(empty, [adjustment("amount", 80)])
    assert fresh["offered"].tolist() == [10.0] * len(empty)  # eight half-hours a day, nothing to go by: evenly
    assert (fresh["lower_80"] < 10).all() and (fresh["upper_80"] > 10).all()


def test_a_shape_moves_contacts_within_the_day_and_keeps_its_total():
    plan = told()
    after = adjusted(plan, [adjustment("shape", [["10:00", 2], ["11:00", 0.5]], first_day="2026-03-04")])
    keys = [plan["channel"], plan["interval_start"].dt.date]
    np.testing.assert_allclose(after["offered"].groupby(keys).sum(), plan["offered"].groupby(keys).sum())
    ratio = after["offered"] / plan["offered"]
    hour, hit = plan["interval_start"].dt.hour, plan["interval_start"] >= "2026-03-04"
    assert (ratio[~hit] == 1).all() and (after["offered"] <= after["upper_80"]).all()
    morning, ten, eleven = (ratio[hit & (hour == h)].to_numpy() for h in (8, 10, 11))
    np.testing.assert_allclose(ten, 2 * morning)
    np.testing.assert_allclose(eleven, 0.5 * morning)


def test_adjustments_follow_each_other_and_the_list_says_what_each_one_brings():
    plan = told(channels=["voice"])
    many = [adjustment("amount", 100, id="a"), adjustment(value=0.5, id="b"), adjustment("aht", -0.1, id="c")]
    after, said = adjusted(plan, many), what_adjusted(plan, many)
    total = plan["offered"].sum()
    assert after["offered"].sum() == pytest.approx((total + 1000) * 1.5) and (after["aht_s"] == 270).all()
    assert said["contacts"].tolist() == pytest.approx([1000, (total + 1000) / 2, 0], abs=1e-6)
    assert said["work_s"].sum() == pytest.approx((after["offered"] * after["aht_s"] - 300 * plan["offered"]).sum())
    swapped = adjusted(plan, [many[1], many[0]])
    assert swapped["offered"].sum() == pytest.approx(total * 1.5 + 1000)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"channel": "fax"}, "'New prices': the forecast has no queue .* / fax"),
        ({"first_day": "2027-01-01", "last_day": "2027-02-01"}, "2027-01-01 to 2027-02-01; the forecast has days from"),
        ({"first_day": "2026-03-05", "last_day": "2026-03-04"}, "is for 2026-03-05 to 2026-03-04"),
        ({"value": -1.5}, "'New prices' takes away 150.0 %"),
        ({"kind": "aht", "value": -1.01}, "takes away 101.0 %"),
        ({"value": None}, "needs a number; found 'None'"),
        ({"value": float("nan")}, "needs a number"),
        ({"kind": "amount", "value": 50, "first_day": "2026-03-07", "last_day": "2026-03-08"}, "no open interval"),
        ({"from_clock": "12:00", "to_clock": "13:00"}, "no open interval"),
        ({"from_clock": "25:00"}, "'25:00' is no time of day"),
        ({"first_day": "soon"}, "'soon' is no day"),
        ({"kind": "double"}, "of the kind 'double'"),
        ({"kind": "shape", "value": 1.2}, "a shape is a list"),
        ({"kind": "shape", "value": [["08:00", -1]]}, "factors of 0 or more"),
        ({"kind": "shape", "value": [["08:00", 0]]}, "leaves no contacts"),
    ],
)
def test_an_adjustment_that_cannot_be_made_is_refused_by_its_name(wrong, words):
    with pytest.raises(PlanError, match=words):
        adjusted(told(), [adjustment(**wrong)])
    assert adjusted(told(), [adjustment(**wrong, off=True)]).equals(told())
    with pytest.raises(PlanError, match="no handling time"):
        adjusted(told().assign(aht_s=np.nan), [adjustment("aht", 0.1)])
    with pytest.raises(PlanError, match="whole days"):
        adjusted(told().assign(interval_s=86_400), [adjustment("shape", [["08:00", 2]])])


@pytest.mark.parametrize(
    "one",
    [
        adjustment(value=0.4),
        adjustment(value=-0.4),
        adjustment("amount", 120),
        adjustment("amount", -80),
        adjustment("amount", 60, from_clock="08:00", to_clock="10:00"),
        adjustment("shape", [["10:00", 2.0]]),
    ],
    ids=["more", "less", "amount", "amount taken", "a part of the day", "shape"],
)
def test_paths_of_the_adjusted_forecast_lie_in_its_bands_as_often_as_these_say(one):
    plan = told(level=120.0, spread=0.1, channels=["voice"])
    for table in (plan, after := adjusted(plan, [one])):
        drawn = sample_paths(table, paths=1500, seed=3)["offered"].to_numpy().reshape(1500, -1)
        for share, name in ((0.8, "80"), (0.95, "95")):
            inside = (drawn >= table[f"lower_{name}"].to_numpy()) & (drawn <= table[f"upper_{name}"].to_numpy())
            assert inside.mean() == pytest.approx(share, abs=0.035)
    assert path_totals(after, by=(), paths=1500)["offered"].mean() == pytest.approx(after["offered"].sum(), rel=0.01)


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(st.just(0.0), st.floats(1e-9, 300)),
    st.floats(0, 0.6),
    st.floats(1, 4),
    st.lists(st.tuples(st.sampled_from(["percent", "amount"]), st.floats(-1, 5)), min_size=1, max_size=4),
)
def test_whatever_is_adjusted_the_table_stays_a_forecast(level, spread, dispersion, steps):
    plan = told(7, level=level, spread=spread, dispersion=dispersion)
    many = [adjustment(kind, value * (1 if kind == "percent" else 200)) for kind, value in steps]
    after = tables.check(adjusted(plan, many), "forecast")
    numbers = after[["offered", *ENDS, "day_spread", "dispersion"]].to_numpy()
    assert np.isfinite(numbers).all() and (numbers >= 0).all() and (after["dispersion"] >= 1).all()
    assert (after["lower_95"] <= after["lower_80"] + 1e-9).all() and (
        after["upper_80"] <= after["upper_95"] + 1e-9
    ).all()
    assert (after["lower_80"] <= after["offered"] + 1e-9).all() and (after["offered"] <= after["upper_80"] + 1e-9).all()


def test_a_low_and_a_high_scenario_are_the_ends_of_the_band_of_the_total_not_of_every_interval():
    plan = told(28)
    low, expected, high = (scenario(plan, at=at) for at in ("low", "expected", "high"))
    pd.testing.assert_frame_equal(expected, plan)
    totals = path_totals(plan, by=("channel",), paths=4000, seed=9).groupby("channel")["offered"]
    for table, end in ((low, 0.1), (high, 0.9)):
        got = table.groupby("channel")["offered"].sum()
        np.testing.assert_allclose(got, totals.quantile(end)[got.index], rtol=0.015)
        share = table["offered"] / table.groupby("channel")["offered"].transform("sum")
        np.testing.assert_allclose(share, plan["offered"] / plan.groupby("channel")["offered"].transform("sum"))
    assert low["offered"].sum() > 1.3 * plan["lower_80"].sum()  # all low at once would be much lower
    assert scenario(plan, at="low", seed=4).equals(scenario(plan, at="low", seed=4))
    wide = scenario(plan, at="high", chance=0.98)["offered"].sum()
    assert wide > high["offered"].sum()
    assert (scenario(plan.assign(offered=0.0, lower_80=0.0), at="low")["offered"] == 0).all()
    for wrong in ({"at": "best"}, {"at": "low", "chance": 1.5}):
        with pytest.raises(PlanError, match=r"best|1\.5"):
            scenario(plan, **wrong)


def test_a_calendar_without_the_campaign_keeps_the_other_events():
    events = pd.DataFrame({"name": ["Spring offer", "Move", "Spring offer"], "kind": "campaign"})
    assert without(events, "Spring offer")["name"].tolist() == ["Move"]
    assert without(events, ["Move", "Spring offer"]).empty and len(without(events, [])) == 3
    with pytest.raises(PlanError, match=r"no event 'Autumn'.*Spring offer, Move"):
        without(events, ["Autumn"])


def came(plan, factor=1.1):
    """Return actuals: what was planned, times a factor."""
    return plan[["interval_start", "interval_s", "project", "channel"]].assign(offered=plan["offered"] * factor)


def test_last_cycles_forecast_against_what_came_adds_up_day_by_day():
    plan = told()
    actual = came(plan)
    actual.loc[actual["channel"] == "voice", "offered"] = plan["offered"] * np.where(plan.index % 2, 1.3, 0.8)
    got = against(plan, actual)
    assert len(got) == 20 and set(got["only"]) == {""} and (got["known"] == 1).all() and (got["beyond"] == 0).all()
    for row in got.itertuples():
        mine = (plan["channel"] == row.channel) & (plan["interval_start"].dt.normalize() == row.day)
        assert row.plan_offered == pytest.approx(sum(plan["offered"][mine]))
        assert row.actual_offered == pytest.approx(sum(actual["offered"][mine]))
        assert row.gap_offered == pytest.approx(row.actual_offered - row.plan_offered)
        assert row.in_80 == (row.lower_80 <= row.actual_offered <= row.upper_80)
    drawn = path_totals(plan, by=("channel", "day"), paths=3000, channel="voice")
    ends = got[got["channel"] == "voice"].set_index("day")
    drawn = drawn.merge(ends, left_on="day", right_index=True)
    assert drawn["offered"].between(drawn["lower_80"], drawn["upper_80"]).mean() == pytest.approx(0.8, abs=0.02)


def test_accuracy_adds_errors_before_it_divides():
    plan = told()
    actual = came(plan, 1.25)
    actual.loc[actual["channel"] == "chat", "offered"] = plan["offered"] / 2
    rows = accuracy_of(plan, actual, by=("channel",)).set_index("channel")
    assert rows.loc["voice", ["wape", "bias"]].tolist() == pytest.approx([0.2, -0.2])
    assert rows.loc["chat", ["wape", "bias"]].tolist() == pytest.approx([1.0, 1.0])
    both = accuracy_of(plan, actual)
    voice, chat = (plan.loc[plan["channel"] == c, "offered"].sum() for c in ("voice", "chat"))
    assert both["wape"].tolist() == [pytest.approx((0.25 * voice + 0.5 * chat) / (1.25 * voice + 0.5 * chat))]
    assert both["contacts"].tolist() == [pytest.approx(1.25 * voice + 0.5 * chat)]
    assert accuracy_of(plan, actual, by=("week", "weekday"))["days"].sum() == 20
    assert accuracy_of(plan, actual.assign(offered=0.0))["wape"].isna().all()
    with pytest.raises(PlanError, match="not by lead"):
        accuracy_of(plan, actual, by=("lead",))


def test_days_that_one_side_only_knows_are_said_and_not_dropped():
    plan = told()
    day = plan["interval_start"].dt.strftime("%m-%d")
    actual = came(plan)[(day != "03-04")]
    saturday = actual.iloc[:4].assign(interval_start=lambda t: t["interval_start"] + pd.Timedelta(days=5), offered=7.0)
    evening = actual.iloc[:2].assign(
        interval_start=pd.to_datetime(["2026-03-02 20:00", "2026-03-02 20:30"]), offered=3.0
    )
    half = (day == "03-05") & (plan["interval_start"].dt.hour < 10)
    actual = pd.concat([actual[~half[actual.index]], saturday, evening])
    got = against(plan, actual).set_index(["channel", "day"])
    silent = got.loc[("voice", "2026-03-04")]
    assert silent["only"] == "plan" and np.isnan(silent["actual_offered"]) and silent["in_80"] is None
    assert silent["plan_offered"] == pytest.approx(
        plan.loc[(day == "03-04") & (plan["channel"] == "voice"), "offered"].sum()
    )
    shut = got.loc[("voice", "2026-03-07")]
    assert shut[["only", "plan_offered", "actual_offered", "in_80"]].tolist() == ["actual", 0.0, 28.0, False]
    assert shut["gap_offered"] == 28.0 and shut["beyond"] == 0.0
    assert got.loc[("voice", "2026-03-02"), "beyond"] == 6.0
    assert got.loc[("voice", "2026-03-05"), "known"] == pytest.approx(0.51, abs=0.03)
    assert got.loc[("voice", "2026-03-05"), "gap_offered"] / got.loc[
        ("voice", "2026-03-05"), "plan_offered"
    ] == pytest.approx(0.1)
    figures = accuracy_of(plan, actual)
    assert figures[["days", "only_plan", "only_actual", "beyond"]].iloc[0].tolist() == [19, 2, 1, 6.0]
    rates = ["days", "contacts", "wape", "bias", "coverage_80"]
    in_hours = actual[actual["interval_start"].dt.hour != 20]
    pd.testing.assert_frame_equal(figures[rates], accuracy_of(plan, in_hours)[rates])


def test_each_publishing_is_judged_by_itself_and_by_how_far_ahead_it_was():
    plan = told(channels=["voice"], tz="Europe/Berlin")
    first = plan.assign(published=pd.Timestamp("2026-02-26 23:30", tz="UTC"))  # already the 27th in Berlin
    second = plan.assign(offered=plan["offered"] * 1.1, published=pd.Timestamp("2026-03-01 08:00", tz="UTC"))
    both = pd.concat([first, second])
    rows = accuracy_of(both, came(plan), by=("lead",)).set_index("lead")
    assert rows.index.tolist() == sorted({*range(3, 8), *range(10, 15)} | {*range(1, 6), *range(8, 13)})
    assert rows.loc[[1, 2, 8, 9], "wape"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert rows.loc[[6, 7, 13, 14], "bias"].to_numpy() == pytest.approx(-1 / 11)
    assert (against(both, came(plan))["published"].value_counts() == 10).all()


def test_a_daily_forecast_is_judged_by_its_own_bands():
    days = told(channels=["voice"]).groupby(lambda i: i // 8).first()
    days = days.assign(
        interval_s=86_400, interval_start=days["interval_start"].dt.normalize(), lower_80=1.0, upper_80=99.0
    )
    got = against(days, came(days))
    assert (got["lower_80"] == 1).all() and (got["upper_80"] == 99).all() and got["in_80"].all()
