"""The sample centre: what it promises is in it, and its simulation agrees with textbook queues."""

import datetime as dt
import math
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccwb import samples
from ccwb.actions import PLAN_ITEMS, check_scenarios
from ccwb.errors import PlanError
from ccwb.evaluation import check_evaluation
from ccwb.mission import blockers, check_mission, scores
from ccwb.projects import check_centre, holidays_of, is_open, trains
from ccwb.store import open_store
from ccwb.tables import check

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def history():
    table = samples.load_history()
    return table.assign(day=table["interval_start"].dt.tz_localize(None).dt.normalize())


@pytest.fixture(scope="module")
def cycles():
    return samples.load_cycles()


@pytest.fixture(scope="module")
def script():
    """The scripts that made the sample, as `python data/make_sample.py` sees them."""
    sys.path.insert(0, str(DATA))
    try:
        import make_sample

        yield make_sample
    finally:
        sys.path.remove(str(DATA))


def daily(history, project, channel="voice"):
    rows = history[(history["project"] == project) & (history["channel"] == channel)]
    return rows.groupby("day")["offered"].sum()


# what is there ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["history", "events", "agents", "shifts", "agent_results", "surveys", "costs"])
def test_every_table_of_the_sample_is_as_the_tables_are_documented(name):
    table = getattr(samples, f"load_{name}")()
    assert len(check(table, name)) == len(table) > 0


def test_the_files_stay_within_five_megabytes():
    assert sum(path.stat().st_size for path in DATA.iterdir() if path.is_file()) <= 5_000_000


def test_the_centre_has_three_projects_and_all_five_channels():
    centre = check_centre(samples.load_centre())
    assert {p["kind"] for p in centre["projects"]} == {"service", "sales", "support"}
    assert {c for p in centre["projects"] for c in p["channels"]} == {"voice", "chat", "email", "social", "callback"}
    assert centre["projects"][2]["contract"]["answer_rate"] == 0.9


def test_a_project_s_history_is_its_part_of_the_whole_in_its_own_zone(history):
    support = samples.load_history("support")
    assert str(support["interval_start"].dt.tz) == "Europe/Vienna"
    assert support["offered"].sum() == history.loc[history["project"] == "support", "offered"].sum()


def test_a_missing_file_is_said_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(samples, "DATA", tmp_path)
    with pytest.raises(PlanError, match=r"agents\.csv is not there.*make_sample\.py"):
        samples.load_agents()


# what adds up -------------------------------------------------------------------------------------------------------
def test_live_contacts_are_handled_given_up_or_passed_on(history):
    live = history[history["channel"].isin(["voice", "chat"])]
    ends = live["handled"] + live["abandoned"] + live["flowed_out"].fillna(0)
    assert (live["offered"] == ends).all()
    assert (live["short_abandoned"] <= live["abandoned"]).all()


def test_deferred_work_is_handled_closed_or_still_waiting(history):
    for _, queue in history[history["backlog_end"].notna()].groupby(["project", "channel"]):
        before = queue["backlog_end"].shift(fill_value=0)
        after = before + queue["offered"] - queue["handled"] - queue["closed_unanswered"]
        assert (queue["backlog_end"] == after).all()
        assert queue["backlog_end"].min() >= 0


def test_no_one_is_answered_in_time_who_did_not_come(history):
    assert (history["answered_within"] <= history["offered"]).all()
    handled = history["handled"] > 0
    assert (history["aht_s"].notna() == handled).all()
    assert (history["asa_s"].notna() == handled).all()


def test_callbacks_asked_for_in_the_queue_come_back_as_callbacks(history):
    moved = history["flowed_out"].sum()
    offered = daily(history, "sales", "callback").sum()
    assert 1_000 < moved < offered


def test_agents_never_handle_more_than_their_hours(history):
    at_once = history["channel"].map({"chat": 2}).fillna(1)
    busy = (history["handled"] * history["aht_s"].fillna(0)).groupby([history["project"], history["channel"]]).sum()
    there = (history["agents"] * 1800 * at_once).groupby([history["project"], history["channel"]]).sum()
    assert (busy / there).between(0.35, 0.9).all()


# the calendar -------------------------------------------------------------------------------------------------------
def test_the_days_of_the_clock_change_have_46_and_50_half_hours(history):
    voice = history[(history["project"] == "support") & (history["channel"] == "voice")]
    sizes = voice.groupby("day").size()
    changes = sizes[sizes != 48]
    assert changes.to_dict() == {
        pd.Timestamp("2025-03-30"): 46,
        pd.Timestamp("2025-10-26"): 50,
        pd.Timestamp("2026-03-29"): 46,
        pd.Timestamp("2026-10-25"): 50,
    }


def test_the_history_has_every_open_half_hour_and_no_other(history):
    events = samples.load_events()
    first, last = pd.Timestamp("2024-11-01", tz="Europe/Berlin"), pd.Timestamp("2026-11-01", tz="Europe/Berlin")
    times = pd.date_range(first, last, freq="30min", inclusive="left")
    for project in samples.load_centre()["projects"]:
        wanted = times[is_open(times, project, events=events)]
        for channel in project["channels"]:
            rows = history[(history["project"] == project["project"]) & (history["channel"] == channel)]
            assert (pd.DatetimeIndex(rows["interval_start"]) == wanted).all()


def test_mondays_are_busier_and_nights_quieter(history):
    service = daily(history, "service")
    by_weekday = service.groupby(service.index.day_of_week).mean()
    assert by_weekday[0] > 1.15 * by_weekday[1:5].mean() > by_weekday[5]
    voice = history[(history["project"] == "support") & (history["channel"] == "voice")]
    by_hour = voice.groupby(voice["interval_start"].dt.hour)["offered"].sum()
    assert by_hour[3] < 0.15 * by_hour[19]


def test_paydays_and_january_bring_more_to_service(history):
    service = daily(history, "service")
    tuesdays = service[service.index.day_of_week.isin([1, 2, 3])]
    payday = tuesdays[tuesdays.index.day.isin([1, 2, 3])].median()
    assert payday > 1.08 * tuesdays[tuesdays.index.day.isin(range(10, 24))].median()
    assert service["2026-01-07":"2026-01-31"].mean() > 1.08 * service["2025-07"].mean()


def test_the_day_after_a_holiday_is_higher_and_a_holiday_is_closed_or_lower(history):
    service, support = daily(history, "service"), daily(history, "support")
    easter = pd.Timestamp("2026-04-07")
    assert easter - pd.Timedelta(days=1) not in service.index
    usual = service[[easter + pd.Timedelta(days=7 * n) for n in (1, 2, 3)]].mean()
    assert service[easter] > 1.1 * usual
    free = pd.DatetimeIndex(list(holidays_of("AT", [2025, 2026])))
    ratio = [support[d] / support.get(d + pd.Timedelta(days=7)) for d in free if d + pd.Timedelta(days=7) in support]
    assert np.median([r for r in ratio if not math.isnan(r)]) < 0.95


def test_campaign_price_list_outage_and_closure_show_in_the_history(history):
    sales, service, support = (daily(history, p) for p in ("sales", "service", "support"))
    assert sales["2026-03-16":"2026-03-29"].mean() > 1.2 * sales["2026-03-02":"2026-03-13"].mean()
    assert service["2026-02-02":"2026-02-13"].mean() > 1.15 * service["2026-02-16":"2026-02-27"].mean()
    assert support["2026-05-19"] > 2 * support["2026-05-12"]
    assert pd.Timestamp("2025-06-20") not in service.index
    blocked = history.groupby(["project", "day"])["blocked"].sum()
    assert blocked["support"].idxmax() == pd.Timestamp("2026-05-19")


def test_the_support_contract_is_kept_in_most_months_and_missed_in_some(history):
    support = history[history["project"] == "support"]
    sums = support.groupby(support["day"].dt.to_period("M"))[["handled", "offered", "short_abandoned"]].sum()
    rate = sums["handled"] / (sums["offered"] - sums["short_abandoned"])
    missed = [str(month) for month in rate.index[rate < 0.9]]
    assert missed == ["2025-07", "2026-02", "2026-05", "2026-06"]


def test_service_levels_are_those_of_a_real_centre(history):
    sums = history.groupby(["project", "channel"])[["answered_within", "offered"]].sum()
    assert (sums["answered_within"] / sums["offered"]).between(0.7, 0.99).all()


# the people ---------------------------------------------------------------------------------------------------------
def test_about_120_people_are_employed_and_some_left(history):
    agents = samples.load_agents()
    assert 115 <= agents["left"].isna().sum() <= 125
    assert 25 <= agents["left"].notna().sum() <= 60
    assert agents["name"].is_unique
    assert (agents["left"].isna() | (agents["left"] > agents["hired"])).all()
    for project in samples.load_centre()["projects"]:
        for channel in project["channels"]:
            assert sum(trains(row, project["project"], channel) for row in agents.itertuples()) >= 3


def test_an_agent_works_on_one_queue_a_day_trained_for_it_while_employed():
    results, agents = samples.load_agent_results(), samples.load_agents().set_index("agent")
    assert not results.duplicated(["agent", "day"]).any()
    people = agents.loc[results["agent"]].reset_index()
    assert (people["hired"] <= results["day"]).all()
    assert (people["left"].isna() | (people["left"] >= results["day"])).all()
    pairs = pd.concat([people, results[["project", "channel"]].add_prefix("on_")], axis=1)
    pairs = pairs.drop_duplicates(["agent", "on_project", "on_channel"])
    assert all(trains(row, row.on_project, row.on_channel) for row in pairs.itertuples())


def test_what_the_agents_handled_sums_to_the_history(history):
    results = samples.load_agent_results()
    queue = ["day", "project", "channel"]
    by_agent = results.groupby(queue)["handled"].sum()
    by_queue = history[history["day"] >= "2026-08-01"].groupby(queue)["handled"].sum()
    assert by_agent.sort_index().equals(by_queue[by_queue > 0].sort_index())


def test_survey_counts_stay_within_their_answers():
    surveys = samples.load_surveys()
    counted = surveys[["favourable", "unfavourable"]].fillna(0).sum(axis=1)
    assert (counted <= surveys["answers"]).all()
    ease = surveys[surveys["survey"] == "ces"]
    assert (ease["score_sum"] / ease["answers"]).dropna().between(1, 7).all()


# the cycles ---------------------------------------------------------------------------------------------------------
def test_three_cycles_are_finished_and_one_begins_after_the_history(cycles, history):
    assert [c["status"] for c in cycles] == ["finished"] * 3 + ["planned"]
    assert all(later["predecessor"] == earlier["name"] for earlier, later in pairwise(cycles))
    assert cycles[3]["first_day"] > history["day"].max().date()
    assert all((c["last_day"] - c["first_day"]).days == 90 for c in cycles)


def test_the_tables_of_a_cycle_are_as_documented_and_inside_its_days(cycles):
    for cycle in cycles[:3]:
        for name, table in cycle["tables"].items():
            check(table, name)
        for name, column in (("forecast", "interval_start"), ("actuals", "interval_start"), ("action_log", "at")):
            days = cycle["tables"][name][column].dt.date
            assert (days.min(), days.max()) >= (cycle["first_day"], cycle["first_day"])
            assert days.max() <= cycle["last_day"]
        assert len(cycle["tables"]["forecast"]) == len(cycle["tables"]["actuals"])


def test_a_plan_was_made_before_the_days_it_is_for_and_is_off_as_plans_are(cycles):
    queue = ["project", "channel"]
    for cycle in cycles[:3]:
        plan, actual = (
            cycle["tables"][name]
            .assign(day=lambda t: t["interval_start"].dt.date)
            .groupby([*queue, "day"])["offered"]
            .sum()
            for name in ("forecast", "actuals")
        )
        wape = (plan - actual).abs().groupby(queue).sum() / actual.groupby(queue).sum()
        assert wape.between(0.02, 0.25).all(), wape


def test_what_was_promised_is_near_what_the_simulated_people_gave(cycles):
    rows = []
    for cycle in cycles[:3]:
        plan, actual = cycle["tables"]["requirement"], cycle["tables"]["actuals"]
        live = plan["channel"].isin(["voice", "chat"])
        plan = plan[live].assign(soon=plan["service_level"] * plan["offered"])
        planned = plan.groupby(["project", "channel"])[["soon", "offered"]].sum()
        given = actual.groupby(["project", "channel"])[["answered_within", "offered"]].sum()
        rows.append(given["answered_within"] / given["offered"] - planned["soon"] / planned["offered"])
    gaps = pd.concat(rows).dropna()
    assert len(gaps) == 18
    assert gaps.between(-0.12, 0.09).all(), gaps  # sickness and surges below, a weak offer above
    assert -0.06 < gaps.mean() < 0.01


def test_the_planned_shifts_cover_the_planned_need(cycles):
    for cycle in cycles[:3]:
        shifts, need = cycle["tables"]["schedule"], cycle["tables"]["requirement"]
        hours = (shifts["shift_end"] - shifts["shift_start"]).dt.total_seconds() / 3600
        hours -= (shifts["break_end"] - shifts["break_start"]).dt.total_seconds().fillna(0) / 3600
        paid = (hours * shifts["people"]).groupby(shifts["project"]).sum()
        needed = need.groupby("project")["scheduled"].sum() / 2
        assert (paid / needed).between(0.97, 1.1).all()


def test_a_cycle_s_documents_can_be_read_by_its_stages(cycles):
    for cycle in cycles:
        mission = check_mission(cycle["documents"]["mission"])
        assert not blockers(mission)
        areas, _ = scores(mission["answers"])
        assert (areas["spread"] > 0.2).all()
    for cycle in cycles[:3]:
        check_evaluation(cycle["documents"]["evaluation"])
        check_scenarios(cycle["documents"]["action"]["scenarios"])
        assert set(cycle["tables"]["action_log"]["plan_item"]) <= set(PLAN_ITEMS)
        entries = set(cycle["tables"]["action_log"]["entry"])
        judged = {int(entry) for entry in cycle["documents"]["evaluation"]["judgements"]}
        corrected = set(cycle["tables"]["action_log"]["corrects"].dropna())
        assert 8 <= len(entries) <= 12
        assert judged == entries - corrected


def test_the_chain_of_the_sample_reaches_every_target_and_breaks_in_one_place(cycles):
    from ccwb.chain import balance, breaks

    for cycle in cycles[2:]:
        mission = cycle["documents"]["mission"]
        assert [(one["kind"], one["item"]) for one in breaks(mission)] == [
            ("step_without_measure", "Coach every agent in fixed hours")
        ]
        assert (balance(mission).set_index("factor")["items"].drop("") > 0).all()


def test_targets_are_set_for_measures_that_the_workbook_knows(cycles):
    from ccwb.measures import KPIS

    for cycle in cycles:
        assert set(cycle["documents"]["mission"]["targets"]) <= set(KPIS)


def test_a_seeded_workbook_has_its_finished_cycles_approved_and_the_next_one_begun(sample_database):
    from ccwb.cycle import state

    with open_store(sample_database) as store:
        *finished, planned = store.cycles()
        assert [c.status for c in finished] == ["finished"] * 3
        for cycle in finished:
            values = store.read_table("kpi_values", cycle=cycle.id).set_index(["kpi", "project", "basis"])["value"]
            assert 0.7 < values["service_level", "service", "actual"] < values["service_level", "service", "plan"]
            assert 1 < values["cost_per_contact", "", "plan"] < 2 * values["cost_per_contact", "", "actual"]
            assert {s.state for s in state(store, cycle.id).values()} == {"approved"}
        assert state(store, planned.id)["mission"].state == "in work"
        rows = store.load("carried", cycle=planned.id).data["rows"]
        assert {row["kind"] for row in rows} >= {"gap", "case", "lesson", "deviation", "parameter", "target"}
        mission = store.load("mission", cycle=planned.id).data
        gaps = {gap["id"]: gap["title"] for gap in mission["gaps"]}
        assert [gaps[g] for g in mission["cases"][0]["gaps"]] == ["Support loses people faster than it hires"]
        with pytest.raises(PlanError, match="has cycles already"):
            samples.seed_workbook(store)


# how it was made ----------------------------------------------------------------------------------------------------
def test_a_seeded_plan_grows_stale_like_one_that_was_made_in_the_pages(sample_file, tmp_path):
    from ccwb.cycle import state

    copy = tmp_path / "seeded.db"
    copy.write_bytes(sample_file.read_bytes())
    with open_store(f"sqlite:///{copy.as_posix()}") as store:
        one, who = store.cycles()[2].id, {"by": "Ana", "at": dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)}
        plan = store.read_table("requirement", cycle=one, project="service")
        store.write_table("requirement", plan.assign(aht_s=300.0), cycle=one, project="service", **who)
        found = state(store, one)["schedule"]
    assert found.state != "approved"
    assert {(b.project, str(b)) for b in found.blockers} == {
        ("service", "The staffing requirement changed after step 4 was computed: run step 4 again.")
    }


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(script, tmp_path):
    span = {"first_day": "2026-10-20", "last_day": "2026-10-27"}
    for folder, seed in (("one", 1), ("again", 1), ("other", 2)):
        script.make(tmp_path / folder, seed=seed, **span)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len([name for name in files if name.startswith("history")]) == 10
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    name = "history_service_voice.csv.gz"
    assert (tmp_path / "one" / name).read_bytes() != (tmp_path / "other" / name).read_bytes()


def served(n=200_000, *, agents, load, seed=1, patience=math.inf, lines=None):
    """Wait in handling times (missing: left), and blocked, of contacts at a constant load; the first tenth left out."""
    from sample_queue import serve

    draw = np.random.default_rng(seed)
    arrive = np.cumsum(draw.exponential(1 / load, n))
    willing = np.full(n, math.inf) if math.isinf(patience) else draw.exponential(patience, n)
    begin, blocked = serve(
        arrive, willing, draw.exponential(1.0, n), starts=np.array([0.0]), agents=np.array([agents]), lines=lines
    )
    return (begin - arrive)[n // 10 :], blocked[n // 10 :]


def test_one_agent_serves_in_order_of_arrival_those_who_still_wait_and_found_a_line(script):
    from sample_queue import serve

    three = np.array([0.0, 1.0, 2.0])
    begin, _ = serve(three, np.full(3, math.inf), np.full(3, 5.0), starts=np.array([0.0]), agents=np.array([1]))
    assert begin.tolist() == [0.0, 5.0, 10.0]
    arrive, handle = np.array([0.0, 10.0, 20.0, 30.0]), np.array([60.0, 60.0, 60.0, 60.0])
    begin, blocked = serve(
        arrive, np.array([99.0, 99.0, 30.0, 200.0]), handle, starts=np.array([0.0]), agents=np.array([1]), lines=3
    )
    assert begin[:2].tolist() == [0.0, 60.0]
    assert np.isnan(begin[2])  # gave up at 50
    assert blocked.tolist() == [False, False, False, True]  # three in the system at 30


def test_work_waits_while_nobody_is_there_and_goes_on_with_the_next_shift(script):
    from sample_queue import serve

    shift = {"starts": np.array([0.0, 100.0, 200.0]), "agents": np.array([1, 0, 2])}
    begin, _ = serve(np.array([90.0, 95.0, 110.0]), np.full(3, math.inf), np.full(3, 30.0), **shift)
    assert begin.tolist() == [90.0, 200.0, 200.0]  # the first is finished after the shift's end, the others wait


@pytest.mark.parametrize(("load", "agents"), [(4.0, 6), (10.0, 13), (20.0, 23)])
def test_the_simulation_agrees_with_the_textbook_queue_without_impatience(script, load, agents):
    waits, _ = served(load=load, agents=agents)
    terms = [load**k / math.factorial(k) for k in range(agents)]
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    delayed = last / (sum(terms) + last)  # Erlang C, summed term by term
    assert (waits > 0).mean() == pytest.approx(delayed, abs=0.02)
    assert waits.mean() == pytest.approx(delayed / (agents - load), rel=0.1)


@pytest.mark.parametrize(("load", "agents", "patience"), [(10.0, 9, 0.7), (20.0, 20, 1.5)])
def test_the_simulation_agrees_with_the_textbook_queue_with_impatience(script, load, agents, patience):
    waits, _ = served(load=load, agents=agents, patience=patience)
    weights = [1.0]  # of 0, 1, 2 ... in the system: a birth and death chain
    for k in range(1, 400):
        weights.append(weights[-1] * load / (min(k, agents) + max(k - agents, 0) / patience))
    waiting = sum(w * max(k - agents, 0) for k, w in enumerate(weights)) / sum(weights)
    assert np.isnan(waits).mean() == pytest.approx(waiting / patience / load, abs=0.006)


def test_the_simulation_blocks_as_the_textbook_says(script):
    _, blocked = served(load=10.0, agents=12, lines=12)
    share = 1.0
    for k in range(1, 13):
        share = 10 * share / (k + 10 * share)  # Erlang B, line by line
    assert blocked.mean() == pytest.approx(share, abs=0.005)


def test_two_conversations_at_once_are_two_places(script):
    from sample_queue import serve

    begin, _ = serve(
        np.array([0.0, 1.0, 2.0]), np.full(3, math.inf), np.full(3, 10.0), starts=np.array([0.0]),
        agents=np.array([1]), at_once=2,
    )  # fmt: skip
    assert begin.tolist() == [0.0, 1.0, 10.0]
