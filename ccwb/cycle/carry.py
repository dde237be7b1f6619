"""From one cycle to the next: what comes along, each row with where it came from.

Read are the old cycle's documents `mission`, `action` and `evaluation` and its action log; written are the new cycle's
`mission` (statements, questions, chain, measures with targets and tolerances, open gaps, unfinished business cases;
open preparation rows, lessons and adopted deviations as its preparation; who owns which practice and checks what),
`action` (prepared scenarios) and `carried`:

    came_from    cycle (id) and name of the cycle before
    parameters   what the evaluation calibrated, as it stands there
    rows         all that came along, as `carry_over` lists it
    stayed       what was left behind on purpose, likewise, each with its reason

What is to stay behind stands in the old cycle's document `evaluation`, as `left_out`: key of a row -> reason and by.
"""

from copy import deepcopy

from ccwb import actions, cases, mission, practices
from ccwb.cycle.states import APPROVED, state
from ccwb.errors import PlanError
from ccwb.messages import N_

CARRIED = {
    "gap": N_("Open gaps"),
    "preparation": N_("Open preparation rows"),
    "case": N_("Business cases not finished"),
    "lesson": N_("Lessons and actions not finished"),
    "deviation": N_("Deviations adopted or adapted"),
    "parameter": N_("Calibrated parameters"),
    "target": N_("Targets"),
    "scenario": N_("Prepared scenarios"),
}
TAKEN_UP = ("adopt", "adapt")  # verdicts on a deviation that make it part of the next plan
ENDED = ("closed", "done", "rejected")  # states of a lesson that stays behind


def carry_over(store, cycle_id):
    """Return what the next cycle takes along from this one, as a list of rows; nothing is changed.

    kind : a key of CARRIED.  text : what it says.  owner, due : as entered, "" for none.  value : of a target or
    parameter, else None.  origin : {"cycle": id, "name": the cycle's name, "entry": where it stands there}.
    key : by which `leave_out` knows it.  left_out : reason and by, where it is to stay behind, else None.
    """
    cycle = store.cycle(cycle_id)
    plan, evaluation = _document(store, cycle, "mission"), _document(store, cycle, "evaluation")
    rows = [
        *_of_mission(plan),
        *_lessons(evaluation),
        *_deviations(store, cycle, evaluation),
        *(_row("parameter", key, key, value=value) for key, value in evaluation.get("parameters", {}).items()),
        *_targets(plan),
        *(_row("scenario", s["key"], s["title"]) for s in _document(store, cycle, "action").get("scenarios", [])),
    ]
    left = evaluation.get("left_out", {})
    for row in rows:
        row["key"] = f"{row['kind']}/{row['entry']}"
        row["origin"] = {"cycle": cycle.id, "name": cycle.name, "entry": row.pop("entry")}
        row["left_out"] = left.get(row["key"])
    return rows


def leave_out(evaluation, key, *, reason, by):
    """Return the evaluation document with one row of `carry_over` left behind, or taken along again for reason None.

    >>> leave_out({}, "gap/G1", reason="Belongs to the client now", by="Ana")
    {'left_out': {'gap/G1': {'reason': 'Belongs to the client now', 'by': 'Ana'}}}
    """
    left = {one: said for one, said in evaluation.get("left_out", {}).items() if one != key}
    if reason is None:
        return {**evaluation, "left_out": left}
    for text, what in ((reason, N_("a reason")), (by, N_("the name of who decided"))):
        if not text.strip():
            raise PlanError(N_("What stays behind needs {what}: the next cycle shows it."), what=PlanError(what))
    return {**evaluation, "left_out": left | {key: {"reason": reason.strip(), "by": by.strip()}}}


def next_cycle(store, cycle_id, *, name, first_day, last_day, by, at):
    """Start the cycle after this one with what `carry_over` lists and is not left out; this one is finished then.

    Returned is the new cycle. All of it happens or nothing does.
    Raises PlanError when there is a next cycle already, or the days do not fit.
    """
    with store.together():
        old = store.cycle(cycle_id)
        for other in store.cycles():
            if other.predecessor == old.id:
                raise PlanError(
                    N_("The cycle {name} has a next one already: {next}. Choose it at the top."),
                    name=old.name,
                    next=other.name,
                )
        new = store.add_cycle(name, first_day=first_day, last_day=last_day, predecessor=old.id, by=by, at=at)
        if new.first_day <= old.first_day:
            raise PlanError(
                N_("The cycle {name} would begin on {first}; the one before it began on {before}. Begin it later."),
                name=new.name,
                first=new.first_day.isoformat(),
                before=old.first_day.isoformat(),
            )
        for document, data in _documents(store, old).items():
            store.save(document, data, base=0, by=by, at=at, cycle=new.id)
        store.update_cycle(old.id, status="finished", by=by, at=at)
        return new


def not_evaluated(store, cycle_id, *, at):
    """Return why a cycle is not over and evaluated at a moment, as (template, values); none when it may be finished."""
    one, out = store.cycle(cycle_id), []
    if at.date() <= one.last_day:
        out.append((N_("Its days are not over: it ends on {last}."), {"last": one.last_day}))
    if not (store.read_table("kpi_values", cycle=one.id)["basis"] == "actual").any():
        out.append((N_("Nothing of it is measured: it has no actual values."), {}))
    stages = state(store, one.id)
    if open_ := sum(stage.state != APPROVED for stage in stages.values()):
        out.append((N_("{n} of its {of} stages are not approved."), {"n": open_, "of": len(stages)}))
    return out


def overlapping(store, *, first_day, last_day):
    """Return the cycles that share a day with some days (dates), in the order of their days."""
    return [one for one in store.cycles() if one.first_day <= last_day and first_day <= one.last_day]


def _documents(store, old):
    """Return the documents that the next cycle begins with, name -> data; those with nothing in them are left out."""
    every = carry_over(store, old.id)
    rows, stayed = [r for r in every if not r["left_out"]], [r for r in every if r["left_out"]]
    plan, action = _document(store, old, "mission"), _document(store, old, "action")
    gone = {row["key"] for row in stayed}
    parameters = deepcopy(_document(store, old, "evaluation").get("parameters", {}))
    parameters = {key: value for key, value in parameters.items() if f"parameter/{key}" not in gone}
    came_from = {"cycle": old.id, "name": old.name}
    out = {"carried": {"came_from": came_from, "parameters": parameters, "rows": rows, "stayed": stayed}}
    if plan or any(row["kind"] in ("lesson", "deviation") for row in rows):
        out["mission"] = _without_targets(_next_mission(plan, rows), gone)
    if action.get("scenarios"):
        kept = [_untried(one) for one in action["scenarios"] if f"scenario/{one['key']}" not in gone]
        out["action"] = {"scenarios": kept}
    return out


def _without_targets(plan, gone):
    """Return a mission document without the targets, and how near counts as met, that stay behind."""
    kept = {
        part: {
            kpi: {p: value for p, value in per.items() if f"target/{_target_entry(kpi, p)}" not in gone}
            for kpi, per in plan[part].items()
        }
        for part in ("targets", "tolerances")
    }
    return plan | {part: {kpi: per for kpi, per in found.items() if per} for part, found in kept.items()}


def _next_mission(old, rows):
    """Return the mission document to go on from: answers are asked anew, standing preparation rows stand again."""
    new = mission.blank_mission()
    for part in ("statements", "questions", "targets", "tolerances", "measures", "chain"):
        new[part] = deepcopy(old.get(part, new[part]))
    new |= practices.carried_practices(old)
    gaps = {gap["id"]: gap for gap in old.get("gaps", [])}
    tasks = {task["id"]: task for task in old.get("preparation", [])}
    for row in rows:
        came = {"came_from": row["origin"]}
        if row["kind"] == "gap":
            new = mission.add_gap(new, **_without_id(gaps[row["origin"]["entry"]]) | came)
        elif row["kind"] == "preparation":
            new = _go_on(new, _without_id(tasks[row["origin"]["entry"]]) | came)
        elif row["kind"] in ("lesson", "deviation"):
            new = mission.add_task(new, task=row["text"], assigned_to=row["owner"], due=row["due"], **came)
    return _with_cases(new, old, rows)


def _with_cases(new, old, rows):
    """Return the mission document with the cases that are not finished, their gaps by the ids that these have now."""
    now = {gap["came_from"]["entry"]: gap["id"] for gap in new["gaps"]}
    own = {case["id"]: case for case in old.get("cases", [])}
    for row in (row for row in rows if row["kind"] == "case"):
        case = deepcopy(_without_id(own[row["origin"]["entry"]]))
        gaps = [now[gap] for gap in case["gaps"] if gap in now]
        new = cases.add_case(new, **case | {"gaps": gaps, "came_from": row["origin"]})
    return new


def _untried(scenario):
    """Return a scenario without what came of it on the old cycle's plan: it is to be tried on the new one."""
    return {name: deepcopy(value) for name, value in scenario.items() if name != "tried"}


def _go_on(document, task):
    """Return the mission document with a task that is not finished: in place of its standing row, where it has one."""
    standing = [row["id"] for row in document["preparation"] if task.get("origin") and row["origin"] == task["origin"]]
    if standing:
        return mission.change_task(document, standing[0], **task)
    return mission.add_task(document, **task)


def _of_mission(plan):
    """Return open gaps, open preparation rows and unfinished cases; a standing row that nobody took up stays behind."""
    out = []
    for gap in plan.get("gaps", []):
        if gap["status"] == "open":
            out.append(_row("gap", gap["id"], gap["title"], owner=gap["owner"], due=gap.get("due", "")))
    blank = {row["origin"] for row in mission.blank_mission()["preparation"]}
    for task in plan.get("preparation", []):
        untouched = task.get("origin") in blank and not (task["assigned_to"] or task["due"])
        if not task["completed"] and not untouched:
            out.append(_row("preparation", task["id"], task["task"], owner=task["assigned_to"], due=task["due"]))
    for case in cases.cases_of(plan):
        if case["status"] not in cases.ENDED:
            out.append(_row("case", case["id"], case["title"], owner=case["owner"], due=case["due"]))
    return out


def _lessons(evaluation):
    return [
        _row("lesson", lesson["id"], lesson["text"], owner=lesson.get("owner", ""), due=lesson.get("due", ""))
        for lesson in evaluation.get("lessons", [])
        if lesson.get("status", "open") not in ENDED
    ]


def _deviations(store, cycle, evaluation):
    judgements = {int(entry): judged for entry, judged in evaluation.get("judgements", {}).items()}
    taken = {entry: judged for entry, judged in judgements.items() if judged.get("verdict") in TAKEN_UP}
    if not taken:
        return []
    log = actions.standing(store.read_table("action_log", cycle=cycle.id, all_columns=True))
    return [
        _row("deviation", int(done.entry), done.done, value=taken[done.entry]["verdict"])
        | {"plan_item": done.plan_item, "reason": taken[done.entry].get("reason", "")}
        for done in log.itertuples()
        if done.entry in taken
    ]


def _targets(plan):
    return [
        _row("target", _target_entry(kpi, project), kpi, value=value) | {"project": project}
        for kpi, per_project in plan.get("targets", {}).items()
        for project, value in per_project.items()
    ]


def _target_entry(kpi, project):
    return f"{kpi}/{project}" if project else kpi


def _document(store, cycle, name):
    return store.load(name, cycle=cycle.id).data or {}


def _row(kind, entry, text, *, owner="", due="", value=None):
    return {"kind": kind, "text": text, "owner": owner or "", "due": due or "", "value": value, "entry": entry}


def _without_id(row):
    return {name: value for name, value in row.items() if name != "id"}
