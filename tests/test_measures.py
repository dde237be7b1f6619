"""Measures: sums of numerators over sums of denominators, missing where nothing can be told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import measures
from ccwb.errors import PlanError
from ccwb.measures import KINDS, KPIS, UNITS
from ccwb.projects import new_project
from ccwb.tables import empty

SIXTEEN = {
    "arrival_rate", "handled", "aht", "abandonment", "blocked", "asa", "frt", "fcr", "transfer_rate", "repeat_rate",
    "turnover", "csat", "nps", "ces", "churn", "cost_per_contact",
}  # fmt: skip
BESIDE = {
    "service_level", "answer_rate", "wape", "bias", "schedule_fit", "adherence", "occupancy", "shrinkage", "quality",
    "employee_satisfaction", "revenue_per_contact", "conversion", "retention", "self_service_share", "contacts_avoided",
}  # fmt: skip


def history(days=2, projects=("a", "b"), channels=("voice", "email"), seed=1, zone="Europe/Berlin", **columns):
    """Return a history of 30-minute intervals, 8 to 12 o'clock, with numbers in every column."""
    rng = np.random.default_rng(seed)
    starts = [
        t
        for day in pd.date_range("2026-11-02", periods=days, tz=zone)
        for t in pd.date_range(day + pd.Timedelta(hours=8), periods=8, freq="30min")
    ]
    table = pd.MultiIndex.from_product([starts, projects, channels], names=["interval_start", "project", "channel"])
    table = table.to_frame(index=False)
    n = len(table)
    table["interval_s"] = 1800
    table["offered"] = rng.poisson(20, n).astype(float)
    table["abandoned"] = rng.binomial(table["offered"].astype(int), 0.08).astype(float)
    table["short_abandoned"] = rng.binomial(table["abandoned"].astype(int), 0.3).astype(float)
    table["handled"] = table["offered"] - table["abandoned"]
    table["blocked"] = rng.poisson(1, n).astype(float)
    table["transferred"] = rng.binomial(table["handled"].astype(int), 0.1).astype(float)
    table["answered_within"] = rng.binomial(table["handled"].astype(int), 0.8).astype(float)
    table["answer_within_s"] = 20.0
    table["aht_s"] = rng.uniform(200, 300, n)
    table["asa_s"] = rng.uniform(5, 40, n)
    table["agents"] = rng.integers(4, 9, n).astype(float)
    return table.assign(**columns)


def surveys(*rows):
    return pd.DataFrame(
        [
            {"day": day, "project": project, "channel": "voice", "survey": name, "answers": answers, **more}
            for day, project, name, answers, more in rows
        ]
    )


def test_all_measures_of_the_brief_are_there():
    assert set(KPIS) >= SIXTEEN | BESIDE


@pytest.mark.parametrize("key", KPIS)
def test_each_measure_says_unit_direction_kind_and_source(key):
    entry = KPIS[key]
    assert entry.unit in UNITS and entry.better in ("high", "low", "level", "context") and entry.kind in KINDS
    for text in (entry.label, entry.source, entry.formula, entry.definition):
        assert text and text == text.strip()
    assert (entry.definition.endswith(".") and "/" in entry.formula) or "sum" in entry.formula
    if entry.unit == "share" and entry.target is not None:
        assert 0 <= entry.target <= 1


@pytest.mark.parametrize("key", KPIS)
def test_a_measure_of_which_nothing_is_known_is_missing_and_no_error(key):
    quiet = history(offered=0.0, handled=0.0, abandoned=0.0, answered_within=0.0, blocked=0.0, aht_s=np.nan)
    for table in (None, empty("history"), quiet, quiet[["interval_start", "interval_s", "project", "channel"]]):
        found = measures.compute(table, kpis=[key], first_day="2026-11-02", last_day="2026-11-03")
        zero = key in ("offered", "handled", "arrival_rate", "occupancy")  # nothing arrived is known there
        assert found["value"].isna().all() or (table is quiet and zero)
        assert measures.value(key, table, first_day="2026-11-02", last_day="2026-11-03") in (None, 0.0)


def test_the_worked_numbers_of_one_hour():
    table = history(days=1, projects=["a"], channels=["voice"]).iloc[:2].assign(
        offered=[10, 30], handled=[9, 25], abandoned=[1, 5], short_abandoned=[1, 1], blocked=[0, 10],
        transferred=[0, 5], answered_within=[8, 16], aht_s=[300.0, 200.0], asa_s=[10.0, 40.0], agents=[3.0, 4.0],
    )  # fmt: skip
    found = measures.compute(table).set_index("kpi")["value"]
    assert found["offered"] == 40 and found["handled"] == 34 and found["arrival_rate"] == 40
    assert found["aht"] == pytest.approx((9 * 300 + 25 * 200) / 34)
    assert found["abandonment"] == 6 / 40 and found["answer_rate"] == 34 / 40 and found["blocked"] == 10 / 50
    assert found["asa"] == pytest.approx((90 + 1000) / 34) and found["service_level"] == 24 / 40
    assert found["transfer_rate"] == 5 / 34 and found["occupancy"] == pytest.approx(7700 / (7 * 1800))
    assert np.isnan(found["frt"]) and np.isnan(found["csat"])


def test_every_measure_of_the_history_agrees_with_a_sum_written_out_row_by_row():
    table = history(channels=("voice", "chat", "email"), days=3)
    sums = {
        key: [0.0, 0.0]
        for key in ("aht", "abandonment", "blocked", "asa", "frt", "service_level", "on_time", "occupancy")
    }
    for row in table.itertuples():
        for key, numerator, denominator in (
            ("aht", row.aht_s * row.handled, row.handled),
            ("blocked", row.blocked, row.offered + row.blocked),
            ("abandonment", *((row.abandoned, row.offered) if row.channel in ("voice", "chat") else (0, 0))),
            ("service_level", *((row.answered_within, row.offered) if row.channel in ("voice", "chat") else (0, 0))),
            ("on_time", *((row.answered_within, row.offered) if row.channel == "email" else (0, 0))),
            ("occupancy", row.aht_s * row.handled / {"chat": 2}.get(row.channel, 1), row.agents * row.interval_s),
            ("asa", *((row.asa_s * row.handled, row.handled) if row.channel in ("voice", "chat") else (0, 0))),
            ("frt", *((row.asa_s * row.handled, row.handled) if row.channel in ("chat", "email") else (0, 0))),
        ):
            sums[key][0] += numerator
            sums[key][1] += denominator
    for key, (numerator, denominator) in sums.items():
        assert measures.value(key, table) == pytest.approx(numerator / denominator), key


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), cut=st.integers(1, 5), by=st.sampled_from([(), ("project",), ("project", "channel")]))
def test_a_value_over_merged_periods_is_the_sum_of_numerators_over_the_sum_of_denominators(seed, cut, by):
    table = history(days=6, seed=seed)
    middle = pd.Timestamp("2026-11-02") + pd.Timedelta(days=cut)
    agents = pd.DataFrame(
        {
            "agent": ["x", "y", "z"], "project": ["a", "a", "b"], "hours_week": 40,
            "hired": ["2020-01-01", "2026-11-04", None], "left": ["2026-11-05", None, None],
        }
    )  # fmt: skip
    costs = pd.DataFrame(
        {
            "first_day": "2026-11-01", "last_day": "2026-11-30", "project": ["a", ""], "kind": ["labour", "technology"],
            "amount": [3000.0, 600.0],
        }
    )  # fmt: skip
    more = {"by": by, "agents": agents, "costs": costs}
    one = measures.compute(table, first_day="2026-11-02", last_day=middle - pd.Timedelta(days=1), **more)
    two = measures.compute(table, first_day=middle, last_day="2026-11-07", **more)
    whole = measures.compute(table, **more).set_index(["kpi", "project", "channel"])
    both = measures.merged(pd.concat([one, two]), by=by).set_index(["kpi", "project", "channel"])
    assert set(both.index) == set(whole.index)
    for column in ("numerator", "denominator", "value"):
        pd.testing.assert_series_equal(both[column].sort_index(), whole[column].sort_index())
    assert whole["value"].notna().sum() >= 14


def test_projects_put_together_are_the_centre_except_where_hours_would_count_twice():
    table = history()
    centre = measures.compute(table, by=()).set_index("kpi")["value"]
    together = measures.merged(measures.compute(table, by=("project", "channel")), by=()).set_index("kpi")["value"]
    for key in ("offered", "aht", "service_level", "occupancy", "asa"):
        assert together[key] == pytest.approx(centre[key])
    assert np.isnan(together["arrival_rate"])
    assert centre["arrival_rate"] == table["offered"].sum() / 8


def test_the_hours_of_a_daily_table_are_not_known():
    daily = history(days=2, projects=["a"], channels=["voice"]).iloc[[0, 8]].assign(interval_s=86400)
    assert measures.value("arrival_rate", daily) is None
    assert measures.value("service_level", daily) is not None


def test_intervals_that_cannot_tell_are_in_neither_sum_and_the_share_that_told_is_said():
    table = history(days=1, projects=["a"], channels=["voice"])
    table.loc[0:3, "answered_within"] = np.nan
    found = measures.compute(table, kpis=["service_level"]).iloc[0]
    assert found["value"] == table["answered_within"][4:].sum() / table["offered"][4:].sum()
    assert found["known"] == 0.5


def test_a_contract_decides_whether_short_abandons_and_blocked_attempts_count():
    table = history(projects=("a",), channels=("voice",))
    contract = new_project("a")["contract"] | {"answer_rate": 0.9}
    sums = table[["offered", "handled", "abandoned", "short_abandoned", "blocked"]].sum()
    net = sums["offered"] - sums["short_abandoned"]
    assert measures.value("answer_rate", table, contracts={"a": contract}) == pytest.approx(sums["handled"] / net)
    left = sums["abandoned"] - sums["short_abandoned"]
    assert measures.value("abandonment", table, contracts={"a": contract}) == pytest.approx(left / net)
    strict = contract | {"counts_short": True, "counts_blocked": True}
    every = sums["offered"] + sums["blocked"]
    assert measures.value("answer_rate", table, contracts={"a": strict}) == pytest.approx(sums["handled"] / every)
    unknown = table.drop(columns="short_abandoned")
    assert measures.value("abandonment", unknown, contracts={"a": contract}) is None
    assert measures.value("abandonment", unknown) == pytest.approx(sums["abandoned"] / sums["offered"])


def test_survey_measures_are_sums_of_counts_and_scales_never_mix():
    table = surveys(
        ("2026-11-02", "a", "nps", 100, {"favourable": 50, "unfavourable": 20}),
        ("2026-11-03", "a", "nps", 50, {"favourable": 10, "unfavourable": 25}),
        ("2026-11-03", "a", "csat", 40, {"favourable": 30}),
        ("2026-11-03", "a", "ces", 10, {"score_sum": 55, "scale": "1-7 easy"}),
        ("2026-11-04", "a", "ces", 10, {"score_sum": 21, "scale": "1 - 5 effort"}),
    )
    found = measures.compute(surveys=table).set_index("kpi")
    assert found.loc["nps", "value"] == pytest.approx(10) and found.loc["csat", "value"] == 0.75
    assert found.loc["ces", "value"] == 5.5 and found.loc["ces_effort", "value"] == 2.1
    assert (found.loc["csat", "numerator"], found.loc["csat", "denominator"]) == (30, 40)


@pytest.mark.parametrize(
    "scale",
    [
        *("1-5", "1–5", "1 — 5", "۱-۵", "۱ تا ۵", "از ۱ تا ۵", "1 bis 5", "1 sampai 5", "1 to 5", "effort 1-5"),
        *("1-5 Aufwand", "1-5 (1 easy, 5 hard)", "١ - ٥", "Customer Effort Score 1..5", "1-5 upaya", "1 تا 5 تلاش"),
    ],
)
def test_a_scale_of_five_is_effort_however_it_is_written_and_is_never_added_to_the_ease(scale):
    table = surveys(
        ("2026-11-03", "a", "ces", 30, {"score_sum": 180, "scale": "۱ تا ۷ آسان"}),
        ("2026-11-04", "a", "ces", 10, {"score_sum": 20, "scale": scale}),
    )
    found = measures.compute(surveys=table).set_index("kpi")["value"]
    assert (found["ces"], found["ces_effort"]) == (6, 2)
    sure = measures.margins(table).set_index("kpi")
    assert sure["value"].to_dict() == {"ces": 6, "ces_effort": 2} and sure.loc["ces_effort", "high"] <= 5


@pytest.mark.parametrize("scale", ["0-10", "1-5 easy", "1-7 effort", "5 points", "2026-05-01", "1-50", "7-1", "other"])
def test_scores_on_a_scale_that_is_neither_are_in_no_mean(scale):
    table = surveys(("2026-11-04", "a", "ces", 10, {"score_sum": 30, "scale": scale}))
    found = measures.compute(surveys=table).set_index("kpi")["value"]
    assert found[["ces", "ces_effort"]].isna().all() and measures.margins(table).empty


def test_first_contact_resolution_comes_from_surveys_else_from_results_per_agent():
    results = pd.DataFrame(
        {
            "agent": ["x", "y"], "day": "2026-11-02", "project": "a", "channel": "voice", "handled": [10, 20],
            "resolved": [6, 9], "rated": [8, 12],
        }
    )  # fmt: skip
    assert measures.value("fcr", results=results) == 0.75
    asked = surveys(("2026-11-02", "a", "fcr", 10, {"favourable": 6}))
    assert measures.value("fcr", results=results, surveys=asked) == 0.6


def test_quality_comes_from_the_checks_of_agents_where_no_counts_of_checks_are_given():
    where = {"day": pd.Timestamp("2026-11-02"), "project": "help", "channel": "voice", "handled": 20.0}
    rows = [
        where | {"agent": name, "quality_checks": n, "quality_passed": k} for name, n, k in [("a", 4, 3), ("b", 1, 0)]
    ]
    assert measures.value("quality", results=pd.DataFrame(rows)) == 0.6


def test_turnover_is_leavers_over_mean_headcount_to_a_year():
    people = pd.DataFrame(
        {
            "agent": [f"p{n}" for n in range(20)], "project": "a", "hours_week": 40.0, "hired": "2020-01-01",
            "left": [None] * 19 + ["2026-12-31"],
        }
    )  # fmt: skip
    year = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    assert measures.value("turnover", agents=people, **year) == pytest.approx(1 / 20)
    assert measures.value("turnover", agents=people.assign(left=None), **year) == 0
    half = {"first_day": "2026-07-02", "last_day": "2026-12-31"}
    assert measures.value("turnover", agents=people, **half) == pytest.approx(1 / 20 * 365 / 183)


def test_shared_costs_are_shared_by_contacts_handled_and_nothing_is_lost():
    table = history()
    costs = pd.DataFrame(
        {
            "first_day": "2026-11-02", "last_day": "2026-11-03", "project": ["a", "b", ""],
            "kind": ["labour", "labour", "technology"], "amount": [1000.0, 500.0, 300.0],
        }
    )  # fmt: skip
    found = measures.compute(table, costs=costs, kpis=["cost_per_contact"]).set_index("project")
    handled = table.groupby("project")["handled"].sum()
    assert found.loc["a", "numerator"] == pytest.approx(1000 + 300 * handled["a"] / handled.sum())
    assert found["numerator"].sum() == pytest.approx(1800)
    assert measures.value("cost_per_contact", table, costs=costs) == pytest.approx(1800 / handled.sum())
    one = measures.compute(table, costs=costs, kpis=["cost_per_contact"], first_day="2026-11-02", last_day="2026-11-02")
    assert one["numerator"].sum() == pytest.approx(900)
    later = costs.assign(first_day="2026-12-01", last_day="2026-12-31")
    assert measures.value("cost_per_contact", table, costs=later) is None
    assert measures.value("cost_per_contact", table, costs=costs.iloc[:0]) is None
    first = costs.assign(last_day="2026-11-02")
    once = table[table["interval_start"].dt.day == 2]["handled"].sum()
    assert measures.value("cost_per_contact", table, costs=first) == pytest.approx(1800 / once)


def test_forecast_error_is_by_queue_and_day_and_gathers_the_finer_of_two_grains():
    table = history(days=1, projects=["a"], channels=["voice"], offered=10.0)
    plan = table[["interval_start", "interval_s", "project", "channel"]].assign(
        offered=[12.0, 8.0] * 4, lower_80=0.0, upper_80=20.0, day_spread=0.1, dispersion=1.0, model="x"
    )
    assert measures.value("wape", table, forecast=plan) == 0
    assert measures.value("wape", table, forecast=plan.assign(offered=12.0)) == pytest.approx(0.2)
    assert measures.value("bias", table, forecast=plan.assign(offered=9.0)) == pytest.approx(-0.1)
    daily = table.iloc[:1].assign(
        interval_start=lambda t: t["interval_start"].dt.normalize(), interval_s=86400, offered=100.0
    )
    assert measures.value("wape", daily, forecast=plan) == pytest.approx(0.2)
    table.loc[0, "offered"] = np.nan
    assert measures.value("bias", table, forecast=plan.assign(offered=10.0)) == 0


def test_schedule_fit_counts_each_interval_by_itself():
    coverage = pd.DataFrame(
        {
            "interval_start": pd.date_range("2026-11-02 08:00", periods=2, freq="30min"), "interval_s": 1800,
            "project": "a", "required": [4.0, 2.0], "scheduled": [3.0, 9.0], "gap": [-1.0, 7.0],
        }
    )  # fmt: skip
    assert measures.value("schedule_fit", coverage=coverage) == pytest.approx(5 / 6)


def test_what_a_team_enters_is_taken_where_the_tables_do_not_tell():
    typed = empty("kpi_values").reindex(range(2)).assign(
        kpi=["churn", "transfer_rate"], project="a", channel="", first_day=pd.Timestamp("2026-11-02"),
        last_day=pd.Timestamp("2026-11-03"), basis="actual", numerator=[5, np.nan], denominator=[100, np.nan],
        value=[0.05, 0.2],
    )  # fmt: skip
    table = history(projects=["a"])
    found = measures.compute(table.drop(columns="transferred"), entered=typed).set_index("kpi")["value"]
    assert found["churn"] == 0.05 and found["transfer_rate"] == 0.2
    assert measures.value("transfer_rate", table, entered=typed) == pytest.approx(
        table["transferred"].sum() / table["handled"].sum()
    )


@pytest.mark.parametrize(
    ("kpi", "value", "target", "expected"),
    [
        ("service_level", 0.8, 0.8, "good"),
        ("service_level", 0.78, 0.8, "near"),
        ("service_level", 0.77, 0.8, "miss"),
        ("abandonment", 0.05, 0.05, "good"),
        ("abandonment", 0.08, 0.05, "miss"),
        ("asa", 29, 28, "near"),
        ("asa", 30, 28, "miss"),
        ("nps", 28, 30, "near"),
        ("aht", 400, 300, None),
        ("csat", float("nan"), 0.8, None),
        ("csat", 0.8, None, None),
    ],
)
def test_a_verdict_follows_direction_and_nearness(kpi, value, target, expected):
    assert measures.verdict(kpi, value, target) == expected


def test_an_unknown_measure_or_period_is_refused_in_words():
    with pytest.raises(PlanError, match="'speed' is not a measure"):
        measures.compute(history(), kpis=["speed"])
    with pytest.raises(PlanError, match="No day is known"):
        measures.compute(None)


def test_the_documented_measures_are_the_ones_there_are():
    path = Path(__file__).parents[1] / "docs" / "measures.md"
    assert path.read_text(encoding="utf-8") == measures.as_markdown()


def test_open_hours_count_a_short_gap_as_open_and_a_long_one_as_closed():
    def rate(*clocks, zone=None, interval_s=300):
        starts = pd.to_datetime([f"2026-10-25 {clock}" for clock in clocks])
        table = pd.DataFrame({"interval_start": starts.tz_localize(zone, ambiguous=True), "interval_s": interval_s})
        return measures.compute(table.assign(project="a", channel="voice", offered=6.0), kpis=["arrival_rate"])

    assert rate("08:10", "08:55", "09:35")["denominator"].tolist() == [2.0]  # 8:00 to 10:00
    assert rate("08:10", "12:00")["denominator"].tolist() == [1.0]  # closed in between
    assert rate("08:00", "08:30", "11:30", interval_s=1800)["denominator"].tolist() == [1.5]
    assert rate("01:30", "03:10", zone="Europe/Berlin")["denominator"].tolist() == [1.0]
    assert rate("08:10", "08:20", zone="Asia/Kathmandu")["denominator"].tolist() == [0.5]
    assert rate("08:10", "08:20", zone="Asia/Kathmandu")["value"].tolist() == [24.0]
