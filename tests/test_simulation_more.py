"""The simulation: agents who hold several chats or take longer, shared lines, results by part of the time."""

import numpy as np
import pytest

from ccwb.errors import PlanError
from ccwb.queueing import performance
from ccwb.queueing.simulation import Estimate, Group, Queue, replay, simulate
from ccwb.queueing.simulation.draws import draw
from ccwb.queueing.simulation.world import world
from tests.test_simulation import HOUR, SETTING, SHARES, centre, near, one


# --- several chats at once --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("load", "agents", "at_once"), [(7.0, 4, 2), (10.0, 4, 3)])
def test_chats_that_do_not_slow_each_other_are_a_queue_of_slots(load, agents, at_once):
    queue, team, _ = one(load * 100 * HOUR / 180, agents, patience_s=150.0, at_once=at_once)
    exact = performance(load, agents * at_once, aht_s=180, answer_within_s=20, patience_s=150)
    for name in SHARES:
        assert near(getattr(queue, name), getattr(exact, name)), name
    assert near(team.occupancy, exact.occupancy)


def test_one_agent_with_two_chats_that_slow_each_other_is_a_chain_of_three_states():
    load, slower = 1.3, 1.6  # handling takes 1.6 times as long while two are held; aht_s is that longer time
    queue, team, _ = one(load * 100 * HOUR / 180, 1, at_once=2, slowdown=(1, slower), lines=2, replications=80)
    weights = np.array([1.0, load / slower, load / slower * load / 2])  # ends per aht_s: 1.6 with one held, 2 with two
    state = weights / weights.sum()
    assert near(queue.blocked, state[2])
    assert near(team.occupancy, state[2] + state[1] / 2)


def test_a_twin_of_chat_agents_finds_the_same_day():
    """Chats beside calls once more: after every event all that is held is worked on, agent by agent."""
    queues = [
        Queue("chat", offered=160, aht_s=500, patience_s=240, at_once=3, slowdown=(1, 1.2, 1.5)),
        Queue("other chat", offered=60, aht_s=300, patience_s=300, at_once=2, slowdown=(1, 1.4), priority=2),
        Queue("voice", offered=60, aht_s=240, patience_s=120),
    ]
    groups = [Group("chats", ["chat", "other chat"], agents=4), Group("all", ["voice", "other chat", "chat"], agents=5)]
    of = world(queues, groups, 4 * HOUR, 0.0)
    for seed in np.random.SeedSequence(8).spawn(4):
        end = replay(False, of, queues, 0.0, seed)
        drawn = draw(queues, 4 * HOUR, 0.0, seed)[0]
        means = [(queue.aht_s, queue.patience_s) for queue in queues]
        came = sorted(
            (a["came_s"], a["queue"], *(a[["work", "patience"]].tolist() * np.array(means[a["queue"]]))) for a in drawn
        )
        begins = sorted((a.came_s, a.began_s) for a in end.attempts if a.by >= 0)
        found = sorted(chat_twin(came, queues, 4 * HOUR))
        assert len(begins) == len(found) > 150
        assert np.array(begins) == pytest.approx(np.array(found))
        assert min(row.answered for row in end.tallies) > 20


def chat_twin(came, queues, length_s):
    """(came_s, began_s) of all contacts that are answered."""
    agents = [{"skill": [0, 1], "held": [], "free": n} for n in range(4)]
    agents += [{"skill": [2, 1, 0], "held": [], "free": 4 + n} for n in range(5)]
    lines, begun, now, turn = [[], [], []], [], 0.0, 9

    def pace(agent, queue):
        factors = queues[queue].slowdown or (1.0,)
        return factors[-1] / factors[len(agent["held"]) - 1]

    def room(agent, queue):
        return len(agent["held"]) < min(queues[q].at_once for q in [queue, *(h[0] for h in agent["held"])])

    def begin(agent, contact):
        nonlocal turn
        turn += 1
        agent["held"].append([contact[1], contact[2]])
        agent["free"] = turn
        begun.append((contact[0], now))

    while True:
        ends = [(left / pace(agent, queue), n) for n, agent in enumerate(agents) for queue, left in agent["held"]]
        step, who = min(ends, default=(np.inf, None))
        arrival = came[0][0] if came else np.inf
        at = min(arrival, now + step)
        if at >= length_s:
            return begun
        for agent in agents:
            paces = [pace(agent, queue) for queue, _ in agent["held"]]
            for held, speed in zip(agent["held"], paces, strict=True):
                held[1] -= (at - now) * speed
        now = at
        for line in lines:
            line[:] = [contact for contact in line if contact[0] + contact[3] >= now]
        if arrival <= now:
            contact = came.pop(0)
            able = [agent for agent in agents if contact[1] in agent["skill"] and room(agent, contact[1])]
            rank = [(agent["skill"].index(contact[1]), agents.index(agent) >= 4) for agent in able]
            rank = [(*r, len(agent["held"]), agent["free"]) for r, agent in zip(rank, able, strict=True)]
            if able:
                begin(able[rank.index(min(rank))], contact)
            else:
                lines[contact[1]].append(contact)
            continue
        agent = agents[who]
        agent["held"].remove(min(agent["held"], key=lambda held: held[1] / pace(agent, held[0])))
        turn += 1
        agent["free"] = turn
        while waiting := [lines[q][0] for q in agent["skill"] if lines[q] and room(agent, q)]:
            first = min(waiting, key=lambda contact: (queues[contact[1]].priority, contact[0]))
            lines[first[1]].remove(first)
            begin(agent, first)


def test_agents_who_take_longer_are_as_if_the_work_were_longer():
    slow = Group("team", ["voice"], agents=9, aht_factors=2.0)
    setting = {"length_s": 20 * HOUR, "replications": 10, "seed": 3}
    got = simulate([Queue("voice", offered=3000, aht_s=100, patience_s=90)], [slow], **setting)
    usual = simulate([Queue("voice", offered=3000, aht_s=200, patience_s=90)], [Group("team", ["voice"], 9)], **setting)
    assert got.queues == usual.queues
    both = [Queue("voice", offered=3000, aht_s=200, patience_s=90), Queue("chat", offered=300, aht_s=200)]
    groups = [Group("team", ["voice"], agents=9), Group("slow", ["voice", "chat"], agents=4, aht_factors=(1, 3))]
    of = world(both, groups, 20 * HOUR, 0.0)
    drawn = draw(both, 20 * HOUR, 0.0, seed := np.random.SeedSequence(1))[0]
    taken = [
        (a, work)
        for a, work in zip(replay(False, of, both, 0.0, seed).attempts, drawn["work"], strict=True)
        if a.by >= 0
    ]
    assert {round((a.done_s - a.began_s) / work / 200, 6) for a, work in taken if a.queue == 1} == {3}
    assert {round((a.done_s - a.began_s) / work / 200, 6) for a, work in taken if a.queue == 0} == {1}


# --- lines shared by queues -------------------------------------------------------------------------------------------
def test_queues_of_one_trunk_are_blocked_when_its_lines_are_taken_by_whomever():
    def played(**of):
        queues = [Queue(name, offered=4.5 * 100 * HOUR / 180, aht_s=180, lines=9, **of) for name in ("a", "b")]
        team = Group("all", ["a", "b"], agents=9)
        return simulate(queues, [team], length_s=100 * HOUR, replications=30, seed=1, warm_up_s=HOUR, compiled=None)

    shared, apart = played(trunk="north"), played()
    exact = performance(9.0, 9, aht_s=180, answer_within_s=20, lines=9)
    assert near(shared.queues["a"].blocked, exact.blocked) and near(shared.queues["b"].blocked, exact.blocked)
    assert shared.queues["a"].service_level.value == 1
    assert apart.queues["a"].blocked.value < 0.5 * float(exact.blocked) and apart.queues["a"].asa_s.value > 0
    uneven = [Queue("a", offered=1, aht_s=1, lines=2, trunk="x"), Queue("b", offered=1, aht_s=1, trunk="x")]
    with pytest.raises(PlanError, match="trunk 'x' share its lines"):
        simulate(uneven, [Group("all", ["a", "b"])], **SETTING)


# --- results by part of the time --------------------------------------------------------------------------------------
def test_every_part_of_a_slow_day_is_what_the_formula_says_of_it():
    loads, agents = [6.0, 12.0, 3.0], [8, 12, 5]
    length_s = 3 * 50 * HOUR
    queue = Queue("voice", offered=[load * 50 * HOUR / 180 for load in loads], aht_s=180, patience_s=150)
    got = simulate([queue], [Group("team", ["voice"], agents=agents)], length_s=length_s, replications=40, seed=1)
    level, occupancy = got.by_interval["voice"].service_level, got.groups_by_interval["team"].occupancy
    for part, (load, there) in enumerate(zip(loads, agents, strict=True)):
        exact = performance(load, there, aht_s=180, answer_within_s=20, patience_s=150)
        for found, told in ((level, exact.service_level), (occupancy, exact.occupancy)):
            assert near(Estimate(found.value[part], found.low[part], found.high[part]), told), part


def test_the_parts_add_up_to_the_whole():
    queues, groups = centre()
    queues[0] = Queue("a", offered=[40, 0, 50, 0], aht_s=300, patience_s=200)
    got = simulate(queues, groups, length_s=4 * HOUR, replications=30, seed=1, warm_up_s=700)
    for name, count in got.counts.items():
        assert got.parts[name].sum(axis=2) == pytest.approx(count), name
    level, all_ = got.by_interval["a"].service_level, got.by_interval["a"].offered
    assert (all_.value @ level.value) / all_.value.sum() == pytest.approx(got.queues["a"].service_level.value)
    assert (all_.value[1], level.value[1], got.by_interval["a"].asa_s.value[1]) == (0, 1, 0)
    assert got.by_interval["a"].service_level.low.shape == (4,)
