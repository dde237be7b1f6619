"""Results of one person beside the team's middle, for the talk between them and their supervisor."""

import altair as alt
import pandas as pd

from ccwb import coaching
from ccwb.channels import CHANNELS
from ccwb.coaching import RESULTS, TOLD
from ccwb.ui import html, text
from ccwb.ui.charts import ACTUAL, Chart, number_axis, share_axis, time_tip, time_x, wall
from ccwb.ui.evaluation_measure import DAY
from ccwb.ui.text import _, duration, number, percent
from ccwb.ui.widgets import Form

WEEKS = 13  # looked back over where the cycle's own days have no results
NOBODY = ""


class Coaching:
    """Opens for a project's supervisor only, by the name given at the top of the page; shows one chosen person."""

    def __init__(self, page):
        self.page, self.place, self.made = page, html.stack(classes="spaced"), False
        self.widget = html.fold(_("Results of one person, for coaching"), self._first)
        page.shell.observe(page.guard(lambda _change: self.made and self.show()), "person")

    def show(self):
        """Show the choice of queue and person to a supervisor, else why not."""
        led = led_by(self.page.centre(), self.page.shell.person, self.page.project)
        if not led:
            self.place.children = (html.html(_for_whom(self.page)),)
            return
        self.results, self.days = self._read(led)
        self.queues = coaching.queues(self.results) if len(self.results) else []
        if not self.queues:
            said = _("No results per person are known: import them, or call records that name agents.")
            there = {"link": self.page.context.href("setup", step="people"), "link_text": _("Import a file")}
            self.place.children = (html.html(html.notice(said, **there)),)
            return
        self.result, self.said, self.chart = html.html(""), html.html(_about(self.days)), html.stack()
        self.form = Form(self._fields(0), self._blank(), on_change=self.page.guard(self._changed), layout_kind="wide")
        self.place.children = (self.said, self.form, self.result, self.chart)
        self.show_person()

    def show_person(self):
        """Show the chosen person beside the team's middle; nothing before one is chosen."""
        values = self.form.values
        if values["agent"] == NOBODY:
            self.result.value, self.chart.children = html.paragraph(_("Choose a person.")), ()
            return
        where = dict(zip(("project", "channel"), self.queues[int(values["queue"])], strict=True))
        where |= {"agent": values["agent"]}
        self.result.value = _table(coaching.beside_team(self.results, **where))
        weeks = coaching.by_week(self.results, **where, result=values["result"])
        self.chart.children = (_picture(weeks, values["result"], self._names()[values["agent"]]),)

    def _first(self):
        self.made = True
        self.show()
        return self.place

    def _changed(self, key, value, _final):
        if key == "queue":
            self.form.fields = self._fields(int(value))
            self.form.values = {**self.form.values, "agent": NOBODY}
        self.show_person()

    def _blank(self):
        return {"queue": "0", "agent": NOBODY, "result": "resolved"}

    def _fields(self, queue):
        labels = {p["project"]: p["label"] for p in self.page.centre()["projects"]}
        queues = [
            {"value": str(n), "label": text.joined((labels.get(project, project), _(CHANNELS[channel].label)))}
            for n, (project, channel) in enumerate(self.queues)
        ]
        names, (project, channel) = self._names(), self.queues[queue]
        there = coaching.agents(self.results, project=project, channel=channel)
        people = sorted(({"value": key, "label": names[key]} for key in there), key=lambda one: one["label"])
        results = [{"value": key, "label": _(known.label)} for key, known in RESULTS.items()]
        return [
            {"key": "queue", "label": _("Queue"), "kind": "select", "options": queues},
            {"key": "agent", "label": _("Person"), "kind": "select"}
            | {"options": [{"value": NOBODY, "label": _("nobody chosen")}, *people]},
            {"key": "result", "label": _("In the picture"), "kind": "select", "options": results},
        ]

    def _names(self):
        agents = self.page.store.read_table("agents")
        known = dict(zip(agents["agent"], agents["name"], strict=True)) if len(agents) and "name" in agents else {}
        return {key: known.get(key) or key for key in self.results["agent"].unique()}

    def _read(self, led):
        """Return (results, (first, last)): of the cycle's days, else of the last weeks that are known."""
        one, store = self.page.context.cycle, self.page.store
        days = one.first_day, one.last_day
        found = _between(store, led, *days)
        known = store.table_info("agent_results")
        known = known[known["project"].isin(led)]
        if len(found) or known.empty:
            return found, days
        last = known["last"].max().date()
        days = last - 7 * WEEKS * DAY + DAY, last
        return _between(store, led, *days), days


def led_by(centre, person, project=""):
    """Return the keys of the projects (of one, where `project` names it) whose supervisor is called like this person.

    >>> led_by({"projects": [{"project": "sales", "supervisor": "Kim T."}]}, " kim t. ")
    ['sales']
    """
    name = person.strip().casefold()
    led = [p["project"] for p in centre["projects"] if name and p["supervisor"].strip().casefold() == name]
    return [key for key in led if project in ("", key)]


def _between(store, led, first, last):
    return store.read_table("agent_results", project=led, start=str(first), end=str(last + DAY))


def _for_whom(page):
    projects = [p for p in page.centre()["projects"] if page.project in ("", p["project"])]
    named = [f"{p['supervisor']} ({p['label']})" for p in projects if p["supervisor"].strip()]
    said = _("Results of single people are for the talk between them and their supervisor; there is no list of them.")
    if named:
        said += " " + _(
            "They open when the name at the top of the page is one of these: {names}.", names=text.listed(named)
        )
    else:
        said += " " + _("They open for the supervisor that the setup page names for a project; none is named yet.")
    honest = _("This keeps them out of sight, not out of reach: the workbook has no passwords of its own.")
    return html.notice(said, link=page.context.href("setup", step="projects"), link_text=_("Setup")) + html.paragraph(
        honest, "ccwb-muted"
    )


def _about(days):
    first, last = (text.date(day) for day in days)
    said = _(
        "From {first} to {last}, on one queue. The middle is that of at least {n} colleagues there. A difference is "
        "told only where it is hardly chance. Ask before you conclude: the work may differ.",
        first=first,
        last=last,
        n=number(coaching.COLLEAGUES),
    )
    return html.paragraph(said, "ccwb-muted")


def _table(rows):
    heads = [_("Result"), (_("This person"), True), (_("Range (95 %)"), True), (_("Counted"), True)]
    heads += [(_("Team's middle"), True), (_("Middle half of the team"), True), _("How it stands")]
    body = [
        [
            _(RESULTS[row.result].label),
            _shown(row.result, row.value),
            _span(row.result, row.lower, row.upper),
            number(row.n),
            _shown(row.result, row.middle),
            _span(row.result, row.low, row.high),
            _(TOLD[row.told]),
        ]
        for row in rows.itertuples()
    ]
    return html.table(heads, body)


def _shown(result, value):
    if pd.isna(value):
        return text.say().missing
    match RESULTS[result].unit:
        case "share":
            return percent(value)
        case "s":
            return duration(value)
        case _:
            return number(value, 1)


def _span(result, low, high):
    if pd.isna(low):
        return text.say().missing
    return _("{low} to {high}", low=_shown(result, low), high=_shown(result, high))


def _picture(weeks, result, name):
    share = RESULTS[result].unit == "share"
    rows = weeks.assign(t=wall(weeks["week"]))
    label = _(RESULTS[result].label)
    y = {"title": label + ("" if share else f" ({_unit(result)})"), "axis": share_axis() if share else number_axis()}
    y["scale"] = alt.Scale(zero=False)
    base = alt.Chart(alt.NamedData("weeks"))
    tip = [time_tip(form="%d %b %Y", title=_("Week of"))]
    form = ".0%" if share else ",.1f"
    tip += [
        alt.Tooltip("value:Q", title=name, format=form),
        alt.Tooltip("middle:Q", title=_("team's middle"), format=form),
    ]
    x = time_x(form="%d %b")
    picture = alt.layer(
        base.mark_line(color="$muted", strokeWidth=1).encode(x=x, y=alt.Y("middle:Q", **y), tooltip=tip),
        base.mark_line(**ACTUAL, color="$accent", point={"size": 24, "color": "$accent"}).encode(
            x=x, y=alt.Y("value:Q", **y), tooltip=tip
        ),
    ).properties(height=180)
    said = _("{name}, week by week: {result}; thin: the team's middle", name=name, result=label)
    return Chart(picture, {"weeks": rows.drop(columns="week")}, title=said)


def _unit(result):
    return _("seconds") if RESULTS[result].unit == "s" else _("contacts a day")
