"""What planners know better than the models: a list of adjustments, each with its reason, apart from the forecast."""

import datetime as dt
import re
import uuid

from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import html, text
from ccwb.ui.choosing import Side
from ccwb.ui.forecast_parts import weekday, why_not
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, signed
from ccwb.ui.widgets import Grid, button

WHEN = ("weekdays", "from_clock", "to_clock")
KINDS = {
    "percent": N_("percent"),
    "amount": N_("contacts a day"),
    "shape": N_("shape of the day"),
    "aht": N_("handling time, percent"),
}
WEEKDAYS = {"": N_("every day"), "01234": N_("Monday to Friday"), "56": N_("Saturday and Sunday")}
NO_REASON = N_("An adjustment counts once it has a reason: write why, so that the evaluation can learn from it.")
NO_VALUE = N_("An adjustment counts once it has a value, such as 10 for +10 %, or -250 contacts a day.")
NO_NUMBER = N_("'{found}' is not a number. Write 10 for +10 %, or -250 contacts a day.")
NO_SHAPE = N_("'{found}' is no shape. Write each time with its factor, such as: 08:00 1.2; 12:00 0.9")
NO_HOURS = N_("'{found}' are no hours. Write them as 09:00-12:00, or leave them empty for the whole day.")
BACKWARDS = N_("An adjustment ends on {last}, before it begins on {first}. Correct one of the days.")
# Beyond so many times, or below one of so many, of what it is for: then an adjustment is asked back
FAR = 2
HUGE = {
    "contacts": N_(
        "From {before} to {after} contacts where it applies: is it meant so? Press 'Yes, it is meant so' below the "
        "list, or correct the value."
    ),
    "hours": N_(
        "From {before} to {after} hours of work where it applies: is it meant so? Press 'Yes, it is meant so' below "
        "the list, or correct the value."
    ),
}
_CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"


class Adjustments(Part):
    """The list of a project's adjustments, and what each of them adds."""

    title = N_("Adjustments: what you know better, with a reason")

    def __init__(self, page, before=None):
        super().__init__(page)
        self.unfinished = before.unfinished if before else {}  # id -> row
        self.order = before.order if before else []  # ids in the order in which they were added: nothing moves
        self.meant = before.meant if before else set()  # what somebody said of a huge adjustment: it is meant so

    def widget(self):
        """Return the sentence and the list."""
        page = self.page
        first, last = str(page.context.cycle.first_day), str(page.context.cycle.last_day)
        new = {"on": True, "channel": "", "first_day": first, "last_day": last, "weekdays": "", "hours": ""}
        new |= {"kind": "percent", "value": "", "reason": "", "adds": "", "who": ""}
        self.said, self.asked = html.html(""), html.stack()
        self.grid = Grid(
            columns(page.queues),
            [],
            on_change=page.guard(self.save),
            new_row=lambda: {**new, "id": uuid.uuid4().hex[:8]},
            add_label=_("Add an adjustment"),
            empty_text=_("None: the forecast is what the models say."),
            name="adjustments",
        )
        self.grid.add_class("ccwb-rows")
        self.moved()
        return html.stack(self.said, self.grid, self.asked, classes="ccwb-folds")

    def moved(self):
        """Show the adjustments as they are kept, those that are not finished as they were typed."""
        page = self.page
        kept, added = page.settings["adjustments"], added_by(page)
        known = {one["id"] for one in kept}
        rows = [self.unfinished.get(one["id"]) or row_of(one) | added.get(one["id"], {}) for one in kept]
        rows += [row for row in self.unfinished.values() if row["id"] not in known]
        place = {key: n for n, key in enumerate(self.order)}
        self.grid.rows = sorted(rows, key=lambda row: place.get(row["id"], len(place)))
        self.said.value = summary(page)
        self.asked.children = [self._question(row, why) for row, why in self._waiting() if is_huge(why)]

    def wrong(self):
        """Return why each row that is typed and not finished cannot count yet, a PlanError each."""
        shown = [row["id"] for row in self.grid.rows] if self.made else []
        return [
            PlanError(N_("Adjustments, row {row}: {what}"), row=shown.index(row["id"]) + 1, what=why)
            if row["id"] in shown
            else why
            for row, why in self._waiting()
        ]

    def _waiting(self):
        found = [(row, self._made(row)) for row in self.unfinished.values()]
        return [(row, why) for row, why in found if isinstance(why, PlanError)]

    def _made(self, row):
        """Return a row as an adjustment, or why it cannot count yet: it is too much to be taken unasked, for one."""
        one = adjustment_of(row, self.page)
        if isinstance(one, PlanError) or one["off"] or self.page.drafted.empty or reach(one) in self.meant:
            return one
        if reach(one) in map(reach, self.page.settings["adjustments"]):
            return one
        return too_much(publishing.base(self.page.drafted, self.page.settings), one) or one

    def _question(self, row, why):
        """Return what is asked of a huge adjustment, with the button that says that it is meant so."""
        n = [one["id"] for one in self.grid.rows].index(row["id"]) + 1
        said = html.notice(_("Row {row}: {what}", row=number(n), what=why_not(why)), "near")

        def meant():
            self.meant.add(reach(adjustment_of(row, self.page)))
            self.save(self.grid.rows)

        return html.row(html.html(said), button(_("Yes, it is meant so"), meant, page=self.page))

    def save(self, rows):
        """Keep what is finished; what is not yet stays in sight, and the page says what it lacks."""
        page, self.order = self.page, [row["id"] for row in rows]
        done = page.news()
        before = {one["id"]: one for one in page.settings["adjustments"]}
        made = [(row, self._made(row)) for row in rows]
        wrong = [(n, one) for n, (_row, one) in enumerate(made, start=1) if isinstance(one, PlanError)]
        self.unfinished = {row["id"]: row | {"adds": ""} for row, one in made if isinstance(one, PlanError)}
        kept = [before.get(row["id"]) if isinstance(one, PlanError) else one for row, one in made]
        kept = [signed_by(one, before, page.person) for one in kept if one is not None]
        if kept != list(before.values()):
            page.set(adjustments=kept)
        else:
            page.clear()
            self.moved()
        if wrong:
            told = [_("Row {row}: {what}", row=number(n), what=why_not(what)) for n, what in wrong]
            page.say(" ".join(told), "near", below=done)


def columns(queues):
    """Return the columns of the list."""
    channels = [{"value": "", "label": _("all")}]
    channels += [{"value": c, "label": _(CHANNELS[c].label)} for _p, c in queues]
    days = [{"value": key, "label": _(label)} for key, label in WEEKDAYS.items()]
    days += [{"value": str(n), "label": weekday(n)} for n in range(7)]
    kinds = [{"value": kind, "label": _(label)} for kind, label in KINDS.items()]
    shape = _("A shape is each time with its factor, such as: 08:00 1.2; 12:00 0.9")
    return [
        {"key": "on", "label": _("On"), "kind": "check"},
        {"key": "channel", "label": _("Queue"), "kind": "select", "options": channels},
        {"key": "first_day", "label": _("From"), "kind": "date"},
        {"key": "last_day", "label": _("To"), "kind": "date"},
        {"key": "weekdays", "label": _("Weekdays"), "kind": "select", "options": days},
        {"key": "hours", "label": _("Hours"), "kind": "text", "help": _("Such as 09:00-12:00; empty: all day.")},
        {"key": "kind", "label": _("Kind"), "kind": "select", "options": kinds},
        {"key": "value", "label": _("Value"), "kind": "text", "help": shape},
        {"key": "reason", "label": _("Reason"), "kind": "long", "wide": True},
        {"key": "adds", "label": _("Adds"), "kind": "static"},
        {"key": "who", "label": _("By"), "kind": "static"},
    ]


def adjustment_of(row, page):
    """Return a row of the list as an adjustment, or the PlanError that says why it cannot count yet."""
    try:
        if not (row["reason"] or "").strip():
            raise PlanError(NO_REASON)
        if row["first_day"] and row["last_day"] and row["last_day"] < row["first_day"]:
            raise PlanError(BACKWARDS, first=row["first_day"], last=row["last_day"])
        from_clock, to_clock = hours_of(row["hours"])
        made = {
            "id": row["id"],
            "project": page.project,
            **{key: row[key] or None for key in ("first_day", "last_day")},
            "channel": row["channel"] or "",
            "weekdays": [int(n) for n in row["weekdays"]] if row["weekdays"] else None,
            "from_clock": from_clock,
            "to_clock": to_clock,
            "kind": row["kind"],
            "value": value_of(row["kind"], row["value"]),
            "reason": " ".join(row["reason"].split()),
            "off": not row["on"],
        }
        if len(page.drafted):
            fc.adjusted(publishing.base(page.drafted, page.settings), [made | {"off": False}])
    except PlanError as why:
        return why
    return made


def reach(one):
    """Return what tells two adjustments apart where their size is asked: what they do, to what, and when."""
    return tuple(str(one.get(key)) for key in ("kind", "value", "channel", "first_day", "last_day", *WHEN))


def too_much(table, one):
    """Return the PlanError that asks whether an adjustment of a forecast table is meant so; None for a usual one.

    Asked is beyond twice, and below half, of the contacts (for handling time: of the work) in the intervals it changes.
    """
    after, unit, column = fc.adjusted(table, [one]), "contacts", "offered"
    if one["kind"] == "aht":
        unit, column = "hours", "aht_s"
    moved = (after[column] != table[column]) & table[column].notna()
    told = [part.loc[moved, "offered"] for part in (table, after)]
    if unit == "hours":
        told = [part.loc[moved, "offered"] * part.loc[moved, "aht_s"] / 3600 for part in (table, after)]
    before, now = (float(part.sum()) for part in told)
    if now <= FAR * before and before <= FAR * now:
        return None
    return PlanError(HUGE[unit], before=number(before), after=number(now))


def is_huge(why):
    return why.message in HUGE.values()


def hours_of(said):
    """Return the (from, to) clocks of hours as typed; None, None where there are none.

    >>> hours_of("9:00 - 12:30"), hours_of("")
    (('09:00', '12:30'), (None, None))
    """
    if not (said or "").strip():
        return None, None
    found = re.fullmatch(rf"\s*{_CLOCK}\s*[-–]\s*{_CLOCK}\s*", said)
    if not found:
        raise PlanError(NO_HOURS, found=said)
    first, minutes, last, more = found.groups()
    return f"{int(first):02d}:{minutes}", f"{int(last):02d}:{more}"


def value_of(kind, said):
    """Return the value of an adjustment as typed: a share, contacts a day, or a list of [clock, factor]."""
    said = str(said or "").strip()
    if not said:
        raise PlanError(NO_VALUE)
    if kind == "shape":
        return shape_of(said)
    try:
        value = text.read_number(said.removesuffix("%").strip())
    except ValueError:
        raise PlanError(NO_NUMBER, found=said) from None
    return value if kind == "amount" else round(value / 100, 8)


def shape_of(said):
    """Return a shape as typed as a list of [clock, factor].

    >>> shape_of("8:00 1.2; 12:00 0.9")
    [['08:00', 1.2], ['12:00', 0.9]]
    """
    out = []
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", said))):
        found = re.fullmatch(rf"{_CLOCK}\s+(.+)", part)
        try:
            out.append([f"{int(found[1]):02d}:{found[2]}", text.read_number(found[3])])
        except (TypeError, ValueError):
            raise PlanError(NO_SHAPE, found=said) from None
    return out


def row_of(one):
    """Return an adjustment as a row of the list."""
    value = one["value"]
    if one["kind"] == "shape":
        said = "; ".join(f"{clock} {_written(factor)}" for clock, factor in value)
    else:
        said = _written(value if one["kind"] == "amount" else 100 * value)
    hours = f"{one['from_clock']}-{one['to_clock']}" if one.get("from_clock") else ""
    return {
        "id": one["id"],
        "on": not one.get("off"),
        **{key: one.get(key) for key in ("first_day", "last_day", "kind", "reason")},
        "channel": one.get("channel") or "",
        "weekdays": "".join(map(str, one.get("weekdays") or [])),
        "hours": hours,
        "value": said,
        "who": _("{who}, {when}", who=one["by"], when=text.when(dt.datetime.fromisoformat(one["at"]))),
        "adds": "",
    }


# two people changed one of them -------------------------------------------------------------------------------------
CELL = {"from_clock": "hours", "to_clock": "hours", "off": "on"}  # field of an adjustment -> the cell that shows it


def side_of(page, clash, mine, theirs):
    """Return the Side of a clash that is of an adjustment, as the list shows it; None where it is of something else.

    mine, theirs : documents of the stage, as this page has it and as others saved it.
    """
    if clash.path[:2] != ("settings", "adjustments") or len(clash.path) < 3:
        return None
    (_name, key), field = clash.path[2][0], (*clash.path[3:], None)[0]
    ones = [next((one for one in side["settings"]["adjustments"] if one["id"] == key), None) for side in (theirs, mine)]
    head = {column["key"]: column for column in columns(page.queues)}
    if None in ones or field is None:
        found = next(one for one in ones if one)
        whole = [("on", "weekdays", "hours", "value", "reason")] * 2
        return Side(_called(found, head), *map(_read, ones, [head] * 2, whole), clash)
    cell = CELL.get(field, field)
    label = _("{field} of '{row}'", field=head[cell]["label"], row=_called(ones[0], head))
    return Side(label, *(_read(one, head, (cell,)) for one in ones), clash)


def _called(one, head):
    """Return what a reader calls an adjustment: its queue, days and kind."""
    return _read(one, head, ("channel", "first_day", "last_day", "kind"))


def _read(one, head, cells):
    """Return cells of an adjustment as they are read in the list; that it was taken away where there is none."""
    return " · ".join(_cell(one, head[key]) for key in cells) if one else _("taken away")


def _cell(one, column):
    key, row = column["key"], row_of(one)
    value = row[key]
    if key == "on":
        return _("On") if value else _("off")
    if key == "value" and one["kind"] in ("percent", "aht"):
        return text.percent(one["value"], len(f"{100 * one['value']:.6g}".partition(".")[2]))
    if column["kind"] == "date" and value:
        return text.date(dt.date.fromisoformat(value))
    options = {option["value"]: option["label"] for option in column.get("options", ())}
    return str(options.get(value, value)) if value or value in options else text.say().missing


def signed_by(one, before, person):
    """Return an adjustment with who made it so and when; one that is as it was keeps its name and time."""
    old = before.get(one["id"], {})
    if _unsigned(old) == _unsigned(one):
        return old
    return one | {"by": person, "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}


def _unsigned(one):
    return {key: value for key, value in one.items() if key not in ("by", "at")}


def added_by(page):
    """Return what each adjustment adds in words, id -> cells of its row; empty while there is no forecast."""
    usable = [one for one in page.settings["adjustments"] if one["id"] not in page.refused]
    out = {key: {"adds": why_not(why)} for key, why in page.refused.items()}
    if page.drafted.empty or not usable:
        return out
    added = fc.what_adjusted(publishing.base(page.drafted, page.settings), usable)
    for one, row in zip(usable, added.to_dict("records"), strict=True):
        out[one["id"]] = {"adds": _said(one, row)}
    return out


def summary(page):
    """Return what all adjustments together do to the chosen project's contacts, as HTML."""
    if page.drafted.empty:
        return html.paragraph(_("Adjustments are put on top of the forecast: make it first."), "ccwb-muted")
    models, now = (table["offered"].sum() for table in (page.drafted, page.forecast))
    said = _(
        "The models say {models} contacts in the cycle; in sight are {now}, {change}. The models' line stays in the "
        "picture, grey.",
        models=number(models),
        now=number(now),
        change=signed(now - models, number),
    )
    if any(not one["off"] for one in page.settings["adjustments"]):
        said += " " + _("Untick one to see it without.")
    return html.paragraph(said)


def _said(one, row):
    if row["off"]:
        return _("off")
    if one["kind"] == "aht":
        hours = signed(row["work_s"] / 3600, number)
        return _("{hours} hours of work on {days} days", hours=hours, days=number(row["days"]))
    if one["kind"] == "shape":
        return _("nothing; moves {n} intervals", n=number(row["intervals"]))
    return _("{n} contacts on {days} days", n=signed(row["contacts"], number), days=number(row["days"]))


def _written(value):
    """Return a number as its reader types it, with the decimals that it has."""
    return number(value, len(f"{value:.6g}".partition(".")[2]))
