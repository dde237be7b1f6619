"""What a roster of named agents gives, and what it breaks."""

import numpy as np
import pandas as pd
import pytest
from rosters import ALL_WEEK, BERLIN, PROJECTS, drawn, moment, people, stretches

from ccwb.errors import PlanError
from ccwb.people import check_rules, level_of, rules_of, skills, usual_rules
from ccwb.projects import blank_centre, check_centre, new_project, trains
from ccwb.schedule import (
    BROKEN,
    CHANGES,
    SIGNS,
    broken_rules,
    burnout,
    check_shifts,
    compare,
    cost_of,
    coverage_of,
    expected,
    fairness,
    fit_by,
    last_published,
    people_at_work,
    rates,
    schedule_of,
    spread,
    usual_shifts,
)
from ccwb.tables import check, empty

DAY = ("09:00 10:30 orders", "10:30 10:45 break", "10:45 13:00 orders", "13:00 13:30 lunch", "13:30 17:30 sales")


def need(agents, *, project="orders", start="09:00", intervals=17, interval_s=1800):
    starts = pd.date_range(moment(start), periods=intervals, freq=f"{interval_s}s")
    rows = {"interval_start": starts, "interval_s": interval_s, "project": project, "channel": "voice"}
    rows |= {"offered": 20.0, "aht_s": 240.0, "load": 2.7, "agents": agents, "scheduled": agents, "model": "Erlang A"}
    return pd.DataFrame(rows)


# What a roster gives


def test_a_shift_for_two_projects_is_two_rows_of_the_schedule_each_with_its_own_break():
    schedule = schedule_of(stretches("a1", *DAY))
    clocks = schedule[["shift_start", "shift_end", "break_start", "break_end"]]
    told = [["-" if pd.isna(t) else f"{t:%H:%M}" for t in row] for row in clocks.to_numpy()]
    assert schedule["project"].tolist() == ["orders", "sales"]
    assert told == [["09:00", "13:00", "10:30", "10:45"], ["13:30", "17:30", "-", "-"]]
    assert schedule["agent"].tolist() == ["a1", "a1"] and schedule["people"].tolist() == [1, 1]


def test_a_second_break_training_and_a_gap_begin_a_new_row():
    parts = ("08:00 09:00 orders", "09:00 09:15 break", "09:15 10:00 orders", "10:00 10:15 break", "10:15 11:00 orders")
    parts += ("11:00 12:00 training", "12:00 13:00 orders", "16:00 18:00 orders")
    schedule = schedule_of(stretches("a1", *parts))
    assert [f"{t:%H:%M}" for t in schedule["shift_start"]] == ["08:00", "10:15", "12:00", "16:00"]


def counted(roster, project, starts, length):
    """The slow twin: minute by minute, who is at work for the project."""
    out = []
    for start in starts:
        minutes = [start + pd.Timedelta(minutes=m) for m in range(length // 60)]
        there = 0
        for row in roster[(roster["activity"] == "work") & (roster["project"] == project)].itertuples():
            there += sum(row.start <= minute < row.end for minute in minutes)
        out.append(there / len(minutes))
    return out


def test_the_schedule_has_at_every_moment_the_people_that_the_roster_has():
    roster = drawn(4, seed=1, days=3)
    starts = pd.date_range(moment("06:00"), moment("+2 22:00"), freq="45min")
    for project in ("orders", "sales"):
        mine = schedule_of(roster)
        found = people_at_work(mine[mine["project"] == project], starts=starts, lengths=2700)
        assert found == pytest.approx(counted(roster, project, starts, 2700))


def test_coverage_of_several_projects_counts_over_where_nobody_is_needed():
    roster = pd.concat([stretches("a1", *DAY), stretches("a2", "08:00 10:00 sales")])
    coverage = coverage_of(roster, requirement=need(1.0))
    assert set(coverage["project"]) == {"orders", "sales"}
    assert check(coverage, "coverage")["required"].sum() * 0.5 == 8.5
    by = fit_by(coverage).set_index("project")
    assert by.loc["orders", ["required_h", "under_h", "over_h"]].tolist() == [8.5, 4.75, 0.0]
    assert by.loc["sales", "over_h"] == 6.0 and by.loc["sales", "fit"] is None
    assert fit_by(coverage, by=("project", "day"))["under_h"].sum() == 4.75
    assert set(coverage.loc[coverage["gap"] < 0, "reason"]) == {"roster"}


def test_breaks_are_paid_lunch_is_not_and_unknown_costs_are_said():
    roster = pd.concat([stretches("a1", *DAY), stretches("a2", "09:00 11:00 orders")])
    cost = cost_of(roster, agents=people("a1", "a2", hourly_cost=[20.0, np.nan])).set_index("project")
    assert cost.loc["orders"].tolist() == [6.0, 2.0, 80.0]
    assert cost.loc["sales"].tolist() == [4.0, 0.0, 80.0]
    assert np.isnan(cost_of(stretches("a9", *DAY), agents=people("a1"))["cost"]).all()


def test_a_week_of_leave_is_paid_as_the_contract_says_not_by_the_clock():
    roster = stretches("a1", "00:00 00:00 leave")
    roster["end"] = moment("+7 00:00")
    assert cost_of(roster, agents=people("a1"))["paid_hours"].tolist() == [40.0]


# What the models say of it


def test_the_staffing_model_answers_for_the_people_of_a_roster_and_a_simulation_says_the_same():
    from ccwb.staffing import given_agents, shared_out, simulated, slots_of

    target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "max_occupancy": 0.9, "shrinkage": 0.0}
    targets = {("orders", "voice"): target}
    work = need(4.0, intervals=16).assign(offered=22.0)
    roster = pd.concat([stretches(f"a{n}", "09:00 17:00 orders") for n in range(4)])

    def staffing(rows, people_in):
        slots = slots_of(rows)
        people = people_in(slots["interval_start"], slots["interval_s"])
        return given_agents(rows, targets=targets, agents=shared_out(rows, people, targets=targets))

    got = expected(schedule_of(roster), requirement=work, answer=staffing)
    over_all = rates(got)
    assert got["agents"].tolist() == [4.0] * 16
    assert over_all["occupancy"].iloc[0] == pytest.approx(
        22 * 240 / 1800 / 4 * over_all["answer_rate"].iloc[0], abs=0.01
    )
    assert 0.7 < over_all["service_level"].iloc[0] < 0.95
    played = simulated(got, targets=targets, first_day="2026-11-02", replications=60, compiled=False)
    by_simulation = played.queues.set_index("measure")["simulated"]
    for measure in ("service_level", "answer_rate", "occupancy"):
        assert over_all[measure].iloc[0] == pytest.approx(by_simulation[measure], abs=0.02), measure
    by_hand = simulate_hours(22.0, 240.0, 4, patience_s=120.0)
    assert over_all["service_level"].iloc[0] == pytest.approx(by_hand["service_level"], abs=0.03)
    assert over_all["answer_rate"].iloc[0] == pytest.approx(by_hand["answer_rate"], abs=0.02)


def simulate_hours(calls, aht_s, agents, *, patience_s, days=60, seed=5):
    """The slow twin: calls one by one, each to the agent who is free first, or gone before."""
    chance, offered, within, answered = np.random.default_rng(seed), 0, 0, 0
    for _day in range(days):
        free, at = np.zeros(agents), 0.0
        while (at := at + chance.exponential(1800 / calls)) < 8 * 3600:
            offered += 1
            first = int(free.argmin())
            wait = max(free[first] - at, 0.0)
            if wait > chance.exponential(patience_s):
                continue
            answered, within = answered + 1, within + (wait <= 20)
            free[first] = at + wait + chance.exponential(aht_s)
    return {"service_level": within / offered, "answer_rate": answered / offered}


def test_a_break_is_seen_in_the_half_hour_in_which_it_lies():
    from ccwb.staffing import given_agents, shared_out, slots_of

    target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.0}
    targets = {("orders", "voice"): target}

    def staffing(rows, people_in):
        slots = slots_of(rows)
        people = people_in(slots["interval_start"], slots["interval_s"])
        return given_agents(rows, targets=targets, agents=shared_out(rows, people, targets=targets), carry_over=False)

    plain = pd.concat([stretches(f"a{n}", "09:00 17:00 orders") for n in range(4)])
    pause = stretches("a0", "09:00 12:00 orders", "12:00 12:15 break", "12:15 17:00 orders")
    with_pause = pd.concat([pause, plain[plain["agent"] != "a0"]])
    before, after = (
        expected(schedule_of(r), requirement=need(4.0, intervals=16), answer=staffing) for r in (plain, with_pause)
    )
    noon = before["interval_start"] == moment("12:00")
    assert (before["agents"] - after["agents"]).tolist() == [0.5 * one for one in noon]
    assert (after["service_level"] < before["service_level"]).tolist() == noon.tolist()


def test_rates_over_a_day_are_sums_over_sums():
    rows = need(1.0, intervals=2).assign(offered=[10.0, 30.0], service_level=[1.0, 0.5], agents=[1.0, 3.0])
    rows = rows.assign(occupancy=[0.2, 0.8], answer_rate=1.0)
    told = rates(rows, by=("project", "day"))
    assert told["service_level"].tolist() == [0.625]
    assert told["occupancy"].tolist() == pytest.approx([0.65])


# What it breaks


def said(found):
    return [BROKEN[row.rule].format(**row.values) for row in found.itertuples(index=False)]


def broken(roster, *agents, **more):
    more = {"projects": PROJECTS} | more
    return broken_rules(roster, agents=more.pop("agents", None) if "agents" in more else people(*agents), **more)


def test_a_good_week_breaks_nothing():
    roster = pd.concat(stretches("a1", *[f"+{d} {part}" for part in DAY]) for d in range(5))
    agents = people("a1", trained_for="orders; sales")
    assert broken_rules(roster, agents=agents, projects=PROJECTS, shifts=None).empty


def test_a_roster_without_rows_gives_nothing_and_breaks_nothing():
    none = empty("roster")
    assert schedule_of(none).empty and broken(none, "a1").empty and compare(none, none).empty and burnout(none).empty
    assert fairness(none, agents=people("a1"))["days"].tolist() == [0]
    assert coverage_of(none, requirement=need(1.0))["gap"].tolist() == [-1.0] * 17
    assert cost_of(none, agents=people("a1")).empty


def test_nobody_is_on_two_projects_at_once():
    twice = pd.concat([stretches("a1", "09:00 12:00 orders"), stretches("a1", "11:00 13:00 sales")], ignore_index=True)
    found = broken(twice, agents=people("a1", trained_for="orders; sales"))
    assert found["rule"].tolist() == ["overlap"]
    assert said(found) == ["Row 2: a1 is booked twice on 2026-11-02: 11:00-13:00 sales and 09:00-12:00 orders."]
    same = pd.concat([stretches("a1", "09:00 12:00 orders"), stretches("a1", "09:00 12:00 sales")])
    assert broken(same, agents=people("a1", trained_for="orders; sales"))["rule"].tolist() == ["overlap"]
    with pytest.raises(PlanError, match="more than once"):
        check(same, "roster")


@pytest.mark.parametrize(
    ("parts", "more", "rule", "words"),
    [
        (["09:00 12:00 sales"], {}, "untrained", "not trained for sales"),
        (["05:00 09:00 orders"], {}, "closed", "when it is closed"),
        (["09:00 12:00 travel"], {"agents": people("a1", trained_for="travel")}, "unknown project", "no project"),
        (["09:00 12:00 orders"], {"agents": people("b1")}, "unknown agent", "no agent 'a1'"),
        (["09:00 12:00 orders"], {"agents": people("a1", left=pd.Timestamp("2026-10-31"))}, "not employed", "10-31"),
        (["13:00 22:00 orders", "+1 08:00 12:00 orders"], {}, "rest", "10.0 hours' rest before 2026-11-03, 08:00"),
        (["06:00 12:00 orders", "12:00 12:30 lunch", "12:30 17:00 orders"], {}, "day hours", "10.5 hours"),
        (["09:00 16:00 orders"], {}, "without break", "7.0 hours without a break"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_its_row(parts, more, rule, words):
    found = broken(stretches("a1", *parts), "a1", **more)
    assert rule in set(found["rule"])
    assert words in " ".join(said(found[found["rule"] == rule]))


def test_weeks_are_held_against_contract_days_off_and_sundays():
    every = pd.concat(stretches("a1", f"+{d} 09:00 13:00 orders", f"+{d} 13:30 18:00 orders") for d in range(21))
    rules = set(broken(every, "a1")["rule"])
    assert {"week hours", "contract hours", "week days", "days in a row", "days off", "weekends", "sundays"} <= rules
    free = {"roster_rules": {"week_hours": 168, "over_contract_hours": 80, "week_days": 7, "days_in_row": 31}}
    free["roster_rules"] |= {"days_off_together": 0, "weekends_in_row": 53, "sundays_in_row": 53}
    assert broken(every, "a1", centre=free).empty
    leave = pd.concat([stretches("a1", "00:00 00:00 leave"), every[every["start"] >= moment("+5 00:00")].head(4)])
    leave.iloc[0, leave.columns.get_loc("end")] = moment("+5 00:00")
    assert "contract hours" in set(broken(leave, "a1")["rule"])  # 40 hours of leave, and 17 at work


def test_availability_and_absences_are_kept():
    free = pd.DataFrame({"agent": "a1", "weekday": ["mon", "mon", "wed"], "from_s": [28800, 43200, np.nan]})
    free["to_s"] = [43200.0, 57600.0, np.nan]
    roster = stretches("a1", "08:00 16:00 orders", "+1 08:00 09:00 orders", "+2 06:00 08:00 orders")
    found = broken(roster, "a1", availability=free)
    assert found.loc[found["rule"] == "unavailable", "row"].tolist() == [2]
    assert "available: -" in said(found[found["rule"] == "unavailable"])[0]
    away = pd.DataFrame({"agent": "a1", "start": [moment("09:00"), moment("+2 07:00")]})
    away = away.assign(end=[moment("09:30"), moment("+2 07:30")], kind=["appointment", "training"])
    roster = stretches("a1", "08:00 09:00 orders", "09:00 09:30 training", "+2 07:00 07:30 training")
    found = broken(roster, "a1", absences=away)
    assert found["rule"].tolist() == ["absent"] and "has Appointment on 2026-11-02" in said(found)[0]


def test_a_shift_is_held_against_its_kind():
    kinds = usual_shifts().assign(first_start_s=8 * 3600)
    roster = stretches("a1", "07:00 16:00 orders", shift="Full time")
    rules = set(broken(roster, "a1", shifts=kinds)["rule"])
    assert {"shift start", "shift length"} <= rules
    assert broken(stretches("a1", *DAY[:1], shift="Nap"), "a1", shifts=kinds)["rule"].tolist() == ["unknown shift"]


def test_rest_and_hours_are_those_that_pass_where_the_clocks_change():
    """The night of 25 October 2026 has an hour more: from 22:30 to 08:30 eleven hours pass, not ten."""
    shop = {"orders": new_project("orders", zone=BERLIN, hours=dict.fromkeys(ALL_WEEK, "00:00-24:00"))}
    roster = stretches("a1", "18:30 22:30 orders", "+1 08:30 12:00 orders", day="2026-10-24")
    assert broken(roster, "a1", projects=shop).empty
    spring = stretches("a1", "18:30 22:30 orders", "+1 09:30 12:00 orders", day="2026-03-28")
    assert broken(spring, "a1", projects=shop)["values"].iloc[0]["found"] == 10.0


def test_the_check_agrees_with_a_count_by_hours_on_random_rosters():
    """The slow twin counts every quarter of an hour, and knows nothing of stretches."""
    roster = drawn(6, seed=3)
    moved = roster.copy()
    chance = np.random.default_rng(4)
    for at in chance.choice(len(moved), 5, replace=False):
        moved.loc[at, "end"] += pd.Timedelta(minutes=30)  # runs into what follows
    found = broken(moved, agents=people(*sorted(set(moved["agent"])), trained_for="orders; sales"))
    double = set()
    for agent, rows in moved.groupby("agent"):
        quarters = pd.Series(0, index=pd.date_range(moment("00:00"), moment("+8 00:00"), freq="15min"))
        for row in rows.itertuples():
            quarters[(quarters.index >= row.start) & (quarters.index < row.end)] += 1
        double |= {(agent, str(t.date())) for t in quarters.index[quarters > 1]}
    overlaps = found[found["rule"] == "overlap"]
    assert {(r.agent, r.day.strftime("%Y-%m-%d")) for r in overlaps.itertuples()} == double


def test_every_rule_has_a_sentence_that_can_be_filled():
    filled = dict.fromkeys(
        ["row", "agent", "day", "project", "found", "other", "known", "limit", "first", "last", "title"], "x"
    )
    assert all(text.format(**filled) for text in BROKEN.values())


# What changed


def test_what_changed_since_it_was_published_is_told_by_agent_and_day():
    before = pd.concat([stretches("a1", *DAY), stretches("a2", *DAY), stretches("a3", "+1 09:00 12:00 orders")])
    after = pd.concat([stretches("a1", *DAY[:-1], "13:30 18:00 sales"), stretches("a2", *DAY), stretches("a4", *DAY)])
    told = compare(before, after)
    assert told[["agent", "change", "hours"]].values.tolist() == [
        ["a1", "moved", 0.5],
        ["a3", "taken away", -3.0],
        ["a4", "added", 8.0],
    ]
    sentence = CHANGES["moved"].format(**told.iloc[0])
    assert "09:00-18:00 instead of 09:00-17:30" in sentence
    inside = after.assign(project=after["project"].replace("sales", "orders"))
    assert set(compare(after, inside)["change"]) == {"inside"}
    assert compare(after, after.assign(locked=True)).empty


def test_a_roster_is_compared_with_what_was_published_last():
    from ccwb.store import open_store

    first, second = stretches("a1", *DAY), stretches("a1", *DAY[:-1])
    noon = pd.Timestamp("2026-10-20 12:00", tz="UTC")
    saved = {"by": "Ana", "at": noon.to_pydatetime(), "mode": "append"}
    with open_store("sqlite://") as store:
        assert compare(last_published(store.read_table("roster_snapshots", zone=BERLIN)), first)["change"].tolist() == [
            "added"
        ]
        for roster, at in ((first, noon), (second, noon + pd.Timedelta(days=1))):
            store.write_table("roster_snapshots", roster.assign(published=at), **saved)
        kept = store.read_table("roster_snapshots", zone=BERLIN)
        with pytest.raises(PlanError, match="A published roster stays as it was"):
            store.write_table("roster_snapshots", kept, by="Ana", at=noon.to_pydatetime())
    assert compare(last_published(kept), second).empty
    assert compare(last_published(kept, before=noon + pd.Timedelta(hours=1)), first).empty
    assert compare(last_published(kept), first)["hours"].tolist() == [4.0]


# Fairness and burnout


def test_late_shifts_weekends_and_wishes_are_counted_for_each():
    roster = pd.concat(
        [
            stretches("a1", "14:00 20:30 orders", "+5 06:30 12:00 orders", "+6 09:00 12:00 orders"),
            stretches("a2", "+2 09:00 12:00 orders"),
        ]
    )
    wishes = pd.DataFrame(
        {"agent": ["a1", "a1", "a1", "a2"], "weekday": ["mon", "tue", "", ""], "weight": [2.0, 1, 3, 1]}
    )
    wishes["day"] = [pd.NaT, pd.NaT, pd.Timestamp("2026-11-07"), pd.NaT]
    wishes["wants"] = ["early", "off", "early", "off"]
    table = fairness(roster, agents=people("a1", "a2", "a3"), wishes=wishes).set_index("agent")
    assert table.loc["a1", ["days", "late", "early", "weekends", "sundays"]].tolist() == [3, 1, 1, 1, 1]
    assert table.loc["a1", ["wished", "wishes_met"]].tolist() == [6.0, 4.0]
    assert table.loc["a2", ["wished", "wishes_met"]].tolist() == [7.0, 6.0]  # on six of seven days
    assert table.loc["a3", "days"] == 0 and table.loc["a1", "contract_h"] == 40.0
    assert spread(table.reset_index()).set_index("figure").loc["late", "most"] == 1


def test_signs_of_wear_are_told_with_when_and_how_much():
    week = [f"+{d} 09:00 13:00 orders" for d in range(6)] + [f"+{d} 13:30 18:00 orders" for d in range(6)]
    roster = pd.concat([stretches("a1", *week), stretches("a2", "12:00 21:00 orders", "+1 06:30 09:00 orders")])
    starts = pd.date_range(moment("08:00"), moment("20:00"), freq="30min")
    hot = pd.DataFrame({"project": "orders", "interval_start": starts, "interval_s": 1800})
    hot["occupancy"] = np.where((starts >= moment("10:00")) & (starts < moment("12:30")), 0.95, 0.7)
    found = burnout(roster, occupancy=hot)
    assert set(found["sign"]) == {"occupancy", "rest", "late then early", "week", "row"}
    long = found[found["sign"] == "occupancy"].set_index("agent")
    assert long.loc["a1", "found"] == 2.5 and long.loc["a1", "values"]["start"] == "10:00"
    assert "a2" not in long.index  # came at noon: half an hour of it
    assert all(SIGNS[row.sign].format(**row.values) for row in found.itertuples())
    split = roster.copy()
    pause = stretches("a1", "11:00 11:15 break")
    first = split["start"] == moment("09:00")
    split.loc[first, "end"] = moment("11:00")
    split = pd.concat([split, pause, stretches("a1", "11:15 13:00 orders")])
    assert "occupancy" not in set(burnout(split, occupancy=hot)["sign"])


# People, rules and shifts in words


def test_a_skill_level_stands_behind_the_queue_and_nothing_else_changes():
    assert skills("orders/voice; orders/chat:0.5; sales:1,2") == {
        ("orders", "voice"): 1.0,
        ("orders", "chat"): 0.5,
        ("sales", ""): 1.2,
    }
    agent = next(people("a1", trained_for="orders/chat:0.5; sales").itertuples())
    assert [
        level_of(agent, *q) for q in (("orders", "chat"), ("orders", "voice"), ("sales", "voice"), ("orders",))
    ] == [
        0.5,
        0,
        1.0,
        0.5,
    ]
    assert trains(agent, "orders", "chat") and not trains(agent, "orders", "voice") and trains(agent, "sales")
    with pytest.raises(PlanError, match="above 0 and at most 2"):
        skills("orders:80")


def test_rules_are_usual_unless_the_centre_says_otherwise_and_wrong_ones_are_refused():
    assert check_rules(usual_rules()) == rules_of(blank_centre())
    centre = blank_centre() | {"roster_rules": {"rest_hours": 12}}
    assert rules_of(check_centre(centre))["rest_hours"] == 12
    for wrong in (
        {"rest_hours": 30},
        {"late_from": "half nine"},
        {"week_days": 2.5},
        {"naps": 1},
        {"rest_hours": None},
    ):
        with pytest.raises(PlanError):
            check_centre(blank_centre() | {"roster_rules": wrong})


def test_kinds_of_shift_may_have_several_breaks_and_a_window_for_each():
    kinds = usual_shifts().assign(
        breaks=["15 1:00-3:00; 15 5:00-8:00", "15 2:00-4:00", ""], apart_s=2700.0, split=False
    )
    assert check_shifts(kinds)["breaks"].iloc[0].startswith("15")
    for wrong in ("15 1:00", "15 8:00-9:00", "300 0:00-1:00"):
        with pytest.raises(PlanError):
            check_shifts(kinds.assign(breaks=wrong))
