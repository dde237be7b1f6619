"""What every queue has to reach, from the centre document or as typed, checked."""

from collections.abc import Mapping

import numpy as np

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing.concurrency import pace_of
from ccwb.staffing.shrinkage import shrinkage_of_project

_NO_TARGET = {
    "service_level": None,
    "answer_within_s": 20,
    "patience_s": None,
    "max_occupancy": None,
    "aht_s": None,
    "answer_rate": None,
    "asa_s": None,
    "abandonment": None,
    "shrinkage": 0.0,
    "placed": 0.0,
    "blend": 0.0,
    "cushion": 0.0,
    "lines": None,
    "redial": 0.0,
    "counts_blocked": False,
}
# what stands in the arrays for "no such target": a value that every number of agents meets
_ALWAYS_MET = {"service_level": 0.0, "answer_rate": 0.0, "max_occupancy": 1.0, "asa_s": 1e12, "abandonment": 1.0}
NO_GOAL = dict(_ALWAYS_MET)  # of these, the targets that a number of agents can miss
_ALWAYS_MET |= {"patience_s": np.nan, "aht_s": np.nan, "lines": np.nan}


def targets_of(centre):
    """Return the targets of every queue of the centre document, (project, channel) -> dict, as `requirement` reads it.

    service_level, answer_within_s, asa_s, abandonment, patience_s, max_occupancy, aht_s : the channel's own.  at_once :
    conversations held at once by one agent.  slowdown : factors of the handling time with 1, 2, .. of them held, or
    None when it stays the same.  answer_rate : promised in the project's contract, or None.  shrinkage : share of
    rostered time lost to what the roster does not place.  placed : share of paid time that it places, such as leave.
    blend : share of live agents' usable idle time that is spent on deferred work.  cushion : share of the volume that
    is staffed for on top, because the volume is not sure; what is given is told of the volume itself.  lines : most
    contacts of the queue in the centre at once, handled or waiting; None is unbounded.  redial : share of those who
    gave up or were blocked that call again.  counts_blocked : whether the contract counts blocked attempts as offered.

    >>> from ccwb.projects import blank_centre, new_project
    >>> centre = blank_centre() | {"projects": [new_project("orders", channels=["chat"], shrinkage=0.25)]}
    >>> one = targets_of(centre)["orders", "chat"]
    >>> one["answer_within_s"], one["at_once"], one["shrinkage"], one["answer_rate"]
    (60, 2, 0.25, None)
    """
    out = {}
    for project in centre["projects"]:
        lost = shrinkage_of_project(project)
        shared = {"shrinkage": lost.roster, "placed": lost.placed, "blend": project.get("blend", 0.0), "cushion": 0.0}
        shared["answer_rate"] = project["contract"]["answer_rate"]
        shared["counts_blocked"] = bool(project["contract"].get("counts_blocked"))
        for channel, own in project["channels"].items():
            usual = {"at_once": CHANNELS[channel].at_once, "slowdown": None, "asa_s": None, "abandonment": None}
            usual |= {"lines": None, "redial": 0.0}
            out[project["project"], channel] = usual | own | shared
    return out


def targets_per_queue(names, targets):
    """Return target -> one value per queue (slowdown: a tuple each); PlanError names a queue without any."""
    rows, curves = [], np.empty(len(names), dtype=object)
    for at, (project, channel) in enumerate(names):
        row = checked_target(targets, project, channel)
        curves[at] = _slowdown(row, project, channel)
        rows.append({k: _ALWAYS_MET[k] if row[k] is None else row[k] for k in (*_NO_TARGET, "at_once")})
    values = {k: np.array([row[k] for row in rows], dtype=float) for k in (*_NO_TARGET, "at_once")}
    return values | {"slowdown": curves}


def checked_target(targets, project, channel):
    """Return a queue's targets, those that it has not as None or 0; PlanError where it has none or wrong ones."""
    if not isinstance(targets, Mapping) or not all(isinstance(own, Mapping) for own in targets.values()):
        raise PlanError(
            N_("Targets are given per queue, (project, channel) -> its targets; found {found}."),
            found=str(targets)[:80],
        )
    if channel not in CHANNELS or (project, channel) not in targets:
        raise PlanError(
            N_(
                "The forecast has work for {project} / {channel}, which has no targets. Targets are known for: "
                "{known}. Add the channel to the project on the setup page, then run this step again."
            ),
            project=project,
            channel=channel,
            known=", ".join(" / ".join(queue) for queue in targets) or "-",
        )
    row = {**_NO_TARGET, "at_once": CHANNELS[channel].at_once} | dict(targets[project, channel])
    _check_targets(row, project, channel)
    return row


def _slowdown(row, project, channel):
    """Return the factors of the handling time with 1, 2, .. at_once conversations held, as a tuple; checked."""
    many = int(row["at_once"])
    curve = row.get("slowdown") or [1.0] * many
    if len(curve) != many:
        raise PlanError(
            N_(
                "{project} / {channel}: the slowdown needs a factor for each number of conversations held at once, "
                "{many} in all; found {found}. Correct one of the two, then run it again."
            ),
            project=project,
            channel=channel,
            many=many,
            found=str(list(curve)),
        )
    try:
        pace_of(curve)
    except PlanError as error:
        raise PlanError(N_("{project} / {channel}: {error}"), project=project, channel=channel, error=error) from error
    return tuple(float(factor) for factor in curve)


_LIMITS = {
    "shrinkage": (N_("a share from 0 to below 1"), lambda v: 0 <= v < 1),
    "placed": (N_("a share from 0 to below 1"), lambda v: 0 <= v < 1),
    "blend": (N_("a share from 0 to 1"), lambda v: 0 <= v <= 1),
    "cushion": (N_("a share above -1"), lambda v: -1 < v < np.inf),
    "asa_s": (N_("above 0 seconds, or empty"), lambda v: v is None or 0 < v < np.inf),
    "abandonment": (N_("a share above 0, up to 1, or empty"), lambda v: v is None or 0 < v <= 1),
    "max_occupancy": (N_("a share above 0, up to 1"), lambda v: v is None or 0 < v <= 1),
    "at_once": (N_("1 or more whole conversations"), lambda v: v >= 1 and v % 1 == 0),
    "service_level": (N_("a share from 0 to below 1"), lambda v: v is None or 0 <= v < 1),
    "answer_rate": (N_("a share from 0 to below 1"), lambda v: v is None or 0 <= v < 1),
    "answer_within_s": (N_("0 or more seconds"), lambda v: 0 <= v < np.inf),
    "patience_s": (N_("above 0 seconds, or empty when nobody gives up"), lambda v: v is None or 0 < v < np.inf),
    "aht_s": (N_("above 0 seconds, or empty"), lambda v: v is None or 0 < v < np.inf),
    "lines": (N_("1 or more whole lines, or empty"), lambda v: v is None or (1 <= v < np.inf and v % 1 == 0)),
    "redial": (N_("a share from 0 to below 1"), lambda v: 0 <= v < 1),
}


def _check_targets(row, project, channel):
    for name, (expected, possible) in _LIMITS.items():
        try:
            fits = bool(possible(row[name]))
        except (TypeError, ValueError):  # text, or None where a number is needed
            fits = False
        if not fits:
            raise PlanError(
                N_("{project} / {channel}: {name} has to be {expected}; found {found}. Correct it, then run it again."),
                project=project,
                channel=channel,
                name=name,
                expected=expected,
                found=str(row[name]),
            )
    if row["lines"] is not None and row["at_once"] > 1:
        raise PlanError(
            N_(
                "{project} / {channel} has bounded lines and agents who hold {n} contacts at once; no model here knows "
                "both. Empty the lines, or let agents hold one, then run it again."
            ),
            project=project,
            channel=channel,
            n=int(row["at_once"]),
        )
