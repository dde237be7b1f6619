"""Bounded lines and contacts that call again: what the figures of a row are of, and how its model is called."""

import re

import numpy as np

from ccwb import queueing
from ccwb.errors import PlanError
from ccwb.messages import N_

# what is said of a model after its name, in this order, as it stands in a requirement's `model`
HELD, LINES, ONE_LINE, REDIALS = N_("{n} at once"), N_("{n} lines"), N_("1 line"), N_("redials")
CARRIED, SHORT = N_("line carried over"), N_("still short")


def model_of(patience_s, at_once, lines, redial):
    """Return what a live queue's model is called.

    >>> model_of(120, 1, 40, 0.5), model_of(float("nan"), 2, float("nan"), 0)
    ('Erlang A, 40 lines, redials', 'Erlang C, 2 at once')
    """
    said = ["Erlang C" if np.isnan(patience_s) else "Erlang A"]
    said += [HELD.format(n=f"{at_once:.0f}")] if at_once > 1 else []
    said += [str(of_lines(lines))] if not np.isnan(lines) else []
    return ", ".join([*said, REDIALS] if redial > 0 else said)


def of_lines(lines):
    """Return how many lines there are, in words of which each language has its own.

    >>> str(of_lines(40)), str(of_lines(1))
    ('40 lines', '1 line')
    """
    return PlanError(ONE_LINE) if lines == 1 else PlanError(LINES, n=int(lines))


def parts_of_model(model):
    """Return what a requirement's `model` says as a list of (template, its values), to be told in any language.

    >>> parts_of_model("Erlang A, 40 lines, redials")
    [('Erlang A', {}), ('{n} lines', {'n': 40}), ('redials', {})]
    >>> parts_of_model("Erlang A, 1 line")
    [('Erlang A', {}), ('1 line', {})]
    """
    if "Erlang" not in model:
        return [(model, {})]
    out = []
    for part in model.split(", "):
        number = re.fullmatch(r"(\d+) (.+)", part)
        one = part in (ONE_LINE, LINES.format(n=1))  # as plans say it that were made before there was a singular
        several = number and (f"{{n}} {number[2]}", {"n": int(number[1])})
        out.append((ONE_LINE, {}) if one else several or (part, {}))
    return out


def accepted(table):
    """Return the contacts that the shares of a requirement's rows are of: every attempt that found a free line."""
    return attempts(table) - _or(table, "blocked", 0.0)


def attempts(table):
    """Return the attempts of a requirement's rows: contacts offered, and every time that one of them calls again."""
    return _or(table, "attempts", table["offered"].to_numpy(dtype=float))


def _or(table, name, other):
    """Return a column, and what else counts where it is missing; a table without lines and redials need not have it."""
    values = table[name].to_numpy(dtype=float) if name in table else np.full(len(table), np.nan)
    return np.where(np.isnan(values), other, values)


def per_offered(got, redial):
    """Return attempts per offered contact where a share `redial` of those blocked or given up calls again."""
    return 1 / (1 - redial * (got.blocked + (1 - got.blocked) * got.abandonment))


def enough_answered(load, agents, known, goal):
    """Return agents, no fewer than given, with which the share `goal` of all attempts is answered, blocked ones too.

    For a contract that counts blocked attempts as offered. More agents than lines answer no more: where as many as
    there are lines do not suffice, PlanError says that lines are missing.
    """
    low, high = agents - 1, np.maximum(agents, known["lines"])

    def met(some):
        got = queueing.performance(load, some, **known)
        return (load <= 0) | (got.answer_rate * (1 - got.blocked) >= goal)

    if not met(high).all():
        at = int(np.argmin(met(high)))
        raise PlanError(
            N_(
                "With {lines} so many are turned away at a load of {load} erlangs that no number of agents answers "
                "{goal} of all attempts, which the contract counts. Add lines, empty the field, or let the contract "
                "leave blocked attempts out."
            ),
            load=f"{load[at]:.1f}",
            lines=of_lines(known["lines"][at]),
            goal=f"{goal[at]:.1%}",
        )
    while (high - low > 1).any():
        middle = np.where(high - low > 1, (low + high) // 2, high)
        good = met(middle)
        high, low = np.where(good, middle, high), np.where(good, low, middle)
    return high


def refuse(names, targets, what):
    """PlanError where a queue has bounded lines or redials, which `what` (a sentence) does not know."""
    for (project, channel), lines, redial in zip(names, targets["lines"], targets["redial"], strict=True):
        if not np.isnan(lines) or redial > 0:
            raise PlanError(
                N_("{project} / {channel} has bounded lines or contacts that call again. {what}"),
                project=project,
                channel=channel,
                what=PlanError(what),
            )
