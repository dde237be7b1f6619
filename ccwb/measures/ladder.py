"""The ladder of seven kinds: which measure rests on which, and where to look first when one is missed."""

from ccwb.measures.kpis import KPIS


def beneath(kpi):
    """Return all measures that one rests on, directly or through others, the most tactical first.

    >>> beneath("blocked")
    ['aht', 'wape', 'bias']
    """
    found, look = set(), [kpi]
    while look:
        new = [key for key in KPIS[look.pop()].rests_on if key not in found]
        found.update(new)
        look += new
    return _ordered(found)


def pointed(verdicts):
    """Return missed measure -> the missed ones it rests on, the most tactical first; those resting on no miss left out.

    verdicts : measure -> good, near, miss or None, of one project or the whole centre.  A measure that is near or was
    not measured hides nothing: what lies below it is looked at all the same.

    >>> pointed({"csat": "miss", "service_level": "good", "schedule_fit": "miss", "wape": "near"})
    {'csat': ['schedule_fit']}
    """
    missed = [kpi for kpi, found in verdicts.items() if found == "miss"]
    below = {kpi: [one for one in beneath(kpi) if one in missed] for kpi in missed}
    return {kpi: below[kpi] for kpi in reversed(_ordered(missed)) if below[kpi]}


def unreachable(targets, projects):
    """Return measures whose target for the centre no project aims at, measure -> (target, nearest project's target).

    targets : KPI -> project ("" is the centre) -> value.  projects : all of the centre's. Where one project takes the
    centre's own target, or where neither more nor less is better, nothing can be said. The centre's value lies between
    those of its projects: were each to keep just its own target, it could not reach a better one.

    >>> unreachable({"csat": {"": 0.9, "a": 0.8, "b": 0.85}}, ["a", "b"])
    {'csat': (0.9, 0.85)}
    """
    out = {}
    for kpi, per in targets.items():
        better = KPIS[kpi].better
        if "" not in per or better not in ("high", "low") or not projects or not all(p in per for p in projects):
            continue
        best = (max if better == "high" else min)(per[p] for p in projects)
        if (best < per[""]) if better == "high" else (best > per[""]):
            out[kpi] = (per[""], best)
    return out


def _ordered(kpis):
    order = {kpi: n for n, kpi in enumerate(KPIS)}
    return sorted(kpis, key=lambda kpi: (KPIS[kpi].kind, order[kpi]))
