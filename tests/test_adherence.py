"""Adherence and conformance: what agents did beside what the roster says."""

import numpy as np
import pandas as pd
import pytest
from rosters import drawn, moment, people, stretches

from ccwb.adherence import AWAY, adherence, as_measures, settled, usual_mapping
from ccwb.errors import PlanError
from ccwb.measures import compute
from ccwb.people import ACTIVITIES

DAY = ("09:00 12:00 orders", "12:00 12:30 lunch", "12:30 17:00 orders")


def log(agent, *parts, day="2026-11-02"):
    """Return states: parts such as '09:00 12:00 talking'; '-' for an end that is not known."""
    rows = []
    for part in parts:
        start, end, state = part.split()
        ends = pd.NaT if end == "-" else moment(end, day=day)
        rows.append({"agent": agent, "start": moment(start, day=day), "end": ends, "state": state})
    return pd.DataFrame(rows)


def test_who_comes_late_and_stays_longer_conforms_but_does_not_adhere():
    did = log("a1", "09:30 12:00 available", "12:00 12:30 lunch", "12:30 17:30 talking")
    table, notes = adherence(stretches("a1", *DAY), did, since=moment("08:00"))
    row = table.iloc[0]
    assert notes == []
    assert row["scheduled_s"] == 8 * 3600 and row["in_state_s"] == 7.5 * 3600
    assert row["adherence"] == 7.5 / 8 and row["conformance"] == 1.0


def test_lunch_at_another_time_costs_adherence_twice_and_conformance_nothing():
    did = log("a1", "09:00 11:30 available", "11:30 12:00 lunch", "12:00 17:00 available")
    row = adherence(stretches("a1", *DAY), did)[0].iloc[0]
    assert row["adherence"] == 7 / 8 and row["conformance"] == 1.0


def twin(roster, states, since, until):
    """The slow twin: minute by minute, what was scheduled and what was done."""
    counts, mapping = {}, usual_mapping()
    for agent in sorted(set(roster["agent"])):
        plan, did = (t[t["agent"] == agent] for t in (roster, states))
        plan = [(r.start.timestamp(), r.end.timestamp(), r.activity) for r in plan.itertuples()]
        did = [(r.start.timestamp(), r.end.timestamp(), mapping[r.state]) for r in did.itertuples()]
        scheduled = kept = paid = worked = 0
        for minute in range(int(since.timestamp()), int(until.timestamp()), 60):
            now = [what for start, end, what in plan if start <= minute < end]
            does = [what for start, end, what in did if start <= minute < end]
            there = bool(now) and ACTIVITIES[now[0]].there
            scheduled += there
            kept += there and now == does[:1]
            paid += there and ACTIVITIES[now[0]].paid
            worked += bool(does) and does[0] != AWAY and ACTIVITIES[does[0]].paid
        counts[agent] = [60 * n for n in (scheduled, kept, paid, worked)]
    return counts


def random_log(roster, seed):
    chance, rows = np.random.default_rng(seed), []
    words = ["talking", "idle", "break", "lunch", "offline"]
    for agent, plan in roster.groupby("agent"):
        at = plan["start"].min() - pd.Timedelta(minutes=30)
        while at < plan["end"].max() + pd.Timedelta(hours=1):
            end = at + pd.Timedelta(minutes=int(chance.integers(5, 90)))
            rows.append({"agent": agent, "start": at, "end": end, "state": str(chance.choice(words))})
            at = end + pd.Timedelta(minutes=int(chance.integers(0, 2)) * 10)
    return pd.DataFrame(rows)


def test_seconds_are_those_of_a_count_by_minutes_also_over_a_change_of_the_clock():
    roster = drawn(3, seed=8, days=2)
    shift = pd.Timestamp("2026-10-24") - pd.Timestamp("2026-11-02")
    for column in ("start", "end"):
        roster[column] = (roster[column].dt.tz_localize(None) + shift).dt.tz_localize("Europe/Berlin", ambiguous=True)
    states = random_log(roster, 9)
    since, until = states["start"].min(), states["end"].max()
    table, _notes = adherence(roster, states)
    found = table.set_index("agent")[["scheduled_s", "in_state_s", "paid_s", "worked_s"]]
    assert {agent: row.tolist() for agent, row in found.iterrows()} == twin(roster, states, since, until)
    for by in (("interval",), ("agent", "day"), ("project", "activity"), ()):
        parts, _notes = adherence(roster, states, by=by)
        assert parts[found.columns].sum().tolist() == found.sum().tolist(), by
    by_interval = adherence(roster, states, by=("interval",))[0]
    assert (by_interval["scheduled_s"] <= 3 * 1800).all() and (by_interval["interval"].dt.minute % 30 == 0).all()


def test_teams_and_projects_add_up_as_sums_over_sums():
    roster = pd.concat([stretches("a1", "09:00 10:00 orders"), stretches("a2", "09:00 12:00 sales")])
    did = pd.concat([log("a1", "09:00 10:00 idle"), log("a2", "09:00 10:30 idle", "10:30 12:00 offline")])
    agents = people("a1", "a2", team=["red", "red"])
    table, _notes = adherence(roster, did, by=("team",), agents=agents)
    assert table.loc[0, ["team", "adherence"]].tolist() == ["red", 2.5 / 4]
    by_project = adherence(roster, did, by=("project", "day"))[0]
    assert dict(zip(by_project["project"], by_project["adherence"], strict=True)) == {"orders": 1.0, "sales": 0.5}
    values = compute(
        entered=as_measures(by_project), kpis=["adherence"], by=(), first_day="2026-11-02", last_day="2026-11-02"
    )
    assert values[["numerator", "denominator", "value"]].iloc[0].tolist() == [2.5 * 3600, 4 * 3600, 2.5 / 4]


def test_states_without_an_end_or_that_overlap_are_settled_and_said():
    did = log("a1", "09:00 - talking", "11:00 13:00 idle", "12:30 14:00 lunch", "15:00 - Moonwalk")
    table, notes = settled(did, until=moment("17:00"))
    assert [f"{t:%H:%M}" for t in table["end"]] == ["11:00", "12:30", "14:00", "17:00"]
    said = [text.format(**values) for text, values in notes]
    assert [one.split(":")[0].split(" (")[0] for one in said] == [
        "1 states ended after the next one of the agent began and are cut there; the first is in row 2.",
        "1 states have no end",
        "1 states have no end and no next one",
        "The state 'Moonwalk'",
    ]
    assert table["activity"].tolist() == ["work", "work", "lunch", AWAY]
    mapped, notes = settled(did, mapping={"moonWALK": "training"})
    assert (
        mapped["activity"].tolist()[:3] == ["work", "work", "lunch"] and len(mapped) == 3
    )  # it ends where the log does
    with pytest.raises(PlanError, match="State row 1: 'idle' of a1 ends before it begins"):
        settled(log("a1", "09:00 08:00 idle"))
    with pytest.raises(PlanError, match="no activity"):
        settled(did, mapping={"idle": "sleeping"})


def test_nobody_is_judged_for_hours_that_the_log_does_not_reach():
    roster = stretches("a1", *DAY, *[f"+1 {part}" for part in DAY])
    table, _notes = adherence(roster, log("a1", "09:00 12:00 idle"))
    assert table["scheduled_s"].iloc[0] == 3 * 3600 and table["adherence"].iloc[0] == 1.0
    table, notes = adherence(roster, pd.concat([log("a1", "09:00 12:00 idle"), log("x9", "09:00 10:00 idle")]))
    assert [text.format(**values) for text, values in notes] == ["1 agents of the log are not in the roster: x9."]


def test_who_has_no_state_in_the_whole_log_is_told_and_in_no_rate_and_who_has_one_elsewhere_is_judged():
    roster = pd.concat([stretches(agent, *DAY, *[f"+1 {part}" for part in DAY]) for agent in ("a1", "a2", "a3")])
    did = pd.concat([log("a1", "09:00 12:00 idle"), log("a3", "12:00 12:30 lunch")])
    table, notes = adherence(roster, did, since=moment("09:00"), until=moment("12:00"))
    assert dict(zip(table["agent"], table["adherence"], strict=True)) == {"a1": 1.0, "a3": 0.0}
    whole = adherence(roster, did, by=(), since=moment("09:00"), until=moment("12:00"))[0]
    assert whole.loc[0, ["scheduled_s", "adherence"]].tolist() == [6 * 3600, 0.5]
    said = ["1 people on the roster have no state in the log and are left out of the rates: a2."]
    assert [text.format(**values) for text, values in notes] == said
    with pytest.raises(PlanError, match="Nobody of the log is on the roster"):
        adherence(roster, log("x9", "09:00 12:00 idle"))


def test_an_empty_side_and_times_without_a_zone_are_refused():
    roster, did = stretches("a1", *DAY), log("a1", "09:00 12:00 idle")
    local = roster.assign(start=roster["start"].dt.tz_localize(None), end=roster["end"].dt.tz_localize(None))
    for one, other, said in (
        (roster.head(0), did, "roster is empty"),
        (roster, did.head(0), "log of states is empty"),
        (local, did, "only one says in which time zone"),
    ):
        with pytest.raises(PlanError, match=said):
            adherence(one, other)


def test_a_roster_that_books_somebody_twice_is_refused():
    twice = pd.concat([stretches("a1", "09:00 12:00 orders"), stretches("a1", "11:00 13:00 orders")])
    with pytest.raises(PlanError, match="a1 is booked twice"):
        adherence(twice, log("a1", "09:00 12:00 idle"))


def test_a_state_that_is_called_like_an_activity_is_that_activity():
    there = [name for name, one in ACTIVITIES.items() if one.there]
    assert [usual_mapping()[name] for name in there] == there
