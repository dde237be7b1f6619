"""Every measure by project, channel, week, weekday or time of day, and whether it changed by more than chance."""

import datetime as dt

import altair as alt
import pandas as pd

from ccwb import evaluation, measures
from ccwb.channels import CHANNELS
from ccwb.measures import KPIS, TIMED
from ccwb.messages import N_
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.charts import Chart
from ccwb.ui.evaluation_parts import change, shown
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, TableView

SPLITS = {
    "": N_("All that is in sight"),
    "project": N_("Project"),
    "channel": N_("Channel"),
    "week": N_("Week"),
    "weekday": N_("Weekday"),
    "hour": N_("Time of day"),
}
DAY_S = 86_400
MONDAY = dt.date(2026, 1, 5)
SURE = {True: N_("more than chance"), False: N_("within chance")}


class Split(Part):
    """A chooser, a picture of the measure chosen, and the table: plan, actual with its margin, previous, target."""

    title = N_("Every measure by project, channel and time: what changed by more than chance?")

    def widget(self):
        page = self.page
        self.known, self.sides, self.table = {}, None, pd.DataFrame()
        pick = lambda key, label, options: {"key": key, "label": label, "kind": "select", "options": options}  # noqa: E731
        splits = [{"value": key, "label": _(label)} for key, label in SPLITS.items()]
        kpis = [{"value": kpi, "label": _(KPIS[kpi].label)} for kpi in TIMED]
        fields = [pick("by", _("Look by"), splits), pick("kpi", _("Measure"), kpis)]
        start = {"by": "", "kpi": "service_level"}
        self.form = Form(fields, start, on_change=page.guard(self._chosen), layout_kind="wide")
        self.said = html.html("")
        self.chart = Chart(_picture(), _drawn([], None, ""), table=lambda: self.table, name="measures_by")
        self.place, self.files = html.stack(), html.stack()
        self._read()
        return html.stack(self.form, self.said, self.place, self.files)

    def moved(self):
        """Hear that what is in sight is another."""
        self._read()

    def _read(self):
        """Read and sum up what is in sight, beside the page, and show it."""

        def done(sides):
            self.known, self.sides = {}, sides
            self.show()

        self.page.work(lambda _progress: read(self.page), done, what=_("Measuring"))

    def show(self):
        """Show the table that is asked for."""
        by, kpi = self.form.values["by"], self.form.values["kpi"]
        if self.sides is None:  # still being read
            return
        asked = by, kpi if by else ""
        if asked not in self.known:
            self.known[asked] = compared(self.page, self.sides, by, kpis=[kpi] if by else TIMED)
        self.table = self.known[asked]
        rows = [self._line(row, by) for row in self.table.itertuples()]
        self.place.children = (self.chart,) if by and rows else ()
        if not rows:
            self.said.value = html.paragraph(_("Nothing was measured of this."))
            return
        if by:
            self.chart.update(_drawn([row[0] for row in rows], self.table, kpi), title=_title(self.table, kpi))
        sums = _("Contacts are a mean of a day.") + " " + _("In brackets: the margin that chance alone gives.")
        self.said.value = html.paragraph(self._sentence(by)) + html.table(_heads(by), rows, caption=sums)
        names = [row[0] for row in rows]
        file = self.table.assign(group=names)[["group", "plan", "actual", "low", "high", "previous"]]
        heads = zip(
            file, (_heads(by)[0], _("Plan"), _("Actual"), _("at least"), _("at most"), _("Previous")), strict=True
        )
        self.files.children = (html.fold(_("These figures as a table"), lambda: TableView(file, [*heads], name="by")),)

    def named(self, by, key):
        """Return what a group is called."""
        match by:
            case "project":
                return self.page.labels.get(key, key)
            case "channel":
                return _(CHANNELS[key].label)
            case "week":
                first = self.page.context.cycle.first_day
                return text.date(first - dt.timedelta(days=first.weekday()) + dt.timedelta(days=7 * (int(key) - 1)))
            case "weekday":
                return text.say().weekday(MONDAY + dt.timedelta(days=int(key)), "EEEE")
            case "hour":
                return text.clock(dt.time(int(key)))
        return _(KPIS[key].label)

    def _line(self, row, by):
        kpi, currency, blank = row.kpi, self.page.currency, text.say().missing
        fine = lambda value: percent(value, 1) if KPIS[kpi].unit == "share" else shown(kpi, value, currency)  # noqa: E731
        said = lambda value: blank if pd.isna(value) else fine(value)  # noqa: E731 - one thought
        actual = said(row.actual)
        if not pd.isna(row.low):
            actual = _("{value} ({low} to {high})", value=actual, low=said(row.low), high=said(row.high))
        gaps = [_change(kpi, gap, sure, currency) for gap, sure in _gaps(row)]
        name = self.named(by, getattr(row, by) if by else kpi)
        return [name, said(row.plan), actual, said(row.previous), said(self._target(row, by)), *gaps]

    def _sentence(self, by):
        """Return what changed against the period before by more than chance, in one sentence."""
        sure = self.table[self.table["sure_previous"].eq(True)]
        if not len(sure):
            return _("Nothing changed against the period before by more than chance.")
        names = text.listed(self.named(by, getattr(row, by) if by else row.kpi) for row in sure.itertuples())
        values = {"n": number(len(sure)), "of": number(len(self.table)), "names": names}
        return _("{n} of {of} changed against the period before by more than chance: {names}.", **values)

    def _target(self, row, by):
        project = row.project if by == "project" else self.page.project
        table = self.page.table
        found = table[(table["kpi"] == row.kpi) & (table["project"] == project)]["target"]
        return found.iloc[0] if len(found) else None

    def _chosen(self, _key, _value, _final):
        self.show()


def read(page):
    """Return actual, plan and previous of what is in sight, each a table of `measures.by_day_and`; None for none."""
    store, one, centre = page.store, page.context.cycle, page.centre()
    days, before = (one.first_day, one.last_day), em.before(store, one)[1:]
    sides = {"actual": [], "plan": [], "previous": []}
    for project in em.projects_of(centre, page.project):
        place = {"project": project["project"], "zone": project["zone"], "cycle": one.id}
        bound = {"contracts": {project["project"]: project["contract"]}}
        earlier, actuals = em.days_before(store, one, centre, project["project"]), store.read_table("actuals", **place)
        sides["previous"].append(_by_day(earlier, before, **bound))
        sides["actual"].append(_by_day(actuals, days, **bound))
        requirement = store.read_table("requirement", **place) if len(actuals) else ()
        if len(requirement):
            sides["plan"].append(_by_day(measures.told(evaluation.expected_history(requirement), actuals), days))
    known = {side: [part for part in parts if part is not None] for side, parts in sides.items()}
    return {side: pd.concat(parts, ignore_index=True) if parts else None for side, parts in known.items()}


def _by_day(rows, days, **more):
    if not len(rows):
        return None
    by = measures.SPLITS if (rows["interval_s"] < DAY_S).all() else measures.SPLITS[:-1]
    return measures.by_day_and(rows, first_day=days[0], last_day=days[1], by=by, **more)


def compared(page, sides, by, *, kpis=TIMED):
    """Return plan, actual and previous side by side, split by one of SPLITS, with what is more than chance."""
    keys = (by,) if by else ()
    if sides["actual"] is None or (by and by not in sides["actual"]):
        return pd.DataFrame(columns=["kpi", *keys])
    columns = ["kpi", *keys, "day", "numerator", "denominator"]
    tables = {
        side: measures.added_up([rows.loc[rows["kpi"].isin(kpis), columns]])
        if rows is not None and {*columns} <= {*rows}
        else None
        for side, rows in sides.items()
    }
    table = evaluation.more_than_chance(tables.pop("actual"), **tables, by=keys)
    before = em.before(page.store, page.context.cycle)[1:]
    asked = _surveyed(page, by, before)
    return _seen(pd.concat([table, asked], ignore_index=True) if len(asked) else table)


def _seen(table):
    """Return the table without a word on the chance of a change that shows as none: nobody would understand it."""
    for side in ("plan", "previous"):
        pairs = zip(table["kpi"], table[f"gap_{side}"], strict=True)
        none = [change(kpi, gap, "") == change(kpi, 0.0, "") for kpi, gap in pairs]
        table[f"sure_{side}"] = table[f"sure_{side}"].astype(object).mask(pd.Series(none, index=table.index), None)
    return table


def _surveyed(page, by, before):
    """Return the survey measures in the same shape, for all that is in sight, with their own margins."""
    if by:
        return ()
    one, keys = page.context.cycle, ["kpi", "project", "channel"]
    now, then = (em.margins(page.store, *days) for days in ((one.first_day, one.last_day), before))
    rows = now.merge(then, on=keys, how="left", suffixes=("", "_then"))
    rows = rows[(rows["project"] == page.project) & (rows["channel"] == "")]
    rows = rows.rename(columns={"value": "actual", "value_then": "previous", "answers": "blocks"})
    ends = evaluation.difference_interval(
        tuple(rows[name] for name in ("actual", "low", "high")),
        tuple(rows[name] for name in ("previous", "low_then", "high_then")),
    )
    sure = ((ends[0] > 0) | (ends[1] < 0)).astype(object).where(ends[0].notna(), None)
    gaps = {"gap_plan": float("nan"), "gap_previous": rows["actual"] - rows["previous"], "plan": float("nan")}
    rows = rows.assign(**gaps, gap_low=ends[0], gap_high=ends[1], sure_plan=None, sure_previous=sure)
    return rows.drop(columns=["project", "channel", "low_then", "high_then", "answers_then"])


def _gaps(row):
    return (row.gap_plan, row.sure_plan), (row.gap_previous, row.sure_previous)


def _change(kpi, gap, sure, currency):
    """Return a change with its sign, and whether it is more than chance; coloured by whether it is for the better."""
    if pd.isna(gap):
        return text.say().missing
    said = change(kpi, gap, currency)
    if sure is None:
        return said
    better = {"high": gap > 0, "low": gap < 0}.get(KPIS[kpi].better)
    state = "none" if not sure else "info" if better is None else "good" if better else "miss"
    return html.raw(f"{html.escape(said)} {html.tag(_(SURE[bool(sure)]), state)}")


def _heads(by):
    numbers = [_("Plan"), _("Actual"), _("Previous"), _("Target"), _("Against plan"), _("Against previous")]
    return [_(SPLITS[by]) if by else _("Measure"), *((name, True) for name in numbers)]


def _title(table, kpi):
    off = table[table["sure_plan"].eq(True)]
    said = _("{measure}: {n} of {of} differ from the plan by more than chance")
    return _(said, measure=_(KPIS[kpi].label), n=number(len(off)), of=number(len(table)))


def _drawn(names, table, kpi):
    columns = ["name", "order", "actual", "low", "high", "plan", "previous"]
    if table is None:
        return {"split": pd.DataFrame(columns=columns)}
    scale = 100 if KPIS[kpi].unit == "share" else 1
    values = {name: scale * table[name].astype(float) for name in columns[2:]}
    made = pd.DataFrame({"name": names, "order": range(len(table))} | {k: v.to_numpy() for k, v in values.items()})
    return {"split": made}


def _picture():
    base = alt.Chart(alt.NamedData("split"))
    x = alt.X("name:N", sort=alt.SortField("order"), title=None, axis=alt.Axis(labelAngle=-40))
    y = {"scale": alt.Scale(zero=False), "title": None}
    labels = {"actual": _("actual"), "low": _("at least"), "high": _("at most"), "plan": _("planned")}
    tip = [alt.Tooltip("name:N", title=_("Group"))]
    tip += [alt.Tooltip(f"{key}:Q", title=label, format=",.1f") for key, label in labels.items()]
    return alt.layer(
        base.mark_rule(color="$accent", strokeWidth=2).encode(x=x, y=alt.Y("low:Q", **y), y2="high:Q", tooltip=tip),
        base.mark_point(color="$accent", filled=True, size=60).encode(x=x, y=alt.Y("actual:Q", **y), tooltip=tip),
        base.mark_tick(color="$ink", thickness=3, width=18).encode(x=x, y=alt.Y("plan:Q", **y), tooltip=tip),
        base.mark_tick(color="$previous", thickness=3, width=18).encode(x=x, y=alt.Y("previous:Q", **y), tooltip=tip),
    ).properties(height=200)
