"""What a project's paid time is spent on beside contacts: kinds in a table, each hour counted once."""

import copy

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing import shrinkage_of, usual_kinds
from ccwb.ui import html, refusals, text
from ccwb.ui.text import _, percent
from ccwb.ui.widgets import Grid


class Kinds:
    """The kinds of shrinkage of one project, saved as they are changed."""

    def __init__(self, page, key):
        self.page, self.key = page, key
        self.said = html.html("")
        self.grid = Grid(
            _columns(),
            [],
            on_change=page.guard(self._changed),
            new_row=lambda: {"kind": "", "label": "", "share": 0, "planned": False, "placed": False},
            add_label=_("Add a kind"),
            name="shrinkage",
            refuses=True,
        )
        self.widget = html.stack(self.grid, self.said)

    def show(self):
        """Show the kinds as they are saved; before there are any the usual ones, with all of it in the last."""
        if self.grid.refused:
            return  # what was typed stays until it is saved
        kinds = self._kinds()
        self.grid.rows = [row | {"share": 100 * row["share"], "label": _(row["label"])} for row in kinds]
        self.said.value = html.paragraph(_summed(shrinkage_of(kinds)), "ccwb-muted")

    def _kinds(self):
        one = project_of(self.page.kept.data, self.key)
        return one.get("shrinkage_kinds") or usual_kinds(one["shrinkage"])

    def _changed(self, rows):
        try:
            refusals.stop_saving(refusals.in_grid(self.grid))
            kinds = [_kind(row, before) for row, before in zip(rows, self._beside(rows), strict=True)]
            total = shrinkage_of(kinds)
        except PlanError as error:
            self.said.value = html.notice(text.say().error(error), "miss")
            return
        centre = copy.deepcopy(self.page.kept.data)
        one = project_of(centre, self.key)
        one["shrinkage_kinds"], one["shrinkage"] = kinds, total.roster
        self.page.keep(centre)

    def _beside(self, rows):
        """Return for each row the kind that it was, if any: its label is kept as it is stored, not as it is shown."""
        known = {kind["kind"]: kind for kind in self._kinds()}
        return [known.get(row["kind"]) for row in rows]


def _columns():
    return [
        {"key": "label", "label": _("Paid time for"), "kind": "text"},
        {"key": "share", "label": _("Share of paid time %"), "kind": "number", "digits": 1},
        {"key": "planned", "label": _("Known beforehand"), "kind": "check"},
        {"key": "placed", "label": _("Placed by the roster"), "kind": "check"}
        | {"help": _("Such as leave: nobody is on the schedule then.")},
    ]


def _kind(row, before):
    label = (row["label"] or "").strip()
    if not label:
        raise PlanError(N_("Every kind of shrinkage needs a name, such as Sickness. It is not saved."))
    if before is not None and label == _(before["label"]):
        label = before["label"]
    share = (row["share"] or 0) / 100
    key = row["kind"] or label.casefold()
    return {"kind": key, "label": label, "share": share, "planned": row["planned"], "placed": row["placed"]}


def _summed(lost):
    return _(
        "Together {total} of paid time. The roster places {placed}; of the time on the schedule {roster} is not spent "
        "on contacts, and that is what the need is divided by.",
        total=percent(lost.total, 1),
        placed=percent(lost.placed, 1),
        roster=percent(lost.roster, 1),
    )
