"""Risk: a plan on many possible futures - how sure each promise is, and what more certainty takes."""

from math import exp, factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import queueing, tables
from ccwb.errors import PlanError
from ccwb.forecast import path_totals, sample_paths
from ccwb.queueing.simulation import Group, Queue, simulate
from ccwb.staffing import given_agents, requirement, risk, summary, wilson
from ccwb.staffing.futures import PROMISES, Futures, path_array, rates
from ccwb.staffing.whole import is_whole, span_of

TARGET = {
    "service_level": 0.8,
    "answer_within_s": 20,
    "patience_s": 120,
    "max_occupancy": 1.0,
    "aht_s": 240,
    "answer_rate": None,
    "shrinkage": 0.2,
}
SHOP = {("shop", "voice"): TARGET, ("shop", "chat"): TARGET | {"answer_within_s": 60}}


def forecast(offered, *, channel="voice", start="2026-03-02 08:00", zone="Europe/Berlin", interval_s=1800, **more):
    """A forecast of one queue, an interval per number."""
    times = pd.date_range(start, periods=len(offered), freq=f"{interval_s}s", tz=zone)
    fixed = {"interval_s": interval_s, "project": "shop", "channel": channel, "offered": offered, "aht_s": 240.0}
    return pd.DataFrame({"interval_start": times} | fixed | {"day_spread": 0.1, "dispersion": 1.4} | more)


def weeks(*, level=60.0, days=40, channel="voice", **more):
    """Weeks of four half-hours a day, from February into March."""
    parts = [
        forecast(level * np.array([0.5, 1.0, 1.1, 0.7]), channel=channel, start=f"{day.date()} 09:00", **more)
        for day in pd.date_range("2026-02-16", periods=days)
    ]
    return pd.concat(parts, ignore_index=True)


def row(table, **wanted):
    """The one row of a table that has these values."""
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


# --- the paths --------------------------------------------------------------------------------------------------------
def test_expected_contacts_are_what_the_counted_paths_were_drawn_around():
    told = pd.concat([weeks(days=3), weeks(days=3, channel="chat")], ignore_index=True)
    counted, expected = (sample_paths(told, paths=3000, seed=4, counted=c) for c in (True, False))
    tables.check(expected.head(500), "forecast_paths")
    pd.testing.assert_frame_equal(counted.drop(columns="offered"), expected.drop(columns="offered"))
    off = (counted["offered"] - expected["offered"]).to_numpy().reshape(3000, -1)
    mean = told.sort_values(["channel", "interval_start"])["offered"].to_numpy()
    np.testing.assert_allclose(off.mean(axis=0), 0, atol=0.6)
    np.testing.assert_allclose(off.var(axis=0), mean, rtol=0.15)  # Poisson: what is left is counting alone
    spread = expected["offered"].to_numpy().reshape(3000, -1).var(axis=0)
    np.testing.assert_allclose(spread, 0.4 * mean + (0.1 * mean) ** 2, rtol=0.15)


def test_a_part_of_the_expected_paths_is_the_same_as_in_the_whole():
    told = weeks(days=3)
    whole = sample_paths(told, paths=20, seed=5, counted=False)
    part = sample_paths(told, paths=20, seed=5, first_day="2026-02-17", last_day="2026-02-17", counted=False)
    same = whole[whole["interval_start"].dt.day == 17].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, same)
    total = path_totals(told, by=(), paths=20, seed=5, counted=False)["offered"]
    np.testing.assert_allclose(total, whole.groupby("path")["offered"].sum(), rtol=1e-6)


# --- how sure ---------------------------------------------------------------------------------------------------------
def test_of_two_futures_the_one_with_a_fifth_more_calls_misses_the_promise():
    told = risk(forecast([75.0]), [[75.0], [90.0]], targets={("shop", "voice"): TARGET})
    kept = row(told.promises, span="month")
    # 10 and 12 erlangs at 12 agents: what queueing gives, held there against published sums
    seen = [
        float(queueing.performance(a, 12, aht_s=240, answer_within_s=20, patience_s=120).service_level)
        for a in (10, 12)
    ]
    assert (kept["promised"], kept["chance"], told.paths) == (0.8, 0.5, 2)
    assert [kept["lower_90"], kept["upper_90"]] == pytest.approx(sorted(seen))
    assert kept["expected"] == pytest.approx(seen[0])
    assert (kept["chance_low"], kept["chance_high"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    sure = row(told.assurance, channel="", level=0.9)
    enough = queueing.agents_required(12, aht_s=240, answer_within_s=20, patience_s=120, service_level=0.8)
    assert (sure["agent_hours"], sure["extra_agent_hours"]) == (enough / 2, (enough - 12) / 2)


def test_nine_of_ten_futures_lie_in_the_range_shown():
    offered = np.linspace(60, 100, 100)
    got = row(risk(forecast([75.0]), offered[::-1, None], targets=SHOP).promises, span="cycle")
    level = queueing.performance(offered * 240 / 1800, 12, aht_s=240, answer_within_s=20, patience_s=120).service_level
    assert [got["lower_90"], got["middle"], got["upper_90"]] == pytest.approx(level[[95, 50, 5]], abs=1e-4)


def scalar_erlang_c(load, agents, within):
    """The textbook sum for one interval: the share answered within `within` handling times."""
    if agents <= load:
        return 0.0
    last = load**agents / factorial(agents) * agents / (agents - load)
    wait = last / (sum(load**k / factorial(k) for k in range(agents)) + last)
    return 1 - wait * exp(-(agents - load) * within)


def scalar_answered(load, agents, patience):
    """The answered share of one interval from the birth and death chain; patience in handling times."""
    state, total, gone = 1.0, 1.0, 0.0
    for k in range(1, 400):
        state *= load / (min(k, agents) + max(k - agents, 0) / patience)
        total += state
        gone += max(k - agents, 0) / patience * state
    return 1 - gone / total / load


def slow_chances(told, paths, need, goals):
    """Promise by promise the same answer by a loop over paths, months and intervals, in plain Python."""
    agents = {(r.channel, r.interval_start): int(r.agents) for r in need.itertuples()}
    kept = {}
    for path, rows in paths.groupby("path"):
        above, below = {}, {}
        for r in rows.itertuples():
            load = r.offered * 240 / 1800
            here = agents[r.channel, r.interval_start]
            rate = (
                scalar_erlang_c(load, here, 20 / 240) if r.channel == "voice" else scalar_answered(load, 2 * here, 0.5)
            )
            key = (r.channel, r.interval_start.month)
            above[key] = above.get(key, 0) + r.offered * rate
            below[key] = below.get(key, 0) + r.offered
        for key, answered in above.items():
            kept[path, *key] = answered / below[key] >= goals[key[0]]
    return kept


def test_the_chances_are_those_of_a_plain_loop_over_paths_and_intervals():
    told = pd.concat([weeks(days=20), weeks(days=20, channel="chat", level=40)], ignore_index=True)
    targets = {
        ("shop", "voice"): TARGET | {"patience_s": None},
        ("shop", "chat"): TARGET | {"service_level": None, "answer_rate": 0.93},
    }
    paths = sample_paths(told, paths=60, seed=2, counted=False)
    got = risk(told, paths, targets=targets)
    kept = slow_chances(told, paths, requirement(told, targets=targets), {"voice": 0.8, "chat": 0.93})
    chances = []
    for channel in ("voice", "chat"):
        for month in (2, 3):
            slow = np.mean([kept[path, channel, month] for path in range(60)])
            months = got.promises[got.promises["span"] == "month"]
            chances.append(slow)
            assert row(months[months["first_day"].dt.month == month], channel=channel)["chance"] == pytest.approx(slow)
    together = np.mean([all(kept[path, c, m] for c in ("voice", "chat") for m in (2, 3)) for path in range(60)])
    assert row(got.plan, channel="")["chance"] == pytest.approx(together)
    assert 0.1 < min(chances) < max(chances) and together < min(chances)  # or the test would say little


@pytest.mark.parametrize(("offered", "chance"), [(60.0, 1.0), (80.0, 0.0)])
def test_where_nothing_is_uncertain_a_promise_is_kept_for_sure_or_broken_for_sure(offered, chance):
    told = weeks(days=10)
    paths = np.tile(told["offered"] / 60 * offered, (25, 1))
    got = risk(told, paths, targets=SHOP)
    assert set(got.promises["chance"]) == set(got.plan["chance"]) == {chance}
    assert (got.promises["lower_90"] == got.promises["upper_90"]).all()


def test_more_uncertainty_makes_a_plan_with_a_cushion_less_sure():
    chances = []
    for spread in (0.02, 0.15, 0.4):
        told = weeks(days=10, day_spread=spread, dispersion=1.0)
        plan = requirement(told, targets=SHOP, volume_change=0.06)
        paths = sample_paths(told, paths=200, seed=3, counted=False)
        chances.append(row(risk(told, paths, targets=SHOP, plan=plan).plan, channel="")["chance"])
    assert chances[0] > chances[1] > chances[2]
    assert chances[0] > 0.95


def test_a_larger_buffer_never_makes_a_promise_less_sure_nor_cheaper():
    told = pd.concat([weeks(days=30), weeks(days=30, channel="chat", level=9)], ignore_index=True)
    got = risk(told, sample_paths(told, paths=80, seed=6, counted=False), targets=SHOP, period="week", hourly_cost=30)
    for _queue, curve in got.curve.groupby("channel"):
        assert curve["buffer"].is_monotonic_increasing and len(curve) > 5
        assert curve["chance"].is_monotonic_increasing and curve["cost"].is_monotonic_increasing
    for _queue, sure in got.assurance.groupby("channel"):
        assert sure["buffer"].is_monotonic_increasing and (sure["chance"] >= sure["level"]).all()


def test_an_assurance_is_the_least_buffer_that_reaches_it_and_its_price_is_what_summary_says():
    told = weeks(days=30)
    paths = sample_paths(told, paths=80, seed=6, counted=False)
    got = risk(told, paths, targets=SHOP, hourly_cost={"shop": 30.0}, full_time_hours_week=38)
    sure = row(got.assurance, channel="", level=0.9)
    need, less = (requirement(told, targets=SHOP, volume_change=sure["buffer"] - step) for step in (0, 0.001))
    at, below = (row(risk(told, paths, targets=SHOP, plan=plan).plan, channel="")["chance"] for plan in (need, less))
    assert below < 0.9 <= at == sure["chance"]
    known = summary(need, full_time_hours_week=38).iloc[0]
    for name in ("agent_hours", "paid_hours", "fte"):
        assert sure[name] == pytest.approx(known[name])
    assert sure["cost"] == pytest.approx(30 * known["paid_hours"])
    planned = summary(requirement(told, targets=SHOP)).iloc[0]
    assert sure["extra_paid_hours"] == pytest.approx(known["paid_hours"] - planned["paid_hours"])


def test_an_assurance_out_of_reach_is_said_and_has_no_number():
    paths = [[75.0], [75.0], [400.0]]
    sure = row(risk(forecast([75.0]), paths, targets=SHOP).assurance, channel="voice", level=0.8)
    assert not sure["reached"]
    assert sure[["buffer", "agent_hours", "cost", "extra_fte"]].isna().all()


# --- periods and promises ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("period", "spans"), [("day", 40), ("week", 6), ("month", 2)])
def test_a_promise_counts_over_days_weeks_or_months_of_the_local_calendar(period, spans):
    told = weeks(days=40)
    got = risk(told, sample_paths(told, paths=20, seed=1, counted=False), targets=SHOP, period={"shop": period})
    parts = got.promises[got.promises["span"] == period]
    assert len(parts) == spans
    assert parts["first_day"].iloc[0] == pd.Timestamp("2026-02-16")
    assert (parts["first_day"].iloc[1:].to_numpy() > parts["last_day"].iloc[:-1].to_numpy()).all()
    if period == "week":
        assert (parts["first_day"].dt.day_of_week == 0).all()
    assert len(got.promises[got.promises["span"] == "cycle"]) == 1


def two_months(*, stub=1.6):
    """Half-hours of 1 September to 2 October, a Tuesday to a Friday, and paths that overload the two October days."""
    parts = [forecast([75.0], start=f"{day.date()} 10:00") for day in pd.date_range("2026-09-01", "2026-10-02")]
    told = pd.concat(parts, ignore_index=True)
    october = (told["interval_start"].dt.month == 10).to_numpy()
    return told, np.array([np.full(len(told), 75.0), np.where(october, 75.0 * stub, 75.0)])


def test_a_month_of_which_the_cycle_holds_two_days_is_told_apart_and_does_not_rule_the_headline():
    told, paths = two_months()
    got = risk(told, paths, targets=SHOP)
    months = got.promises[got.promises["span"] == "month"]
    assert months[["whole", "chance"]].to_numpy().tolist() == [[True, 1.0], [False, 0.5]]
    assert got.plan["chance"].tolist() == [1.0, 1.0]  # the two days alone would make it 0.5
    september = told["interval_start"].dt.month == 9
    alone = risk(told[september], paths[:, september], targets=SHOP)
    assert got.assurance["buffer"].tolist() == alone.assurance["buffer"].tolist()
    until = risk(told, paths, targets=SHOP, last_day="2026-10-31").plan  # closed after the 2nd: that is its October
    assert until["chance"].tolist() == [0.5, 0.5]


def test_where_no_month_is_whole_its_parts_count():
    told, paths = two_months()
    late = (told["interval_start"] >= "2026-09-20").to_numpy()
    got = risk(told[late], paths[:, late], targets=SHOP)
    assert not got.promises.loc[got.promises["span"] == "month", "whole"].any()
    assert got.plan["chance"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("days", "period", "whole"),
    [
        (pd.bdate_range("2026-11-02", "2026-11-30"), "month", True),  # the 1st is a Sunday, closed as all of them
        (pd.date_range("2026-11-02", "2026-11-30"), "month", False),
        (pd.bdate_range("2026-11-02", "2026-11-27"), "week", True),
        (pd.date_range("2026-11-02", periods=1), "week", False),  # of one day nothing is known of the others
        (pd.date_range("2026-11-03", "2026-11-15"), "day", True),
    ],
)
def test_days_of_the_week_that_are_always_closed_make_no_period_a_part(days, period, whole):
    assert is_whole(days[:1], period, span=span_of(days)).tolist() == [whole]


def test_the_days_of_the_cycle_say_what_is_whole_also_where_its_first_days_are_closed():
    days = pd.date_range("2026-01-02", "2026-01-31")
    assert not is_whole(days[:1], "month", span=span_of(days))[0]
    assert is_whole(days[:1], "month", span=span_of(days, first_day="2026-01-01", last_day="2026-01-31"))[0]


def test_the_night_the_clock_changes_belongs_to_its_local_day():
    told = forecast(np.full(46 + 48, 20.0), start="2026-03-29")  # 23 hours, then an ordinary day
    days = risk(told, np.tile(told["offered"], (3, 1)), targets=SHOP, period="day").promises
    days = days[days["span"] == "day"]
    assert days["first_day"].dt.day.tolist() == days["last_day"].dt.day.tolist() == [29, 30]


def test_every_promise_given_is_judged_and_all_have_to_be_kept_together():
    goals = {"answer_rate": 0.9, "abandonment": 0.12, "asa_s": 12.0}
    told = weeks(days=10)
    paths = sample_paths(told, paths=100, seed=8, counted=False)
    plan = requirement(told, targets=SHOP)
    got = risk(told, paths, targets={("shop", "voice"): TARGET | goals}, plan=plan)
    cycle = got.promises[got.promises["span"] == "cycle"].set_index("promise")
    assert set(cycle.index) == set(PROMISES)
    assert cycle.loc["abandonment", "expected"] == pytest.approx(1 - cycle.loc["answer_rate", "expected"])
    whole = summary(plan).iloc[0]
    for promise in PROMISES:
        assert cycle.loc[promise, "expected"] == pytest.approx(whole[promise], rel=1e-5)
    assert row(got.plan, channel="")["chance"] <= cycle["chance"].min()


def test_deferred_work_is_left_out_of_chances_and_hours():
    told = pd.concat([weeks(days=5), weeks(days=5, channel="email")], ignore_index=True)
    targets = SHOP | {("shop", "email"): TARGET | {"answer_within_s": 3600}}
    got = risk(told, np.tile(told["offered"], (4, 1)), targets=targets)
    assert set(got.promises["channel"]) == {"voice"}
    need = requirement(told, targets=targets)
    voice = summary(need[need["channel"] == "voice"]).iloc[0]["agent_hours"]
    assert row(got.plan, channel="")["agent_hours"] == voice
    with pytest.raises(PlanError, match="email"):
        risk(told[told["channel"] == "email"], [[1.0] * 20], targets=targets)


# --- the edges --------------------------------------------------------------------------------------------------------
def test_where_nothing_is_offered_nothing_is_broken():
    got = risk(forecast([0.0, 0.0]), np.zeros((5, 2)), targets=SHOP)
    assert set(got.plan["chance"]) == {1.0}
    assert got.promises[["expected", "lower_90", "upper_90", "by_chance"]].isna().all(axis=None)
    assert got.plan["agent_hours"].tolist() == [0, 0]


@pytest.mark.parametrize("patience_s", [None, 120])
def test_nobody_there_and_overload_all_day_break_the_promise_without_a_false_number(patience_s):
    told = forecast([75.0, 75.0])
    targets = {("shop", "voice"): TARGET | {"patience_s": patience_s, "asa_s": 30.0, "answer_rate": 0.9}}
    for agents in (0.0, 5.0):
        plan = requirement(told, targets=targets).assign(agents=agents)
        got = risk(told, np.full((4, 2), 75.0), targets=targets, plan=plan)
        assert set(got.promises["chance"]) == {0.0}
        cycle = got.promises[got.promises["span"] == "cycle"].set_index("promise")
        assert cycle.loc["service_level", "expected"] < 0.2
        endless = agents == 0 or patience_s is None
        assert np.isinf(cycle.loc["asa_s", "expected"]) == np.isinf(cycle.loc["asa_s", "upper_90"]) == endless


def test_a_future_without_a_contact_keeps_its_promise():
    got = risk(forecast([75.0]), [[0.0], [75.0], [300.0]], targets=SHOP)
    assert row(got.promises, span="month")["chance"] == pytest.approx(2 / 3)


def test_a_part_of_the_forecast_takes_its_part_of_the_paths():
    told = weeks(days=20)
    paths = sample_paths(told, paths=30, seed=3, counted=False)
    march = told[told["interval_start"].dt.month == 3]
    part, whole = (risk(some, paths, targets=SHOP).promises for some in (march, told))
    months = whole[(whole["span"] == "month") & (whole["first_day"].dt.month == 3)]
    pd.testing.assert_frame_equal(part[part["span"] == "month"].reset_index(drop=True), months.reset_index(drop=True))
    shuffled = paths.sample(frac=1, random_state=1)
    np.testing.assert_array_equal(path_array(shuffled, told), path_array(paths, told))


WRONG = [
    (lambda: risk(forecast([5.0]), [[5.0, 6.0]], targets=SHOP), "do not fit"),
    (lambda: risk(forecast([5.0]), [[np.nan]], targets=SHOP), "Missing or below 0"),
    (lambda: risk(forecast([5.0]), [[-1.0]], targets=SHOP), "Missing or below 0"),
    (lambda: risk(forecast([5.0]), [[np.inf]], targets=SHOP), "infinite"),
    (lambda: risk(forecast([5.0]), np.zeros((0, 1)), targets=SHOP), "do not fit"),
    (lambda: risk(forecast([5.0, 6.0]), sample_paths(forecast([5.0]), paths=3), targets=SHOP), "3"),
    (lambda: risk(forecast([5.0]), [[5.0]], targets=SHOP, period="year"), "year"),
    (lambda: risk(forecast([5.0]).drop(columns="offered"), [[5.0]], targets=SHOP), "offered"),
    (lambda: risk(forecast([5.0]), sample_paths(forecast([5.0])).drop(columns="path"), targets=SHOP), "path"),
    (lambda: risk(pd.concat([forecast([5.0])] * 2), [[5.0, 5.0]], targets=SHOP), "more than once"),
    (lambda: risk(forecast([5.0]), [[5.0]], targets={("shop", "chat"): TARGET}), "shop / voice"),
    (lambda: risk(forecast([5.0]), [[5.0]], targets=SHOP, levels=[90]), "90"),
    (
        lambda: risk(forecast([5.0]), [[5.0]], targets={("shop", "voice"): {"max_occupancy": 0.9}}),
        "no promise|No queue",
    ),
    (
        lambda: risk(forecast([5.0, 6.0]), [[5.0, 6.0]], targets=SHOP, plan=requirement(forecast([5.0]), targets=SHOP)),
        "another forecast",
    ),
]


@pytest.mark.parametrize(("call", "named"), WRONG)
def test_a_wrong_input_is_named_in_a_sentence(call, named):
    with pytest.raises(PlanError, match=named):
        call()


def test_whoever_asks_is_told_how_far_it_is_and_may_stop_it():
    told = weeks(days=5)
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        risk(told, sample_paths(told, paths=20, counted=False), targets=SHOP, progress=stop)
    assert [done for done, _ in seen] == [0, 1, 2, 3] and all(done < total for done, total in seen)


# --- the numbers behind -----------------------------------------------------------------------------------------------
@st.composite
def queues(draw):
    """One interval of any size, uncertainty and staffing: (load, targets, agents, spread)."""
    load = draw(st.floats(0.3, 400))
    patience_s = draw(st.sampled_from([30.0, 120.0, 600.0, 3600.0, None]))
    goals = {"answer_within_s": draw(st.sampled_from([0, 20, 120])), "patience_s": patience_s, "answer_rate": 0.5}
    goals |= draw(st.sampled_from([{}, {"at_once": 3, "slowdown": [1, 1.2, 1.5]}]))
    agents = np.ceil(draw(st.floats(0.6, 1.4)) * load / goals.get("at_once", 1))
    return load, {("shop", "voice"): TARGET | goals | {"asa_s": 60.0}}, agents, draw(st.floats(0.01, 0.5))


@given(queue=queues(), seed=st.integers(0, 99))
@settings(max_examples=40, derandomize=True)
def test_the_short_way_over_nodes_differs_from_the_formulas_by_less_than_a_thousandth(queue, seed):
    load, targets, agents, spread = queue
    told = forecast([load * 1800 / 240], day_spread=spread, dispersion=1.2)
    paths = sample_paths(told, paths=200, seed=seed, counted=False)
    short, exact = (Futures(told, paths, targets=targets, period="day") for _ in range(2))
    exact._nodes = lambda *_: 10**9
    a, b = (one.sums([agents]) for one in (short, exact))
    for promise in ("service_level", "answer_rate"):
        np.testing.assert_allclose(rates(a, promise), rates(b, promise), atol=1e-3)
    np.testing.assert_allclose(rates(a, "asa_s"), rates(b, "asa_s"), rtol=2e-3, atol=0.05)


@pytest.mark.parametrize(("offered", "agents"), [(20, 4), (40, 7)])
def test_what_single_contacts_add_by_chance_is_what_a_simulation_shows(offered, agents):
    told = forecast([float(offered)] * 20)
    targets = {("shop", "voice"): TARGET | {"answer_rate": 0.9}}
    plan = requirement(told, targets=targets).assign(agents=float(agents))
    got = risk(told, [told["offered"]], targets=targets, plan=plan).promises
    queue = Queue("voice", offered=[offered] * 20, aht_s=240, patience_s=120)
    group = Group("all", ["voice"], agents=[agents] * 20)
    days = simulate([queue], [group], length_s=20 * 1800, replications=150, seed=3).counts
    came = days["offered"][:, 0]
    for promise, count in (("service_level", "timely"), ("answer_rate", "answered")):
        kept = days[count][:, 0]
        spread = (kept - kept.sum() / came.sum() * came).std() / came.mean()
        assert row(got, span="cycle", promise=promise)["by_chance"] == pytest.approx(spread, rel=0.25)


def test_only_what_changed_is_computed_anew_and_the_sums_stay_the_same():
    told = weeks(days=4)
    paths = sample_paths(told, paths=20, seed=1, counted=False)
    used, fresh = (Futures(told, paths, targets=SHOP, period="day") for _ in range(2))
    first = requirement(used.table, targets=SHOP)["agents"].to_numpy()
    used.sums(first)
    then = first.copy()
    then[5] += 2
    for name, value in fresh.sums(then).items():
        np.testing.assert_allclose(used.sums(then)[name], value)


def test_the_interval_of_a_chance_is_wilson_s_as_published():
    """Newcombe (1998), Statistics in Medicine 17, table I, score method without continuity correction."""
    for kept, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert [float(end) for end in wilson(kept, of)] == pytest.approx([low, high], abs=5e-5)
    assert [float(end) for end in wilson(1, 29)] == pytest.approx([0.0061, 0.1718], abs=5e-5)
    assert [float(end) for end in wilson(20, 20)] == pytest.approx([1 - 0.1611, 1], abs=5e-5)


# --- the cushion ------------------------------------------------------------------------------------------------------
def test_a_cushion_adds_people_and_the_service_told_is_that_of_the_volume_itself():
    day = forecast([75.0] * 6)
    one = {("shop", "voice"): TARGET | {"cushion": 0.2}}
    plain, sure = requirement(day, targets=SHOP), requirement(day, targets=one)
    assert (sure["agents"] == requirement(forecast([90.0] * 6), targets=SHOP)["agents"]).all()
    assert (sure["offered"] == plain["offered"]).all()
    told = given_agents(day, targets=SHOP, agents=sure["agents"], carry_over=False)
    assert sure["service_level"].tolist() == told["service_level"].tolist()


def test_a_cushion_below_zero_never_breaks_the_occupancy_cap():
    target = TARGET | {"max_occupancy": 0.8, "service_level": 0.5}
    day = forecast([20.0, 75.0, 300.0])
    less = requirement(day, targets={("shop", "voice"): target | {"cushion": -0.3}})
    assert (less["occupancy"] <= 0.8).all()
    assert (less["agents"] <= requirement(day, targets={("shop", "voice"): target})["agents"]).all()
