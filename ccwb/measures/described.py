"""docs/measures.md, made from the entries."""

from ccwb.measures.choice import EMPHASIS, PURPOSES, proposed
from ccwb.measures.entry import KINDS
from ccwb.measures.kpis import KPIS

_HEAD = """# Measures

Built from `ccwb.measures.KPIS`; a test holds it in step. To add a measure, add its entry there: pages, uploads and
this list follow. Over any period or group a measure is the sum of its numerators over the sum of its denominators,
never a mean of rates.

Usual targets are conventions to start from, not norms: a team sets its own. Where they were published, the column says
by whom; those of a kind of centre are conventions. A value is near its target when it misses it by at most 2 percentage
points (shares; occupancy 5), 2 points (NPS), 0.1 (scores of a survey's scale) or 5 % of it (all others); a team may set
another tolerance. 'level' is neither above nor below its target: good within the tolerance, near within twice of it.

The seven kinds rest on each other, the most tactical first. Where a measure is missed, look first at the missed ones
that it rests on: `ccwb.measures.pointed` names them.

Survey results come with their margin of error, the interval that holds the true value in 95 of 100 surveys: shares
after Wilson (1927); NPS by the adjusted Wald interval (three answers more, three quarters of one each for promoters and
detractors; Rocks 2016, The American Statistician 70); effort scores, whose single answers are not known, by the widest
spread that their mean allows on the scale (Bhatia and Davis 2000), so that the margin is at most what is said."""


def as_markdown():
    """Return docs/measures.md: the table of all KPIS by kind, and what is proposed for each kind of centre."""
    lines = [_HEAD]
    top = "| key | measure | formula | unit | better | source | usual target | rests on |"
    for number, kind in KINDS.items():
        lines += ["", f"## {number} {kind}", "", top, "|---|---|---|---|---|---|---|---|"]
        lines += [_row(key, kpi) for key, kpi in KPIS.items() if kpi.kind == number]
    return "\n".join([*lines, "", *_proposals()]) + "\n"


def _row(key, kpi):
    what = f"**{kpi.label}**. {kpi.definition}"
    rests = ", ".join(f"`{one}`" for one in kpi.rests_on)
    cells = (f"`{key}`", what, kpi.formula, kpi.unit, kpi.better, kpi.source, _target(kpi), rests)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _target(kpi):
    if kpi.target is None and not kpi.by_kind:
        return ""
    usual = "" if kpi.target is None else f"{kpi.target:g} ({kpi.aim_source})"
    others = [f"{kind} {value:g}" for kind, value in kpi.by_kind.items()]
    return "; ".join(filter(None, [usual, *others]))


def _proposals():
    """Return what is proposed for each kind of centre and purpose, with weights in points of 100."""
    lines = ["## What is proposed", "", "Weights in points of 100; a team decides on its own.", ""]
    lines += ["| kind of centre | purpose | measures |", "|---|---|---|"]
    for kind in EMPHASIS:
        for purpose in PURPOSES:
            said = ", ".join(f"`{kpi}` {row['weight']}" for kpi, row in proposed(kind, purpose).items())
            lines.append(f"| {kind} | {purpose} | {said} |")
    return lines
