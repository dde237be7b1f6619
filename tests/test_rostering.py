"""Rosters from tables: nobody anywhere they cannot be, what was before and what is locked counts, training matters."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.people import usual_rules
from ccwb.projects import new_project
from ccwb.schedule import broken_rules, coverage_of, fit_by, hours_of, make_roster, schedule_of, usual_shifts
from ccwb.schedule.lines import lines_of, prices_of, steeper_of
from ccwb.schedule.rostering import _given, _none, weeks_of, what_cures
from ccwb.schedule.timeline import Timeline
from ccwb.schedule.trained import short_of_training
from ccwb.schedule.week import problem_of
from tests.rosters import BERLIN, people, stretches

MONDAY = pd.Timestamp("2026-10-19")  # the clocks go back on the Sunday of this week
HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "08:00-20:00") | {"sun": ""}
ALWAYS = dict.fromkeys((*HOURS,), "00:00-24:00")
PROJECTS = {
    "orders": new_project("orders", zone=BERLIN, hours=HOURS),
    "night": new_project("night", zone=BERLIN, hours=ALWAYS),
}


def need(project, channel, agents, *, first="08:00", last="20:00", days=14, start=MONDAY):
    """Return requirement rows: `agents` in each half-hour of these days, Sundays only where the project is open."""
    rows = []
    for day in pd.date_range(start, periods=days):
        if not PROJECTS[project]["hours"][("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.day_of_week]]:
            continue
        begin = pd.Timestamp(f"{day.date()} {first}").tz_localize(BERLIN)
        end = (
            pd.Timestamp(f"{day.date()} {last}").tz_localize(BERLIN)
            if last != "24:00"
            else (day + pd.Timedelta(days=1)).tz_localize(BERLIN)
        )
        at = pd.date_range(begin, end, freq="30min", inclusive="left")
        rows.append(pd.DataFrame({"interval_start": at, "interval_s": 1800, "project": project, "channel": channel}))
    table = pd.concat(rows, ignore_index=True).assign(
        agents=float(agents), scheduled=float(agents), offered=40.0, aht_s=180.0
    )
    return table.assign(load=4.0, service_level=0.8, answer_within_s=20.0, model="Erlang A")


def team():
    """Return twelve people: four of the night, four of both projects, four of orders' chat and email."""
    night, both = people(*(f"n{i}" for i in range(4)), project="night"), people(*(f"b{i}" for i in range(4)))
    write = people(*(f"w{i}" for i in range(4))).assign(trained_for="orders/chat; orders/email")
    return pd.concat([night, both.assign(trained_for="orders; night"), write], ignore_index=True).assign(
        hired=pd.NaT, left=pd.NaT
    )


NEED = pd.concat(
    [need("orders", "voice", 2), need("orders", "chat", 1), need("night", "voice", 1, first="00:00", last="24:00")],
    ignore_index=True,
)
MADE = {"shifts": usual_shifts(), "projects": PROJECTS, "first_day": MONDAY, "last_day": MONDAY + pd.Timedelta(days=13)}
QUICK = {"seconds": 60, "steps": 150}


@pytest.fixture(scope="module")
def fortnight():
    """A roster of two weeks, and what is told of it."""
    return make_roster(NEED, agents=team(), **MADE, **QUICK)


def test_a_fortnight_with_a_clock_change_breaks_no_rule_and_covers_what_it_can(fortnight):
    roster, told = fortnight
    assert broken_rules(roster, agents=team(), projects=PROJECTS, shifts=usual_shifts()).empty
    met = fit_by(coverage_of(roster, requirement=NEED)).set_index("project")
    assert told["hours_short"] == pytest.approx(met["under_h"].sum())
    assert told["hours_needed"] == pytest.approx(met["required_h"].sum()) == pytest.approx(12 * 12 * 3 + 24 * 14 + 1)
    assert met.loc["orders", "fit"] > 0.9
    assert 0 < told["bound"] <= told["objective"] and len(told["weeks"]) == 2
    assert not any(week["stopped"] for week in told["weeks"]) and told["left"] == []
    assert told["objective"] == pytest.approx(sum(told["parts"].values()))
    told_short = sum(values["hours"] for _template, values in told["cannot"])
    assert told_short == pytest.approx(told["hours_short"], abs=0.5)


def test_nobody_is_at_two_places_at_once_nor_on_a_project_they_do_not_know(fortnight):
    roster, _told = fortnight
    work = roster[roster["activity"] == "work"].sort_values(["agent", "start"])
    same = work["agent"] == work["agent"].shift()
    assert not (same & (work["start"] < work["end"].shift())).any()
    on = work.groupby(work["agent"].str[0])["project"].unique()
    assert set(on["n"]) == {"night"} and set(on["w"]) == {"orders"} and set(on["b"]) <= {"orders", "night"}


def test_what_was_worked_before_and_what_is_locked_count():
    late = stretches("n0", "-1 13:00 23:30 night", day=str(MONDAY.date()), shift="Full time")
    locked = stretches("b1", "+2 09:00 13:00 orders", day=str(MONDAY.date()), shift="Part time 4 h").assign(locked=True)
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
    roster, _told = make_roster(NEED, agents=team(), earlier=late, locked=locked, **week, **QUICK)
    n0 = roster[(roster["agent"] == "n0") & (roster["activity"] == "work")]["start"].min()
    assert n0 >= pd.Timestamp(f"{MONDAY.date()} 10:30").tz_localize(BERLIN)  # 11 hours after 23:30
    day = roster[
        (roster["agent"] == "b1")
        & (roster["start"].dt.tz_localize(None).dt.normalize() == MONDAY + pd.Timedelta(days=2))
    ]
    assert (
        day[["start", "end", "project", "locked"]].values.tolist()
        == locked[["start", "end", "project", "locked"]].values.tolist()
    )


def test_a_week_made_again_keeps_the_rules_towards_the_weeks_that_stand(fortnight):
    roster, _told = fortnight
    table = hours_of(roster)
    later = table.loc[table["day"] >= MONDAY + pd.Timedelta(days=7), roster.columns]
    for seed in (1, 2):
        week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
        again, _said = make_roster(NEED, agents=team(), later=later, **week, **QUICK | {"seed": seed})
        whole = pd.concat([again, later], ignore_index=True)
        assert broken_rules(whole, agents=team(), projects=PROJECTS, shifts=usual_shifts()).empty


def by_week(roster):
    """Return the rows of the first week, and of the second."""
    table = hours_of(roster)
    first = table["day"] < MONDAY + pd.Timedelta(days=7)
    return table.loc[first, roster.columns], table.loc[~first, roster.columns]


def test_a_second_search_goes_on_from_what_stands_and_never_counts_more(fortnight):
    roster, told = fortnight
    first, second = by_week(roster)
    stands = {"start": first, "later": second}
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6), "seconds": 60, "steps": 1, "seed": 5}
    again, then = make_roster(NEED, agents=team(), **week, **stands)
    assert then["stood"] == pytest.approx(told["weeks"][0]["objective"])
    assert then["objective"] <= then["stood"] + 1e-9
    same = lambda table: {(r.agent, r.start, r.end, r.project, r.shift) for r in table.itertuples()}  # noqa: E731
    of_two = {agent for agent, *_rest in same(again) ^ same(stands["start"])}
    assert len(of_two) <= 2  # so many one step takes off
    for anew in (False, True):
        _roster, alone = make_roster(NEED, agents=team(), **week, later=stands["later"], anew=anew)
        assert alone["stood"] is None and alone["objective"] > then["objective"]
    _roster, kept = make_roster(NEED, agents=team(), **week, **stands, anew=True)
    assert kept["objective"] <= then["stood"] + 1e-9


def test_of_several_weeks_it_is_told_what_those_that_stood_counted(fortnight):
    roster, told = fortnight
    again, then = make_roster(NEED, agents=team(), start=roster, **MADE, seconds=60, steps=1, seed=3)
    assert then["stood"] == pytest.approx(told["objective"])
    assert [week["stood"] for week in then["weeks"]] == pytest.approx([week["objective"] for week in told["weeks"]])
    assert then["objective"] <= then["stood"] + 1e-9
    assert broken_rules(again, agents=team(), projects=PROJECTS, shifts=usual_shifts()).empty


def test_whose_days_break_a_rule_by_now_is_made_anew_and_the_others_stay(fortnight):
    roster, _told = fortnight
    start, _second = by_week(roster)
    ill = {
        "agent": "b0",
        "start": MONDAY.tz_localize(BERLIN),
        "end": (MONDAY + pd.Timedelta(days=7)).tz_localize(BERLIN),
    }
    absences = pd.DataFrame([ill | {"kind": "illness", "note": ""}])
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6), "seconds": 60, "steps": 1}
    again, told = make_roster(NEED, agents=team(), start=start, absences=absences, **week)
    assert told["stood"] is None and set(again.loc[again["agent"] == "b0", "activity"]) == {"illness"}
    there = lambda table, agent: table.loc[table["agent"] == agent, ["start", "end", "project"]].to_numpy().tolist()  # noqa: E731
    assert sum(there(again, name) == there(start, name) for name in team()["agent"]) >= 12 - 3


def test_a_day_for_a_project_that_the_roster_is_not_made_for_stays_and_takes_its_hours():
    day = str(MONDAY.date())
    there = stretches("b0", "+1 09:00 13:00 night", "+1 13:00 13:30 lunch", "+1 13:30 17:30 night", day=day)
    there = pd.concat([there, stretches("b0", "-1 23:00 04:00 night", day=day)]).assign(shift="Full time", locked=True)
    before = there["start"] < MONDAY.tz_localize(BERLIN)
    earlier, locked = there[before], there[~before]
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
    orders = NEED[NEED["project"] == "orders"]
    roster, told = make_roster(orders, agents=team(), locked=locked, earlier=earlier, start=locked, **week, **QUICK)
    mine = roster[(roster["agent"] == "b0") & (roster["start"].dt.day == 20)]
    columns = ["start", "end", "activity", "project", "locked"]
    assert mine[columns].values.tolist() == locked[columns].values.tolist()
    assert set(roster.loc[roster["activity"] == "work", "project"].drop(mine.index, errors="ignore")) == {"orders"}
    assert hours_of(roster[roster["agent"] == "b0"])["paid_h"].sum() <= 40
    assert told["hours_needed"] == pytest.approx(12 * 6 * 3)
    assert broken_rules(pd.concat([earlier, roster]), agents=team(), projects=PROJECTS, shifts=usual_shifts()).empty


def test_nobody_works_for_a_project_that_an_event_closes():
    day = MONDAY + pd.Timedelta(days=2)
    closed = pd.DataFrame(
        {"first_day": [day], "last_day": [day], "kind": "closure", "name": "Move", "project": "orders"}
    )
    closed = closed.assign(channel="", effect=-1.0)
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
    need_ = NEED[(NEED["project"] == "night") | (NEED["interval_start"].dt.tz_localize(None).dt.normalize() != day)]
    roster, _told = make_roster(need_, agents=team(), events=closed, **week, **QUICK)
    work = roster[(roster["activity"] == "work") & (roster["project"] == "orders")]
    days = work["start"].dt.tz_localize(None).dt.normalize()
    assert not (days == day).any() and (days == day + pd.Timedelta(days=1)).any()


def test_who_wishes_to_work_on_a_day_is_the_one_who_does():
    two_days = need("orders", "voice", 1, last="16:30", days=7)[lambda t: t["interval_start"].dt.day_of_week > 3]
    two = people("ida", "kai").assign(hired=pd.NaT, left=pd.NaT, hours_week=8.0)
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
    for wanted in ("ida", "kai"):
        wished = pd.DataFrame({"agent": [wanted], "weekday": ["sat"], "wants": ["work"], "weight": [1.0]})
        roster, _told = make_roster(two_days, agents=two, wishes=wished, **week, **QUICK)
        assert set(roster.loc[roster["start"].dt.day_of_week == 5, "agent"]) == {wanted}


def test_leave_and_windows_are_kept_and_a_training_is_held_within_a_shift():
    at = lambda day, clock: (MONDAY + pd.Timedelta(days=day) + pd.Timedelta(clock)).tz_localize(BERLIN)  # noqa: E731
    absences = pd.DataFrame(
        {
            "agent": ["b0", "w0"],
            "start": [at(0, "00:00:00"), at(1, "10:00:00")],
            "end": [at(5, "00:00:00"), at(1, "12:00:00")],
        }
    ).assign(kind=["leave", "training"], note="")
    windows = pd.DataFrame({"agent": "w1", "weekday": ["mon", "tue", "wed"], "from_s": 8 * 3600.0, "to_s": 14 * 3600.0})
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
    roster, _told = make_roster(NEED, agents=team(), absences=absences, availability=windows, **week, **QUICK)
    told = {"agents": team(), "projects": PROJECTS, "shifts": usual_shifts(), "availability": windows}
    assert broken_rules(roster, absences=absences, **told).empty
    b0 = roster[roster["agent"] == "b0"]
    assert set(b0.loc[b0["start"] < at(5, "00:00:00"), "activity"]) == {"leave"}
    assert b0.loc[b0["activity"] == "work", "start"].count() <= 2  # five days of leave leave no hours of the contract
    held = roster[(roster["agent"] == "w0") & (roster["activity"] == "training")]
    assert held[["start", "end"]].values.tolist() == absences[["start", "end"]].values[1:].tolist()
    work = roster[(roster["agent"] == "w0") & (roster["activity"] == "work")]
    assert not ((work["start"] < held["end"].iloc[0]) & (work["end"] > held["start"].iloc[0])).any()
    assert work["start"].dt.day.isin([20]).any()  # the shift of that day goes on around it


def test_work_that_nobody_is_trained_for_is_told_with_its_hours():
    only = people("w0").assign(trained_for="orders/chat", hired=pd.NaT, left=pd.NaT)
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}
    _roster, told = make_roster(NEED, agents=only, **week, **QUICK)
    said = {template: values for template, values in told["cannot"] if "nobody is trained" in template}
    both = [values for template, values in told["cannot"] if template in said]
    assert {(one["project"], one["channels"], one["hours"]) for one in both} == {
        ("orders", "voice", 144.0),
        ("night", "voice", 169.0),
    }
    with pytest.raises(PlanError, match="no agents"):
        make_roster(NEED, agents=only.iloc[:0], **week)


def test_what_would_cure_a_shortage_is_told_most_first():
    writers = people(*(f"w{i}" for i in range(9))).assign(trained_for="orders/chat", hired=pd.NaT, left=pd.NaT)
    need_ = pd.concat([need("orders", "voice", 2, days=7), need("orders", "chat", 1, days=7)])
    with_ = {"agents": writers, "shifts": usual_shifts(), "projects": PROJECTS}
    roster, _told = make_roster(need_, first_day=MONDAY, last_day=MONDAY + pd.Timedelta(days=6), **with_, **QUICK)
    found = what_cures(need_, roster=roster, day=MONDAY + pd.Timedelta(days=3), steps=80, **with_)
    assert found[0][0] == "everybody trained for every project" and found[0][1] > 100
    assert [gain for _rule, gain, _objective in found] == sorted((gain for _r, gain, _o in found), reverse=True)


def test_a_search_that_is_stopped_gives_the_week_it_is_in_and_begins_no_other():
    seen = []
    tell = lambda done, of, told, best: seen.append((done, of, told["objective"], len(best())))  # noqa: E731
    roster, told = make_roster(NEED, agents=team(), **MADE, seconds=60, progress=tell, cancelled=lambda: True)
    assert {(done, of) for done, of, *_more in seen} == {(0, 2)}
    assert all(rows > 0 for *_more, rows in seen) and told["hours_short"] < told["hours_needed"] / 2
    assert [(week["first_day"], week["stopped"]) for week in told["weeks"]] == [("2026-10-19", True)]
    assert told["left"] == ["2026-10-26"] and told["hours_needed"] == pytest.approx(12 * 6 * 3 + 24 * 7 + 1)
    assert hours_of(roster)["day"].max() < pd.Timestamp("2026-10-26")
    assert broken_rules(roster, agents=team(), projects=PROJECTS, shifts=usual_shifts()).empty


def test_channels_are_one_line_where_people_share_them_and_the_missing_training_is_the_least_cut():
    chance = np.random.default_rng(7)
    channels = ["chat", "email", "voice"]
    some = lambda: "; ".join(f"orders/{c}" for c in chance.choice(channels, chance.integers(1, 4), replace=False))  # noqa: E731
    agents = people(*(f"a{i}" for i in range(9))).assign(trained_for=[some() for _ in range(9)])
    rows = pd.concat([need("orders", c, n, days=1) for c, n in zip(channels, (2.5, 1.2, 3.0), strict=True)])
    assert [line.channels for line in lines_of(rows, agents)] == [tuple(channels)]
    there = pd.concat([stretches(a, "08:00 20:00 orders", day=str(MONDAY.date())) for a in agents["agent"][:6]])
    table = short_of_training(schedule_of(there), requirement=rows, agents=agents)
    assert table["short"].to_numpy() == pytest.approx(_flow_short(agents.iloc[:6], channels, (2.5, 1.2, 3.0)))
    assert (table["short"] - table["untrained"]).to_numpy() == pytest.approx(0.7)


def _flow_short(agents, channels, needed):
    """The same by a linear program: as much work as people can take from the channels they know."""
    from scipy.optimize import linprog

    ways = [
        (i, c)
        for i, row in enumerate(agents.itertuples())
        for c, name in enumerate(channels)
        if name in row.trained_for
    ]
    of = np.array(
        [[i == n for i, _c in ways] for n in range(len(agents))] + [[c == n for _i, c in ways] for n in range(3)]
    )
    found = linprog(-np.ones(len(ways)), A_ub=of, b_ub=[*np.ones(len(agents)), *needed])
    return sum(needed) + found.fun


def test_a_missing_hour_costs_most_where_it_loses_most_contacts():
    table = pd.concat([need("orders", "voice", 6, days=1), need("orders", "email", 6, days=1)], ignore_index=True)
    table.loc[table["channel"] == "email", "answer_within_s"] = 86_400.0
    table.loc[0, ["offered", "load", "agents"]] = 400.0, 40.0, 44.0
    price = prices_of(table)
    voice, email = price[1], price[table["channel"] == "email"][0]
    assert price[0] > voice > email > 0  # more contacts are lost by one of 44 than by one of 6
    hours = table["scheduled"] * table["interval_s"]
    assert np.average(price, weights=hours) == pytest.approx(1.0, abs=0.2)


def test_below_its_load_a_missing_hour_costs_also_the_contacts_of_an_hour():
    table = pd.concat([need("orders", "voice", 6, days=1), need("orders", "email", 6, days=1)], ignore_index=True)
    table = table.assign(scheduled=7.5)  # with those on breaks
    table.loc[table["channel"] == "email", "answer_within_s"] = 86_400.0
    table.loc[0, "load"] = 9.0  # more than the agents: they hold several contacts at once
    least, beside = steeper_of(table)
    assert least[1] == pytest.approx(7.5 * 4 / 6) and beside[1] > 0
    assert not least[0] and not beside[0]
    assert not least[table["channel"] == "email"].any() and not beside[table["channel"] == "email"].any()
    lost = prices_of(table)[table["channel"] == "email"].mean() / (0.5 * 3600 / 180)  # of a contact, beside the mean
    assert beside[1] == pytest.approx(40 * 2 / 4 * lost)  # 80 contacts an hour, 4 Erlangs


def test_the_weight_of_an_hour_below_the_load_is_the_planners():
    rows = need("orders", "voice", 4, first="08:00", last="16:00", days=5).assign(load=2.9)
    given = {"agents": people("p0").assign(hired=pd.NaT, left=pd.NaT), "shifts": usual_shifts(), "projects": PROJECTS}
    bare = {}
    for times in (None, 0.0, 1.0, 2.5):
        weights = {} if times is None else {"bare": times}
        time = Timeline(_given(rows, **given, weights=weights), MONDAY, 7)
        bare[times] = problem_of(time, _none(BERLIN))[0].bare.max()
    assert bare[None] == bare[1.0] > 0 == bare[0.0]
    assert bare[2.5] == pytest.approx(2.5 * bare[1.0])


def test_with_too_few_people_no_time_of_the_day_is_left_without_anybody():
    """Two of four needed: all at once for half of the day loses more contacts than two all day."""
    rows = need("orders", "voice", 4, first="08:00", last="16:00", days=5).assign(load=2.9)
    team = people("p0", "p1", "p2", "p3").assign(hired=pd.NaT, left=pd.NaT, hours_week=28.0)  # 20 in five days
    week = MADE | {"last_day": MONDAY + pd.Timedelta(days=4), "projects": {"orders": PROJECTS["orders"]}}
    roster, told = make_roster(rows, agents=team, **week, **QUICK)
    fit = coverage_of(roster, requirement=rows)
    assert told["hours_short"] == pytest.approx(fit["required"].sum() / 4, abs=4)  # half, in half-hours
    assert fit["scheduled"].min() >= 1


def test_weeks_end_on_sundays():
    assert [n for _day, n in weeks_of("2026-11-04", "2026-11-17")] == [5, 7, 2]
    assert usual_rules()["rest_hours"] == 11
