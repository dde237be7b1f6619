"""Adherence: what the telephone system noted that agents did, beside the roster that was published."""

import datetime as dt

import altair as alt
import pandas as pd

from ccwb.adherence import AWAY, adherence, plain_state, usual_mapping
from ccwb.people import ACTIVITIES
from ccwb.schedule import last_published
from ccwb.ui import html, text
from ccwb.ui.charts import NAMES, TARGET, Chart, share_axis, time_tip, time_x, wall
from ccwb.ui.import_part import ImportPart
from ccwb.ui.roster_given import ordered, read_roster
from ccwb.ui.schedule_parts import missing
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, Grid, TableView

BY = ("team", "agent", "project", "day", "interval", "activity")
DRAWN = 40  # bars at once
UNMAPPED = "?"
_ADHERENCE = "adherence"  # the centre's document: how states are mapped


class Adherence:
    """The step of what was done: a log brought in, its states mapped, adherence per agent, team and interval."""

    def __init__(self, page):
        self.page = page
        self.zone = page.centre().get("zone") or "UTC"
        self.by = page.seen.get("adherence", "team")
        self.roster = self._roster()
        title = _("Bring in a log of agents' states")
        self.part = ImportPart(page, holds="states", cycle=page.cycle_id, title=title, done=lambda _report: self.draw())
        if self.roster.empty:
            said = _("Here the roster is held against what was done. There is no roster of this cycle yet.")
            self.widget = missing(page, said, "schedule")
            return
        self.figures, self.notes = html.html(""), html.html("")
        options = [{"value": by, "label": labels()[by]} for by in BY]
        field = {"key": "by", "label": _("Show it by"), "kind": "select", "options": options}
        self.form = Form([field], {"by": self.by}, on_change=page.guard(self._set), layout_kind="wide")
        self.chart = Chart(bars_chart(), {"bars": no_bars()}, table=lambda: self.shown, name="adherence")
        self.view = TableView(pd.DataFrame(), name="adherence")
        columns = [
            {"key": "state", "label": _("State"), "kind": "static"},
            {"key": "times", "label": _("How often"), "kind": "static"},
            {"key": "activity", "label": _("Counts as"), "kind": "select", "options": activities()},
        ]
        more = {"addable": False, "removable": False}
        self.grid = Grid(columns, [], on_change=page.guard(self._map), name="states", **more)
        self.found = html.stack(
            self.figures,
            html.card(self.form, self.chart, self.view),
            html.card(self.notes, self.grid, title=_("What the states of the system are")),
            classes="spaced",
        )
        self.widget = html.stack(self.found, self.part.widget)
        self.widget.add_class("ccwb-main")
        self.draw()

    def show(self):
        """Nothing moves while another step is in sight."""

    def _roster(self):
        """Return the roster as it was published last, else as it is."""
        store, cycle = self.page.store, self.page.cycle_id
        if store.has_rows("roster_snapshots", cycle=cycle):
            table = store.read_table("roster_snapshots", cycle=cycle, zone=self.zone, all_columns=True)
            return ordered(last_published(table))
        return read_roster(store, cycle, self.zone)

    def draw(self):
        """Hold the roster against the log, by what is chosen."""
        if self.roster.empty:
            return
        store = self.page.store
        self.states = store.read_table("states", cycle=self.page.cycle_id, zone=self.zone)
        html.show(self.found, len(self.states))
        if self.states.empty:
            return
        self.mapping = (store.load(_ADHERENCE).data or {}).get("mapping", {})
        self.grid.rows = self._rows()
        agents = store.read_table("agents", all_columns=True)
        since, until = _both(self.roster, self.states)
        if since >= until:
            self.figures.value = html.notice(_("The log does not touch the days of the roster."), "near")
            return
        if not self.roster["agent"].isin(self.states["agent"]).any():
            said = _("Nobody of the log is on the roster: the keys of the agents differ.")
            self.figures.value = html.notice(said, "near")
            return
        how = {"states": self.states, "mapping": self.mapping, "agents": agents, "since": since, "until": until}
        whole, notes = adherence(self.roster, by=(), **how)
        table, _same = adherence(self.roster, by=(self.by,), **how)
        self.shown = self._named(table[table["scheduled_s"] > 0], agents)
        self.figures.value = figures(whole.iloc[0])
        self.notes.value = "".join(html.notice(_(said, **spoken(values)), "near") for said, values in notes)
        self._picture(whole.iloc[0])
        columns = [
            ("what", labels()[self.by]),
            ("scheduled_s", _("Scheduled, hours"), hours),
            ("in_state_s", _("As scheduled, hours"), hours),
            ("adherence", _("Adherence"), lambda share: percent(share, 1)),
            ("conformance", _("Conformance"), lambda share: percent(share, 1)),
        ]
        self.view.show(self.shown, columns)

    def _named(self, table, agents):
        """Return the table with what its rows are called, the lowest adherence first; times in their order."""
        centre = {one["project"]: one["label"] for one in self.page.centre()["projects"]}
        known = {
            "agent": dict(zip(agents["agent"], agents["name"], strict=True)),
            "project": centre,
            "activity": {key: _(activity.label) for key, activity in ACTIVITIES.items()},
        }.get(self.by, {})
        said = {"day": text.date, "interval": lambda moment: f"{text.date(moment)} {text.clock(moment)}"}
        show = said.get(self.by, lambda key: known.get(key) or key or text.say().missing)
        table = table.assign(what=[show(key) for key in table[self.by]])
        return table if self.by in said else table.sort_values("adherence", ignore_index=True)

    def _picture(self, whole):
        rows = self.shown
        title = _(
            "{adherence} of the scheduled time was as scheduled; {worked} of the paid hours were worked",
            adherence=percent(whole["adherence"], 1),
            worked=percent(whole["conformance"], 1),
        )
        timed = self.by in ("day", "interval")
        if timed:
            data = pd.DataFrame({"t": wall(rows[self.by]), "adherence": rows["adherence"], "what": rows["what"]})
        else:
            data = rows.head(DRAWN)[["what", "adherence", "conformance"]]
            data = data.assign(what=data["what"].map(text.say().apart))  # a name keeps its dot at its end
        self.chart.draw(line_chart() if timed else bars_chart())
        self.chart.update({"bars": data}, title=title)

    def _rows(self):
        """Return the log's states, the most frequent first, with what each is mapped to."""
        known = usual_mapping() | {plain_state(state): activity for state, activity in self.mapping.items()}
        counts = self.states["state"].value_counts()
        return [
            {"id": state, "state": state, "times": number(n), "activity": known.get(plain_state(state), UNMAPPED)}
            for state, n in counts.items()
        ]

    def _map(self, rows):
        """Keep what the states are mapped to, for this centre; what others mapped meanwhile stays."""
        before = {row["id"]: row["activity"] for row in self._rows()}
        changed = {r["id"]: r["activity"] for r in rows if r["activity"] not in (before[r["id"]], UNMAPPED)}
        store = self.page.store
        with store.together():
            document = store.load(_ADHERENCE)
            data = document.data or {}
            data = data | {"mapping": data.get("mapping", {}) | changed}
            at = dt.datetime.now(dt.UTC)
            store.save(_ADHERENCE, data, base=document.version, by=self.page.person, at=at)
        self.page.saved()
        self.draw()
        return True

    def _set(self, _key, value, _final):
        self.by = self.page.seen["adherence"] = value
        self.draw()


def _both(roster, states):
    """Return from when to when both the roster's days and the log go: outside of them nothing can be compared."""
    begin, end = roster["start"].min().normalize(), roster["end"].max()
    midnight = end.normalize() if end == end.normalize() else end.normalize() + pd.DateOffset(days=1)
    ends = states["end"] if "end" in states else states["start"]
    return max(states["start"].min(), begin), min(max(states["start"].max(), ends.max()), midnight)


def labels():
    return {
        "team": _("Team"),
        "agent": _("Agent"),
        "project": _("Project"),
        "day": _("Day"),
        "interval": _("Interval"),
        "activity": _("Activity"),
    }


def activities():
    """Return what a state may be, as options of a select."""
    there = [{"value": key, "label": _(a.label)} for key, a in ACTIVITIES.items() if a.there]
    return [{"value": UNMAPPED, "label": _("not known")}, *there, {"value": AWAY, "label": _("not at work")}]


def hours(seconds):
    return number(seconds / 3600, 1)


def spoken(values):
    return {key: number(value) if isinstance(value, int) else value for key, value in values.items()}


def figures(whole):
    return html.figures(
        [
            html.figure(
                _("Adherence"),
                percent(whole["adherence"], 1),
                help_text=_("Of the scheduled time of shifts, breaks among it, the share in the scheduled state."),
            ),
            html.figure(
                _("Conformance"),
                percent(whole["conformance"], 1),
                help_text=_("Hours worked of the paid hours scheduled, whenever they were worked."),
            ),
            html.figure(_("Hours scheduled"), hours(whole["scheduled_s"])),
            html.figure(_("Hours not as scheduled"), hours(whole["scheduled_s"] - whole["in_state_s"])),
        ]
    )


def no_bars():
    return pd.DataFrame({"what": [], "adherence": [], "conformance": []})


def bars_chart():
    base = alt.Chart(alt.NamedData("bars"))
    rows = alt.Y("what:N", title=None, sort=alt.EncodingSortField(field="adherence", op="min"), axis=alt.Axis(**NAMES))
    share = share_axis()
    tip = [
        alt.Tooltip("what:N", title=_("who")),
        alt.Tooltip("adherence:Q", title=_("adherence"), format=".1%"),
        alt.Tooltip("conformance:Q", title=_("conformance"), format=".1%"),
    ]
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("adherence:Q", title=_("adherence; the tick is conformance"), axis=share), y=rows, tooltip=tip
    )
    ticks = base.mark_tick(**TARGET).encode(x="conformance:Q", y=rows, tooltip=tip)
    return alt.layer(bars, ticks).properties(height=alt.Step(20))


def line_chart():
    base = alt.Chart(alt.NamedData("bars"))
    y = alt.Y("adherence:Q", title=_("adherence"), axis=share_axis(), scale=alt.Scale(domain=[0, 1]))
    tip = [time_tip(), alt.Tooltip("adherence:Q", title=_("adherence"), format=".1%")]
    return base.mark_line(point=True, strokeWidth=2).encode(x=time_x(), y=y, tooltip=tip).properties(height=200)
