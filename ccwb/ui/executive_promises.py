"""The promises of the contracts, of each project and each channel, judged by the rule of the client's report."""

import pandas as pd

from ccwb import evaluation, measures
from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.reports.client import CYCLE, figures, period_of, recorded
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.text import _, number, percent

HOUR_S = 3600
CHANCE = "chance"  # a project's document: how sure its plan is, as the staffing page last computed it
UNSURE = 0.5  # a plan that is less sure puts its promise at risk
ORDER = ["miss", "near", "", "good"]
BELOW = {
    "day": N_("{project}: {n} of {of} days below the promise, the lowest {value} on {day}."),
    "week": N_("{project}: {n} of {of} weeks below the promise, the lowest {value} from {day}."),
    "month": N_("{project}: {n} of {of} months below the promise, the lowest {value} from {day}."),
}


def promised(page):
    """Return a row per promise in sight, of each project in the contract's order.

    Each has project, channel ("" is all), kpi, target; label and promise in words; result and tag as shown, value and
    planned (whether it is the plan's), state, chance of the plan, note of a contract counted by shorter periods.
    """
    return [row for project in em.projects_of(page.centre(), page.project) for row in _of_project(page, project)]


def by_gravity(rows):
    """Return the missed promises first, then what is at risk, what nobody can tell, and what is kept."""
    return sorted(rows, key=lambda row: ORDER.index(row["state"]))


def judged(page, project, one):
    """Return the promises of a project in a cycle, by the rule of the client's report (see `figures.judged`)."""

    def ask():
        rows = recorded(page.store, project, one.first_day, one.last_day)
        return figures.judged(rows, project, period_of(CYCLE, one))

    return page.once(("judged", project["project"], one.id), ask)


def planned(page, project, one):
    """Return what the staffing plan of a cycle gives of a project: (channel or "", measure) -> value."""
    place = {"cycle": one.id, "project": project["project"], "zone": project["zone"]}
    plan = page.store.read_table("requirement", **place)
    if plan.empty:
        return {}
    contracts = {project["project"]: project["contract"]}
    out = {}
    for by in (("project",), ("project", "channel")):
        kpis = (*figures.IN_TIME, *figures.RATE)
        found = evaluation.planned_values(plan, kpis=kpis, by=by, contracts=contracts)
        out |= {(row.channel, row.kpi): row.value for row in found.itertuples() if pd.notna(row.value)}
    return out


def _of_project(page, project):
    key, one = project["project"], page.context.cycle
    measured = page.table[page.table["project"] == key]["actual"].notna().any()
    told = judged(page, project, one)
    if not told:
        return [_pooled(page, project)]
    plan = {} if measured else planned(page, project, one)
    chance, out = chance_of(page, key), []
    before = [] if measured or plan else _before(page, project)
    for n, each in enumerate(told):
        row = _blank(project, each["kpi"], each["target"], _words(each), channel=each["channel"]) | {"chance": chance}
        if measured:
            row |= _came(page, project, each)
        elif (each["channel"], each["kpi"]) in plan:
            row |= _shown(each["kpi"], plan[each["channel"], each["kpi"]], each["target"], planned=True)
        elif before and before[n]["met"] is not None:
            stood = _stands("good" if before[n]["met"] else "miss", planned=False)
            tag = html.tag(_("before: {stood}", stood=stood))
            row |= {"result": percent(before[n]["result"], 1), "tag": tag}
        out.append(_doubted(page, row))
    return out


def broken(page, one, plans=None):
    """Return the promises missed in a cycle, the farthest first: dicts of kpi, project, channel, label, actual, target.

    plan : what the staffing plan gave of it, None where it does not tell; told of the first `plans` of them, None: all.
    """
    out = []
    for project in em.projects_of(page.centre(), page.project):
        for each in judged(page, project, one):
            if each["met"] is False:
                row = _blank(project, each["kpi"], each["target"], _words(each), channel=each["channel"])
                short = _came(page, project, each)["note"] if each.get("below") else ""
                row |= {"actual": each["result"], "plan": None, "note": short}
                out.append(row | {"far": each["target"] - min(each["result"], each.get("worst", 1.0))})
    out.sort(key=lambda row: -row["far"])
    for row in out[:plans]:
        row["plan"] = page.once(("plan", row["project"], row["channel"], one.id), lambda row=row: _plan(page, row, one))
    return out


def _plan(page, row, one):
    """Return what the staffing plan of a cycle gives of one promise, None where it does not tell."""
    project = project_of(page.centre(), row["project"])
    channel = {"channel": row["channel"]} if row["channel"] else {}
    place = {"cycle": one.id, "project": project["project"], "zone": project["zone"], **channel}
    plan = page.store.read_table("requirement", **place)
    if plan.empty:
        return None
    contracts = {project["project"]: project["contract"]}
    return figures.plain(evaluation.planned_values(plan, kpis=(row["kpi"],), contracts=contracts)["value"].iloc[0])


def broken_said(row):
    """Return one broken promise in a sentence, and whether the plan was below it already."""
    said = _("{where}: {actual}, promised: {promise}", where=row["label"], actual=percent(row["actual"], 1),
             promise=row["promise"])  # fmt: skip
    return f"{said} ({was_below(row)})" if was_below(row) else said


def was_below(row):
    """Return in words that the plan was below a promise already; "" where it was not, or nobody can tell."""
    below = row["plan"] is not None and row["plan"] < row["target"] - 1e-12
    return _("the plan was already below the promise: {plan}", plan=percent(row["plan"], 1)) if below else ""


def _before(page, project):
    one = em.before(page.store, page.context.cycle)[0]
    return judged(page, project, one) if one is not None else []


def _blank(project, kpi, target, words, channel=""):
    name = text.joined((project["label"], _(CHANNELS[channel].label))) if channel else project["label"]
    row = {"project": project["project"], "channel": channel, "kpi": kpi, "target": target, "label": name}
    row |= {"promise": words, "result": text.say().missing, "tag": html.tag(html.no_data()), "value": None}
    return row | {"note": "", "state": "", "planned": False, "chance": None}


def _words(each):
    if each["within_s"] is None:
        return promise_words(each["kpi"], each["target"])
    within = _("{share} in {time}", share=percent(each["target"]), time=_time(each["within_s"]))
    return f"{_(measures.KPIS[each['kpi']].label)} {within}"


def promise_words(kpi, target):
    """Return a promise without a time in words: 'Answer rate 90%'."""
    return _("{measure} {share}", share=percent(target), measure=_(measures.KPIS[kpi].label))


def _time(seconds):
    if seconds >= HOUR_S and seconds % HOUR_S == 0:
        return _("{n} h", n=number(seconds / HOUR_S))
    return text.duration(seconds)


def _came(page, project, each):
    """Return what came of a promise: kept or missed as the client reads it, with a note where periods were missed."""
    if each["met"] is None:
        return {}
    row = {"value": each["result"], "result": percent(each["result"], 1), "state": "good" if each["met"] else "miss"}
    row |= {"tag": html.tag(_stands(row["state"], planned=False), row["state"])}
    if each.get("below"):
        values = {"project": project["label"], "n": number(each["below"]), "of": number(each["of"])}
        values |= {"value": percent(each["worst"], 1), "day": text.date(pd.Timestamp(each["worst_day"]))}
        row["note"] = _(BELOW[each["counted"]], **values)
    return row


def _shown(kpi, value, target, *, planned):
    state = measures.verdict(kpi, value, target)
    tag = html.tag(_stands(state, planned), state)
    return {"value": value, "result": percent(value, 1), "state": state, "tag": tag, "planned": planned}


def _doubted(page, row):
    """Return a row that holds so far as at risk, where that it holds to the end is less likely than not."""
    if row["state"] == "good" and (row["chance"] or 1) < UNSURE and page.today <= page.context.cycle.last_day:
        return row | {"state": "near", "tag": html.tag(_stands("near", row["planned"]), "near")}
    return row


def _pooled(page, project):
    """Return the one row of a project whose contract and channels promise nothing: the mission's target, if any."""
    key, targets = project["project"], em.targets(page.store, page.context.cycle, page.centre())
    target = targets.get("service_level", {}).get(key, targets.get("service_level", {}).get(""))
    if target is None:
        return _blank(project, "service_level", None, _("No promise or target is entered.")) | {"tag": ""}
    row = _blank(project, "service_level", target, promise_words("service_level", target))
    row |= {"chance": chance_of(page, key)}
    rows = page.table[page.table["project"] == key]
    mine = rows[rows["kpi"] == "service_level"]
    if rows["actual"].notna().any():
        value, of_plan = (mine["actual"].iloc[0] if len(mine) else None), False
    else:
        value, of_plan = planned(page, project, page.context.cycle).get(("", "service_level")), True
    if value is not None and pd.notna(value):
        row |= _shown("service_level", value, target, planned=of_plan)
    return _doubted(page, row)


def _stands(verdict, planned):
    if planned:
        return {"good": _("planned to hold"), "near": _("at risk"), "miss": _("planned below")}[verdict]
    return {"good": _("kept"), "near": _("at risk"), "miss": _("missed")}[verdict]


def chance_of(page, project):
    """Return the chance that a project's plan keeps its promises, as it was last computed for it; None where not."""
    kept = page.store.load(CHANCE, cycle=page.cycle_id, project=project).data or {}
    now = page.store.revision("requirement", cycle=page.cycle_id, project=project).number
    return kept.get("chance") if kept.get("of") == now else None


# as a table ----------------------------------------------------------------------------------------------------------
def table(page, rows):
    """Return rows of `promised` as HTML; the chance of the plan only where any is known."""
    known = any(row["chance"] is not None for row in rows)
    heads = [_("Project and promise"), (_("Result"), True), *([(_("Chance"), True)] if known else []), _("Stands")]
    return html.table(heads, [_cells(page, row, known) for row in rows])


def _cells(page, row, known):
    query = {"queue": row["channel"]} if row["channel"] else {}
    name = page.way(row["label"], "promises", project=row["project"], **query)
    chance = text.say().missing if row["chance"] is None else percent(row["chance"])
    promise = html.raw(f"{name}{html.paragraph(row['promise'], 'ccwb-muted')}")
    return [promise, row["result"], *([chance] if known else []), html.raw(row["tag"])]


def headline_of(rows, headline):
    """Return how many promises are kept, or planned to hold, as a tile's first words; "" where nobody can tell."""
    held = [row["state"] for row in rows if row["state"]]
    if not held:
        return ""
    values = {"good": number(held.count("good")), "n": number(len(held))}
    state = max(held, key=("good", "near", "miss").index)
    if any(row["planned"] for row in rows):
        return headline(_("{good} of {n} planned to hold", **values), "", state)
    return headline(_("{good} of {n} promises kept", **values), "", state)
