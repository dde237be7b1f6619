"""The action page's prepared scenarios, the text of a log entry, and the day's curve with the entries on it."""

import datetime as dt
import itertools
import re

import altair as alt
import pandas as pd

from ccwb import actions, measures
from ccwb.mission_content import PREPARATION
from ccwb.ui import cells, html, refusals, text
from ccwb.ui.action_now_parts import people_said
from ccwb.ui.charts import PLAN, Chart, by_clock, time_tip, time_x, wall
from ccwb.ui.shared import edited, fields_of
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, Grid, button

DAYS = "days_to_start"  # the one measure counted in days; the others are shares, typed in percent
NEEDED = ("title", "trigger", "response", "decides")
SHARES = ("contacts_fewer", "service_without", "service_with")  # of an entry of the log
STANDING = {row[field] for row in actions.SCENARIOS for field in NEEDED}  # until somebody rewords them


class Scenarios:
    """The prepared scenarios as cards, lit when their trigger holds, and as a table to change them."""

    def __init__(self, page):
        self.page, self.begun = page, []  # begun: rows that do not say enough yet to be kept
        self.cards = html.row(classes="cards top")
        fields = [
            {"key": key, "label": _(label), "kind": "number", "digits": 1, "unit": _("days") if key == DAYS else "%"}
            for key, label in actions.MEASURES.items()
        ]
        self.now = Form(fields, self._known_now(), on_change=page.guard(self._measured), layout_kind="wide")
        self.grid = Grid(
            _columns(),
            [],
            on_change=page.guard(self._changed),
            add_label=_("Add a scenario"),
            name="scenarios",
            refuses=True,
        )
        self.grid.add_class("ccwb-rows")
        self.widget = html.stack(
            html.html(html.heading(_("Prepared scenarios"))),
            self.cards,
            html.fold(_("What is measured now: which triggers hold?"), html.card(self.now)),
            html.fold(_("Change the scenarios"), html.card(self.grid)),
            classes="spaced",
        )
        self.show()

    @property
    def rows(self):
        """The scenarios as they are now."""
        return [spoken(row) for row in self.page.plan.data["scenarios"]]

    def show(self):
        """Show the scenarios as they are now; in the table what was typed stays until it is saved."""
        self.show_cards()
        if self.grid.refused:
            return
        self.shown = [_to_grid(row) for row in self.rows]
        self.grid.rows = [*self.shown, *self.begun]

    def show_cards(self):
        """Show each scenario as a card, with what was measured where its trigger holds."""
        holding = {row["key"]: row["value"] for row in self.holding()}
        self.cards.children = tuple(self._card(row, holding.get(row["key"])) for row in self.rows)

    def holding(self):
        """Return the scenarios whose trigger holds by what was typed as measured now."""
        values = {k: _stored(k, v) for k, v in self.now.values.items() if v is not None}
        return actions.triggered(self.rows, values)

    def options(self):
        """Return the scenarios as options of a select."""
        return [{"value": row["key"], "label": row["title"]} for row in self.rows]

    def measured(self, values):
        """Take up what the day in sight says of the measures; what it does not tell stays as it was typed."""
        shown = {key: _display(key, value) for key, value in values.items()}
        self.now.values = {**self.now.values, **shown}
        self.show_cards()

    def _card(self, row, value):
        lit = (
            ""
            if value is None
            else html.tag(_("holds now: {value}", value=measured_said(row["measure"], value)), "near")
        )
        said = html.paragraph(row["trigger"]) + html.paragraph(row["response"])
        decides = html.paragraph(_("Decides: {who}", who=row["decides"]), "ccwb-muted") + _tried_said(row, self.page)
        used = html.html("")

        def use():
            self.page.use(row)
            there = {"link": "#ccwb-log", "link_text": _("Go to the form")}
            used.value = html.notice(_("It is in the form: say what you really did, then log it."), **there)

        return html.card(
            html.html(lit + said + decides), button(_("Use it"), use, page=self.page), used, title=row["title"]
        )

    def get(self, key):
        """Return the scenario with this key."""
        return next(row for row in self.rows if row["key"] == key)

    def _measured(self, _key, _value, _final):
        self.show_cards()
        self.page.show_figures()

    def _known_now(self):
        starts = [p.get("start") for p in self.page.centre()["projects"]]
        days = [(dt.date.fromisoformat(day) - dt.date.today()).days for day in starts if day]
        ahead = [n for n in days if n >= 0]
        return dict.fromkeys(actions.MEASURES) | {DAYS: min(ahead) if ahead else None}

    def _changed(self, rows):
        refusals.stop_saving(refusals.in_grid(self.grid))
        self.page.clear()
        stored = [_from_grid(row) for row in rows]
        changes, added = edited([_from_grid(row) for row in self.shown], stored)
        kept = {row["id"] for row in stored if "id" in row}
        gone = {row["id"] for row in self.shown} - kept
        whole = [all((row.get(field) or "").strip() for field in NEEDED) for row in added]
        self.begun = [row for row, is_whole in zip(rows[len(kept) :], whole, strict=True) if not is_whole]
        added = [row for row, is_whole in zip(added, whole, strict=True) if is_whole]
        if not (changes or added or gone):
            self.page.say(_("A scenario is kept once it says title, trigger, response and who decides."))
            return

        def change(document):
            now = [{**row, **changes.get(row["key"], {})} for row in document["scenarios"] if row["key"] not in gone]
            for row in added:
                now.append({**row, "key": _key(row["title"], {r["key"] for r in now})})
            return {**document, "scenarios": actions.check_scenarios(now)}

        self.page.plan.change(
            change,
            part=lambda document: fields_of(_with_id(document["scenarios"]), changes),
            seen=fields_of([_from_grid(row) for row in self.shown], changes),
            done=self.page.changed,
        )


def _tried_said(row, page):
    """Return in words what came of trying a scenario on the plan; "" where nobody has."""
    tried = row.get("tried")
    if not tried:
        return ""
    said = _(
        "Tried from {day}, days: {n}. Most people missing at once: {peak}. Hours missing: {hours}.",
        day=text.date(tried["first_day"]),
        n=number(tried["days"]),
        peak=people_said(tried["missing_peak"]),
        hours=number(tried["missing_hours"]),
    )
    if tried["cost"] is not None:
        said += " " + _("Filling the gap costs {cost}.", cost=text.money(tried["cost"], page.centre()["currency"]))
    return html.paragraph(said, "ccwb-muted")


def blank_scenarios():
    """Return the document of a cycle that has just begun, its scenarios in the reader's language."""
    rows = actions.blank_actions()["scenarios"]
    return {"scenarios": [{**row, **{field: _(row[field]) for field in NEEDED}} for row in rows]}


def item_names(mission):
    """Return what an entry departs from as it is read, also where a gap was closed or a task completed since."""
    out = {key: _(label) for key, label in actions.PLAN_ITEMS.items()}
    standing = {row for _key, row in PREPARATION}
    for gap in (mission or {}).get("gaps", []):
        out[f"gap {gap['id']}"] = _("Gap: {title}", title=gap["title"])
    for row in (mission or {}).get("preparation", []):
        task = _(row["task"]) if row["task"] in standing else row["task"]
        out[f"task {row['id']}"] = _("Preparation: {task}", task=task)
    for case in (mission or {}).get("cases", []):
        out[f"case {case['id']}"] = _("Business case: {title}", title=case["title"])
    return out


def moment(at):
    """Return when an entry was done, by the project's clock: the time today, else the day and time."""
    today = at.date() == dt.datetime.now(at.tz).date()
    return text.clock(at) if today else f"{text.date(at)} {text.clock(at)}"


def entry_text(row, corrected_by, *, names, labels, titles):
    """Return a log entry as HTML: when and who, what was done, instead of what, why, and what was expected."""
    where = labels.get(row.project, row.project) or _("Whole centre")
    head = text.joined([_("Entry {n}", n=number(row.entry)), moment(row.at), row.who, where])
    tags = ""
    if corrected_by is not None:
        tags += html.tag(_("corrected by entry {n}", n=number(corrected_by)), "near")
    if row.corrects == row.corrects:
        tags += html.tag(_("corrects entry {n}", n=number(row.corrects)), "info")
    if row.urgency in actions.URGENCIES:
        tags += html.tag(_(actions.URGENCIES[row.urgency]))
    if row.scenario:
        tags += html.tag(titles.get(row.scenario, row.scenario))
    lines = [
        _("Instead of: {item}", item=names.get(row.plan_item, row.plan_item)),
        _("Why: {why}", why=row.why),
        _("Expected: {effect}", effect=row.effect),
        *assumed(row),
    ]
    return html.paragraph(head, "ccwb-muted") + html.heading(row.done, 3) + tags + html.bullets(lines)


def assumed(row):
    """Return what a log entry was taken to bring, as a list of one sentence; none where nobody worked it out."""
    known = actions.expected(row._asdict())
    if "people_more" not in known:
        return []
    values = {"people": people_said(known["people_more"]), "share": percent(known.get("contacts_fewer", 0.0))}
    return [_("Assumed until the end of the day: {people} people more, {share} fewer contacts.", **values)]


def day_chart(page, log):
    """Return the day of the newest entry as a curve, the forecast dashed and the entries on it; () without both."""
    if log.empty:
        return ()
    day = log["at"].max().normalize()
    after = day + pd.Timedelta(days=1)
    expected = page.store.read_table(
        "forecast", cycle=page.cycle_id, project=page.project or None, start=day, end=after, zone=str(day.tz)
    )
    if expected.empty:
        return ()
    longest = int(expected["interval_s"].max())
    curve = measures.in_slots([expected], longest)[0].groupby("interval_start")["offered"].sum()
    entries = log[(log["at"] >= day) & (log["at"] < after)]
    data = {
        "plan": by_clock(pd.DataFrame({"t": wall(curve.index), "offered": curve.to_numpy()}), "offered"),
        "entries": pd.DataFrame(
            {"t": wall(entries["at"]), "entry": entries["entry"].map(number), "done": entries["done"]}
        ),
    }
    title = _("{day}: what was done, by its number, on the forecast of the day", day=text.date(day))
    columns = log_columns(page, entries)
    return (html.card(Chart(_day_curve(), data, title=title, table=lambda: entries, columns=columns, name="day")),)


def log_columns(page, log):
    """Return the columns of the log, or of a part of it, as it is read: parts of the plan and scenarios by name."""
    titles = {one["value"]: one["label"] for one in page.scenarios.options()}
    urgencies = {key: _(label) for key, label in actions.URGENCIES.items()}
    of = {key: _(label) for key, label in actions.SERVICE_OF.items()}
    columns = cells.worded(log, plan_item=page.names, scenario=titles, urgency=urgencies, service_of=of)
    return [(name, label, percent if name in SHARES else show) for name, label, show in columns]


def _day_curve():
    plan, entries = alt.Chart(alt.NamedData("plan")), alt.Chart(alt.NamedData("entries"))
    tip = [time_tip(), alt.Tooltip("entry:N", title=_("Entry")), alt.Tooltip("done:N", title=_("Done"))]
    y = alt.Y("offered:Q", title=_("contacts per interval"))
    return alt.layer(
        plan.mark_line(color="$accent", **PLAN).encode(x=time_x(), y=y, tooltip=[time_tip(), "offered:Q"]),
        entries.mark_rule(color="$over", strokeWidth=2).encode(x=time_x(), tooltip=tip),
        entries.mark_text(color="$ink", align="left", dx=5, baseline="top").encode(
            x=time_x(), y=alt.value(0), text="entry:N"
        ),
    ).properties(height=180)


def _columns():
    measures = [{"value": "", "label": _("people can tell")}]
    measures += [{"value": key, "label": _(label)} for key, label in actions.MEASURES.items()]
    signs = [{"value": sign, "label": sign} for sign in ("", *actions.COMPARISONS)]
    help_text = _("In percent; days for the start of a project.")
    return [
        {"key": "title", "label": _("Scenario"), "kind": "long", "wide": True},
        {"key": "trigger", "label": _("Trigger"), "kind": "long", "wide": True},
        {"key": "response", "label": _("Response"), "kind": "long", "wide": True},
        {"key": "decides", "label": _("Decides"), "kind": "long", "wide": True},
        {"key": "measure", "label": _("Measured by"), "kind": "select", "options": measures, "wide": True},
        {"key": "comparison", "label": _("Is"), "kind": "select", "options": signs},
        {"key": "threshold", "label": _("Threshold"), "kind": "number", "digits": 1, "help": help_text},
        {"key": "people_more", "label": _("Brings people, %"), "kind": "number", "digits": 0, "min": 0},
        {"key": "contacts_fewer", "label": _("Takes contacts, %"), "kind": "number", "digits": 0, "min": 0, "max": 99},
    ]


def _to_grid(row):
    shown = {"id": row["key"], **{c["key"]: row.get(c["key"]) for c in _columns()}}
    shown |= {name: round(100 * value, 6) for name, value in actions.relief_of(row).items()}
    if shown["measure"] and shown["threshold"] is not None:
        shown["threshold"] = _display(shown["measure"], shown["threshold"])
    numbers = ("threshold", *actions.RELIEF)
    return {key: "" if value is None and key not in numbers else value for key, value in shown.items()}


def _from_grid(row):
    threshold = row.get("threshold")
    if row.get("measure") and threshold is not None:
        threshold = _stored(row["measure"], threshold)
    relief = {name: round((row.get(name) or 0.0) / 100, 8) for name in actions.RELIEF}
    return {**row, "threshold": threshold, **relief}


def _with_id(rows):
    return [{"id": row["key"], **spoken(row)} for row in rows]


def spoken(row):
    """Return a scenario as it is read: what the workbook itself prepared in the reader's language."""
    return {**row, **{field: _(row[field]) for field in NEEDED if row.get(field) in STANDING}}


def _key(title, taken):
    """Return a short key for a scenario, one that no other has."""
    stem = re.sub(r"\W+", "_", title.strip().lower()).strip("_") or "scenario"
    further = (f"{stem}_{n}" for n in itertools.count(2))
    return next(key for key in itertools.chain([stem], further) if key not in taken)


def _display(measure, value):
    return value if measure == DAYS else round(100 * value, 6)


def _stored(measure, value):
    return value if measure == DAYS else round(value / 100, 8)


def measured_said(measure, value):
    """Return what a trigger was held against, as it is read."""
    return _("{n} days", n=number(value)) if measure == DAYS else percent(value)
