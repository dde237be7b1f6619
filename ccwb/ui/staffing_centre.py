"""Two folds of the staffing page: what the plan costs, and how the whole centre stands."""

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing import KEYS, cost, expected_costs, hourly_cost_of, price_of_a_point, summary, weeks_of
from ccwb.ui import html, text
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import TableView


class Cost(Part):
    """Hours, people and money of the project over the cycle by the sliders, a contact's price, that of a point more."""

    title = N_("What does it cost, and what would one more point of service level?")

    def widget(self):
        self.said, self.table = html.html(""), TableView(pd.DataFrame(), name=f"cost_{self.page.project}")
        self.moved()
        return html.stack(self.said, self.table)

    def moved(self):
        page, made = self.page, centre_cost(self.page)
        mine = made[made["project"] == page.project].iloc[0]
        before = _saved_cost(page)
        if pd.isna(mine["labour"]):
            said = _(
                "What a paid hour costs is not known. Type it on the setup page, or give the project's agents an "
                "hourly cost."
            )
            self.said.value = html.notice(
                said, "near", link=page.context.href("setup", step="projects"), link_text=_("Go there")
            )
        else:
            self.said.value = _figures(page, mine, before) + html.paragraph(_told(page, made), "ccwb-muted")
        self.table.show(_named(page, made), _columns(page))


class WholeCentre(Part):
    """Every project's plan side by side, and the centre as a whole: this project by the sliders, others as saved."""

    title = N_("The whole centre")

    def widget(self):
        self.said, self.table = html.html(""), TableView(pd.DataFrame(), name="centre_staffing")
        self.moved()
        return html.stack(self.said, self.table)

    def moved(self):
        page = self.page
        need = centre_need(page)
        known = {"full_time_hours_week": page.full_time, "weeks": weeks_of(need)}
        rows = summary(need, by=["project"], **known)
        whole = summary(need, **known)
        live = need[need["channel"].isin([c for c in CHANNELS if CHANNELS[c].live])]
        figures = html.figures(
            [
                html.figure(
                    _("Agents at peak, together"),
                    number(whole["agents_peak"].iloc[0]),
                    help_text=_("Most people on contacts at the same moment in all projects: peaks rarely coincide."),
                ),
                html.figure(_("Full-time people"), number(whole["fte"].iloc[0], 1)),
                html.figure(
                    _("Live contacts answered"),
                    percent(summary(live)["answer_rate"].iloc[0], 1) if len(live) else text.say().missing,
                    help_text=_("Answered of offered, voice and chat of all projects."),
                ),
            ]
        )
        told = _("Service level, abandonment and answer rate are those of voice and chat.")
        self.said.value = figures + html.paragraph(told, "ccwb-muted") + _missing(page, need)
        self.table.show(_side_by_side(page, pd.concat([rows, whole.assign(project="")]), live), _columns_centre())


def centre_need(page):
    """Return the cycle's requirement of all projects: that of the page's project by the sliders, others as saved."""
    tables = [page.need()]
    for one in page.centre()["projects"]:
        if one["project"] != page.project:
            saved = page.store.read_table("requirement", cycle=page.cycle_id, project=one["project"], zone=page.zone)
            tables += [saved] if len(saved) else []
    return pd.concat(tables, ignore_index=True)


def centre_cost(page, need=None):
    """Return what the cycle costs, a row per project that has a plan; `need` in place of the sliders' requirement."""
    centre = page.centre()
    need = centre_need(page) if need is None else need
    hourly = {name: hourly_cost(page, name) for name in need["project"].unique()}
    coming = {"days": 7 * weeks_of(need), "until": need["interval_start"].min()}
    others = expected_costs(page.store.read_table("costs"), **coming)
    weeks = {"full_time_hours_week": page.full_time, "weeks": weeks_of(need)}
    return cost(need, hourly_cost=hourly, others=others, key=centre.get("shared_key", "handled"), **weeks)


def hourly_cost(page, project):
    """Return the loaded cost of a paid hour: the project's own, else the mean of its agents; None where neither.

    Its agents are those employed on the first day of the cycle.
    """
    own = project_of(page.centre(), project).get("hourly_cost")
    if own is not None:
        return own
    first = page.forecast["interval_start"].min()
    return hourly_cost_of(page.store.read_table("agents", project=project), at=first if pd.notna(first) else None)


def _saved_cost(page):
    """Return the row of the saved plan's cost; None while there is none."""
    if not len(page.plan):
        return None
    need = centre_need(page)
    saved = pd.concat([need[need["project"] != page.project], page.plan], ignore_index=True)
    made = centre_cost(page, saved)
    return made[made["project"] == page.project].iloc[0]


def _figures(page, mine, before):
    def change(name, show):
        return _("{n} against the plan", n=signed(mine[name] - before[name], show)) if before is not None else ""

    def cents(value):
        return f"{number(value, 2)} {page.centre()['currency']}"

    weeks = weeks_of(page.need())
    made = [
        html.figure(
            _("Cost of the cycle"),
            page.money(mine["total"]),
            change=change("total", page.money),
            help_text=_(
                "Labour, the project's own other costs, and its part of the shared ones, in {n} weeks.", n=number(weeks)
            ),
        ),
        html.figure(
            _("Cost a month"),
            page.money(mine["total"] / weeks * 52 / 12),
            change=change("total", lambda v: page.money(v / weeks * 52 / 12)),
            help_text=_("A month is a twelfth of 52 weeks."),
        ),
        html.figure(
            _("Cost per contact"),
            cents(mine["cost_per_contact"]),
            change=change("cost_per_contact", cents),
            help_text=_("Cost of the cycle over the contacts expected to be handled."),
        ),
        _point(page),
    ]
    return html.figures(made)


def _point(page):
    queue = (page.project, page.channel)
    label = _("One more point, {queue}", queue=_(CHANNELS[page.channel].label))
    try:
        price = price_of_a_point(page.scaled(), targets=page.targets(), queue=queue)
    except PlanError as error:
        return html.figure(label, text.say().missing, help_text=text.say().error(error))
    if price["gained"] < 0.001:
        said = _(
            "Another target, such as the occupancy cap, sets the number of agents: a higher promise changes nothing."
        )
        return html.figure(label, text.say().missing, change=_("another target decides"), help_text=said)
    meaning = _(
        "What it takes to promise {share} in place of {now}, over the cycle: {hours} more paid hours.",
        share=percent(price["service_level"]),
        now=percent(price["service_level"] - 0.01),
        hours=number(price["paid_hours"]),
    )
    gained = _("{n} points more are given", n=number(100 * price["gained"], 1))
    return html.figure(label, page.money(price["paid_hours"] * page.hourly_cost()), change=gained, help_text=meaning)


def _told(page, made):
    key = _(KEYS[page.centre().get("shared_key", "handled")])
    said = _(
        "A paid hour costs {n} {currency}. Other costs are taken to go on as in the last three months on record, "
        "or as booked ahead where that is more; shared ones are split by {key}.",
        n=number(page.hourly_cost(), 2),
        currency=page.centre()["currency"],
        key=key,
    )
    without = _without(page, made["project"])
    return f"{said} {without}" if without else said


def _without(page, known):
    names = [one["label"] for one in page.centre()["projects"] if one["project"] not in set(known)]
    return _("Without a plan yet, and so left out: {projects}.", projects=text.listed(names)) if names else ""


def _missing(page, need):
    said = _without(page, need["project"].unique())
    return html.notice(said, "near") if said else ""


def _named(page, made):
    return made.assign(project=[project_of(page.centre(), key)["label"] for key in made["project"]])


def _columns(page):
    amounts = {
        "labour": _("Labour"),
        "own": _("Other, own"),
        "shared": _("Other, shared"),
        "total": _("Together"),
    }
    return [
        ("project", _("Project")),
        ("handled", _("Handled"), number),
        ("paid_hours", _("Paid hours"), number),
        *((name, label, page.money) for name, label in amounts.items()),
        ("cost_per_contact", _("Per contact"), lambda v: number(v, 2)),
    ]


def _side_by_side(page, rows, live):
    names = {one["project"]: one["label"] for one in page.centre()["projects"]} | {"": _("The whole centre")}
    service = {key: summary(part).iloc[0] for key, part in live.groupby("project")}
    if len(live):
        service[""] = summary(live).iloc[0]
    none = dict.fromkeys(("service_level", "abandonment", "answer_rate"), float("nan"))
    out = rows[["project", "agents_peak", "agent_hours", "paid_hours", "fte", "occupancy"]].copy()
    for name in none:
        out[name] = [service.get(key, none)[name] for key in rows["project"]]
    return out.assign(project=[names[key] for key in rows["project"]])


def _columns_centre():
    return [
        ("project", _("Project")),
        ("agents_peak", _("Agents at peak"), number),
        ("paid_hours", _("Paid hours"), number),
        ("fte", _("Full-time"), lambda v: number(v, 1)),
        ("service_level", _("Service level"), percent),
        ("abandonment", _("Abandonment"), lambda v: percent(v, 1)),
        ("answer_rate", _("Answer rate"), lambda v: percent(v, 1)),
        ("occupancy", _("Occupancy"), percent),
    ]
