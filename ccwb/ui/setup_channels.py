"""The channels of a project and their targets: a table saved as it is changed, whole or not at all."""

import copy

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of, usual_targets
from ccwb.ui import html, refusals, text
from ccwb.ui.staffing_controls import lines_typed
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Grid

UNITS_S = {"s": 1, "min": 60, "h": 3600}
UNITS_SAID = {"s": N_("s"), "min": N_("min"), "h": N_("h")}
DAY_S = 86_400


class Channels:
    """The table of channels; below it what is not saved, and why."""

    def __init__(self, page, key):
        self.page, self.key = page, key
        self.wrong, self.unused = html.html(""), html.html("")
        self.waiting = {}  # what was typed for a channel that is not used: channel -> row
        self.grid = Grid(
            _channel_columns(),
            [],
            on_change=page.guard(self._changed),
            addable=False,
            removable=False,
            name="targets",
            refuses=True,
        )
        self.grid.observe(self._refused, "refused")
        self.widget = html.stack(self.grid, self.wrong, self.unused)

    def show(self):
        """Show the channels as they are saved; what is not saved stays as it was typed."""
        if self.wrong.value or self.grid.refused:
            return
        self.grid.rows = self._rows()

    def _rows(self):
        """Return the rows as they are saved, and as they were typed for channels that are not used."""
        rows = _channel_rows(project_of(self.page.kept.data, self.key))
        return [self.waiting.get(row["name"], row) for row in rows]

    def _changed(self, rows):
        self.wrong.value = self._told(rows)
        if self.wrong.value or self.grid.refused:
            return
        centre = copy.deepcopy(self.page.kept.data)
        one = project_of(centre, self.key)
        one["channels"] = {r["name"]: one["channels"].get(r["name"], {}) | _from_row(r) for r in rows if r["used"]}
        usual = {row["name"]: row for row in _channel_rows(one)}
        self.waiting = {r["name"]: r for r in rows if not r["used"] and r != usual[r["name"]]}
        self.unused.value = self._unused()
        self.page.keep(centre)

    def _told(self, rows):
        """Return what is said below the table that its cells do not say themselves; "" where there is nothing."""
        saved, seen = self._rows(), [dict(row) for row in rows]
        for cell in self.grid.refused:
            seen[cell["row"]][cell["key"]] = saved[cell["row"]][cell["key"]]
        try:
            for row in seen:
                if row["used"]:
                    _from_row(row)
            if seen != saved:
                refusals.stop_saving(refusals.in_grid(self.grid))
        except PlanError as error:
            return html.notice(text.say().error(error), "miss")
        return ""

    def _unused(self):
        """Return what is said of channels that are not used and have something typed, "" without any."""
        if not self.waiting:
            return ""
        said = _(
            "Not saved, as the project does not use it: what is typed for {channels}. Tick 'Used' there, then it is.",
            channels=text.listed(row["channel"] for row in self.waiting.values()),
        )
        return html.notice(said, "near")

    def _refused(self, change):
        if change.new:  # its cell says so; what was said of the number there before is no longer in sight
            self.wrong.value = self._told(self.grid.rows)


def _channel_columns():
    units = [{"value": u, "label": _(label)} for u, label in UNITS_SAID.items()]
    most = _("Most contacts here at once, handled or waiting; who finds all taken is blocked. Empty: no bound.")
    return [
        {"key": "used", "label": _("Used"), "kind": "check"},
        {"key": "channel", "label": _("Channel"), "kind": "static"},
        {"key": "service_level", "label": _("Service level %"), "kind": "number"}
        | {"help": _("Share of offered contacts answered in time.")},
        {"key": "within", "label": _("Answered within"), "kind": "number", "unit_in": "unit"},
        {"key": "unit", "label": _("Unit"), "kind": "select", "options": units},
        {"key": "patience_s", "label": _("Patience s"), "kind": "number", "unit": _("s")}
        | {"help": _("Mean time a customer is willing to wait. Empty: nobody gives up.")},
        {"key": "max_occupancy", "label": _("Occupancy at most %"), "kind": "number"}
        | {"help": _("Handling time over the time available for contacts.")},
        {"key": "aht_s", "label": _("Handling time s"), "kind": "number", "unit": _("s")}
        | {"help": _("Talk, hold and after-contact work per handled contact; used where the history has none.")},
        {"key": "at_once", "label": _("Held at once"), "kind": "number"}
        | {"help": _("Conversations that one agent holds at the same time; the handling time is the one measured so.")},
        {"key": "redial", "label": _("Call again %"), "kind": "number"}
        | {"help": _("Of those who gave up or were blocked; the volume then counts first attempts. Empty: nobody.")},
        {"key": "lines", "label": _("Lines"), "kind": "number"} | {"help": most},
    ]


def _channel_rows(project):
    rows = []
    for name, channel in CHANNELS.items():
        target = project["channels"].get(name) or usual_targets(name)
        unit = next((u for u in ("h", "min") if target["answer_within_s"] >= 2 * UNITS_S[u]), "s")
        shares = {k: None if target[k] is None else 100 * target[k] for k in ("service_level", "max_occupancy")}
        rows.append(
            {"name": name, "used": name in project["channels"], "channel": _(channel.label), **shares}
            | {"within": target["answer_within_s"] / UNITS_S[unit], "unit": unit}
            | {"patience_s": target["patience_s"], "aht_s": target["aht_s"]}
            | {"at_once": target.get("at_once") or channel.at_once}
            | {"redial": 100 * target["redial"] if target.get("redial") else None, "lines": target.get("lines")}
        )
    return rows


def _from_row(row):
    """Return a channel's targets in shares and seconds; PlanError names the one that makes no sense."""
    for key, (expected, possible) in _POSSIBLE.items():
        if not possible(row[key]):
            found = number(row[key], 1) if row[key] is not None else _("nothing")
            raise PlanError(
                N_("{channel}: {expected}; found {found}. It is not saved."),
                channel=row["channel"],
                expected=_(expected),
                found=found,
            )
    _check_lines(row)
    return {
        "service_level": row["service_level"] / 100,
        "answer_within_s": row["within"] * UNITS_S[row["unit"]],
        "patience_s": row["patience_s"],
        "max_occupancy": row["max_occupancy"] / 100,
        "aht_s": row["aht_s"],
        "at_once": int(row["at_once"]),
        "redial": (row.get("redial") or 0) / 100,
        "lines": None if row.get("lines") is None else int(row["lines"]),
    }


def _check_lines(row):
    """Refuse lines and redials that make no sense, and those of a channel that has none."""
    if row.get("redial") is None and row.get("lines") is None:
        return
    for key in ("lines", "redial"):
        lines_typed(key, row.get(key))
    if not CHANNELS[row["name"]].live:
        raise PlanError(
            N_("{channel}: work that may wait has no lines and nobody calls again; empty both. It is not saved."),
            channel=row["channel"],
        )
    if row.get("lines") is not None and row["at_once"] > 1:
        raise PlanError(
            N_(
                "{channel}: lines are for agents who hold one contact at a time, here they hold {n}; no model here "
                "knows both. Empty the lines. It is not saved."
            ),
            channel=row["channel"],
            n=int(row["at_once"]),
        )


_POSSIBLE = {
    "service_level": (N_("the service level is above 0 and below 100 %"), lambda v: v is not None and 0 < v < 100),
    "within": (N_("contacts are answered within 0 or more"), lambda v: v is not None and v >= 0),
    "patience_s": (N_("patience is above 0 seconds, or empty"), lambda v: v is None or v > 0),
    "max_occupancy": (N_("occupancy is above 0 and up to 100 %"), lambda v: v is not None and 0 < v <= 100),
    "at_once": (N_("1 to 20 whole conversations are held at once"), lambda v: v is not None and v in range(1, 21)),
    "aht_s": (N_("the handling time is above 0 seconds and at most a day"), lambda v: v is not None and 0 < v <= DAY_S),
}
