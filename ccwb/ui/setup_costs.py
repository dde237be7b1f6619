"""The costs of the setup: a row per bill, typed, pasted or from a file; an unfinished row waits in sight."""

import datetime as dt

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing import KEYS
from ccwb.tables import COST_KINDS, LONGEST_COST_DAYS, TABLES
from ccwb.ui import html, refusals, text
from ccwb.ui.choosing import choose_rows
from ccwb.ui.import_part import ImportPart
from ccwb.ui.merging import equal, followed, in_sight, merged, same, settled
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid

SHOWN = 50  # rows in the grid at once
KEY = TABLES["costs"].key
MOST = 1e15  # of one amount: below it money is counted to the cent
SHARED, ALL = "", "*"
KINDS = {
    "labour": N_("Labour"),
    "technology": N_("Technology"),
    "infrastructure": N_("Infrastructure"),
    "operations": N_("Operations"),
}


class Costs:
    """The costs as one person edits them.

    `rows` are those in the grid; `bases` says for each the stored row that it came from, None for a new one. While a
    row cannot be a cost, the store keeps its base. `seen` : the stored rows as this page last knew them; `hidden` :
    those of them that are not in the grid.
    """

    def __init__(self, page):
        self.page, self.rows, self.bases, self.seen, self.hidden = page, [], [], [], []
        self.filter = Form([], {"project": ALL, "kind": ALL}, on_change=page.guard(self._find), layout_kind="wide")
        self.grid = Grid(
            [],
            [],
            on_change=page.guard(self.save),
            new_row=self._new,
            add_label=_("Add a cost"),
            empty_text=_("No costs yet: add what technology, infrastructure and operations cost."),
            name="costs",
            refuses=True,
        )
        self.said, self.rest, self.told = html.html(""), html.html(""), html.html("")
        self.part = ImportPart(
            page, holds="costs", title=_("Bring in costs"), done=lambda _report: page.changed(), keep=page.keep
        )
        card = html.card(self.told, self.filter, self.said, self.grid, self.rest, title=_("Costs"))
        self.widget = html.stack(card, self.part.widget)
        self.widget.add_class("ccwb-main")

    def show(self):
        """Show the costs of the chosen project and kind as they are stored; unfinished rows stay as they were typed."""
        centre = self.page.kept.data
        self.told.value = _lead(centre)
        known = _projects(centre)
        self.grid.columns = _columns(known, self.page.kept.data["currency"])
        self.filter.fields = _filters(known)
        self._take(known_costs(self.page.store))

    def unfinished(self):
        """Return (row, base) of each row that cannot be a cost yet."""
        both = zip(self.rows, self.bases, self._wrong(), strict=True)
        return [(row, base) for row, base, wrong in both if wrong]

    def save(self, rows):
        """Save what this page changed in the costs; what others saved meanwhile stays, and is shown."""
        self.rows, self.bases = rows, followed(self.rows, self.bases, rows)
        wrong = self._wrong()
        kept = [base if w else row for row, base, w in zip(rows, self.bases, wrong, strict=True)]
        kept = [row for row in kept if row is not None] + self.hidden
        try:
            changed = not equal(kept, self.seen)
            asked = changed and not self._write(kept)
        except PlanError as error:
            self.said.value = html.notice(text.say().error(error), "miss")
            return
        if changed and not asked:
            self.page.saved()
            self.page.refresh_frame()
        self._say(wrong if not asked else [], changed)

    def _write(self, kept):
        """Save the costs with what others saved meanwhile; False, and asked, where both changed the same field."""
        store, before, both = self.page.store, self.seen, []
        with store.together():  # between the look and the save nobody else gets in
            theirs, last = known_costs(store), store.revision("costs")
            others = not equal(theirs, before)
            whole = merged(before, kept, theirs, key=KEY) if others else kept
            if whole is None:
                whole, both = settled(before, kept, theirs, key=KEY, fits=lambda row: not wrong_in(row))
            write(store, whole, by=self.page.person)
        if others:  # somebody else's rows came in, or ours was refused: the grid shows what there is
            self._take(known_costs(store))
        else:
            self.seen, wrong = kept, self._wrong()
            self.bases = [b if w else row for row, b, w in zip(self.rows, self.bases, wrong, strict=True)]
            self._show_rest()
        if both:
            who, when = (last.by, last.at) if last else (None, None)
            choose_rows(self.page, self.grid, both, self.save, title="kind", who=who, when=when)
        return not both

    def _take(self, stored):
        """Put stored costs into the grid, the unfinished rows of the page in their places."""
        waiting = self.unfinished()
        held = [base for _row, base in waiting if base is not None]
        wanted = [row for row in stored if self._wanted(row)][:SHOWN]
        inside = [row for row in stored if row in wanted or row in held]
        self.hidden = [row for row in stored if row not in inside]
        self.seen = inside + self.hidden
        self.rows, self.bases = in_sight(inside, waiting)
        self.grid.rows = self.rows
        self._show_rest()

    def _wanted(self, row):
        chosen = self.filter.values
        return all(chosen.get(key, ALL) in (ALL, row[key]) for key in ("project", "kind"))

    def _wrong(self):
        """Return for each row in sight why it cannot be a cost, a PlanError; None where it can."""
        refused = refusals.in_rows(self.grid)
        still = [base is not None and same(row, base) for row, base in zip(self.rows, self.bases, strict=True)]
        taken = {_key(row) for row in self.hidden}
        taken |= {_key(row) for row, so in zip(self.rows, still, strict=True) if so}
        out = []
        for n, (row, so) in enumerate(zip(self.rows, still, strict=True)):
            wrong = refused.get(n) or (None if so else wrong_in(row))
            if not so and wrong is None and _key(row) in taken:
                wrong = PlanError(
                    N_("There is a cost of this project, kind and period already. Put both amounts into one row.")
                )
            taken |= set() if so or wrong else {_key(row)}
            out.append(wrong)
        return out

    def _find(self, *_change):
        self._take(known_costs(self.page.store))

    def _say(self, wrong, changed):
        refused, error = refusals.in_rows(self.grid), text.say().error
        told = [
            error(what) if n - 1 in refused else _("Row {row}: {what}", row=number(n), what=error(what))
            for n, what in enumerate(wrong, start=1)
            if what
        ]
        rest = [_("The other rows are saved.")] if told and changed else []
        self.said.value = html.notice(" ".join([*told, *rest]), "near") if told else ""

    def _show_rest(self):
        last = self.page.store.revision("costs")
        told = [_("Last saved by {who}, {when}.", who=last.by, when=text.when(last.at))] if last.number else []
        if left := len([row for row in self.hidden if self._wanted(row)]):
            told.append(_("{n} earlier ones are not shown. Choose a project or a kind to see them.", n=number(left)))
        self.rest.value = html.paragraph(" ".join(told), "ccwb-muted") if told else ""

    def _new(self):
        today = self.page.now().date().replace(day=1)
        end = (today + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        project, kind = (self.filter.values.get(key, ALL) for key in ("project", "kind"))
        return {
            "kind": "technology" if kind == ALL else kind,
            "project": SHARED if project == ALL else project,
            "amount": None,
            "first_day": today.isoformat(),
            "last_day": end.isoformat(),
        }


def known_costs(store):
    """Return the stored costs as rows of the grid, the newest first."""
    table = store.read_table("costs", all_columns=True)
    table = table.sort_values(["last_day", "first_day"], ascending=False, kind="stable")
    days = {day: table[day].dt.strftime("%Y-%m-%d") for day in ("first_day", "last_day")}
    return table.assign(**days)[["kind", "project", "amount", "first_day", "last_day"]].to_dict("records")


def wrong_in(row):
    """Return why a row of the grid cannot be a cost, a PlanError; None where it can.

    >>> row = {"kind": "technology", "project": "", "first_day": "2026-01-01", "last_day": "2026-01-31"}
    >>> wrong_in(row | {"amount": 300.0}), str(wrong_in(row | {"amount": None}))
    (None, 'A cost is kept once it has an amount and both days.')
    """
    days = [_day(row[name]) for name in ("first_day", "last_day")]
    if row["amount"] is None or None in days:
        return PlanError(N_("A cost is kept once it has an amount and both days."))
    if not 0 <= row["amount"] < MOST:
        return PlanError(N_("An amount is 0 or more, and below {most}. A credit is taken off the bill."), most="1e15")
    if row["kind"] not in COST_KINDS:
        return PlanError(N_("Choose the kind of cost; found '{found}'."), found=str(row["kind"]))
    length = (days[1] - days[0]).days + 1
    if length < 1:
        return PlanError(N_("The last day comes before the first. Correct one of the two."))
    if length > LONGEST_COST_DAYS:
        return PlanError(N_("An amount is for at most {n} days. Correct one of the two."), n=LONGEST_COST_DAYS)
    return None


def write(store, rows, *, by):
    """Keep the rows of the grid as the costs of the centre."""
    at = dt.datetime.now(dt.UTC)
    if not rows:
        store.delete_table("costs", by=by, at=at)
        return
    table = pd.DataFrame(rows).assign(amount=lambda t: pd.to_numeric(t["amount"]))
    for day in ("first_day", "last_day"):
        table[day] = pd.to_datetime(table[day])
    store.write_table("costs", table, by=by, at=at)


def _day(typed):
    """Return the day that was typed; None where it is none, or none of our time."""
    try:
        day = dt.date.fromisoformat(typed or "")
    except ValueError:
        return None
    return day if 1970 <= day.year < 2200 else None


def _key(row):
    return tuple(row[name] or "" for name in KEY)


def _lead(centre):
    said = _(
        "An amount is for all days from its first to its last and is spread evenly over them. A cost of no project "
        "is shared by all; the plan splits it by {key}, as chosen in the part Centre. Labour counts in what a contact "
        "has cost; that of a plan follows from its paid hours.",
        key=_(KEYS[centre.get("shared_key", "handled")]),
    )
    money = _("Amounts are in {currency}.", currency=centre["currency"])
    paste = _("Type, or copy cells in a spreadsheet and paste them into the grid.")
    return html.paragraph(f"{said} {money} {paste}", "ccwb-help")


def _projects(centre):
    named = [{"value": p["project"], "label": p["label"]} for p in centre["projects"]]
    return [{"value": SHARED, "label": _("shared by all projects")}, *named]


def _kinds():
    return [{"value": kind, "label": _(label)} for kind, label in KINDS.items()]


def _filters(projects):
    every = [{"value": ALL, "label": _("all")}]
    return [
        {"key": "project", "label": _("Show those of"), "kind": "select", "options": every + projects},
        {"key": "kind", "label": _("Kind of cost"), "kind": "select", "options": every + _kinds()},
    ]


def _columns(projects, currency):
    return [
        {"key": "kind", "label": _("Kind of cost"), "kind": "select", "options": _kinds()},
        {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
        {"key": "amount", "label": _("Amount"), "kind": "number", "digits": 2, "unit": currency}
        | {"help": _("For the whole period, such as a month's bill or a year's licence.")},
        {"key": "first_day", "label": _("First day"), "kind": "date"},
        {"key": "last_day", "label": _("Last day"), "kind": "date"},
    ]
