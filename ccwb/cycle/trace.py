"""Where a thing comes from: through the cycles it came along, to the entry where somebody first noted it.

A thing is known by its kind, a key of CARRIED, and its entry: the id of a gap, a preparation row, a case or a lesson,
the number of an entry of the action log, "project/channel" of a parameter, "measure/project" of a target, the key of a
scenario.
"""

import pandas as pd

from ccwb import actions
from ccwb.errors import PlanError
from ccwb.messages import N_

STEPS = {
    "carried": N_("came along"),
    "left": N_("stayed behind"),
    "noted": N_("noted"),
    "set": N_("set"),
    "measured": N_("measured"),
    "judged": N_("judged"),
    "logged": N_("logged"),
}
_COLUMNS = ["cycle", "name", "step", "kind", "entry", "text", "value", "by", "at", "note"]
_LISTS = {  # kind -> the document that holds it, its list there, what it is called
    "gap": ("mission", "gaps", "title"),
    "preparation": ("mission", "preparation", "task"),
    "case": ("mission", "cases", "title"),
    "lesson": ("evaluation", "lessons", "text"),
}
_STAYS_SO = ("target", "parameter", "scenario")  # known in each cycle by the same entry


def trace(store, cycle_id, kind, entry):
    """Return where a thing of a cycle comes from, the newest step first: one row per step and cycle.

    kind, entry : as above.  Returned: cycle (id), name, step (a key of STEPS), kind, entry (text), text, value (of a
    target or parameter; the verdict on a deviation), by, at (who and when: of the first version that says so; missing
    where no version tells) and note (the reason, or what it was noted for).
    Raises PlanError where the cycle has no such thing.
    """
    rows, place, seen = [], (cycle_id, kind, str(entry)), set()
    known = {one.id: one for one in store.cycles()}
    while place is not None and place not in seen and place[0] in known:
        seen.add(place)
        found = _steps(store, known[place[0]], *place[1:])
        if not found and not rows:
            raise PlanError(N_("The cycle {name} has no {found}."), name=known[cycle_id].name, found=f"{kind} {entry}")
        rows += found
        place = _before(store, known[place[0]], *place[1:])
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.assign(at=pd.to_datetime(table["at"], utc=True))


def came_along(store, cycle_id):
    """Return what came along into a cycle, the rows of `carry_over` as they were, each with `now`: its entry here.

    now : {"kind", "entry"} to `trace` it from; None where it is no more.  What stayed behind comes last, with the
    reason as `left_out`. Empty for a cycle that follows none.
    """
    carried = store.load("carried", cycle=cycle_id).data or {}
    plan = store.load("mission", cycle=cycle_id).data or {}
    here = {}
    for kind in ("gap", "preparation", "case"):
        for one in plan.get(_LISTS[kind][1], []):
            came = one.get("came_from")
            if came:
                here[came["cycle"], str(came["entry"]), kind == "gap", kind == "case"] = kind, one["id"]
    out = []
    for row in carried.get("rows", []):
        origin, kind = row["origin"], row["kind"]
        found = here.get((origin["cycle"], str(origin["entry"]), kind == "gap", kind == "case"))
        found = (kind, origin["entry"]) if kind in _STAYS_SO else found
        out.append({**row, "now": {"kind": found[0], "entry": found[1]} if found else None})
    return [*out, *({**row, "now": None} for row in carried.get("stayed", []))]


def _before(store, one, kind, entry):
    """Return (cycle, kind, entry) of what a thing was in the cycle before; None where it began in this one."""
    if kind in _STAYS_SO:
        follows = one.predecessor is not None and _value(store, one.predecessor, kind, entry) is not None
        return (one.predecessor, kind, entry) if follows else None
    came = (
        (_item(store.load(_LISTS[kind][0], cycle=one.id).data, kind, entry) or {}).get("came_from")
        if (kind in _LISTS)
        else None
    )
    if not came:
        return None
    if kind == "preparation":
        before = str(came["entry"])
        kind = "deviation" if before.isdigit() else "lesson" if before.startswith("L") else kind
    return came["cycle"], kind, str(came["entry"])


def _steps(store, one, kind, entry):
    """Return the rows of one cycle on a thing, the newest first; empty where it has no such thing."""
    if kind in _STAYS_SO:
        return _of_value(store, one, kind, entry)
    if kind == "deviation":
        return _of_deviation(store, one, entry)
    name = _LISTS[kind][0] if kind in _LISTS else ""
    now = _item(store.load(name, cycle=one.id).data, kind, entry) if name else None
    if now is None:
        return []
    first = _first(store, name, one, lambda data: _item(data, kind, entry))
    step = "carried" if now.get("came_from") else "noted"
    note = "" if step == "carried" else now.get("origin", "")
    return [_row(one, step, kind, entry, now[_LISTS[kind][2]], first=first, note=note)]


def _of_value(store, one, kind, entry):
    """Return the step of a target, parameter or scenario: when its value here was set, measured or came along."""
    value = _value(store, one.id, kind, entry)
    if value is None:
        return []
    carried = store.load("carried", cycle=one.id)
    rows = (carried.data or {}).get("rows", [])
    came = [row for row in rows if row["kind"] == kind and str(row["origin"]["entry"]) == entry]
    scenario = kind == "scenario"
    said = {"text": value["title"] if scenario else entry, "value": None if scenario else value}
    if came and (kind == "parameter" or came[0]["value"] == said["value"]):
        begun = _first(store, "carried", one, bool)
        steps = [_row(one, "carried", kind, entry, said["text"], first=begun, value=came[0]["value"])]
        measured = kind == "parameter" and _measured(store, one.id, entry) is not None
        return [_set(store, one, kind, entry, said), *steps] if measured else steps
    return [_set(store, one, kind, entry, said)]


def _set(store, one, kind, entry, said):
    name = {"target": "mission", "parameter": "evaluation", "scenario": "action"}[kind]
    versions = store.versions(name, cycle=one.id, with_data=True)
    own, first = _of_document(versions[0].data if versions else None, kind, entry), None
    for version in versions:
        if own is None or _of_document(version.data, kind, entry) != own:
            break
        first = version
    return _row(one, "measured" if kind == "parameter" else "set", kind, entry, first=first, **said)


def _of_deviation(store, one, entry):
    """Return how an entry of the action log was judged, where it was, and who logged it."""
    log = store.read_table("action_log", cycle=one.id, all_columns=True)
    found = actions.standing(log)
    found = found[found["entry"].astype(str) == entry]
    if found.empty:
        return []
    logged = found.iloc[0]
    judged = lambda data: (data or {}).get("judgements", {}).get(entry)  # noqa: E731 - one thought
    rows, verdict = [], judged(store.load("evaluation", cycle=one.id).data)
    if verdict:
        first = _first(store, "evaluation", one, lambda data: (judged(data) or {}).get("verdict") == verdict["verdict"])
        row = _row(one, "judged", "deviation", entry, logged["done"], first=first, value=verdict["verdict"])
        rows.append(row | {"by": verdict.get("by") or row["by"], "note": verdict.get("reason", "")})
    said = _row(one, "logged", "deviation", entry, logged["done"], note=logged["why"])
    return [*rows, said | {"by": logged["who"], "at": logged["at"].to_pydatetime()}]


def _value(store, cycle_id, kind, entry):
    """Return what a cycle says of a target, parameter or scenario; None where it says nothing."""
    if kind == "parameter":
        carried = (store.load("carried", cycle=cycle_id).data or {}).get("parameters", {})
        return _measured(store, cycle_id, entry) or carried.get(entry)
    name = {"target": "mission", "scenario": "action"}[kind]
    return _of_document(store.load(name, cycle=cycle_id).data, kind, entry)


def _measured(store, cycle_id, entry):
    return _of_document(store.load("evaluation", cycle=cycle_id).data, "parameter", entry)


def _of_document(data, kind, entry):
    data = data or {}
    if kind == "parameter":
        return data.get("parameters", {}).get(entry)
    if kind == "scenario":
        return next((one for one in data.get("scenarios", []) if one["key"] == entry), None)
    kpi, _slash, project = entry.partition("/")
    return data.get("targets", {}).get(kpi, {}).get(project)


def _item(data, kind, entry):
    return next((one for one in (data or {}).get(_LISTS[kind][1], []) if str(one["id"]) == entry), None)


def _first(store, name, one, holds):
    """Return the first version of a document that `holds(data)`; None where none does."""
    versions = store.versions(name, cycle=one.id, with_data=True)
    return next((version for version in reversed(versions) if holds(version.data)), None)


def _row(one, step, kind, entry, text, *, first=None, value=None, note=""):
    who = {"by": first.by if first else None, "at": first.at if first else None}
    row = {"cycle": one.id, "name": one.name, "step": step, "kind": kind, "entry": str(entry), "text": text}
    return row | {"value": value, **who, "note": note}
