"""Results per agent: one beside the team's middle on one queue, with what may be chance, and never a ranking."""

import math
import statistics

import numpy as np
import pandas as pd
import pytest

from ccwb import coaching
from ccwb.errors import PlanError

QUEUE = {"project": "help", "channel": "voice"}


def results(people, *, days=20, handled=20.0, aht_s=240.0, resolved=15.0, first="2026-09-07"):
    """Return agent_results of people (name -> what differs), each with the same days on one queue."""
    usual = {"handled": handled, "aht_s": aht_s, "resolved": resolved, "rated": 20.0}
    rows = [
        {"agent": name, "day": day, **QUEUE, **usual, **own}
        for name, own in people.items()
        for day in pd.date_range(first, periods=days)
    ]
    return pd.DataFrame(rows)


def team(n=6, **own):
    return {f"a{at}": dict(own) for at in range(n)}


def beside(table, agent="Ana"):
    return coaching.beside_team(table, agent=agent, **QUEUE).set_index("result")


def test_a_person_stands_beside_the_middle_of_the_colleagues_and_not_beside_a_mean():
    people = team(7) | {"Ana": {"resolved": 18.0}} | {"a6": {"resolved": 0.0}}
    row = beside(results(people)).loc["resolved"]
    assert (row["value"], row["middle"], row["n"], row["told"]) == (0.9, 0.75, 400, "above")


def test_a_rate_is_the_sum_of_numerators_over_the_sum_of_denominators():
    table = results({**team(), "Ana": {}})
    mine = table["agent"] == "Ana"
    table.loc[mine, "handled"] = np.where(np.arange(mine.sum()) % 2, 10.0, 30.0)
    table.loc[mine, "aht_s"] = np.where(np.arange(mine.sum()) % 2, 400.0, 200.0)
    assert beside(table).loc["aht", "value"] == pytest.approx((10 * 400 + 30 * 200) / 40)


def test_the_range_of_a_share_is_that_of_wilson():
    low, high = coaching.wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    z = statistics.NormalDist().inv_cdf(0.975)
    for edge in (low, high):  # the edges are the shares from which 8 of 10 lies z standard errors away
        assert abs(0.8 - edge) == pytest.approx(z * math.sqrt(edge * (1 - edge) / 10))
    assert coaching.wilson(0, 10)[0] == pytest.approx(0) and coaching.wilson(10, 10)[1] == pytest.approx(1)


def test_people_who_do_not_differ_are_told_apart_about_once_in_twenty():
    rng = np.random.default_rng(5)
    told = {"aht": [], "resolved": []}
    for _trial in range(60):
        table = results(team(41) | {"Ana": {}}, days=20)
        table["handled"] = rng.integers(5, 30, len(table)).astype(float)
        table["aht_s"] = rng.normal(240, 120 / np.sqrt(table["handled"]))
        table["rated"] = table["handled"]
        table["resolved"] = rng.binomial(table["handled"].astype(int), 0.75).astype(float)
        found = beside(table)
        for key, seen in told.items():
            seen.append(found.loc[key, "told"] != "alike")
    for seen in told.values():
        assert np.mean(seen) < 0.17  # 0.05, the middle's own chance, and three standard errors of 60 trials


def test_too_few_contacts_or_colleagues_say_so_instead_of_a_comparison():
    few = beside(results({**team(), "Ana": {"rated": 1.0, "resolved": 1.0}})).loc["resolved"]
    assert few["told"] == "few" and math.isnan(few["lower"]) and few["value"] == 1
    alone = beside(results({**team(4), "Ana": {}})).loc["resolved"]
    assert alone["told"] == "alone" and alone[["low", "middle", "high"]].isna().all()
    assert beside(results({**team(5), "Ana": {}})).loc["resolved", "middle"] == 0.75


def test_a_colleague_with_few_contacts_is_no_part_of_the_middle():
    people = {**team(5), "Ana": {}, "new": {"rated": 1.0, "resolved": 0.0}, "newer": {"rated": 1.0, "resolved": 0.0}}
    assert beside(results(people)).loc["resolved", ["low", "middle"]].tolist() == [0.75, 0.75]


def test_what_nobody_recorded_is_missing_and_not_nought():
    row = beside(results({**team(), "Ana": {}})).loc["quality"]
    assert math.isnan(row["value"]) and row["n"] == 0 and row["told"] == "few"


def test_only_the_chosen_queue_counts():
    other = results({"Ana": {"resolved": 0.0}}).assign(channel="chat")
    table = pd.concat([results({**team(), "Ana": {}}), other], ignore_index=True)
    assert beside(table).loc["resolved", "value"] == 0.75
    assert coaching.queues(table) == [("help", "chat"), ("help", "voice")]


def test_people_are_listed_by_name_whatever_their_results_and_no_colleague_is_named_in_what_comes_back():
    people = {"Cem": {"resolved": 20.0}, "Ana": {"resolved": 5.0}, "Ben": {"resolved": 12.0}, **team(5)}
    table = results(people)
    assert coaching.agents(table, **QUEUE) == sorted(people)
    assert not {"Cem", "Ben"} & set(beside(table).astype(str).to_numpy().ravel())


def test_weeks_show_the_person_and_the_middle_of_each():
    table = results({**team(), "Ana": {}}, days=14)
    table.loc[(table["agent"] == "Ana") & (table["day"] >= "2026-09-14"), "resolved"] = 18.0
    weeks = coaching.by_week(table, agent="Ana", **QUEUE, result="resolved")
    assert weeks["value"].tolist() == [0.75, 0.9] and weeks["middle"].tolist() == [0.75, 0.75]
    assert weeks["week"].tolist() == [pd.Timestamp("2026-09-07"), pd.Timestamp("2026-09-14")]
    small = coaching.by_week(
        results({**team(3), "Ana": {"rated": 1.0}}, days=7), agent="Ana", **QUEUE, result="resolved"
    )
    assert small["value"].isna().all() and small["middle"].isna().all()


def test_who_did_not_work_there_is_refused_in_words():
    with pytest.raises(PlanError, match="no results of Dan on help, voice"):
        beside(results(team()), agent="Dan")
