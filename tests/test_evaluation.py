"""Evaluation: plan against action and the previous cycle, and what it teaches."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ccwb import evaluation, measures
from ccwb.errors import PlanError


def slots(days=2, projects=("a",), channels=("voice",), zone="Europe/Berlin", interval_s=1800):
    """Return the intervals from 8 to 12 o'clock of some days, per queue."""
    starts = [
        t
        for day in pd.date_range("2026-11-02", periods=days, tz=zone)
        for t in pd.date_range(day + pd.Timedelta(hours=8), day + pd.Timedelta(hours=12), freq=f"{interval_s}s")[:-1]
    ]
    table = pd.MultiIndex.from_product([starts, projects, channels], names=["interval_start", "project", "channel"])
    return table.to_frame(index=False).assign(interval_s=interval_s)


def requirement(**columns):
    table = slots(**{name: columns.pop(name) for name in ("days", "projects", "channels") if name in columns})
    usual = {
        "offered": 20.0, "aht_s": 240.0, "load": 2.7, "agents": 5.0, "scheduled": 7.0, "service_level": 0.8,
        "answer_within_s": 20.0, "asa_s": 15.0, "abandonment": 0.05, "answer_rate": 0.95, "occupancy": 0.5,
        "model": "x",
    }  # fmt: skip
    return table.assign(**usual | columns)


def forecast(table, **columns):
    usual = {"offered": 20.0, "lower_80": 14.0, "upper_80": 26.0, "day_spread": 0.05, "dispersion": 1.0, "model": "x"}
    return table.assign(**usual | columns)


def test_the_plans_values_are_sums_over_its_intervals_and_never_means_of_rates():
    plan = requirement(days=1)
    plan.loc[0, ["offered", "service_level", "asa_s", "aht_s"]] = [100.0, 0.4, 60.0, 300.0]
    values = evaluation.planned_values(plan).set_index("kpi")["value"]
    assert values["offered"] == 240 and values["arrival_rate"] == 60
    assert values["service_level"] == pytest.approx((100 * 0.4 + 140 * 0.8) / 240)
    assert values["asa"] == pytest.approx((95 * 60 + 133 * 15) / 228)
    assert values["aht"] == pytest.approx((95 * 300 + 133 * 240) / 228)
    assert values["abandonment"] == pytest.approx(0.05) and values["answer_rate"] == pytest.approx(0.95)


def test_plan_and_actual_of_equal_intervals_have_no_gap():
    plan = requirement(projects=("a", "b"), channels=("voice", "email"))
    planned = evaluation.planned_values(plan)
    actual = measures.compute(evaluation.expected_history(plan))
    table = evaluation.compare(planned, actual)
    both = table[table["plan"].notna()]
    assert len(both) > 10 and (both["gap_plan"].abs() < 1e-12).all()
    assert table["gap_previous"].isna().all() and table["verdict"].isna().all()


def test_a_model_without_abandonment_answers_everybody_only_if_it_says_so():
    plan = requirement(abandonment=np.nan, answer_rate=np.nan)
    values = evaluation.planned_values(plan).set_index("kpi")["value"]
    assert np.isnan(values["handled"]) and np.isnan(values["aht"]) and values["service_level"] == pytest.approx(0.8)
    values = evaluation.planned_values(requirement(answer_rate=np.nan)).set_index("kpi")["value"]
    assert values["answer_rate"] == pytest.approx(0.95)


def test_a_measure_the_plan_knows_for_some_channels_only_is_missing_for_all_together():
    plan = requirement(channels=("chat", "email"))
    plan.loc[plan["channel"] == "email", ["asa_s", "service_level", "abandonment"]] = np.nan
    together = evaluation.planned_values(plan).set_index("kpi")["value"]
    assert np.isnan(together["frt"]) and together["asa"] == 15 and together["service_level"] == pytest.approx(0.8)
    apart = evaluation.planned_values(plan, by=("project", "channel")).set_index(["kpi", "channel"])["value"]
    assert apart["frt", "chat"] == 15 and np.isnan(apart["frt", "email"])


def test_deferred_work_still_waiting_at_the_end_is_in_neither_sum_and_makes_nothing_unknown():
    plan = requirement(days=1, channels=("email",))
    plan.loc[plan.index[-1], ["service_level", "asa_s", "abandonment", "answer_rate"]] = [np.nan, np.nan, np.nan, 0.0]
    plan.loc[0, ["offered", "service_level"]] = [100.0, 0.4]
    values = evaluation.planned_values(plan).set_index("kpi")["value"]
    answered = plan.iloc[:-1]
    on_time = (answered["offered"] * answered["service_level"]).sum() / answered["offered"].sum()
    assert values["on_time"] == pytest.approx(on_time)
    assert values["offered"] == plan["offered"].sum()
    live = plan.assign(channel="voice")  # nobody waits for days on the line
    assert np.isnan(evaluation.planned_values(live).set_index("kpi")["value"]["service_level"])


def test_only_what_was_recorded_is_held_against_the_plan():
    plan = requirement(days=3)
    actuals = slots(days=3).assign(offered=25.0)
    actuals.loc[0, "offered"] = np.nan
    known = evaluation.planned_values(plan, actuals=actuals.iloc[:8], kpis=["offered"])
    assert known["value"].tolist() == [140] and known["last_day"].iloc[0] == pd.Timestamp("2026-11-02")
    daily = actuals.iloc[[8]].assign(interval_s=86400, interval_start=lambda t: t["interval_start"].dt.normalize())
    gathered = evaluation.planned_values(plan, actuals=daily, kpis=["offered"])
    assert gathered["value"].tolist() == [160]
    template, values = evaluation.grain_note(plan, daily)
    assert template.format(**values).startswith("The plan has intervals of 30 minutes, the actuals of 1440")
    assert evaluation.grain_note(plan, actuals) is None


def values_of(basis, first="2026-11-02", last="2026-11-08", **kpis):
    rows = [
        {
            "kpi": kpi, "project": "a", "channel": "", "first_day": first, "last_day": last, "basis": basis,
            "numerator": value, "denominator": 1.0, "value": value,
        }
        for kpi, value in kpis.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_plan_actual_previous_and_target_stand_side_by_side_with_gaps_and_verdicts():
    table = evaluation.compare(
        values_of("plan", service_level=0.82, asa=20.0),
        values_of("actual", service_level=0.77, abandonment=0.04),
        values_of("actual", service_level=0.75),
        {"service_level": {"": 0.8}, "abandonment": {"": 0.05, "a": 0.03}},
    ).set_index("kpi")
    level = table.loc["service_level"]
    assert (level["plan"], level["actual"], level["previous"], level["target"]) == (0.82, 0.77, 0.75, 0.8)
    assert level["gap_plan"] == pytest.approx(-0.05) and level["gap_previous"] == pytest.approx(0.02)
    assert level["verdict"] == "miss" and table.loc["abandonment", "verdict"] == "near"
    assert np.isnan(table.loc["asa", "actual"]) and np.isnan(table.loc["asa", "gap_plan"])
    assert list(table.index) == [kpi for kpi in measures.KPIS if kpi in ("service_level", "abandonment", "asa")]


def test_a_team_says_itself_how_far_a_target_may_be_missed_and_be_nearly_met():
    targets, actual = {"service_level": {"": 0.8}, "asa": {"": 20}}, values_of("actual", service_level=0.77, asa=20.5)
    for near, stood in (({}, ["miss", "near"]), ({"service_level": {"a": 0.05}, "asa": {"": 0}}, ["near", "miss"])):
        assert evaluation.compare(None, actual, None, targets, near)["verdict"].tolist() == stood


def test_a_sum_is_not_compared_with_that_of_a_longer_period():
    table = evaluation.compare(
        values_of("plan", last="2026-11-30", offered=900.0, aht=200.0),
        values_of("actual", offered=300.0, aht=210.0),
        values_of("actual", first="2026-10-05", last="2026-10-11", offered=280.0),
    ).set_index("kpi")
    assert np.isnan(table.loc["offered", "gap_plan"]) and table.loc["offered", "gap_previous"] == 20
    assert table.loc["aht", "gap_plan"] == 10


def test_nothing_to_compare_is_an_empty_table_and_two_periods_at_once_are_refused():
    assert evaluation.compare(None, None).empty
    twice = pd.concat([values_of("plan", asa=1.0), values_of("plan", first="2026-10-01", last="2026-10-02", asa=2.0)])
    with pytest.raises(PlanError, match="one period at a time"):
        evaluation.compare(twice, None)


def five_minutes(table, rng):
    """Return actuals in 5 minutes under the intervals of a table, rows in which nothing came left out."""
    minutes = pd.to_timedelta(np.tile(np.arange(0, 30, 5), len(table)), unit="min")
    rows = table.loc[table.index.repeat(6), ["interval_start", "project", "channel"]].reset_index(drop=True)
    rows = rows.assign(interval_start=rows["interval_start"] + minutes, interval_s=300)
    rows["offered"] = rng.poisson(1.2, len(rows)).astype(float)
    return rows[rows["offered"] > 0].reset_index(drop=True)


def test_actuals_of_five_minutes_are_held_against_the_half_hours_of_the_plan():
    rng = np.random.default_rng(11)
    table = slots(days=6, channels=("voice", "chat"))
    plan, actuals = forecast(table, offered=rng.uniform(2, 6, len(table))), five_minutes(table, rng)
    came = {}
    for row in actuals.itertuples():
        half = row.interval_start.replace(minute=row.interval_start.minute // 30 * 30)
        came[half, row.channel] = came.get((half, row.channel), 0) + row.offered
    assert len(came) == len(plan)  # every half hour has a contact in some of its minutes
    errors = [abs(row.offered - came[row.interval_start, row.channel]) for row in plan.itertuples()]
    found = evaluation.forecast_accuracy(plan, actuals).set_index(["project", "grain"])
    assert found.loc[("", "interval"), "wape"] == pytest.approx(sum(errors) / sum(came.values()))
    assert found.loc[("", "interval"), "n"] == len(plan)
    template, values = evaluation.grain_note(plan, actuals)
    assert template.format(**values).endswith("minutes, the actuals of 5: both were gathered to 30 minutes.")


def test_a_half_hour_without_any_row_had_no_contact_and_one_with_an_unknown_part_is_not_compared():
    plan = forecast(slots(days=1), offered=6.0)
    starts = pd.to_datetime(["2026-11-02 08:05", "2026-11-02 09:10", "2026-11-02 09:40"]).tz_localize("Europe/Berlin")
    actuals = pd.DataFrame({"interval_start": starts, "interval_s": 300, "project": "a", "channel": "voice"})
    found = evaluation.forecast_accuracy(plan, actuals.assign(offered=[6.0, 3.0, np.nan])).query("grain == 'interval'")
    assert found["n"].tolist() == [3, 3] and found["wape"].iloc[0] == pytest.approx((0 + 6 + 3) / 9)


def test_a_plan_finer_than_the_actuals_is_gathered_to_their_intervals():
    table = slots(days=2, interval_s=900)
    hours = slots(days=2, interval_s=3600).assign(offered=80.0)
    found = evaluation.forecast_accuracy(forecast(table), hours).query("grain == 'interval'")
    assert found["wape"].tolist() == [0, 0] and found["n"].tolist() == [8, 8] and (found["coverage_80"] == 1).all()
    far = evaluation.forecast_accuracy(forecast(table), hours.assign(offered=80 + 1.2816 * 9.81))
    assert far.query("grain == 'interval'")["coverage_80"].tolist() == [0, 0]  # sqrt(80 + (0.05 x 80)^2) is 9.8
    near = evaluation.forecast_accuracy(forecast(table), hours.assign(offered=80 + 1.2816 * 9.79))
    assert near.query("grain == 'interval'")["coverage_80"].tolist() == [1, 1]


def test_plan_and_actual_arrival_rates_are_over_the_same_open_hours_though_empty_rows_are_absent():
    table = slots(days=6)
    plan, actuals = requirement(days=6, offered=4.0), five_minutes(table, np.random.default_rng(5))
    assert len(actuals) < 0.8 * 6 * len(table)
    sides = {
        "plan": evaluation.planned_values(plan, actuals=actuals, kpis=["arrival_rate"]),
        "actual": measures.compute(actuals, kpis=["arrival_rate"]),
    }
    assert {side: values["denominator"].tolist() for side, values in sides.items()} == {"plan": [24], "actual": [24]}
    assert sides["actual"]["value"].tolist() == [actuals["offered"].sum() / 24]


def test_forecast_accuracy_agrees_with_sums_written_out():
    rng = np.random.default_rng(3)
    table = slots(days=5, projects=("a", "b"), channels=("voice", "chat"))
    actuals = table.assign(offered=rng.poisson(20, len(table)).astype(float))
    plan = forecast(table, offered=rng.uniform(15, 25, len(table)))
    found = evaluation.forecast_accuracy(plan, actuals).set_index(["project", "channel", "grain"])
    errors = {"interval": 0.0, "day": {}}
    for said, came in zip(plan.itertuples(), actuals.itertuples(), strict=True):
        errors["interval"] += abs(said.offered - came.offered)
        key = (said.project, said.channel, said.interval_start.date())
        errors["day"][key] = errors["day"].get(key, 0) + said.offered - came.offered
    total = actuals["offered"].sum()
    assert found.loc[("", "", "interval"), "wape"] == pytest.approx(errors["interval"] / total)
    assert found.loc[("", "", "day"), "wape"] == pytest.approx(sum(map(abs, errors["day"].values())) / total)
    assert found.loc[("", "", "day"), "bias"] == pytest.approx((plan["offered"].sum() - total) / total)
    inside = ((actuals["offered"] >= 14) & (actuals["offered"] <= 26)).mean()
    assert found.loc[("", "", "interval"), "coverage_80"] == pytest.approx(inside)
    assert found["n"].tolist().count(40) == 4 and found.loc[("", "", "day"), "n"] == 20
    assert measures.value("wape", actuals, forecast=plan) == pytest.approx(found.loc[("", "", "day"), "wape"])


def test_an_honest_forecasts_days_fall_into_their_band_eight_times_of_ten():
    rng = np.random.default_rng(5)
    table = slots(days=400)
    plan = forecast(table, day_spread=0.1)
    moved = np.repeat(1 + 0.1 * rng.standard_normal(400), 8)
    actuals = table.assign(offered=stats.poisson.rvs(20 * moved, random_state=rng).astype(float))
    day = evaluation.forecast_accuracy(plan, actuals).query("grain == 'day' and project == 'a'").iloc[0]
    assert day["n"] == 400 and 0.76 < day["coverage_80"] < 0.84
    narrow = evaluation.forecast_accuracy(plan.assign(day_spread=0.0), actuals).query("grain == 'day'").iloc[0]
    assert narrow["coverage_80"] < 0.7


@pytest.mark.parametrize("finer_s", [1800, 300])
def test_contacts_on_a_day_that_was_planned_as_closed_count_as_not_expected(finer_s):
    table = slots(days=4)
    day = table["interval_start"].dt.day
    plan = forecast(table[day != 3])  # the third of November is taken for a holiday
    came = slots(days=4, interval_s=finer_s).assign(offered=20.0 * finer_s / 1800)
    came = came[came["interval_start"].dt.day != 4]  # and of the fourth nothing was recorded
    found = evaluation.forecast_accuracy(plan, came).query("project == 'a'").set_index("grain")
    assert found["n"].to_dict() == {"interval": 24, "day": 3}
    assert found["wape"].tolist() == pytest.approx([160 / 480] * 2)
    assert found["bias"].tolist() == pytest.approx([-160 / 480] * 2)
    assert found["coverage_80"].tolist() == pytest.approx([2 / 3] * 2)
    silent, closed = evaluation.one_sided_days(plan, came)
    assert {day.day: n for day, n in silent.items()} == {4: 160} == {day.day + 1: n for day, n in closed.items()}
    values = evaluation.planned_values(requirement(days=4)[(day != 3).to_numpy()], actuals=came).set_index("kpi")
    assert values.loc["offered", "value"] == 320, "the plan of the recorded days"


def abroad(seed=8):
    """Return forecast and actuals of one project whose evenings are the next day at the centre, and of one at home."""
    rng = np.random.default_rng(seed)
    home, far = slots(days=5, projects=("home",)), slots(days=5, projects=("far",), zone="America/New_York")
    far = far.assign(interval_start=far["interval_start"] + pd.Timedelta(hours=9))  # 17 to 21 o'clock: 23 to 3 at home
    far = far.assign(interval_start=far["interval_start"].dt.tz_convert("Europe/Berlin"))
    table = pd.concat([home, far], ignore_index=True)
    plan = forecast(table, offered=rng.uniform(15, 25, len(table)))
    local = plan["interval_start"].dt.tz_convert("America/New_York").dt.day
    came = table.assign(offered=rng.poisson(20, len(table)).astype(float))
    is_far = table["project"] == "far"
    return plan[~(is_far & (local == 3))].reset_index(drop=True), came[~(is_far & (local == 4))].reset_index(drop=True)


def test_each_projects_days_are_those_of_its_own_clock_also_when_the_whole_centre_is_in_sight():
    plan, came = abroad()
    zones = {"home": "Europe/Berlin", "far": "America/New_York"}
    whole = evaluation.forecast_accuracy(plan, came, zones=zones).set_index(["project", "grain"])
    total = {"error": 0.0, "over": 0.0, "actual": 0.0}
    for name, zone in zones.items():
        own = [t[t["project"] == name] for t in (plan, came)]
        own = [t.assign(interval_start=t["interval_start"].dt.tz_convert(zone)) for t in own]
        alone = evaluation.forecast_accuracy(*own).set_index(["project", "grain"])
        columns = ["n", "wape", "bias", "coverage_80"]
        assert whole.loc[(name, "day"), columns].tolist() == pytest.approx(alone.loc[(name, "day"), columns].tolist())
        days = [t.groupby(t["interval_start"].dt.day)["offered"].sum() for t in own]
        for day, n in days[1].items():
            off = days[0].get(day, 0.0) - n
            total = {"error": total["error"] + abs(off), "over": total["over"] + off, "actual": total["actual"] + n}
    assert whole.loc[("", "day"), "wape"] == pytest.approx(total["error"] / total["actual"])
    assert whole.loc[("", "day"), "bias"] == pytest.approx(total["over"] / total["actual"])
    silent, closed = evaluation.one_sided_days(plan, came, zones=zones)
    assert [day.day for day in silent.index] == [4] and [day.day for day in closed.index] == [3]
    held = evaluation.held_days(plan, came, zones=zones)
    assert held.sum() + silent.sum() == pytest.approx(plan["offered"].sum()), "a plan is held against what came or told"
    assert held.sum() - came["offered"].sum() == pytest.approx(total["over"]), "ladder and accuracy count the same days"
    values = [evaluation.planned_values(*[t[t["project"] == name] for t in (plan_of(plan),)], actuals=came)
              for name in zones]  # fmt: skip
    assert sum(v.set_index("kpi").loc["offered", "value"] for v in values) == pytest.approx(held.sum())


def plan_of(table):
    """Return a requirement of what a forecast expects."""
    usual = {"aht_s": 240.0, "load": 2.7, "agents": 5.0, "scheduled": 7.0, "service_level": 0.8, "answer_rate": 0.95}
    columns = ["interval_start", "interval_s", "project", "channel", "offered"]
    return table[columns].assign(**usual, answer_within_s=20.0, asa_s=15.0, abandonment=0.05, occupancy=0.5, model="x")


def test_intervals_are_told_by_their_usual_length_and_not_by_the_few_that_are_open_in_part():
    plan, fine = forecast(slots(days=3)), slots(days=3, interval_s=300).assign(offered=3.0)
    plan.loc[[7, 15, 23], "interval_s"] = 300  # the day ends five minutes after the half hour
    template, values = evaluation.grain_note(plan, fine)
    assert template.format(**values).startswith("The plan has intervals of 30 minutes, the actuals of 5:")
    assert evaluation.grain_note(plan, slots(days=3).assign(offered=20.0)) is None


def test_what_comes_before_or_after_the_days_of_the_forecast_is_no_error_of_it():
    table = slots(days=4)
    plan = forecast(table[table["interval_start"].dt.day.isin([3, 4])])
    found = evaluation.forecast_accuracy(plan, table.assign(offered=20.0))
    assert found["wape"].tolist() == [0, 0, 0, 0] and found["n"].tolist() == [16, 16, 2, 2]


def test_daily_actuals_are_held_against_days_of_the_forecast_only():
    table = slots(days=2)
    daily = table.iloc[[0, 8]].assign(
        interval_s=86400, interval_start=lambda t: t["interval_start"].dt.normalize(), offered=[200.0, 160.0]
    )
    found = evaluation.forecast_accuracy(forecast(table), daily)
    assert set(found["grain"]) == {"day"}
    assert found["wape"].tolist() == pytest.approx([40 / 360] * 2)


def test_actuals_in_another_zone_meet_the_forecast_at_the_same_moments():
    table = slots(days=2)
    actuals = table.assign(offered=20.0)
    elsewhere = actuals.assign(interval_start=actuals["interval_start"].dt.tz_convert("Asia/Jakarta"))
    one, two = (evaluation.forecast_accuracy(forecast(table), which) for which in (actuals, elsewhere))
    pd.testing.assert_frame_equal(one, two)
    assert evaluation.planned_values(requirement(), actuals=elsewhere, kpis=["offered"])["value"].tolist() == [320]


def test_nothing_offered_or_nothing_in_common_is_missing_and_no_error():
    table = slots()
    quiet = evaluation.forecast_accuracy(forecast(table), table.assign(offered=0.0))
    assert quiet["wape"].isna().all() and (quiet["n"] > 0).all()
    later = table.assign(interval_start=table["interval_start"] + pd.Timedelta(days=60), offered=5.0)
    apart = evaluation.forecast_accuracy(forecast(table), later)
    assert (apart["n"] == 0).all() and apart[["wape", "bias", "coverage_80"]].isna().all(axis=None)


def test_measured_handling_times_come_along_per_queue():
    actuals = slots(channels=("voice", "chat")).assign(offered=10.0, handled=8.0, aht_s=np.nan)
    actuals.loc[actuals["channel"] == "voice", "aht_s"] = 251.26
    assert evaluation.measured_parameters(actuals) == {"a/voice": {"aht_s": 251.3, "handled": 128}}


def test_a_deviation_is_judged_with_a_reason_and_may_be_judged_again():
    once = evaluation.judge({}, entry=3, verdict="adopt", reason="It worked", by="Ana")
    again = evaluation.judge(once, entry=3, verdict="reject", reason="It did not last", by="Ben")
    assert once == {"3": {"verdict": "adopt", "reason": "It worked", "by": "Ana"}}
    assert again["3"]["verdict"] == "reject" and len(again) == 1
    for wrong in ({"verdict": "maybe"}, {"reason": " "}, {"by": ""}):
        with pytest.raises(PlanError):
            evaluation.judge({}, **{"entry": 3, "verdict": "adapt", "reason": "x", "by": "Ana"} | wrong)


def test_what_is_open_blocks_the_approval_in_words():
    document = evaluation.blank_evaluation()
    log = pd.DataFrame({"entry": [1, 2]})
    told = [template.format(**values) for template, values in evaluation.blockers(document, log=log)]
    assert told == ["2 logged deviations are not judged: 1, 2.", "No lesson is noted for the next cycle."]
    for entry in (1, 2):
        judged = evaluation.judge(document["judgements"], entry=entry, verdict="adopt", reason="x", by="Ana")
        document = {**document, "judgements": judged}
    document = evaluation.add_lesson(document, text="Train chat agents on voice", origin="entry 1")
    assert [values for _, values in evaluation.blockers(document, log=log)] == [{"text": "Train chat agents on voice"}]
    document = evaluation.change_lesson(document, "L1", owner="Ben", due="2026-12-01")
    assert evaluation.blockers(document, log=log) == []
    assert evaluation.check_evaluation(document) is document
    for do in (
        lambda: evaluation.add_lesson(document, text=" "),
        lambda: evaluation.add_lesson(document, text="x", status="lost"),
        lambda: evaluation.change_lesson(document, "L1", due="soon"),
        lambda: evaluation.change_lesson(document, "L9", owner="Ana"),
    ):
        with pytest.raises(PlanError):
            do()


def published(offered, moment, project="a"):
    table = forecast(slots(projects=(project,)), offered=offered)
    return table.assign(published=pd.Timestamp(moment, tz="Europe/Berlin"))


def test_a_cycle_is_held_to_what_was_published_last_before_it_began():
    snapshots = pd.concat(
        [
            published(10.0, "2026-10-20 09:00"),
            published(12.0, "2026-11-01 23:59:59"),
            published(99.0, "2026-11-02 00:00"),
            published(7.0, "2026-11-03", "late"),
            published(8.0, "2026-11-04", "late"),
        ]
    )
    now = forecast(slots(projects=("a", "late", "old")), offered=99.0)
    plan = evaluation.forecast_as_planned(now, snapshots, first_day="2026-11-02")
    assert plan.groupby("project")["offered"].unique().map(list).to_dict() == {"a": [12], "late": [7], "old": [99]}
    assert "published" not in plan
    assert len(plan) == len(now)


def test_an_older_cycle_without_snapshots_has_its_forecast():
    now = forecast(slots())
    assert evaluation.forecast_as_planned(now, published(1.0, "2026-01-01").head(0), first_day="2026-11-02") is now
