"""What is behind each tile of the executive page: the same figures by project, queue, week and kind."""

import altair as alt
import pandas as pd

from ccwb import evaluation, measures
from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import executive_causes as causes
from ccwb.ui import executive_month as month
from ccwb.ui import executive_parts as tiles
from ccwb.ui import executive_promises as promise
from ccwb.ui import html, text
from ccwb.ui.charts import ACTUAL, PLAN, Chart, share_axis, time_tip, time_x, wall
from ccwb.ui.frame import reachable
from ccwb.ui.staffing_budget_parts import BOOKS, budget_state
from ccwb.ui.text import _, number, percent, signed

STATUS = {"open": N_("open"), "done": N_("done")}


def _onward(page, label, where, **query):
    """Return the way to the stage's own page, for whoever may open it."""
    return [html.html(html.link(label, page.context.href(where, **query)))] if reachable(where) else []


# promises ------------------------------------------------------------------------------------------------------------
def promises(page):
    """Return the promises of all projects; of one project its queues, and week by week what came of one of them."""
    rows = promise.by_gravity(page.promised)
    said = promise.headline_of(rows, tiles.headline) + promise.table(page, rows)
    said += "".join(html.paragraph(row["note"], "ccwb-muted") for row in rows if row["note"])
    if any(row["chance"] is not None for row in rows):
        chance = _("Chance: how sure it is that the plan keeps every promise, as last computed on the staffing page.")
        said += html.paragraph(chance, "ccwb-muted")
    first = html.card(
        html.html(said), *_onward(page, _("To plan and actual"), "evaluation"), title=_("What we promised")
    )
    if not page.project:
        return [first]
    project = project_of(page.centre(), page.project)
    return [first, *_queues(page, project)]


def _queues(page, project):
    kpi, _target = _measure_of(page, project)
    place = {"cycle": page.cycle_id, "project": project["project"], "zone": project["zone"]}
    came = page.store.read_table("actuals", **place)
    plan = page.requirement(project["project"], zone=project["zone"])
    contracts = {project["project"]: project["contract"]}
    body = [_queue_cells(page, channel, (came, plan), kpi, contracts) for channel in project["channels"]]
    heads = [_("Queue"), (_("Contacts"), True), (_("Plan"), True), (_("Actual"), True)]
    title = _("{project}: {measure} by queue", project=project["label"], measure=_(measures.KPIS[kpi].label))
    all_queues = f"<p>{page.way(_('All queues'), 'promises')}</p>" if page.queue else ""
    table = html.card(html.html(html.table(heads, body) + all_queues), title=title)
    kpi, target = _measure_of(page, project, page.queue)
    weeks = by_week(_of(came, page.queue), _of(plan, page.queue), kpi, contracts, target)
    if weeks.empty:
        return [table]
    where = _(CHANNELS[page.queue].label) if page.queue in CHANNELS else project["label"]
    said = _("{where}: {measure} week by week", where=where, measure=_(measures.KPIS[kpi].label))
    data = {"weeks": weeks.drop(columns="week")}
    return [table, html.card(Chart(_weeks_drawing(), data, title=said, table=weeks.drop(columns="t"), name="weeks"))]


def _measure_of(page, project, queue=""):
    """Return (measure, target) of the promise of a queue, or of the whole project; None where it has no target."""
    mine = {row["channel"]: row for row in page.promised if row["project"] == project["project"]}
    found = mine.get(queue) or mine.get("")
    return (found["kpi"], found["target"]) if found else ("service_level", None)


def _of(table, channel):
    return table[table["channel"] == channel] if channel else table


def _queue_cells(page, channel, sides, kpi, contracts):
    blank, (came, plan) = text.say().missing, (_of(side, channel) for side in sides)
    kpi = "on_time" if kpi == "service_level" and not CHANNELS[channel].live else kpi
    actual = measures.value(kpi, came, contracts=contracts) if len(came) else None
    planned = _planned(plan, kpi, contracts)
    contacts = came["offered"].sum() if len(came) else plan["offered"].sum() if len(plan) else None
    name = page.way(_(CHANNELS[channel].label), "promises", queue=channel)
    shares = [blank if v is None or pd.isna(v) else percent(v, 1) for v in (planned, actual)]
    return [html.raw(name), blank if contacts is None else number(contacts), *shares]


def _planned(plan, kpi, contracts):
    if plan.empty:
        return None
    found = evaluation.planned_values(plan, kpis=[kpi], contracts=contracts)["value"]
    return found.iloc[0] if len(found) else None


def by_week(came, plan, kpi, contracts, target):
    """Return per week what was planned and what came of a measure: week, t, plan, actual, target."""
    sides = {}
    for name, table, value in (
        ("actual", came, lambda part: measures.value(kpi, part, contracts=contracts)),
        ("plan", plan, lambda part: _planned(part, kpi, contracts)),
    ):
        if len(table):
            day = table["interval_start"].dt.tz_localize(None).dt.normalize()
            week = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
            sides[name] = pd.Series({start: value(part) for start, part in table.groupby(week)}, dtype=float)
    weeks = pd.DataFrame(sides).reindex(columns=["plan", "actual"]).astype(float).dropna(how="all")
    weeks["target"] = float("nan") if target is None else target
    return weeks.rename_axis("week").reset_index().assign(t=lambda rows: wall(rows["week"]))


def _weeks_drawing():
    base, y = alt.Chart(alt.NamedData("weeks")), {"axis": share_axis(), "scale": alt.Scale(zero=False)}
    tip = [time_tip(form="%d %b %Y", title=_("Week from"))]
    names = {"plan": _("plan"), "actual": _("actual"), "target": _("promised")}
    tip += [alt.Tooltip(f"{field}:Q", title=label, format=".1%") for field, label in names.items()]

    def line(field, **mark):
        up = alt.Y(f"{field}:Q", title=None, **y)
        return base.mark_line(**mark).encode(x=time_x(form="%d %b"), y=up, tooltip=tip)

    return alt.layer(
        line("target", color="$muted", strokeWidth=1),
        line("plan", **PLAN, color="$ink"),
        line("actual", **ACTUAL, color="$accent", point={"size": 30, "color": "$accent"}),
    ).properties(height=220)


# the month ahead -----------------------------------------------------------------------------------------------------
def month_ahead(page):
    """Return the days ahead as a large picture, week by week, and queue by queue."""
    first = month.month_from(page.context.cycle, page.today)
    days = month.days_of(page, first, page.queue)
    title = month.tile_title(page)
    if days.empty:
        said = html.paragraph(_("Nothing is planned for these days yet: it needs a staffing plan."))
        return [html.card(html.html(said), *_onward(page, _("To staffing"), "staffing"), title=title)]
    read = _("Dashed: hours needed. Band: what the forecast's 80 % range asks for, in proportion. Solid: scheduled.")
    picture = month.chart(days, first, height=260)
    card = [picture, html.html(html.paragraph(read, "ccwb-muted")), *_onward(page, _("To the schedule"), "schedule")]
    weeks = html.card(html.html(_weeks_table(days)), title=_("Week by week"))
    return [html.card(*card, title=title), weeks, html.card(html.html(_queue_ways(page)), title=_("One queue alone"))]


def _weeks_table(days):
    week = days["day"] - pd.to_timedelta(days["day"].dt.day_of_week, unit="D")
    sums = days.groupby(week)[["plan", "needed", "low", "high", "scheduled"]].sum(min_count=1)
    blank, body = text.say().missing, []
    for start, row in sums.iterrows():
        shown = [blank if pd.isna(v) else number(v) for v in (row["plan"], row["needed"])]
        band = blank if pd.isna(row["low"]) else _("{low} to {high}", low=number(row["low"]), high=number(row["high"]))
        there = blank if pd.isna(row["scheduled"]) else number(row["scheduled"])
        gap = blank if pd.isna(row["scheduled"]) else signed(row["scheduled"] - row["needed"], number)
        body.append([text.date(max(start, days["day"].min())), *shown, band, there, gap])
    heads = [_("Week from"), (_("Contacts expected"), True), (_("Hours needed"), True), (_("80 % range"), True)]
    return html.table([*heads, (_("Hours on the schedule"), True), (_("Over or short"), True)], body)


def _queue_ways(page):
    channels = dict.fromkeys(c for p in em.projects_of(page.centre(), page.project) for c in p["channels"])
    links = [(_("All queues"), page.context.href("executive", tile="month"))]
    links += [(_(CHANNELS[c].label), page.context.href("executive", tile="month", queue=c)) for c in channels]
    here = [*("",), *channels].index(page.queue) if page.queue in channels else 0
    return html.ways(links, here, _("Queue"))


# cost ----------------------------------------------------------------------------------------------------------------
def cost(page):
    """Return the books against the budget by project and kind, and what a contact costs."""
    made, found = [], tiles.against_budget(page)
    if found is not None:
        made.append(html.card(html.html(_books(page, *found)), title=_("The books against the budget")))
    rows = tiles.contact_costs(page)
    if len(rows):
        made.append(html.card(html.html(tiles.contact_table(page, rows)), title=_("Cost per contact")))
    if not made:
        said = _("No budget is fixed for this cycle, and no costs are known: the setup and staffing pages take them.")
        made.append(html.card(html.html(html.paragraph(said)), title=_("Cost against budget")))
    return [*made, *_onward(page, _("To staffing"), "staffing")]


def _books(page, told, until, whole):
    currency = page.centre()["currency"]
    body = []
    for (project, kind), part in told.groupby(["project", "kind"], sort=False):
        plan, actual = part["plan"].sum(), part["actual"].sum()
        state = budget_state(part)
        tag = html.raw(html.tag(_(tiles.BUDGET[state]), state)) if state else ""
        label = page.labels.get(project) or _("Whole centre")
        body.append([label, _(BOOKS.get(kind, kind)), number(plan), number(actual), signed(actual - plan, number), tag])
    heads = [_("Project"), _("Kind of cost"), (_("Budget"), True), (_("Booked"), True), (_("Gap"), True), ""]
    values = {"currency": currency, "day": text.date(until), "plan": number(whole)}
    under = _("In {currency}, up to {day}. The whole cycle's budget is {plan}.", **values)
    return html.table(heads, body) + html.paragraph(under, "ccwb-muted")


# misses, lessons, decisions ------------------------------------------------------------------------------------------
def misses(page):
    """Return every miss, the farthest first, with its causes as a waterfall where the evaluation kept them."""
    table, whose, one = tiles.missed(page)
    if table is None:
        said = html.paragraph(_("Nothing is measured in this cycle yet."))
        return [html.card(html.html(said), title=_("The largest miss"))]
    currency, found, broken = page.centre()["currency"], parts.misses(table), promise.broken(page, one)
    made = [
        html.card(causes.waterfall(told, where), html.html("".join(map(html.paragraph, filter(None, said)))))
        for told, where, *said in _explained(page, one, broken, found)
    ]
    body = html.paragraph(whose, "ccwb-muted") if whose else ""
    body += html.bullets([promise.broken_said(row) for row in broken])
    body += html.bullets([parts.miss_said(row, page.labels, currency) for row in found])
    body += "".join(map(html.paragraph, parts.miss_sentences(table, page.labels, currency)[0 if not found else 1 :]))
    if not made:
        said = _("The causes are not computed yet: the evaluation page splits a miss into them.")
        body += html.paragraph(said, "ccwb-muted")
    link = _onward(page, _("To the evaluation"), "evaluation", cycle=one.id)
    return [*made, html.card(html.html(body), *link, title=_("All misses, the farthest first"))]


def _explained(page, one, broken, missed):
    """Return kept causes of the broken promises, then of what else missed, each once.

    Each with where it was, what weighed most, and for a promise whether the plan was below it already.
    """
    kept, out = causes.kept_causes(page.store, one), []
    named = {(p["project"], ""): p["label"] for p in page.centre()["projects"]} | {("", ""): _("Whole centre")}
    named |= {(row["project"], row["channel"]): row["label"] for row in broken}
    asked = [(causes.of_promise(kept, row), promise.was_below(row)) for row in broken]
    for told, below in (*asked, *((causes.of_row(kept, row), "") for row in missed)):
        if told and told not in [known for known, *_said in out]:
            place = named.get((told["project"], told.get("channel") or "")) or told["project"]
            where = text.joined((place, _(measures.KPIS[told["kpi"]].label)))
            out.append((told, where, causes.sentence(told), below))
    return out


def lessons(page):
    """Return all that was learned, with owner and due date."""
    noted, whose, query = tiles.learned(page)
    if not noted:
        content = html.paragraph(_("No lesson is noted yet."))
    else:
        heads = [_("Lesson"), _("Owner"), _("Due"), _("Status")]
        body = [[row["text"], row["owner"] or "", _day(row), _(STATUS.get(row.get("status"), ""))] for row in noted]
        content = (html.paragraph(whose, "ccwb-muted") if whose else "") + html.table(heads, body)
    link = _onward(page, _("To the lessons"), "evaluation", **query)
    return [html.card(html.html(content), *link, title=_("What we learned"))]


def _day(row):
    return text.date(pd.Timestamp(row["due"])) if row.get("due") else ""


def decisions(page):
    """Return all that waits for somebody to decide, each with the way to where it is decided."""
    found = tiles.wanted(page.store, page.context.cycle, page.today, page.labels)
    if not found:
        content = html.paragraph(_("Nothing waits for a decision."))
    else:
        body = [
            [said, html.raw(html.link(_("Go there"), page.context.href(where, **query))) if reachable(where) else ""]
            for said, where, query in found
        ]
        content = html.table([_("What waits"), ""], body)
    return [html.card(html.html(content), title=_("Decisions wanted"))]


BEHIND = {
    "promises": promises,
    "month": month_ahead,
    "cost": cost,
    "miss": misses,
    "lessons": lessons,
    "decisions": decisions,
}
