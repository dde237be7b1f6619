"""What the fold of the budget shows: figures, its picture and tables."""

import altair as alt
import pandas as pd

from ccwb.capacity import BOOKED_AS, COSTS, EARNED, sums_of
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.staffing_people_parts import month_said
from ccwb.ui.text import _, number, percent, signed

GROUPS = {  # kinds of cost that the picture shows as one
    "labour": N_("Wages"),
    "people": N_("Hiring, training, extra hours"),
    "rest": N_("Technology, infrastructure, operations"),
}
GROUP_OF = dict.fromkeys(COSTS, "rest") | {"labour": "labour"}
GROUP_OF |= dict.fromkeys(("training", "hiring", "overtime", "temporary"), "people")
NEAR = 0.02  # of the budget: so little over it is near
COLOURS = ("$accent", "$c2", "$previous")
BOOKS = {
    "labour": N_("Wages, overtime, temporary staff"),
    "technology": N_("Technology"),
    "infrastructure": N_("Infrastructure"),
    "operations": N_("Operations, hiring and training"),
    "shared": N_("Shared by all projects"),
}


def picture(currency):
    """Return what is spent a month as bars, with a tick for what is earned; data: spent, earned."""
    spent, earned = alt.Chart(alt.NamedData("spent")), alt.Chart(alt.NamedData("earned"))
    x = alt.X("month:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    y = lambda field: alt.Y(f"{field}:Q", title=_("{currency} a month", currency=currency))  # noqa: E731 - short
    order = [_(label) for label in GROUPS.values()]
    colour = alt.Color(
        "group:N",
        scale=alt.Scale(domain=order, range=list(COLOURS)),
        legend=alt.Legend(title=None, orient="top", direction="horizontal", columns=1, labelLimit=400),
    )
    tip = [alt.Tooltip("month:N", title=_("Month")), alt.Tooltip("group:N", title=_("Kind of cost"))]
    tip.append(alt.Tooltip("amount:Q", title=currency, format=",.0f"))
    came = [tip[0], alt.Tooltip("amount:Q", title=_("earned"), format=",.0f")]
    return alt.layer(
        spent.mark_bar().encode(x=x, y=y("amount"), color=colour, order="at:Q", tooltip=tip),
        earned.mark_tick(color="$ink", thickness=2, size=24).encode(x=x, y=y("amount"), tooltip=came),
    ).properties(height=240)


def drawn(table):
    """Return the picture's data for the rows of a budget in sight."""
    rows = table[table["kind"].isin(COSTS)].assign(group=lambda t: t["kind"].map(GROUP_OF))
    spent = rows.groupby(["first_day", "group"], as_index=False)["amount"].sum()
    at = list(GROUPS)
    spent = spent.assign(
        month=[month_said(day) for day in spent["first_day"]],
        at=[at.index(group) for group in spent["group"]],
        group=[_(GROUPS[group]) for group in spent["group"]],
    ).sort_values(["first_day", "at"])
    earned = table[table["kind"].isin(EARNED)].groupby("first_day", as_index=False)["amount"].sum()
    earned = earned.assign(month=[month_said(day) for day in earned["first_day"]])
    return {"spent": spent[["month", "group", "amount", "at"]], "earned": earned[["month", "amount"]]}


def nothing():
    return {
        "spent": pd.DataFrame({"month": [], "group": [], "amount": [], "at": []}),
        "earned": pd.DataFrame({"month": [], "amount": []}),
    }


def picture_title(table, whose, money):
    """Return what the picture shows, as a sentence; whole months only where there are some."""
    months = sums_of(table, by=("first_day",))
    days = table.groupby("first_day")["last_day"].max()
    whole = [(days[day] - day).days + 1 == day.days_in_month for day in months["first_day"]]
    months = months[whole] if any(whole) else months
    most = months.loc[months["cost"].idxmax()]
    values = {"project": whose, "month": month_said(most["first_day"]), "amount": money(most["cost"])}
    return _("{project}: most is spent in {month}, {amount}", **values)


# figures and tables --------------------------------------------------------------------------------------------------
def figures(page, now, fixed):
    """Return the big figures of what is in sight. now, fixed : rows of `sums_of`; fixed is None while nothing is."""

    def change(name, show):
        if fixed is None:
            return ""
        return _("{n} against the fixed budget", n=signed(now[name] - fixed[name], show))

    made = [
        html.figure(_("Budget, all kinds of cost"), page.money(now["cost"]), change=change("cost", page.money)),
        html.figure(_("Full-time people paid"), number(now["fte"], 1), change=change("fte", lambda v: number(v, 1))),
        html.figure(_("Paid hours"), number(now["hours"]), change=change("hours", number)),
        html.figure(
            _("Cost per contact"),
            cents(page, now["cost_per_contact"]),
            change=change("cost_per_contact", lambda v: cents(page, v)),
            help_text=_("All costs over the contacts expected to be handled."),
        ),
    ]
    if now["revenue"]:
        made += [
            html.figure(_("Revenue"), page.money(now["revenue"]), change=change("revenue", page.money)),
            html.figure(
                _("Margin"),
                page.money(now["margin"]),
                state="good" if now["margin"] >= 0 else "under",
                change=_("{share} of revenue", share=percent(now["margin_share"], 1).replace("-", "−")),
                help_text=_("Revenue less all costs, shared ones included."),
            ),
        ]
    return html.figures(made)


def cents(page, value):
    return f"{number(value, 2)} {page.currency}" if pd.notna(value) else text.say().missing


def columns(first, *, earns):
    """Return the columns of sums, after those in `first`; earns : whether there is anything earned."""
    rate = lambda value: number(value, 2)  # noqa: E731 - short
    spent = [
        *first,
        ("hours", _("Paid hours"), number),
        ("fte", _("Full-time people"), lambda value: number(value, 1)),
        ("contacts", _("Contacts"), number),
        ("cost", _("Budget, all kinds of cost"), number),
        ("cost_per_contact", _("Cost per contact"), rate),
    ]
    earned = [
        ("revenue", _("Revenue"), number),
        ("revenue_per_contact", _("Revenue per contact"), rate),
        ("margin", _("Margin"), lambda value: number(value).replace("-", "−")),
        ("margin_share", _("Margin of revenue"), lambda value: percent(value, 1).replace("-", "−")),
    ]
    return spent + earned if earns else spent


def kinds_table(table):
    """Return what each kind costs and earns, a row each."""
    sums = table.groupby("kind")[["amount", "hours"]].sum()
    known = [kind for kind in [*COSTS, *EARNED] if kind in sums.index]
    rows = [
        [
            _((COSTS | EARNED)[kind]),
            number(sums.loc[kind, "hours"]) if sums.loc[kind, "hours"] else "",
            number(sums.loc[kind, "amount"]),
        ]
        for kind in known
    ]
    return html.table([_("Kind"), (_("Paid hours"), True), (_("Amount"), True)], rows)


def against_columns(labels, told):
    """Return the columns of plan and actual of a time; a gap only where all its days are booked."""
    out = [
        ("project", _("Project"), lambda key: labels[key] if key else _("Shared")),
        ("kind", _("Kind of cost"), kind_said),
        ("plan", _("Budget"), number),
        ("actual", _("Booked"), number),
    ]
    booked = len(told) and told["known"].min() >= 1
    return [*out, ("gap", _("Booked less budget"), lambda value: signed(value, number))] if booked else out


def beside_columns(labels):
    """Return the columns of what a day costs, beside the cycle before."""
    return [
        ("project", _("Project"), lambda key: labels[key] if key else _("Shared")),
        ("kind", _("Kind of cost"), kind_said),
        ("plan", _("Planned, a day"), number),
        ("previous_plan", _("Planned in the last cycle, a day"), number),
        ("previous_actual", _("Booked in the last cycle, a day"), number),
        ("change", _("Change"), lambda value: signed(value, percent, 1)),
    ]


def kind_said(kind):
    return _(BOOKS.get(kind, BOOKED_AS.get(kind, kind)))


def booked_said(told, money):
    """Return how the books stand against a budget, in one sentence; a gap only where all days are booked."""
    plan, actual, known = told["plan"].sum(), told["actual"].sum(), told["known"].min() if len(told) else 0.0
    if not known:
        return _("This cycle's budget is {plan}. Nothing is booked yet.", plan=money(plan))
    if known < 1:
        values = {"plan": money(plan), "actual": money(actual), "share": percent(known)}
        return _("This cycle's budget is {plan}; {actual} are booked, for {share} of its days.", **values)
    values = {"plan": money(plan), "actual": money(actual), "gap": signed(actual - plan, money)}
    return _("This cycle's budget is {plan}; {actual} are booked ({gap}).", **values)


def budget_state(told):
    """Return how the books keep to a budget: good, near (up to 2 % over), miss; None while days are not booked."""
    plan, actual = told["plan"].sum(), told["actual"].sum()
    if told.empty or told["known"].min() < 1:
        return None
    return "good" if actual <= plan else "near" if actual <= (1 + NEAR) * plan else "miss"
