"""From purpose to measures: the chain purpose -> goal -> process step -> measure with its target, and where it breaks.

The chain is a part of the mission's document (ccwb.mission), which goes to JSON as it is:

    chain       purpose   what the centre is for, in one sentence
                goals     a list of id, text, factor
                steps     a list of id, text, goal (id of the goal it serves), able (a key of ABLE), factor, note
                measures  a list of id, kpi (a key of KPIS, or "" for one in own words: text), step (id of the step that
                          it measures), target (in words, of a measure in own words), factor

What a KPI is to reach stands once, in the document's `targets`; the chain shows it. Factor and able are "" until the
team has said them. A step without a goal and a measure without a step are kept and shown as breaks.
Every function takes the mission's document and returns a new one; nothing is changed in place.
"""

import pandas as pd

from ccwb.errors import PlanError
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.mission_content import FACTORS

ABLE = {"yes": N_("able"), "partly": N_("partly able"), "no": N_("not able")}
PARTS = {"goals": N_("Goals"), "steps": N_("Process steps"), "measures": N_("Measures")}
_BLANK = {
    "goals": {"text": "", "factor": ""},
    "steps": {"text": "", "goal": "", "able": "", "factor": "", "note": ""},
    "measures": {"kpi": "", "text": "", "step": "", "target": "", "factor": ""},
}
_LETTER = {"goals": "A", "steps": "S", "measures": "M"}

BREAKS = {
    "no_purpose": N_("No purpose is stated: nothing says what the goals are for."),
    "no_goal": N_("The purpose has no goal: nothing says what is to be reached."),
    "goal_without_step": N_("The goal '{item}' has no process step: nobody does anything for it."),
    "step_without_goal": N_("The process step '{item}' serves no goal."),
    "step_without_measure": N_("The process step '{item}' has no measure: nobody would see whether it works."),
    "measure_without_goal": N_("The measure '{item}' serves no goal."),
    "measure_without_target": N_("The measure '{item}' has no target."),
    "target_without_goal": N_("'{item}' has a target, but stands nowhere in the chain: it serves no goal."),
    "able_unsaid": N_("The process step '{item}' does not say whether you are able to do it."),
    "factor_unsaid": N_("'{item}' belongs to none of the three factors yet."),
}
UNSAID = ("able_unsaid", "factor_unsaid")  # not a broken chain, but something the team has still to say


def items(document, part):
    """Return the goals, steps or measures of a document, also of one saved before there were any.

    >>> items({"chain": {"purpose": "We help."}}, "goals")
    []
    """
    _known(part, PARTS)
    return document.get("chain", {}).get(part, [])


def add_item(document, part, **fields):
    """Return the document with one more goal, step or measure; `fields` as at the top of this file."""
    rows = items(document, part)
    used = [int(row["id"][1:]) for row in rows if row["id"][1:].isdigit()]
    row = {"id": f"{_LETTER[part]}{max(used, default=0) + 1}", **_BLANK[part], **fields}
    return _with(document, part, [*rows, _checked(row, part)])


def change_item(document, part, item_id, **fields):
    """Return the document with some fields of one goal, step or measure changed."""
    _known(item_id, _ids(items(document, part)))
    rows = [_checked({**row, **fields}, part) if row["id"] == item_id else row for row in items(document, part)]
    return _with(document, part, rows)


def remove_item(document, part, item_id):
    """Return the document without one goal, step or measure; what hung on it stays and is shown as a break."""
    _known(item_id, _ids(items(document, part)))
    return _with(document, part, [row for row in items(document, part) if row["id"] != item_id])


def breaks(document):
    """Return where the chain breaks, from the purpose down: a list of dicts, empty when it holds from end to end.

    kind : a key of BREAKS.  part, id : the item concerned; "" for the purpose and for a target outside the chain.
    item : what it is called, or the key of a KPI (`kpi` True).  whole : False where something is only not said yet.
    A step whose goal was taken away serves no goal; a measure serves one through its step.

    >>> [one["kind"] for one in breaks({"chain": {"purpose": "We help."}, "targets": {"nps": {"": 30}}})]
    ['no_goal', 'target_without_goal']
    """
    goals, steps, measures = (items(document, part) for part in PARTS)
    out = [] if document.get("chain", {}).get("purpose", "").strip() else [_break("no_purpose")]
    out += [] if goals else [_break("no_goal")]
    known, measured = _ids(goals), {row["step"] for row in measures}
    served, serving = {row["goal"] for row in steps}, {row["id"] for row in steps if row["goal"] in known}
    out += [_break("goal_without_step", "goals", row) for row in goals if row["id"] not in served]
    for row in steps:
        out += [] if row["goal"] in known else [_break("step_without_goal", "steps", row)]
        out += [] if row["id"] in measured else [_break("step_without_measure", "steps", row)]
        out += [] if row["able"] else [_break("able_unsaid", "steps", row)]
    for row in measures:
        out += [] if row["step"] in serving else [_break("measure_without_goal", "measures", row)]
        out += [] if has_target(document, row) else [_break("measure_without_target", "measures", row)]
    inside = {row["kpi"] for row in measures}
    loose = [kpi for kpi, per in document.get("targets", {}).items() if per and kpi not in inside]
    out += [_break("target_without_goal", "", {"id": "", "kpi": kpi}) for kpi in loose if kpi in KPIS]
    for part in PARTS:
        out += [_break("factor_unsaid", part, row) for row in items(document, part) if not row["factor"]]
    return out


def has_target(document, measure):
    """Return whether a measure of the chain has a target: a KPI for the centre or any project, others in words."""
    if not measure["kpi"]:
        return bool(measure["target"].strip())
    return bool(document.get("targets", {}).get(measure["kpi"]))


def tree(document):
    """Return the chain as it is drawn: (goals, loose), lists of {part, row, breaks, below}; below is such a list.

    loose : steps that serve no goal with their measures, and measures without a step.  breaks : kinds of BREAKS that
    concern the item itself.
    """
    found = {}
    for one in breaks(document):
        found.setdefault((one["part"], one["id"]), []).append(one["kind"])
    goals, steps, measures = (items(document, part) for part in PARTS)

    def node(part, row, below=()):
        return {"part": part, "row": row, "breaks": found.get((part, row["id"]), []), "below": list(below)}

    def of_step(step):
        return node("steps", step, [node("measures", row) for row in measures if row["step"] == step["id"]])

    drawn = [node("goals", goal, [of_step(step) for step in steps if step["goal"] == goal["id"]]) for goal in goals]
    loose = [of_step(step) for step in steps if step["goal"] not in _ids(goals)]
    loose += [node("measures", row) for row in measures if row["step"] not in _ids(steps)]
    return drawn, loose


def balance(document):
    """Return how the plan is spread over the three factors: a row each, and one for what belongs to none yet ("").

    goals, steps, measures : of the chain.  gaps : open ones.  cases : of the business case, rejected ones apart.
    items : all of them together.  share : of all items; missing while there are none.
    """
    parts = {part: items(document, part) for part in PARTS}
    parts["gaps"] = [row for row in document.get("gaps", []) if row["status"] == "open"]
    parts["cases"] = [row for row in document.get("cases", []) if row["status"] != "rejected"]
    rows = [
        {"factor": factor, **{part: sum(row["factor"] == factor for row in own) for part, own in parts.items()}}
        for factor in (*FACTORS, "")
    ]
    table = pd.DataFrame(rows)
    table["items"] = table[list(parts)].sum(axis=1)
    total = table["items"].sum()
    return table.assign(share=table["items"] / total if total else float("nan"))


def proposed_gaps(document):
    """Return a gap for each process step that the organisation is not, or only partly, able to do.

    Rows as in the register, without id; `evidence` is a (template, values) pair, `note` what the team wrote at the
    step. A step that a gap came from already is not proposed again.
    """
    known = {gap["origin"] for gap in document.get("gaps", [])}
    out = []
    for step in items(document, "steps"):
        origin = f"step:{step['id']}"
        if step["able"] not in ("partly", "no") or origin in known:
            continue
        said = N_("We are not able to do this today.") if step["able"] == "no" else N_("We are only partly able to.")
        severity = "high" if step["able"] == "no" else "medium"
        fields = {"title": step["text"], "severity": severity, "factor": step["factor"] or "process"}
        out.append({**fields, "evidence": (said, {}), "note": step["note"], "origin": origin})
    return out


def name_of(row):
    """Return what an item is called: the text, or a KPI's label."""
    return KPIS[row["kpi"]].label if row.get("kpi") else row["text"]


def _break(kind, part="", row=None):
    row = row or {"id": "", "text": ""}
    return {
        "kind": kind, "part": part, "id": row["id"], "item": name_of(row), "kpi": bool(row.get("kpi")),
        "whole": kind not in UNSAID,
    }  # fmt: skip


def _checked(row, part):
    if row.get("kpi"):
        _known(row["kpi"], KPIS)
    elif not row["text"].strip():
        raise PlanError(N_("A goal, a process step or a measure needs words that say what it is."))
    if row["factor"]:
        _known(row["factor"], FACTORS)
    if row.get("able"):
        _known(row["able"], ABLE)
    return row


def _ids(rows):
    return {row["id"] for row in rows}


def _with(document, part, rows):
    return {**document, "chain": {**document.get("chain", {}), part: rows}}


def _known(key, known):
    if key not in known:
        listed = ", ".join(sorted(known)) or "-"
        raise PlanError(N_("'{found}' is none of those the workbook knows: {known}."), found=key, known=listed)
