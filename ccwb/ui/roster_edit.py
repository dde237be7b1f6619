"""A day of the roster in a table: each agent's shift, changed by hand; nothing is refused silently."""

from ccwb.errors import PlanError
from ccwb.ui import html, text
from ccwb.ui.choosing import choose_rows
from ccwb.ui.merging import merged, same, settled
from ccwb.ui.roster_day import day_rows, rows_of, stretches, tidied, with_day
from ccwb.ui.roster_given import joined, read_roster, write_roster
from ccwb.ui.text import _
from ccwb.ui.widgets import Grid, button


class Edits:
    """The table of the day in sight; every committed cell is saved, and its effect shown at once."""

    def __init__(self, part):
        self.part, self.page = part, part.page
        self.seen, self.undo, self.here = [], [], None  # here : the day and people that the table shows
        self.said = html.html("")
        self.grid = Grid(
            self._columns(), [], on_change=self.page.guard(self.save), name="roster_day", addable=False, removable=False
        )
        self.back = button(_("Undo the last change"), self.take_back, page=self.page)
        html.show(self.back, False)
        hint = _(
            "Write a shift as 09:00 and 17:30, lunch as 13:00 or 13:00-13:30; empty both times for a day off. In the "
            "pause of a split kind of shift, as 13:00-17:00, people go home. Empty channels: all they are trained for. "
            "What is locked stays when the roster is solved again."
        )
        body = html.stack(html.html(html.paragraph(hint, "ccwb-help")), self.said, self.grid, html.row(self.back))
        self.widget = html.fold(_("Change the day by hand"), body)

    def show(self):
        """Show the day in sight; while it is the same day nothing moves under the hand that types."""
        part, here = self.part, (self.part.day, self.part.shown)
        rows = day_rows(part.roster, part.day, part.given, shown=part.in_sight())
        if here == self.here:
            place = {row["id"]: n for n, row in enumerate(self.seen)}
            rows.sort(key=lambda row: place.get(row["id"], len(place)))
        self.here = here
        self.seen = rows
        self.grid.columns = self._columns()
        self.grid.rows = [dict(row) for row in rows]

    def _columns(self):
        given = self.part.given
        options = [{"value": key, "label": label} for key, label in {"": "–", **given.labels}.items()]
        kinds = [*dict.fromkeys(["", *given.shifts["shift"], *given.roster["shift"]])]
        shifts = [{"value": kind, "label": kind or "–"} for kind in kinds]
        return [
            {"key": "name", "label": _("Agent"), "kind": "static"},
            {"key": "start", "label": _("From"), "kind": "text"},
            {"key": "end", "label": _("To"), "kind": "text"},
            {"key": "lunch", "label": _("Lunch or pause"), "kind": "text", "wide": True},
            {"key": "before", "label": _("Project"), "kind": "select", "options": options},
            {"key": "after", "label": _("Project after it"), "kind": "select", "options": options},
            {"key": "locked", "label": _("Locked"), "kind": "check"},
            {"key": "shift", "label": _("Kind of shift"), "kind": "select", "options": shifts},
            {"key": "channels", "label": _("Channels"), "kind": "text", "wide": True},
            {"key": "channels_after", "label": _("Channels after it"), "kind": "text", "wide": True},
            {"key": "away", "label": _("Away"), "kind": "static"},
        ]

    def save(self, rows):
        """Save what was changed in the table; what others saved meanwhile of other rows stays, and is shown."""
        part, page = self.part, self.page
        wrong, mine = self._read(rows)
        with page.store.together():
            there, last = self._stored(), page.store.revision("roster", cycle=page.cycle_id)
            theirs = day_rows(there, part.day, part.given, shown={row["id"] for row in self.seen})
            whole, both = merged(self.seen, mine, theirs, key=["id"]), []
            if whole is None:
                whole, both = settled(self.seen, mine, theirs, key=["id"])
            before = {row["id"]: row for row in theirs}
            changed = [row for row in whole if not same(row, before.get(row["id"], {}))]
            roster = there
            for row in changed:
                roster = with_day(roster, row, before[row["id"]], day=part.day, given=part.given)
            if changed:
                write_roster(page.store, roster, by=page.person, cycle=page.cycle_id)
                self.undo = [(part.day, row["id"], rows_of(there, row["id"], part.day)) for row in changed]
        self._show_wrong(wrong)
        if changed or both:
            page.clear()
            page.saved()
            page.refresh_frame()
            part.changed(roster)
            self._as_typed(wrong)
        html.show(self.back, bool(self.undo))
        if both:
            choose_rows(page, self.grid, both, self.save, title="name", who=last.by, when=last.at)
        return not wrong

    def _read(self, rows):
        """Return (what is wrong, row id -> (row, PlanError); the rows with those left as they were)."""
        wrong, out, seen = {}, [], {row["id"]: row for row in self.seen}
        for row in rows:
            if same(row, seen[row["id"]]):
                out.append(seen[row["id"]])
                continue
            try:
                tidy = tidied(row, seen[row["id"]])
                stretches(tidy, seen[row["id"]], day=self.part.day, given=self.part.given, roster=self.part.roster)
                out.append(tidy)
            except PlanError as error:
                wrong[row["id"]] = row, error
                out.append(seen[row["id"]])
        return wrong, out

    def _show_wrong(self, wrong):
        said = [
            _("{agent}: {why} The row is not saved.", agent=row["name"], why=text.say().error(error))
            for row, error in wrong.values()
        ]
        self.said.value = "".join(html.notice(one, "miss") for one in said)

    def _as_typed(self, wrong):
        """Leave what cannot be read in the table as it was typed."""
        self.grid.rows = [wrong[row["id"]][0] if row["id"] in wrong else row for row in self.grid.rows]

    def take_back(self):
        """Put back the rows that the last change took the place of."""
        page, undo, self.undo = self.page, self.undo, []
        with page.store.together():
            roster = self._stored()
            for day, agent, rows in undo:
                roster = joined(roster.drop(rows_of(roster, agent, day).index), rows)
            write_roster(page.store, roster, by=page.person, cycle=page.cycle_id)
        html.show(self.back, False)
        page.saved()
        page.refresh_frame()
        self.part.changed(roster)

    def _stored(self):
        return read_roster(self.page.store, self.page.cycle_id, self.part.given.zone)
