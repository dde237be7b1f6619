"""Shrinkage: the paid time that is not spent on contacts, as a list of kinds, each hour counted once.

A kind is a dict: kind (its key), label, share (of all paid time, 0..1), planned (known beforehand or not), placed
(whether the roster places it itself, as leave, so that nobody is scheduled then). Shares are all of the same paid time
and no hour is two things at once, so they add up; shares of what is left after others would count hours twice.
"""

from dataclasses import dataclass

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_

USUAL = (
    ("leave", N_("Leave and public holidays"), True, True),
    ("training", N_("Training"), True, True),
    ("sickness", N_("Sickness"), False, False),
    ("breaks", N_("Paid breaks"), True, False),
    ("meetings", N_("Meetings and coaching"), True, False),
    ("other", N_("Late, system down, other"), False, False),
)


@dataclass(frozen=True)
class Shrinkage:
    """total, placed : shares of paid time.  roster : share of the rostered time lost to what the roster does not place.

    agents on contacts = rostered x (1 - roster) = paid x (1 - total), rostered = paid x (1 - placed).
    """

    total: float
    placed: float
    roster: float


def shrinkage_of(kinds):
    """Sum up a list of kinds as a Shrinkage; PlanError where a share makes no sense or all paid time is gone.

    >>> shrinkage_of([{"kind": "leave", "share": 0.1, "placed": True}, {"kind": "sickness", "share": 0.09}])
    Shrinkage(total=0.19, placed=0.1, roster=0.1)
    """
    for kind in kinds:
        share = kind.get("share")
        if not (isinstance(share, int | float | np.number) and 0 <= share < 1):
            raise PlanError(
                N_("Shrinkage of the kind '{kind}' is a share of paid time, from 0 to below 100 %; found {found}."),
                kind=kind.get("label") or kind.get("kind", "-"),
                found=str(share),
            )
    total = sum(kind["share"] for kind in kinds)
    placed = sum(kind["share"] for kind in kinds if kind.get("placed"))
    if total >= 1:
        raise PlanError(
            N_("The kinds of shrinkage add up to {total} % of paid time: nobody would ever work. Lower them."),
            total=round(100 * total),
        )
    return Shrinkage(round(total, 12), round(placed, 12), round((total - placed) / (1 - placed), 12))


def shrinkage_of_project(project):
    """The Shrinkage of a project: its list of kinds, or its one number read as time that the roster does not place."""
    kinds = project.get("shrinkage_kinds") or []
    return shrinkage_of(kinds) if kinds else Shrinkage(project["shrinkage"], 0.0, project["shrinkage"])


def usual_kinds(total):
    """The usual kinds with shares of 0, and all of `total` as other time: what a list begins with.

    >>> [kind["share"] for kind in usual_kinds(0.3)]
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.3]
    """
    rows = [{"kind": k, "label": label, "share": 0.0, "planned": p, "placed": r} for k, label, p, r in USUAL]
    rows[-1]["share"] = total
    return rows
