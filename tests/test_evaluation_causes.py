"""Causes: what made a period other than planned, split through the queueing model, and what stays unexplained."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from ccwb import evaluation, staffing
from ccwb.errors import PlanError
from ccwb.evaluation.sides import both_sides

TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.2, "placed": 0.1}
EMAIL = {"service_level": 0.9, "answer_within_s": 7200, "shrinkage": 0.2, "placed": 0.1}
TARGETS = {("shop", "voice"): TARGET, ("bank", "voice"): TARGET, ("shop", "email"): EMAIL}


def days(n=5, queues=(("shop", "voice"),), interval_s=1800, hours=4):
    """Return a forecast of n days from 8 o'clock, 60 contacts a half-hour at the peak, 30 at its ends."""
    per = hours * 3600 // interval_s
    rows = []
    for day in pd.date_range("2026-11-02", periods=n, tz="Europe/Berlin"):
        for slot in range(per):
            start = day + pd.Timedelta(hours=8, seconds=slot * interval_s)
            offered = (30 + 30 * np.sin(np.pi * (slot + 0.5) / per)) * interval_s / 1800
            rows += [(start, interval_s, *queue, offered, 240.0) for queue in queues]
    return pd.DataFrame(rows, columns=["interval_start", "interval_s", "project", "channel", "offered", "aht_s"])


def planned(forecast, targets=TARGETS):
    return staffing.requirement(forecast, targets=targets)


def happened(plan, *, targets=TARGETS, volume=1.0, aht=1.0, agents=1.0):
    """Return actual figures: what the model says of a plan's days with other volumes, handling times and agents."""
    forecast = plan[["interval_start", "interval_s", "project", "channel"]].assign(
        offered=plan["offered"] * volume, aht_s=plan["aht_s"] * aht
    )
    given = staffing.given_agents(forecast, targets=targets, agents=plan["agents"] * agents, carry_over=False)
    return evaluation.expected_history(given)


def parts(found, kpi="service_level"):
    return found.table[found.table["kpi"] == kpi].set_index("cause")["part"]


def product(rows):
    """Stand in for a queueing model: what is not answered is load over 10,000, so that parts are known by hand."""
    lost = (rows["offered"] * rows["aht_s"] / 10_000).to_numpy()
    return pd.DataFrame({"service_level": 1 - lost, "answer_rate": 1.0}, index=rows.index)


def test_of_two_causes_each_gets_half_of_what_they_do_together():
    plan = planned(days(1, hours=1)).iloc[:1].assign(offered=10.0, attempts=10.0, aht_s=100.0, service_level=0.9)
    came = evaluation.expected_history(plan).assign(offered=20.0, handled=20.0, aht_s=150.0, answered_within=14.0)
    found = evaluation.causes(plan, came, model=product, kpis=["service_level"])
    # not answered in time: 10 % as planned, 20 % with the volume alone, 15 % with the time alone, 30 % with both
    assert parts(found).dropna().round(12).to_dict() == {
        "untold_plan": 0.0, "volume": -0.125, "mix": 0.0, "pattern": 0.0, "handling_time": -0.075, "people": 0.0,
        "untold_actual": 0.0,
    }  # fmt: skip
    assert found.table["level"].round(12).tolist() == [0.9, 0.9, 0.775, 0.775, 0.775, 0.7, 0.7, 0.7, 0.7]


def test_the_average_over_orders_is_that_of_every_single_order():
    rng = np.random.default_rng(7)
    sets = (np.arange(2**5)[:, None] >> np.arange(5)) % 2 == 1
    values = rng.normal(size=(2**5, 2))
    of = {tuple(one): value for one, value in zip(sets, values, strict=True)}
    slow = np.zeros((5, 2))
    for order in permutations(range(5)):
        there = [False] * 5
        for cause in order:
            before = of[tuple(there)]
            there[cause] = True
            slow[cause] += (of[tuple(there)] - before) / 120
    mixed = rng.permutation(2**5)
    np.testing.assert_allclose(evaluation.averaged_over_orders(sets[mixed], values[mixed]), slow, atol=1e-12)


QUEUES = (("shop", "voice"), ("bank", "voice"), ("shop", "email"))


@pytest.fixture(scope="module")
def moved():
    """Return a plan and what came: more volume, longer handling, fewer people, another mix and another shape."""
    plan = planned(days(queues=QUEUES))
    shape = 1 + 0.4 * np.sin(plan["interval_start"].dt.hour)
    mix = plan["project"].map({"shop": 1.3, "bank": 0.9})
    return plan, happened(plan, volume=mix * shape, aht=1.1, agents=0.93)


def test_all_parts_and_what_the_model_does_not_explain_add_up_to_the_whole(moved):
    plan, came = moved
    plan = plan.assign(service_level=plan["service_level"] * 0.97)  # as if published by another model
    came = came.assign(handled=came["handled"] * 0.99)
    table = evaluation.causes(plan, came, model=staffing.giving(TARGETS), hourly_cost={"shop": 20, "bank": 30},
                              labour={"shop": 9000.0, "bank": 5000.0}).table  # fmt: skip
    assert set(table["kpi"]) >= {"service_level", "answer_rate", "occupancy", "labour", "labour_per_contact"}
    for _kpi, rows in table.groupby("kpi"):
        first, last = rows["level"].iloc[[0, -1]]
        assert rows["part"].sum() == pytest.approx(last - first, rel=1e-12, abs=1e-12)
        assert rows["level"].iloc[-2] == pytest.approx(last, rel=1e-12)
    level = table[table["kpi"] == "service_level"].set_index("cause")["part"]
    assert level["untold_plan"] > 0.01 and level[["volume", "mix", "pattern", "handling_time", "people"]].ne(0).all()


def test_the_order_of_the_rows_changes_nothing(moved):
    plan, came = moved
    one = evaluation.causes(plan, came, model=staffing.giving(TARGETS), project="shop").table
    mixed = (table.sample(frac=1, random_state=3).reset_index(drop=True) for table in (plan, came))
    other = evaluation.causes(*mixed, model=staffing.giving(TARGETS), project="shop").table
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-12)


def test_where_only_volume_rose_volume_is_the_whole_cause():
    plan = planned(days(queues=QUEUES))
    found = evaluation.causes(plan, happened(plan, volume=1.15), model=staffing.giving(TARGETS))
    for kpi in ("service_level", "answer_rate", "occupancy"):
        rows = found.table[found.table["kpi"] == kpi]
        part, whole = parts(found, kpi), rows["level"].iloc[-1] - rows["level"].iloc[0]
        assert abs(whole) > 0.02 and part["volume"] == pytest.approx(whole, rel=1e-9)
        assert part.drop("volume").dropna().abs().max() < 1e-12


def test_what_only_chance_made_uneven_is_no_other_pattern_and_no_other_handling_time():
    rng = np.random.default_rng(11)
    plan = planned(days(20))
    truth = happened(plan, volume=1.1)
    came = truth.assign(offered=rng.poisson(truth["offered"]).astype(float))
    share = came["offered"] / truth["offered"]
    for name in ("handled", "answered_within"):
        came[name] = truth[name] * share
    came["aht_s"] = rng.gamma(came["handled"].clip(1), 240 / came["handled"].clip(1))
    part = parts(evaluation.causes(plan, came, model=staffing.giving(TARGETS)))
    assert part["volume"] < -0.05
    assert part[["pattern", "handling_time", "untold_actual"]].abs().max() < 0.012


def test_contacts_that_move_into_the_afternoon_are_another_pattern():
    plan = planned(days(10))
    late = (plan["interval_start"].dt.hour >= 10).to_numpy()
    moved_ = happened(plan, volume=np.where(late, 1.4, 0.6))
    found = evaluation.causes(plan, moved_, model=staffing.giving(TARGETS))
    part = parts(found)
    assert part["pattern"] < -0.05 and abs(part["untold_actual"]) < 0.01
    assert abs(part["volume"]) < 0.2 * abs(part["pattern"])


def test_causes_that_do_the_same_get_the_same():
    plan = planned(days(2))
    part = parts(evaluation.causes(plan, happened(plan, volume=1.2, aht=1.2), model=product))
    assert part["volume"] == pytest.approx(part["handling_time"], rel=1e-9) and part["volume"] < -0.05


def test_fewer_people_are_told_apart_into_schedule_shrinkage_adherence_and_the_rest():
    plan = planned(days(3))
    came = happened(plan, agents=0.9 * 0.95 * 0.97 * 1.01)
    required = plan.groupby("interval_start", as_index=False)["scheduled"].sum()
    coverage = required.rename(columns={"scheduled": "required"}).assign(project="shop")
    coverage["scheduled"] = coverage["required"] * 0.9
    known = {"shrinkage": {"shop": (0.2, 1 - 0.8 * 0.95)}, "adherence": {"shop": (1.0, 0.97)}}
    whole = evaluation.causes(plan, came, model=staffing.giving(TARGETS))
    apart = evaluation.causes(plan, came, model=staffing.giving(TARGETS), coverage=coverage, **known)
    part = parts(apart)
    assert part["schedule"] < part["shrinkage"] < part["adherence"] < 0 < part["people"]
    told = part[["schedule", "shrinkage", "adherence", "people"]].sum()
    assert told == pytest.approx(parts(whole)["people"], rel=1e-9)
    assert {template for template, _ in whole.notes} - {template for template, _ in apart.notes}


def test_a_longer_patience_is_a_cause_where_it_was_measured():
    plan = planned(days(3))
    more = {("shop", "voice"): TARGET | {"patience_s": 300}}
    came = happened(plan, targets=more, volume=1.1)
    part = parts(
        evaluation.causes(plan, came, model=staffing.giving(TARGETS), patience={("shop", "voice"): (120, 300)})
    )
    assert part["patience"] < 0 and abs(part["untold_actual"]) < 1e-9
    without = evaluation.causes(plan, came, model=staffing.giving(TARGETS))
    assert "patience" not in parts(without) and parts(without)["untold_actual"] < -0.005


def test_actual_figures_that_do_not_tell_agents_leave_people_unexplained_and_say_so():
    plan = planned(days(2))
    came = happened(plan, agents=0.9).assign(agents=np.nan)
    found = evaluation.causes(plan, came, model=staffing.giving(TARGETS))
    assert "people" not in parts(found) and parts(found)["untold_actual"] < -0.01
    assert any("how many agents" in template for template, _ in found.notes)


def test_a_queue_that_does_not_record_a_measure_is_left_out_of_it_on_both_sides():
    plan = planned(days(2, queues=QUEUES))
    came = happened(plan, volume=1.1)
    mute = came["project"] == "bank"
    came.loc[mute, "answered_within"] = np.nan
    found = evaluation.causes(plan, came, model=staffing.giving(TARGETS))
    rows = found.table[found.table["kpi"] == "service_level"]
    shop = plan[(plan["project"] == "shop") & (plan["channel"] == "voice")]
    assert rows["level"].iloc[0] == pytest.approx(
        (shop["service_level"] * shop["offered"]).sum() / shop["offered"].sum()
    )
    assert rows["part"].iloc[-2] == pytest.approx(0, abs=1e-9) and parts(found)["volume"] < -0.02
    assert [values["queues"] for _template, values in found.notes if "queues" in values] == ["bank / voice"]


def test_finer_actual_figures_are_gathered_and_days_are_refused():
    plan = planned(days(2))
    whole = happened(plan)
    half = whole.assign(**{n: whole[n] / 2 for n in ("offered", "handled", "abandoned", "answered_within")})
    fine = pd.concat([half, half.assign(interval_start=half["interval_start"] + pd.Timedelta(minutes=15))])
    found = evaluation.causes(plan, fine.assign(interval_s=900), model=staffing.giving(TARGETS))
    assert found.table["part"].abs().max() < 1e-9
    with pytest.raises(PlanError, match="by the day"):
        evaluation.causes(plan, whole.assign(interval_s=86_400), model=staffing.giving(TARGETS))


def test_lines_and_redials_are_told_with_the_attempts_that_the_plan_expects():
    own = {("shop", "voice"): TARGET | {"lines": 14, "redial": 0.4}}
    plan = planned(days(2), own)
    found = evaluation.causes(plan, evaluation.expected_history(plan), model=staffing.giving(own))
    assert found.table["part"].abs().max() < 1e-6


def test_deferred_work_that_came_while_closed_counts_at_the_next_opening():
    plan = planned(days(3, queues=(("shop", "email"),)))
    came = evaluation.expected_history(plan)
    opening = came["interval_start"].dt.hour.eq(8) & came["interval_start"].dt.minute.eq(0)
    night = came[opening & came["interval_start"].dt.day.ne(2)].head(1)
    night = night.assign(interval_start=night["interval_start"] - pd.Timedelta(hours=5), agents=0.0, handled=0.0)
    rows = both_sides(plan, pd.concat([came, night], ignore_index=True))
    assert len(rows) == len(plan) and rows["offered_1"].sum() == pytest.approx(
        came["offered"].sum() + night["offered"].sum()
    )


def test_a_choice_that_nothing_is_known_of_is_refused_in_words():
    plan = planned(days(1))
    with pytest.raises(PlanError, match="Nothing is known"):
        evaluation.causes(plan, happened(plan), model=product, project="bank")
