"""The scorecard on the ladder of seven kinds; cycles and staffing scenarios side by side."""

import datetime as dt

import pandas as pd

from ccwb.measures import KINDS, KPIS, tolerance_of
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.evaluation_parts import against, change, shown, verdict
from ccwb.ui.sparks import bullet, spark
from ccwb.ui.staffing_scenarios import PEOPLE, SERVICE, cell, value_of
from ccwb.ui.text import _, number

CYCLES = 6  # that a course goes back


# the scorecard -------------------------------------------------------------------------------------------------------
def scorecard(page):
    """Return every measure of the project in sight, the most tactical kind first, with its course over the cycles."""
    rows = page.table[page.table["project"] == page.project]
    if rows.empty:
        said = html.paragraph(_("Nothing is measured in this cycle yet."))
        return [html.card(html.html(said), title=_("Scorecard"))]
    past, currency, body = courses(page), page.centre()["currency"], []
    for kind, label in KINDS.items():
        mine = [row for row in rows.itertuples() if KPIS[row.kpi].kind == kind]
        if mine:
            body.append([html.raw(html.heading(f"{number(kind)} {_(label)}", 3)), *[""] * 7])
            body += [_row(row, past, currency) for row in mine]
    heads = [_("Measure"), _("Over the cycles"), _("Against plan and target"), (_("Actual"), True), (_("Plan"), True)]
    heads += [(_("Previous"), True), (_("Target"), True), _("How it stands")]
    marks = _("Bar: actual. Dashed frame: plan. Thin grey bar: previous. Tick: target. Each row has its own scale.")
    names = text.listed([name for name, _values in past])
    read = html.paragraph(f"{marks} {_('Over the cycles: {names}.', names=names)}", "ccwb-muted")
    made = html.card(html.html(html.table(heads, body) + read), title=_projects(page), classes="ccwb-scorecard")
    return [html.html(_project_ways(page)), made]


def courses(page):
    """Return (name, KPI -> actual) of the cycles up to the one in sight, oldest first, of the project in sight."""
    one, out = page.context.cycle, []
    for each in [c for c in page.store.cycles() if c.first_day <= one.first_day][-CYCLES:]:
        values = page.store.read_table("kpi_values", cycle=each.id, project=page.project)
        values = values[(values["basis"] == "actual") & (values["channel"] == "") & (values["project"] == page.project)]
        if len(values):
            out.append((each.name, dict(zip(values["kpi"], values["value"].astype(float), strict=True))))
    return out


def _row(row, past, currency):
    entry, blank = KPIS[row.kpi], text.say().missing
    plan, actual, previous, target = (
        None if v is None or pd.isna(v) else float(v) for v in (row.plan, row.actual, row.previous, row.target)
    )
    told = [blank if v is None else shown(row.kpi, v, currency) for v in (actual, plan, previous, target)]
    if actual is not None and target is not None:
        told[0], told[3] = against(row.kpi, actual, target, currency)
    course = [values.get(row.kpi) for _name, values in past]
    names = [(name, values[row.kpi]) for name, values in past if row.kpi in values]
    said = text.listed([f"{name} {shown(row.kpi, value, currency)}" for name, value in names])
    stands = row.verdict if isinstance(row.verdict, str) else "none"
    name = html.told(_(entry.label), _(entry.definition))
    sides = text.listed(f"{side} {value}" for side, value in zip((_("actual"), _("plan")), told[:2], strict=True))
    drawn = bullet(actual, sides, plan=plan, previous=previous, target=target, state=stands)
    return [name, spark(course, said, target=target), drawn, *told, verdict(row)]


def _projects(page):
    return page.labels.get(page.project) or _("Whole centre")


def _project_ways(page):
    links = [(_("Whole centre"), page.context.href("executive", tile=page.view, project=""))]
    links += [
        (label, page.context.href("executive", tile=page.view, project=key)) for key, label in page.labels.items()
    ]
    return html.ways(links, ["", *page.labels].index(page.project), _("Project"))


# cycles and scenarios side by side -----------------------------------------------------------------------------------
def compare(page):
    """Return the cycle in sight beside another one, measure by measure, and the staffing scenarios beside the plans."""
    return [html.html(_project_ways(page)), html.card(html.html(_beside(page)), title=_("Two cycles side by side")),
            *_scenarios(page)]  # fmt: skip


def _beside(page):
    one, others = page.context.cycle, [c for c in page.store.cycles() if c.id != page.cycle_id]
    if not others:
        return html.paragraph(_("There is no other cycle yet."))
    asked = page.context.query.get("compare", "")
    other = next((c for c in others if str(c.id) == asked), em.before(page.store, one)[0] or others[-1])
    links = [(c.name, page.context.href("executive", tile="compare", compare=c.id)) for c in others]
    ways = html.ways(links, others.index(other), _("Beside which cycle"))
    mine, theirs = (_actual(page, each) for each in (one, other))
    known = [kpi for kpi in KPIS if kpi in mine or kpi in theirs]
    if not known:
        return ways + html.paragraph(_("Neither of the two is measured yet."))
    currency, body = page.centre()["currency"], []
    for kpi in known:
        gap = mine[kpi] - theirs[kpi] if kpi in mine and kpi in theirs else None
        told = [shown(kpi, values.get(kpi), currency) for values in (mine, theirs)]
        body.append([_(KPIS[kpi].label), *told, change(kpi, gap, currency), _better(kpi, gap, theirs.get(kpi))])
    heads = [_("Measure"), (one.name, True), (other.name, True), (_("Change"), True), ""]
    return ways + html.table(heads, body)


def _actual(page, one):
    values = em.kept(page.store, one)["actual"]
    values = values[(values["project"] == page.project) & (values["channel"] == "")]
    return dict(zip(values["kpi"], values["value"].astype(float), strict=True))


def _better(kpi, gap, before):
    """Return whether a change is for the better, with its sign; "" of a hair, or where no way is better."""
    if gap is None or KPIS[kpi].better not in ("high", "low") or not abs(gap) > (tolerance_of(kpi, before) or 0) / 2:
        return ""
    good = (gap > 0) == (KPIS[kpi].better == "high")
    return html.raw(html.tag(_("better") if good else _("worse"), "good" if good else "near"))


def _scenarios(page):
    """Return a card per project whose planners saved scenarios: its figures side by side."""
    made = []
    for project in em.projects_of(page.centre(), page.project):
        kept = (page.store.load("staffing", cycle=page.cycle_id, project=project["project"]).data or {}).get(
            "scenarios"
        )
        if kept:
            made.append(html.card(html.html(_side_by_side(page, kept)), title=_title(project)))
    if made:
        return made
    said = _("No scenario is saved for this cycle: planners save them on the staffing page.")
    return [html.card(html.html(html.paragraph(said, "ccwb-muted")), title=_("Staffing scenarios"))]


def _title(project):
    return _("Staffing scenarios of {project}", project=project["label"])


def _side_by_side(page, kept):
    figures = [one["figures"] for one in kept]
    rows = [(_(label), key, show) for key, (label, show) in PEOPLE.items()]
    if any(each.get("cost") is not None for each in figures):
        money = lambda value: text.money(value, page.centre()["currency"])  # noqa: E731 - short
        rows.append((_("Labour cost"), "cost", money))
    channels = dict.fromkeys(channel for each in figures for channel in each.get("queues", {}))
    rows += [
        (text.joined((_channel(channel), _(SERVICE[key][0]))), (channel, key), SERVICE[key][1])
        for channel in channels
        for key in ("service_level", "answer_rate")
    ]
    body = []
    for label, key, show in rows:
        values = [value_of(each, key) for each in figures]
        body.append([label, *(cell(value, values[0], show, n > 0) for n, value in enumerate(values))])
    who = [_("{who}, {when}", who=one["by"], when=text.when(dt.datetime.fromisoformat(one["at"]))) for one in kept]
    note = _("The first is what the others are compared with. Saved by: {names}.", names=text.listed(who, ";"))
    return html.table([_("Figure"), *((one["name"], True) for one in kept)], body) + html.paragraph(note, "ccwb-muted")


def _channel(channel):
    from ccwb.channels import CHANNELS

    return _(CHANNELS[channel].label)
