"""What the figures say of a deviation: the day around it, and how it was before and after, beside the plan."""

import pandas as pd
import pytest

from ccwb import evaluation
from tests.ui.cycles import ZONE, plan, slots

AT = pd.Timestamp("2026-11-03 10:00", tz=ZONE)


def actuals(*, before=20.0, after=20.0, first="2026-11-02", days=14, served=0.8):
    """Return two weeks of calls from 8 to 12: so many a half-hour until the entry, and so many from then on."""
    rows = slots("help", first, days)
    late = rows["interval_start"] >= AT
    offered = pd.Series(before, index=rows.index).mask(late, after)
    within = offered * pd.Series(0.5, index=rows.index).mask(late, served)
    return rows.assign(offered=offered, handled=offered, answered_within=within, answer_within_s=20.0, aht_s=250.0)


def requirement():
    return plan("help")["requirement"]


def row(table, kpi):
    return table.set_index("kpi").loc[kpi]


def test_the_day_stands_beside_its_plan_interval_by_interval():
    day = evaluation.day_around(requirement(), actuals(after=30.0), at=AT)
    assert len(day) == 8 and day["interval_start"].dt.date.nunique() == 1
    assert day["plan_offered"].tolist() == [25.0] * 8
    assert day["offered"].tolist() == [20.0] * 4 + [30.0] * 4
    assert day["service_level"].tolist() == [0.5] * 4 + [0.8] * 4
    assert day["plan_service_level"].round(9).tolist() == [0.8] * 8


def test_what_is_found_is_the_change_against_plan_in_the_hours_after():
    table = evaluation.before_after(requirement(), actuals(after=30.0), at=AT)
    service, offered = row(table, "service_level"), row(table, "offered")
    assert (service["before"], service["after"]) == (0.5, 0.8)
    assert service["found"] == pytest.approx((0.8 - 0.8) - (0.5 - 0.8))
    assert (offered["before"], offered["after"], offered["after_plan"]) == (80.0, 120.0, 100.0)
    assert offered["found"] == pytest.approx(120 / 100 - 80 / 100)
    assert offered["contacts"] == 200


def test_the_usual_course_of_the_day_is_no_effect():
    shaped = requirement()
    rise = shaped["interval_start"].dt.hour - 7.0
    shaped = shaped.assign(offered=10.0 * rise)
    came = actuals()
    came = came.assign(offered=10.0 * rise.to_numpy(), handled=10.0 * rise.to_numpy())
    found = row(evaluation.before_after(shaped, came, at=AT), "offered")
    assert found["after"] > found["before"] and found["found"] == pytest.approx(0.0)


def test_a_week_before_and_after_leaves_out_the_day_itself_and_days_nobody_recorded():
    table = evaluation.before_after(requirement(), actuals(), at=AT, span_s=evaluation.WEEK_S)
    assert table[["days_before", "days_after"]].iloc[0].tolist() == [1, 7]
    offered = row(table, "offered")
    assert offered["before"] == 20.0 * 8 and offered["before_plan"] == 25.0 * 8  # one recorded day before, eight slots
    assert offered["after"] == 20.0 * 8 * 7


def test_without_a_plan_or_without_figures_nothing_is_found():
    lone = evaluation.before_after(requirement().iloc[:0], actuals(), at=AT)
    assert row(lone, "service_level")["after"] == 0.8 and lone["found"].isna().all()
    silent = evaluation.before_after(requirement(), actuals(first="2026-11-10"), at=AT)
    assert silent[["before", "after", "found"]].isna().all(axis=None)
