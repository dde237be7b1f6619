"""People who are there, shared between the queues of a project."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.staffing import given_agents, requirement, shared_out, slots_of, summary

LIVE = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "max_occupancy": 0.85, "shrinkage": 0.2}
MAIL = {"service_level": 0.9, "answer_within_s": 4 * 3600, "max_occupancy": 0.9, "shrinkage": 0.2}


def goals(**queues):
    return {("orders", channel): target for channel, target in queues.items()}


def forecast(channel, offered, *, aht_s=300.0, interval_s=1800, day="2026-03-02"):
    starts = [pd.date_range(f"{day} 08:00", periods=len(offered) // 3, freq=f"{interval_s}s", tz="Europe/Berlin")]
    starts += [one + pd.Timedelta(days=n) for n in (1, 2) for one in starts[:1]]
    known = {"interval_s": interval_s, "project": "orders", "channel": channel, "aht_s": aht_s}
    return pd.DataFrame({"interval_start": starts[0].append(starts[1:]), "offered": offered} | known)


def together(*tables):
    return pd.concat(tables, ignore_index=True)


def test_people_go_to_customers_who_wait_then_to_work_that_waits_and_the_rest_to_customers():
    need = together(forecast("voice", [36.0] * 3), forecast("chat", [12.0] * 3), forecast("email", [18.0] * 3))
    need = need.assign(agents=np.repeat([6.0, 2.0, 1.0], 3))
    told = goals(voice=LIVE, chat=LIVE | {"at_once": 1}, email=MAIL | {"max_occupancy": 0.75})  # email: 4 busy people
    for people, voice, chat, email in ((4, 3, 1, 0), (10, 6, 2, 2), (24, 15, 5, 4), (0, 0, 0, 0)):
        split = shared_out(need, [people] * 3, targets=told)
        assert split[[0, 3, 6]].tolist() == pytest.approx([voice, chat, email])


def test_what_waits_from_busy_hours_is_worked_off_by_those_who_are_free_later():
    need = together(forecast("voice", [60.0, 6.0, 6.0]), forecast("email", [12.0, 0.0, 0.0]))
    need = need.assign(agents=[8.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    split = shared_out(need, [8, 2, 3], targets=goals(voice=LIVE, email=MAIL | {"max_occupancy": 1.0}))
    assert split.tolist() == pytest.approx([8, 1, 2, 0, 1, 1])  # 12 x 300 s are two half hours of one person


def test_what_is_due_first_is_done_first():
    need = together(forecast("email", [6.0] * 3), forecast("callback", [6.0, 0.0, 0.0])).assign(agents=1.0)
    told = goals(email=MAIL | {"max_occupancy": None}, callback=MAIL | {"max_occupancy": None, "answer_within_s": 600})
    assert shared_out(need, [1, 1, 2], targets=told)[3:].tolist() == [1, 0, 0]
    told["orders", "callback"] |= {"answer_within_s": 40 * 3600}
    assert shared_out(need, [1, 1, 2], targets=told)[:3].tolist() == [1, 1, 1]


@pytest.mark.parametrize("seed", range(6))
def test_work_that_may_wait_is_in_time_whenever_the_even_plan_with_the_same_people_has_it_in_time(seed):
    chance = np.random.default_rng(seed)
    tables = [forecast(c, chance.gamma(2, size, 60)) for c, size in (("voice", 20), ("chat", 8), ("email", 15))]
    told = goals(voice=LIVE, chat=LIVE | {"at_once": 2}, email=MAIL | {"answer_within_s": 7200 * (1 + seed)})
    need = requirement(together(*tables), targets=told)
    there = need.groupby("interval_start")["agents"].sum() + chance.integers(0, 3, 60)  # the need everywhere, and more
    people = there.to_numpy() + chance.permutation(np.resize([0, 0, 9], 60))
    got = given_agents(need, targets=told, agents=shared_out(need, people, targets=told), carry_over=False)
    mail, planned = (table[table["channel"] == "email"] for table in (got, need))
    assert summary(mail)["service_level"].iloc[0] >= summary(planned)["service_level"].iloc[0] - 1e-9 >= 0.9 - 2e-9
    live = got["channel"] != "email"
    assert (got.loc[live, "agents"] >= need.loc[live, "agents"] - 1e-9).all()


def test_the_same_people_over_uneven_days_finish_the_work_where_the_old_share_of_all_hours_would_not():
    voice = np.tile([100.0, 100.0, 20.0, 10.0, 10.0, 10.0, 10.0, 10.0], 3)
    told = goals(voice=LIVE, email=MAIL | {"answer_within_s": 8 * 3600})
    need = requirement(together(forecast("voice", voice), forecast("email", [30.0] * 24)), targets=told)
    peak = need.loc[need["channel"] == "voice", "agents"].max()
    got = given_agents(need, targets=told, agents=shared_out(need, peak, targets=told), carry_over=False)
    assert summary(got[got["channel"] == "email"])["service_level"].iloc[0] == pytest.approx(1)


@pytest.mark.parametrize("lost", [0.0, 0.25])
def test_nobody_is_lost_or_made_where_the_queues_have_intervals_of_different_length(lost):
    chance = np.random.default_rng(1)
    tables = [
        forecast("voice", chance.gamma(2, 9, 24)),
        forecast("chat", chance.gamma(2, 5, 48), interval_s=900),
        forecast("email", chance.gamma(2, 6, 12), interval_s=3600),
    ]
    told = goals(voice=LIVE, chat=LIVE | {"at_once": 2}, email=MAIL)
    need = requirement(together(*tables), targets=told)
    slots = slots_of(need)
    assert set(slots["interval_s"]) == {900} and str(slots["interval_start"].dt.tz) == "Europe/Berlin"
    for people in (2.0, 9.0, 60.0):
        split = shared_out(need, people, targets=told, lost=lost)
        assert (split * need["interval_s"]).sum() == pytest.approx(people * slots["interval_s"].sum() * (1 - lost))
        assert (split >= 0).all()


def test_people_that_do_not_fit_the_intervals_are_refused():
    need = forecast("voice", [9.0] * 3).assign(agents=2.0)
    with pytest.raises(PlanError, match="one for each of the 3 intervals; found 2"):
        shared_out(need, [1, 2], targets=goals(voice=LIVE))
