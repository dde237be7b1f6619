"""The evidence beside a deviation: the curve of its day, what was expected, and what came before and after."""

import altair as alt
import pandas as pd

from ccwb import actions, evaluation
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.action_parts import assumed
from ccwb.ui.charts import ACTUAL, PLAN, Chart, by_clock, time_tip, time_x, wall
from ccwb.ui.evaluation_parts import change, shown
from ccwb.ui.text import _, number, percent, signed

SPANS = {
    evaluation.HOURS_S: N_("The two hours before and after"),
    evaluation.WEEK_S: N_("The seven days before and after"),
}
_LIST = ("offered", "aht", "service_level", "answer_rate", "asa")


def evidence(page, entry):
    """Return a fold with the evidence on one entry of the action log; read when it is opened."""
    return html.fold(_("What the figures say"), lambda: _made(page, entry))


def _made(page, entry):
    requirement, actuals = _read(page, entry)
    if not len(actuals):
        return html.html(html.paragraph(_("No actual figures of these days: there is nothing to hold it against.")))
    day = evaluation.day_around(requirement, actuals, at=entry.at)
    chart = Chart(_picture(), _drawn(day, entry), title=_title(day, entry), table=lambda: day, name="day_of_entry")
    tables = "".join(_beside(page, entry, requirement, actuals, span) for span in SPANS)
    note = _("Beside it other things changed, too: what is found is no proof. Up to a few hundred contacts say little.")
    note += " " + _(
        "The answer rate is of the contacts handled in these hours, also of those who came before: it may exceed 100 %."
    )
    expected = _expected(page, entry) + _held_against(entry, requirement, actuals)
    return html.stack(chart, html.html(expected + tables + html.paragraph(note, "ccwb-muted")))


def _read(page, entry):
    """Return plan and actual figures of the entry's project, or of all, for the days around it."""
    week = pd.Timedelta(days=8)
    place = {"cycle": page.cycle_id, "zone": page.zone, "project": entry.project or None}
    place |= {"start": str((entry.at - week).date()), "end": str((entry.at + week).date())}
    return page.store.read_table("requirement", **place), page.store.read_table("actuals", **place)


def _expected(page, entry):
    said = _("Expected by {who}: {effect}.", who=entry.who, effect=entry.effect.rstrip("."))
    titles = {one["key"]: one["title"] for one in _scenarios(page)}
    used = titles.get(entry.scenario, entry.scenario)
    prepared = _("Prepared scenario: {name}.", name=_(used)) if used else _("No prepared scenario was used.")
    return html.paragraph(f"{said} {prepared}")


def _held_against(entry, requirement, actuals):
    """Return what a prepared response was worked out to bring beside what came, as HTML; "" where nobody did."""
    known = actions.expected(entry._asdict())
    if not {"service_of", "service_without", "service_with"} <= set(known):
        return "".join(map(html.paragraph, assumed(entry)))
    came = evaluation.rest_of_day_came(requirement, actuals, at=entry.at, of=known["service_of"])
    blank = text.say().missing
    label = _("Service level of the day") if known["service_of"] == "day" else _("Service level of the rest of the day")
    rate = lambda value: blank if value is None else percent(value, 1)  # noqa: E731 - one thought
    row = [label, *(rate(value) for value in (known["service_without"], known["service_with"], came["service_level"]))]
    row.append(_reached(known["service_without"], known["service_with"], came["service_level"]))
    heads = [_("Until the end of the day"), (_("if nothing is done"), True), (_("with the response"), True)]
    said = html.table([*heads, (_("Came"), True), ""], [row])
    people = assumed(entry)
    if came["people"] is not None:
        values = {"people": number(came["people"], 1), "planned": number(came["people_planned"], 1)}
        people.append(_("At work from then on, as a mean: {people}; planned: {planned}.", **values))
    return said + "".join(map(html.paragraph, people))


def _reached(without, with_it, came):
    """Return as a tag whether what a response was to bring came; "" where nobody can tell."""
    if came is None:
        return ""
    if came >= with_it:
        return html.raw(html.tag(_("as expected or better"), "good"))
    return html.raw(html.tag(_("a part of it"), "near") if came > without else html.tag(_("not reached"), "miss"))


def _scenarios(page):
    return (page.store.load("action", cycle=page.cycle_id).data or {}).get("scenarios", [])


def _beside(page, entry, requirement, actuals, span):
    table = evaluation.before_after(requirement, actuals, at=entry.at, span_s=span, kpis=_LIST)
    table = table[table[["before", "after"]].notna().any(axis=1)]
    if table.empty:
        return ""
    heads = [_("Measure"), *((name, True) for name in (_("Before, plan"), _("Before"), _("After, plan"), _("After")))]
    heads.append((_("Found"), True))
    body = [_line(row, page.currency) for row in table.itertuples()]
    n = number(table["contacts"].iloc[0])
    caption = _(
        "{span}: contacts counted {n}. Found: how much higher above plan after than before.", n=n, span=_(SPANS[span])
    )
    return html.table(heads, body, caption=caption + _counted(table, span))


def _counted(table, span):
    """Return how many days a side of days rests on, as a sentence, where that is fewer than it has."""
    days, of = table[["days_before", "days_after"]].iloc[0], int(span // evaluation.DAY_S)
    if span < evaluation.DAY_S or days.min() >= of:
        return ""
    before, after = (number(n) for n in days)
    return " " + _("Days with actual figures: {before} before, {after} after.", before=before, after=after)


def _line(row, currency):
    blank = text.say().missing
    values = (row.before_plan, row.before, row.after_plan, row.after)
    sides = [blank if pd.isna(value) else shown(row.kpi, value, currency) for value in values]
    if pd.isna(row.found):
        found = blank
    else:
        found = signed(row.found, percent, 1) if KPIS[row.kpi].total else change(row.kpi, row.found, currency)
    return [_(KPIS[row.kpi].label), *sides, found]


def _drawn(day, entry):
    def side(prefix):
        part = day[["interval_start", f"{prefix}offered"]].dropna()
        drawn = pd.DataFrame({"t": wall(part["interval_start"]), "offered": part[f"{prefix}offered"]})
        return by_clock(drawn, "offered")

    at = pd.DataFrame({"t": wall(pd.Series([entry.at])), "entry": [number(entry.entry)]})
    levels = day[["interval_start", "plan_service_level", "service_level"]].dropna()
    missed = levels[levels["service_level"] < levels["plan_service_level"] - 0.1]
    low = day.set_index("interval_start").loc[missed["interval_start"], "offered"]
    return {
        "plan": side("plan_"), "actual": side(""), "entry": at,
        "low": pd.DataFrame({"t": wall(low.index), "offered": low.to_numpy()}),
    }  # fmt: skip


def _title(day, entry):
    before, after = (day[day["interval_start"] < entry.at], day[day["interval_start"] >= entry.at])
    shares = [_above(part) for part in (before, after)]
    if None in shares:
        return _("{day}: contacts as planned and as they came", day=text.date(entry.at))
    told = [signed(share, percent) for share in shares]
    return _(
        "{day}: contacts against plan {before} before the entry and {after} after it",
        day=text.date(entry.at), before=told[0], after=told[1],
    )  # fmt: skip


def _above(part):
    both = part.dropna(subset=["plan_offered", "offered"])
    return both["offered"].sum() / both["plan_offered"].sum() - 1 if both["plan_offered"].sum() else None


def _picture():
    plan, actual, low, entry = (alt.Chart(alt.NamedData(name)) for name in ("plan", "actual", "low", "entry"))
    y = alt.Y("offered:Q", title=_("contacts per interval"))
    tip = [time_tip(), alt.Tooltip("offered:Q", title=_("contacts"), format=",.0f")]
    short = [time_tip(), alt.Tooltip("offered:Q", title=_("service level 10 points or more below plan"), format=",.0f")]
    return alt.layer(
        plan.mark_line(**PLAN, color="$ink").encode(x=time_x(), y=y, tooltip=tip),
        actual.mark_line(**ACTUAL, color="$accent").encode(x=time_x(), y=y, tooltip=tip),
        low.mark_point(color="$under", filled=True, size=50, shape="triangle-down").encode(
            x=time_x(), y=y, tooltip=short
        ),
        entry.mark_rule(color="$over", strokeWidth=2).encode(x=time_x(), tooltip=[time_tip(), "entry:N"]),
    ).properties(height=180)
