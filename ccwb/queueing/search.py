"""The fewest agents that meet the targets, for every interval at once."""

from dataclasses import fields

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing import erlang, poisson

LEAST, MOST = ("service_level", "answer_rate"), ("asa_s", "mean_wait_s", "abandonment")
MODEL = ("load", "aht_s", "answer_within_s", "patience_s", "lines", "redial", "pace")
FIELDS = [field.name for field in fields(erlang.Performance)]
_NEAR, _TINY = 32, 1e-290  # agents to stroll at most; an Erlang B that its recursion can start from
_SAMPLE = 48  # rows solved first, to start the others close to their answer


def agents_required(
    load,
    *,
    aht_s,
    service_level=None,
    answer_within_s=20,
    asa_s=None,
    mean_wait_s=None,
    abandonment=None,
    answer_rate=None,
    max_occupancy=None,
    patience_s=None,
    lines=None,
    redial=0.0,
    slowdown=None,
):
    """The fewest whole agents that meet every target given; 0 where nothing is offered, else at least 1.

    load : erlangs, 0 or more.  aht_s, answer_within_s, patience_s, lines, redial, slowdown : as for `performance`;
    patience None is Erlang C. With lines the targets are those of accepted contacts: who is blocked lacks a line, not
    an agent.
    service_level : share of offered to be answered within `answer_within_s`, from 0 to below 1.
    asa_s, mean_wait_s : greatest mean wait of answered, of all offered contacts, seconds above 0.
    abandonment : greatest share of offered that may give up, above 0 to 1; needs patience.
    answer_rate : least share of offered to be answered, from 0 to below 1; needs patience.
    max_occupancy : greatest share of the agents' time spent handling, above 0 to 1.
    Arrays broadcast; returns whole numbers (int64) of the common shape. Under Erlang C always more agents than load,
    or the queue would never settle.
    Raises PlanError for a target that no number of agents meets, for none, and for a wrong value, naming it.

    >>> agents_required([0, 0.4, 10, 300], aht_s=180, service_level=0.8).tolist()
    [0, 2, 14, 309]
    >>> int(agents_required(10, aht_s=180, service_level=0.8, patience_s=120))
    12
    """
    targets = {
        "service_level": service_level,
        "asa_s": asa_s,
        "mean_wait_s": mean_wait_s,
        "abandonment": abandonment,
        "answer_rate": answer_rate,
        "max_occupancy": max_occupancy,
    }
    targets = {name: _target(name, value) for name, value in targets.items() if value is not None}
    _check_together(targets, patience_s)
    known = {"load": load, "aht_s": aht_s, "answer_within_s": answer_within_s}
    known |= erlang.kind(patience_s=patience_s, lines=lines, redial=redial)
    pace = erlang.pace_of(slowdown, lines)
    arrays = _together(known, targets)
    offered = arrays["load"] > 0
    arrays |= erlang.spread(pace, offered.shape)
    needed = np.zeros(offered.shape, dtype=np.int64)
    if offered.any():
        needed[offered] = _fewest({name: value[offered] for name, value in arrays.items()})
    return needed


def _together(known, targets):
    shape, values = erlang.checked(**known)
    values = [value.reshape(shape) for value in values]
    try:
        both = np.broadcast_arrays(*values, *targets.values())
    except ValueError:
        raise PlanError(
            N_("The targets do not fit the loads row by row: {shapes}. Give one value or one per row."),
            shapes=", ".join(f"{name}: {np.shape(value)}" for name, value in {**known, **targets}.items()),
        ) from None
    return dict(zip([*known, *targets], both, strict=True))


# target -> (what a value has to be, test)
_POSSIBLE = {
    "service_level": (N_("a share from 0 to below 1 (80 % is 0.8)"), lambda v: (v >= 0) & (v < 1)),
    "answer_rate": (N_("a share from 0 to below 1 (90 % is 0.9)"), lambda v: (v >= 0) & (v < 1)),
    "asa_s": (N_("a time above 0 seconds"), lambda v: (v > 0) & (v < np.inf)),
    "mean_wait_s": (N_("a time above 0 seconds"), lambda v: (v > 0) & (v < np.inf)),
    "abandonment": (N_("a share above 0, up to 1 (5 % is 0.05)"), lambda v: (v > 0) & (v <= 1)),
    "max_occupancy": (N_("a share above 0, up to 1 (88 % is 0.88)"), lambda v: (v > 0) & (v <= 1)),
}


def _target(name, value):
    expected, possible = _POSSIBLE[name]
    try:
        array = np.asarray(value, dtype=float)
        wrong = ~possible(array)
    except (TypeError, ValueError):
        array, wrong = np.array(str(value)), np.array(True)
    if wrong.any():
        raise PlanError(
            N_("The target {name} has to be {expected}; found {found}. No number of agents reaches it otherwise."),
            name=name,
            expected=expected,
            found=str(array[wrong].flat[0]),
        )
    return array


def _check_together(targets, patience_s):
    if not targets:
        raise PlanError(
            N_("No target is given, so no number of agents can be the fewest. Give at least one of: {known}."),
            known=", ".join(_POSSIBLE),
        )
    unknown = [name for name in ("abandonment", "answer_rate") if name in targets]
    if unknown and patience_s is None:
        raise PlanError(
            N_(
                "The target {name} needs patience_s (mean time a contact is willing to wait, seconds): without it the "
                "model is Erlang C, in which nobody gives up. Give a patience or drop the target."
            ),
            name=", ".join(unknown),
        )


def _fewest(rows):
    """The fewest agents for rows that all have a load: a sample first, then every row from the sample's pattern."""
    load = rows["load"]
    endless = "patience_s" not in rows and "lines" not in rows  # a queue that only more agents than load ever empty
    load = load / rows["pace"][:, -1] if "pace" in rows else load  # agents that it keeps busy
    floor = np.floor(load) + 1 if endless else np.ones(load.shape)
    if len(load) <= _SAMPLE:
        return _walk(rows, np.maximum(floor, np.ceil(load + np.sqrt(load) / 2)), floor)
    order = np.argsort(load, kind="stable")
    sample = np.unique(order[np.linspace(0, len(load) - 1, _SAMPLE).astype(int)])
    sample = sample[np.argsort(load[sample], kind="stable")]
    some = _fewest({name: value[sample] for name, value in rows.items()})
    above = np.interp(np.sqrt(load), np.sqrt(load[sample]), (some - load[sample]) / np.sqrt(load[sample]))
    guess = np.maximum(np.ceil(load + above * np.sqrt(load) - 0.5), floor)
    if {"patience_s", "lines", "redial", "pace"} & rows.keys():
        return _walk(rows, guess, floor)
    return _stroll(rows, guess, floor)


def _stroll(rows, guess, floor):
    """Erlang C agent by agent from `guess`: one Erlang B a row, all others by its recursion, which costs little.

    Rows that are far from their guess, or where Erlang B is too small a number, walk instead.
    """
    load, needed, open_ = rows["load"], guess.copy(), np.arange(len(guess))
    lost = poisson.blocking(load, guess)
    met = _meets_c(rows, open_, needed, lost)
    down, up = open_[met & (needed > floor) & (lost > _TINY)], open_[~met]
    far = [open_[met & (needed > floor) & (lost <= _TINY)]]
    for _step in range(_NEAR):
        if not len(down) + len(up):
            break
        lost[up] = 1 / (1 + (needed[up] + 1) / (load[up] * lost[up]))
        needed[up] += 1
        fewer = needed[down] / load[down] / (1 / lost[down] - 1)
        down, fewer = _kept(_meets_c(rows, down, needed[down] - 1, fewer), down, fewer)
        needed[down], lost[down] = needed[down] - 1, fewer
        down, up = down[needed[down] > floor[down]], up[~_meets_c(rows, up, needed[up], lost[up])]
    far = np.concatenate([*far, down, up])
    needed[far] = _walk({name: value[far] for name, value in rows.items()}, needed[far], floor[far])
    return needed.astype(np.int64)


def _kept(which, *arrays):
    return [array[which] for array in arrays]


def _meets_c(rows, at, agents, lost):
    """Whether agents meet every target of Erlang C in the rows `at`, Erlang B of these agents being known."""
    some = {name: value[at] for name, value in rows.items()}
    spare = agents - some["load"]
    wait = agents * lost / (spare + some["load"] * lost)
    given = {"answer_rate": 1.0, "abandonment": 0.0, "occupancy": some["load"] / agents}
    given["service_level"] = 1 - wait * np.exp(-spare * some["answer_within_s"] / some["aht_s"])
    given["asa_s"] = given["mean_wait_s"] = wait * some["aht_s"] / spare
    return _all_within(some, given)


def _walk(rows, guess, floor):
    """Walk from `guess` in doubling steps until the answer is enclosed, then halve. More agents are never worse.

    `low` always fails (or is floor - 1), `high` always meets; only rows still open are computed.
    """
    low, high = floor - 1, np.full(guess.shape, np.inf)
    at, step = guess.copy(), np.ones(guess.shape)
    open_ = np.arange(len(guess))
    while len(open_):
        met = _meets({name: value[open_] for name, value in rows.items()}, at[open_])
        high[open_[met]] = at[open_[met]]
        low[open_[~met]] = at[open_[~met]]
        open_ = open_[high[open_] - low[open_] > 1]
        up = np.isinf(high[open_])
        down = low[open_] < floor[open_]
        middle = np.floor((low[open_] + high[open_]) / 2)
        reached = np.where(up, low[open_] + step[open_], np.maximum(high[open_] - step[open_], floor[open_]))
        at[open_] = np.where(up | down, reached, middle)
        step[open_] *= 2
    return high.astype(np.int64)


def _meets(rows, agents):
    """Whether the rows' agents meet every target; a value that is not a number is an error, never a miss."""
    return _all_within(rows, _given(rows, agents))


def _all_within(rows, given):
    met = np.ones(rows["load"].shape, dtype=bool)
    for name in LEAST + MOST:
        if name in rows:
            met &= _within(given[name], rows[name], name in LEAST)
    if "max_occupancy" in rows:
        met &= _within(given["occupancy"], rows["max_occupancy"], False)
    return met


def _within(value, target, least):
    if np.isnan(value).any():
        raise FloatingPointError("a queueing formula gave no number: this is a defect, not a missed target")
    return value >= target if least else value <= target


def _given(rows, agents):
    if "patience_s" in rows and not {"asa_s", "lines", "redial"} & rows.keys():  # without the mean wait of the answered
        _, level, gone, answered, occupancy = erlang.level_a(rows | {"agents": agents})
        return {
            "service_level": level,
            "mean_wait_s": rows["patience_s"] * gone,
            "abandonment": gone,
            "answer_rate": answered,
            "occupancy": occupancy,
        }
    model = {name: rows[name] for name in MODEL if name in rows}
    return dict(zip(FIELDS, erlang.given(model | {"agents": agents}), strict=True))
