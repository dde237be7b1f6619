"""The six tiles of the executive page, each a title, what it tells, and the way to the page behind it."""

import pandas as pd

from ccwb import capacity, cycle, measures
from ccwb.messages import N_
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import executive_causes as causes
from ccwb.ui import executive_month as month
from ccwb.ui import executive_promises as promise
from ccwb.ui import html, text
from ccwb.ui.staffing_budget_parts import booked_said, budget_state
from ccwb.ui.text import _, number, percent, signed

LINES = 4  # of a list in a tile
HANDED_UP = {"roster_handed": "schedule", "evaluation_handed": "evaluation"}  # document -> the stage it is part of
BUDGET = {"good": N_("within"), "near": N_("near"), "miss": N_("over")}


def tile(page, title, view, *children):
    """Return one tile: its title, what it tells, and the way to what is behind it."""
    link = html.html(page.way(_("Look closer"), view))
    return html.card(*children, link, title=title, classes="ccwb-tile")


def headline(value, under="", state="none"):
    """Return the one thing that a tile says first, as HTML."""
    return html.figure("", value, change=under, state=state)


# promises ------------------------------------------------------------------------------------------------------------
def promises(page):
    """Return the tile of what the contracts promise: how many are kept, the missed ones first and by name."""
    rows = promise.by_gravity(page.promised)
    shown, rest = rows[: LINES - 1], rows[LINES - 1 :]
    missed = [row["label"] for row in rest if row["state"] == "miss"]
    notes = [row["note"] for row in shown if row["note"]][:1]
    if missed:
        notes.append(_("Missed too: {names}.", names=text.listed(missed, ";")))
    elif rest:
        notes.append(_("And {n} more.", n=number(len(rest))))
    said = promise.headline_of(rows, headline) + promise.table(page, shown)
    said += "".join(html.paragraph(note, "ccwb-muted") for note in notes)
    return tile(page, _("What we promised"), "promises", html.html(said))


# the month ahead -----------------------------------------------------------------------------------------------------
def month_ahead(page):
    """Return the tile of the days ahead: hours needed, with the forecast's band, against hours scheduled."""
    first = month.month_from(page.context.cycle, page.today)
    days = month.days_of(page, first)
    title = month.tile_title(page)
    if days.empty:
        said = html.html(html.paragraph(_("Nothing is planned for these days yet: it needs a staffing plan.")))
        return tile(page, title, "month", said)
    return tile(page, title, "month", html.html(month.headline_of(days)), month.chart(days, first, height=112))


# cost ----------------------------------------------------------------------------------------------------------------
def cost(page):
    """Return the tile of what was spent against the budget, and of what a contact costs."""
    rows, fixed = contact_costs(page), _budget(page)
    if rows.empty:
        said = _("Not measured: it needs the cycle's costs, imported on the setup page, and its actual figures.")
        return tile(page, _("Cost against budget"), "cost", html.html(fixed + html.paragraph(said)))
    note = "" if fixed else html.paragraph(_("The target per contact stands for the budget."), "ccwb-muted")
    return tile(
        page, _("Cost against budget"), "cost", html.html(fixed + contact_table(page, rows[: LINES + 1]) + note)
    )


def contact_costs(page):
    """Return the compared cost per contact of the projects in sight, where anything is known of it."""
    rows = page.table[page.table["kpi"] == "cost_per_contact"]
    rows = rows[(rows["project"] == page.project) | (page.project == "")]
    return rows[rows["actual"].notna() | rows["previous"].notna()]


def contact_table(page, rows):
    """Return what a contact costs as a table: actual, target, before."""
    blank = text.say().missing
    body = [
        [
            page.labels.get(row.project) or _("Whole centre"),
            *(blank if pd.isna(v) else number(v, 2) for v in (row.actual, row.target, row.previous)),
            html.raw(html.tag(_(BUDGET[row.verdict]), row.verdict)) if isinstance(row.verdict, str) else "",
        ]
        for row in rows.itertuples()
    ]
    heads = [_("{currency} a contact", currency=page.centre()["currency"])]
    heads += [(_("Actual"), True), (_("Target"), True), (_("Before"), True), ""]
    return html.table(heads, body)


def against_budget(page):
    """Return (rows of `capacity.against` up to the last booked day, that day, the whole budget); None where none is."""
    table = page.store.read_table("budget", cycle=page.cycle_id, all_columns=True)
    if table.empty:
        return None
    one, costs = page.context.cycle, page.store.read_table("costs", all_columns=True)
    whole = capacity.against(table, costs, first_day=one.first_day, last_day=one.last_day)
    booked = costs[costs["first_day"] <= pd.Timestamp(one.last_day)]["last_day"]
    until = min(booked.max().date(), one.last_day) if len(booked) else one.first_day
    told = capacity.against(table, costs, first_day=one.first_day, last_day=until) if until > one.first_day else whole
    mine = [t[t["project"] == page.project] if page.project else t for t in (told, whole)]
    return mine[0], until, mine[1]["plan"].sum()


def _budget(page):
    """Return how the books stand against the budget fixed for this cycle, as HTML; "" where none was."""
    found = against_budget(page)
    if found is None:
        return ""
    told, until, whole = found
    money = lambda amount: text.money(amount, page.centre()["currency"]).replace("-", "−")  # noqa: E731 - short
    state = budget_state(told)
    if state is None:
        return html.paragraph(booked_said(told, money))
    plan, actual = told["plan"].sum(), told["actual"].sum()
    under = _("{gap} against the budget until {day}", gap=signed(actual - plan, money), day=text.date(until))
    tags = html.tag(_(BUDGET[state]), state)
    whole_said = _("The whole cycle's budget is {plan}.", plan=money(whole))
    return headline(money(actual), under, state) + f"<p class='ccwb-muted'>{tags} {html.escape(whole_said)}</p>"


# the largest miss ----------------------------------------------------------------------------------------------------
def miss(page):
    """Return the tile of the largest miss and its causes; of the cycle before, while this one has nothing measured."""
    table, whose, one = missed(page)
    if table is None:
        said = html.paragraph(_("Nothing is measured in this cycle yet."))
        return tile(page, _("The largest miss"), "miss", html.html(said))
    currency = page.centre()["currency"]
    found, content = parts.misses(table), html.paragraph(whose, "ccwb-muted") if whose else ""
    why, broken = causes.kept_causes(page.store, one), promise.broken(page, one, plans=1)
    if broken:
        content += _broken(why, broken)
    elif found:
        first = found[0]
        label = text.joined((page.labels.get(first.project) or _("Whole centre"), _(measures.KPIS[first.kpi].label)))
        content += html.figure(
            label, parts.shown(first.kpi, first.actual, currency), change=_aim(first, currency), state="miss"
        )
        told = causes.of_row(why, first)
        content += causes.as_bars(told) if told else html.bullets(_beside_or_more(table, found, page, currency))
    else:
        content += "".join(map(html.paragraph, parts.miss_sentences(table, page.labels, currency)[:1]))
    held = table["verdict"].dropna()
    met = _("{good} of {n} targets met", good=number((held == "good").sum()), n=number(len(held))) if len(held) else ""
    return tile(page, _("The largest miss"), "miss", html.html(content + html.paragraph(met, "ccwb-muted")))


def _broken(why, broken):
    """Return the farthest broken promise with its causes, where any are kept, and the next ones, as HTML."""
    first = broken[0]
    content = html.figure(first["label"], percent(first["actual"], 1), change=first["promise"], state="miss")
    told, below = causes.of_promise(why, first), promise.was_below(first)
    content += "".join(html.paragraph(said, "ccwb-muted") for said in (first["note"], below) if said)
    if not told:
        return content + html.bullets([promise.broken_said(row) for row in broken[1:3]])
    whole = _("The causes are of the whole project.") if told.get("channel", "") != first["channel"] else ""
    return content + causes.as_bars(told) + (html.paragraph(whole, "ccwb-muted") if whole else "")


def missed(page):
    """Return (comparison, whose it is in words, cycle) to look for misses in; (None, "", None) where none is known."""
    table, whose, one = page.table, "", page.context.cycle
    if not table["actual"].notna().any():
        one = em.before(page.store, one)[0]
        if one is None or not page.store.has_rows("kpi_values", cycle=one.id):
            return None, "", None
        table = em.compared(page.store, one, page.centre())
        whose = _("Nothing is measured in this cycle yet. In {name}:", name=one.name)
    return (table[table["project"] == page.project] if page.project else table), whose, one


def _aim(row, currency):
    for said, aim in ((N_("target {value}"), row.target), (N_("plan {value}"), row.plan)):
        if not pd.isna(aim):
            return _(said, value=parts.shown(row.kpi, aim, currency))
    return ""


def _beside_or_more(table, found, page, currency):
    beside = parts.miss_sentences(table, page.labels, currency)[1:]
    return [*beside, *(parts.miss_said(row, page.labels, currency) for row in found[1:3])]


# lessons -------------------------------------------------------------------------------------------------------------
def lessons(page):
    """Return the tile of what was learned: this cycle's lessons, else those that came along into it."""
    noted, whose, _query = learned(page)
    lines = [text.joined((row["text"], row["owner"])) for row in noted[: LINES - 1]]
    if lines:
        content = headline(number(len(noted)), whose or _("noted in this cycle")) + html.bullets(lines)
    else:
        content = html.paragraph(_("No lesson is noted yet."))
    if len(noted) > len(lines):
        content += html.paragraph(_("And {n} more.", n=number(len(noted) - len(lines))), "ccwb-muted")
    return tile(page, _("What we learned"), "lessons", html.html(content))


def learned(page):
    """Return (rows, whose they are in words, where they are read): this cycle's lessons, else those that came along."""
    noted = (page.store.load("evaluation", cycle=page.cycle_id).data or {}).get("lessons", [])
    if noted:
        return noted, "", {}
    carried = (page.store.load("carried", cycle=page.cycle_id).data or {}).get("rows", [])
    noted = [row for row in carried if row["kind"] == "lesson"]
    if not noted:
        return [], "", {}
    origin = noted[0]["origin"]
    return noted, _("brought along from {name}", name=origin["name"]), {"cycle": origin["cycle"]}


# decisions -----------------------------------------------------------------------------------------------------------
def decisions(page):
    """Return the tile of what waits for a decision: approvals, parts handed up, gaps without one, what is late."""
    found = wanted(page.store, page.context.cycle, page.today, page.labels)
    if not found:
        content = headline(_("Nothing waits"), "", "good")
    else:
        content = headline(number(len(found)), _("waiting for somebody"), "near")
        content += html.bullets([said for said, _page, _query in found[: LINES + 1]])
    if len(found) > LINES + 1:
        content += html.paragraph(_("And {n} more.", n=number(len(found) - LINES - 1)), "ccwb-muted")
    return tile(page, _("Decisions wanted"), "decisions", html.html(content))


def wanted(store, one, today, labels):
    """Return what waits for somebody to decide: a list of (sentence, page, query)."""
    out = _handed_up(store, one, labels)
    plan = store.load("mission", cycle=one.id).data or {}
    order = ("high", "medium", "low")
    gaps = [gap for gap in plan.get("gaps", []) if gap["status"] == "open" and not gap.get("decision")]
    for gap in sorted(gaps, key=lambda gap: order.index(gap["severity"])):
        out.append((_("Gap without a decision: {gap}.", gap=gap["title"]), "mission", {"step": "gaps"}))
    late = len(_late(plan, today))
    if late:
        out.append((_("{n} rows of the preparation are late.", n=number(late)), "mission", {"step": "preparation"}))
    for key, state in cycle.state(store, one.id).items():
        if state.state == cycle.IN_WORK and not state.blockers:
            out.append((_("{stage} waits for approval.", stage=_(cycle.stage_of(key).label)), key, {}))
    return out


def _handed_up(store, one, labels):
    """Return what supervisors handed up and nobody has answered: parts of the roster, of the evaluation."""
    out = []
    for name, page in HANDED_UP.items():
        for project, entry in (store.load(name, cycle=one.id).data or {}).items():
            if isinstance(entry, dict) and entry.get("state") == "handed up":
                said = _(
                    "{stage} of {project} is handed up and waits for an answer.",
                    stage=_(cycle.stage_of(page).label),
                    project=labels.get(project, project),
                )
                out.append((said, page, {"project": project}))
    return out


def _late(plan, today):
    from ccwb.mission import late

    return late(plan.get("preparation", []), today)


TILES = (promises, month_ahead, cost, miss, lessons, decisions)
