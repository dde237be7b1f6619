"""The few measures a team is led by: what its kind of centre and its purpose suggest, what it decided, and why.

The choice is one plain dict, a part of the mission document:

    kind         kind of centre, a key of ccwb.projects.KINDS
    purpose      what the centre is for above all, a key of PURPOSES
    chosen       KPI -> weight (points, together 100 as a rule) and reason
    reason       why the set is as it is, in the team's words
    window_days  days within which a further contact on the same matter means that it was not solved at first
"""

from dataclasses import dataclass

from ccwb.errors import PlanError
from ccwb.measures.kpis import KPIS
from ccwb.messages import N_

SMALL = 8  # measures proposed: as many as a team can keep in mind
WINDOW_DAYS = 7
STEP = 5  # points: weights are proposed in steps of it
FOUNDATION = {"wape": 2, "schedule_fit": 2, "service_level": 2}  # of every set: what the rest stands on
WHY = {
    "foundation": N_("The ground that all else stands on"),
    "kind": N_("Proposed for this kind of centre"),
    "purpose": N_("Proposed for this purpose"),
    "both": N_("Proposed for this kind of centre and this purpose"),
}


@dataclass(frozen=True)
class Purpose:
    """What a centre may be for. emphasis : KPI -> how much it counts there, 1 to 4."""

    label: str
    emphasis: dict


PURPOSES = {
    "satisfaction": Purpose(
        N_("Closeness and satisfaction"), {"csat": 4, "fcr": 4, "nps": 3, "retention": 2, "quality": 2, "ces": 1}
    ),
    "revenue": Purpose(
        N_("Revenue"), {"conversion": 4, "revenue_per_contact": 4, "cross_selling": 3, "answer_rate": 3, "retention": 2}
    ),
    "cost": Purpose(
        N_("Sound service at low cost"),
        {"cost_per_contact": 4, "occupancy": 3, "fcr": 3, "repeat_rate": 3, "self_service_share": 2, "turnover": 2},
    ),
    "independence": Purpose(
        N_("Customers who help themselves"),
        {"contacts_avoided": 4, "self_service_share": 4, "community_use": 3, "feedback_share": 3, "repeat_rate": 2},
    ),
    "other": Purpose(N_("Another purpose"), {}),
}

EMPHASIS = {
    "service": {"csat": 3, "fcr": 3, "cost_per_contact": 3, "employee_satisfaction": 2, "answer_rate": 1, "nps": 1},
    "sales": {
        "conversion": 3, "revenue_per_contact": 3, "cross_selling": 2, "retention": 2, "abandonment": 2, "csat": 1,
    },
    "support": {
        "fcr": 3, "self_service_share": 3, "contacts_avoided": 3, "community_use": 2, "csat": 2, "transfer_rate": 1,
    },
}  # fmt: skip


def blank_choice():
    """Return the choice of a team that has not decided: nothing chosen.

    >>> blank_choice()
    {'kind': '', 'purpose': '', 'chosen': {}, 'reason': '', 'window_days': 7}
    """
    return {"kind": "", "purpose": "", "chosen": {}, "reason": "", "window_days": WINDOW_DAYS}


def proposed(kind, purpose):
    """Return the measures proposed for a kind of centre and a purpose, KPI -> weight and why; weights add up to 100.

    At most SMALL, of all that kind, purpose and foundation name those that count most, but never without the
    foundation; from the most tactical kind on. weight : points in steps of 5.  why : a key of WHY.

    >>> list(proposed("sales", "revenue"))[3:]
    ['answer_rate', 'retention', 'revenue_per_contact', 'conversion', 'cross_selling']
    """
    _known(kind, EMPHASIS)
    _known(purpose, PURPOSES)
    by_kind, by_purpose = EMPHASIS[kind], PURPOSES[purpose].emphasis
    counts = {k: by_kind.get(k, 0) + by_purpose.get(k, 0) + FOUNDATION.get(k, 0) for k in KPIS}
    ranked = sorted((k for k in counts if counts[k] and k not in FOUNDATION), key=lambda k: -counts[k])
    taken = {*FOUNDATION, *ranked[: SMALL - len(FOUNDATION)]}
    chosen = sorted(taken, key=lambda k: (KPIS[k].kind, list(KPIS).index(k)))
    weights = _hundred([counts[k] for k in chosen])
    why = {k: _why(k in by_kind, k in by_purpose) for k in chosen}
    return {k: {"weight": weight, "why": why[k]} for k, weight in zip(chosen, weights, strict=True)}


def choose(choice, kpi, *, weight, reason=""):
    """Return the choice with one measure in it, in place of what was said of it; weight None takes it out.

    weight : points above 0.  Raises PlanError for an unknown measure and a weight that is none.
    """
    _known(kpi, KPIS)
    chosen = {key: row for key, row in choice["chosen"].items() if key != kpi or weight is not None}
    if weight is not None:
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < weight <= 100:
            raise PlanError(
                N_("The weight of a measure is a number of points above 0, up to 100; found '{found}'."),
                found=weight,
            )
        chosen[kpi] = {"weight": weight, "reason": reason.strip()}
    return {**choice, "chosen": chosen}


def take_over(choice, *, reasons):
    """Return the choice with the set proposed for its kind and purpose in place of what was chosen.

    reasons : KPI -> why, in the team's language, for those that the team has given no reason of its own.
    """
    rows = proposed(choice["kind"], choice["purpose"])
    own = {kpi: row["reason"] for kpi, row in choice["chosen"].items() if row["reason"]}
    chosen = {k: {"weight": row["weight"], "reason": own.get(k, reasons.get(k, ""))} for k, row in rows.items()}
    return {**choice, "chosen": chosen}


def standing(choice, verdicts):
    """Return how much of the weight is met, nearly met, missed and not told, as shares of all weights; None: no weight.

    verdicts : measure -> good, near, miss or None.

    >>> choice = blank_choice() | {"chosen": {"csat": {"weight": 30}, "fcr": {"weight": 10}}}
    >>> standing(choice, {"csat": "good"})
    {'good': 0.75, 'near': 0.0, 'miss': 0.0, None: 0.25}
    """
    weights = {kpi: row["weight"] for kpi, row in choice["chosen"].items()}
    total = sum(weights.values())
    if not total:
        return None
    ends = ("good", "near", "miss", None)
    return {end: sum(w for kpi, w in weights.items() if verdicts.get(kpi) == end) / total for end in ends}


def _hundred(counts):
    """Return whole weights in steps of STEP that add up to 100 and stand to each other as nearly as can be as counts.

    >>> _hundred([1, 1, 1])
    [35, 35, 30]
    """
    parts = 100 // STEP
    exact = [parts * count / sum(counts) for count in counts]
    whole = [max(int(part), 1) for part in exact]
    rest = sorted(range(len(counts)), key=lambda n: whole[n] - exact[n])
    for n in rest[: max(parts - sum(whole), 0)]:
        whole[n] += 1
    return [STEP * n for n in whole]


def _why(by_kind, by_purpose):
    if by_kind and by_purpose:
        return "both"
    return "kind" if by_kind else "purpose" if by_purpose else "foundation"


def _known(key, known):
    if key not in known:
        listed = ", ".join(known)
        raise PlanError(N_("'{found}' is none of those the workbook knows: {known}."), found=str(key), known=listed)
