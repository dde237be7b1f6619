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


def test_what_came_of_the_rest_of_a_day_is_of_voice_and_chat_from_the_entry_on():
    came = actuals(after=30.0).assign(agents=6.0)
    came.loc[came["interval_start"] < AT, "agents"] = 2.0
    mail = came.assign(channel="email", offered=500.0, handled=0.0, answered_within=0.0, agents=90.0)
    both = pd.concat([came, mail], ignore_index=True)
    rest = evaluation.rest_of_day_came(requirement(), both, at=AT)
    assert rest == pytest.approx({"service_level": 0.8, "people": 6.0, "people_planned": 5.0})
    day = evaluation.rest_of_day_came(requirement(), both, at=AT, of="day")
    assert day["service_level"] == pytest.approx((4 * 20 * 0.5 + 4 * 30 * 0.8) / (4 * 20 + 4 * 30))
    later = evaluation.rest_of_day_came(requirement(), both, at=AT + pd.Timedelta(hours=1), of="day")
    assert later["service_level"] == day["service_level"] and later["people"] == 6.0


def test_two_queues_at_once_are_people_of_both_and_finer_figures_change_nothing():
    came = actuals().assign(agents=3.0)
    chat = [table.assign(channel="chat") for table in (requirement(), came)]
    plan, both = pd.concat([requirement(), chat[0]]), pd.concat([came, chat[1]])
    told = evaluation.rest_of_day_came(plan, both, at=AT)
    assert (told["people"], told["people_planned"]) == (6.0, 10.0)
    late = both.assign(interval_start=both["interval_start"] + pd.Timedelta(minutes=15))
    fine = pd.concat([both, late]).assign(interval_s=900)
    assert evaluation.rest_of_day_came(plan, fine, at=AT) == pytest.approx(told)


def test_what_nobody_recorded_of_the_rest_of_a_day_is_not_told():
    came = actuals()
    assert evaluation.rest_of_day_came(requirement(), came, at=AT)["people"] is None
    bare = came.drop(columns="answered_within")
    assert evaluation.rest_of_day_came(requirement(), bare, at=AT)["service_level"] is None
    assert set(evaluation.rest_of_day_came(requirement(), came.iloc[:0], at=AT).values()) == {None}


def test_without_a_plan_or_without_figures_nothing_is_found():
    lone = evaluation.before_after(requirement().iloc[:0], actuals(), at=AT)
    assert row(lone, "service_level")["after"] == 0.8 and lone["found"].isna().all()
    silent = evaluation.before_after(requirement(), actuals(first="2026-11-10"), at=AT)
    assert silent[["before", "after", "found"]].isna().all(axis=None)
