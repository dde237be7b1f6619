"""The sliders of the staffing page, and the targets that are typed: shown in display units, kept in the core's."""

import math
import re
from itertools import pairwise

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing import of_lines
from ccwb.ui import refusals, text
from ccwb.ui.text import _
from ccwb.ui.widgets import Form

DAY_S = 86_400
HOUR_S = 3_600
# key -> (label, unit, lowest, highest, step, how many of its unit make one of the core's)
LIVE = {
    "service_level": (N_("Answered in time"), "%", 30, 99.9, 1, 100),
    "answer_within_s": (N_("In time means within"), N_("s"), 0, 300, 5, 1),
    "max_occupancy": (N_("Occupancy at most"), "%", 50, 100, 1, 100),
    "patience_s": (N_("Patience of a caller"), N_("s"), 10, 900, 10, 1),
}
DEFERRED = {
    "service_level": (N_("Finished in time"), "%", 50, 99.9, 1, 100),
    "answer_within_s": (N_("In time means within opening hours"), N_("h"), 0, 72, 1, 1 / HOUR_S),
    "max_occupancy": (N_("Occupancy at most"), "%", 50, 100, 1, 100),
}
# targets that few queues have; typed, not slid
MORE = {
    "asa_s": (N_("Mean wait (ASA) at most"), N_("s"), 1),
    "abandonment": (N_("Abandonment at most"), "%", 100),
    "answer_rate": (N_("Answered of offered, at least"), "%", 100),
}
TARGETS = (*LIVE, *MORE, "at_once", "slowdown", "cushion", "redial", "lines")
MOST_LINES, MOST_REDIAL = 5_000, 95
OPTIONAL = ("service_level", "max_occupancy", "patience_s")  # emptied they are none; others go back to the setup's
WHOLE = ("answer_within_s", "asa_s")  # seconds a caller waits are told whole, so they are kept whole
# What may be typed beside a slider, where that goes further than the slider itself
TYPED = {
    "aht_s": {"least": 1, "most": DAY_S},
    "answer_within_s": {"least": 0, "most": DAY_S},
    "patience_s": {"least": 1, "most": DAY_S},
}


def targets_shown(channel):
    """Return the targets on a channel's sliders: live contacts wait for an answer, deferred ones for their turn."""
    return LIVE if CHANNELS[channel].live else DEFERRED


class Controls:
    """Sliders and typed targets of the queue in sight; what they say goes into the page's settings of that queue."""

    def __init__(self, page):
        self.page = page
        self.sliders = Form(self._fields(), self._shown(), on_change=page.guard(self._slid))
        self.more = Form(self._more_fields(), self._more_shown(), on_change=page.guard(self._typed))

    @property
    def now(self):
        return self.page.settings[self.page.channel]

    def show(self):
        """Show the settings of the queue in sight; what was refused before is gone."""
        for form, fields, shown in (
            (self.sliders, self._fields(), self._shown()),
            (self.more, self._more_fields(), self._more_shown()),
        ):
            if form.fields != fields:
                form.fields = fields
            form.values, form.errors, form.refused = shown, {}, {}

    # the sliders -----------------------------------------------------------------------------------------------------
    def _fields(self):
        channel, start = self.page.channel, self.page.start_of(self.page.channel)
        known = targets_shown(channel)
        aht_s = shown_as(start["aht_s"] or CHANNELS[channel].aht_s)
        fields = [
            {"key": "volume", "label": _("Volume"), "unit": "%", "min": -50, "max": 100, "step": 1, "default": 0}
            | {"group": _("Work")},
            {"key": "aht_s", "label": _("Handling time"), "unit": _("s"), "default": aht_s}
            | {"min": 10, "max": max(900, math.ceil(3 * aht_s)), "step": 5}
            | {"least": min(aht_s, TYPED["aht_s"]["least"]), "most": TYPED["aht_s"]["most"]},
        ]
        if self.now["at_once"] > 1:
            fields[1]["help"] = _("With {n} conversations held at once, as it is measured.", n=self.now["at_once"])
        promise = [self._promised(key, known[key], start[key]) for key in known]
        fields += [promise[0] | {"group": _("Promise")}, *promise[1:]]
        fields.append(
            {"key": "shrinkage", "label": _("Shrinkage"), "unit": "%", "min": 0, "max": 60, "step": 1}
            | {"default": shown_as(100 * start["shrinkage"]), "group": _("People")}
            | {"help": _("Share of rostered time not available for contacts.")}
        )
        return [field | {"kind": "slider"} | _back(field) for field in fields]

    def _promised(self, key, words, start):
        """Return the slider of one target; a target of the setup always lies on it."""
        label, unit, low, high, step, many = words
        wide = key in TYPED and CHANNELS[self.page.channel].live
        now = None if wide else self.now[key]
        known = [many * v for v in (start, now) if v is not None]
        low, high = min([low, *map(math.floor, known)]), max([high, *map(math.ceil, known)])
        field = {"key": key, "label": _(label), "unit": _(unit), "min": low, "max": high, "step": step}
        if key in OPTIONAL:
            empty = N_("Empty: nobody gives up (Erlang C).") if key == "patience_s" else N_("Empty: no such target.")
            field["help"] = _(empty)
        if wide:
            field |= TYPED[key]
        elif key == "answer_within_s":
            field |= {"least": 0, "most": 24 * 365}
        return field | ({"default": shown_as(many * start)} if start is not None else {})

    def _shown(self):
        """Return the settings of the queue in sight as the sliders show them."""
        now = self.now
        shown = {"volume": 100 * now["volume"], "aht_s": now["aht_s"], "shrinkage": 100 * now["shrinkage"]}
        for key, (*_words, many) in targets_shown(self.page.channel).items():
            shown[key] = None if now[key] is None else many * now[key]
        return {k: None if v is None else shown_as(v) for k, v in shown.items()}

    def _slid(self, key, value, final):
        form, page = self.sliders, self.page
        field = next(f for f in form.fields if f["key"] == key)
        typed = value
        if value is None and "default" in field and key not in OPTIONAL:  # emptied: back to where it came from
            value = field["default"]
        elif value is not None:
            value = self._kept(key, value)  # what is seen is what is used
        form.values = {**form.values, key: value}
        said = self._in_units(key, value, field.get("default"))
        if wrong := refusals.out_of_range(field, value):
            if value != typed:  # the field shows it rounded
                wrong = _("{why} Found {found}.", why=wrong, found=refusals.written(typed))
        else:
            wrong = out_of_reach(self.now | {key: said}, live=CHANNELS[page.channel].live)
        form.errors = {k: v for k, v in form.errors.items() if k != key} | ({key: wrong} if wrong else {})
        if wrong:
            return
        page.clear()
        if wrong := page.set(key, said, final):
            form.errors = {**form.errors, key: wrong}

    def _kept(self, key, value):
        """Return a typed number as it is shown, and so kept."""
        return round(value) if key in WHOLE and CHANNELS[self.page.channel].live else shown_as(value)

    def _in_units(self, key, value, default):
        """Return a slider's value as the core has it; at its mark it is exactly what the mark stands for."""
        start = self.page.start_of(self.page.channel)[key]
        if value is None and key in OPTIONAL:
            return None
        if value is None or (value == default and start is not None):
            return start
        known = targets_shown(self.page.channel)
        many = 100 if key in ("volume", "shrinkage") else known[key][-1] if key in known else 1
        return value / many

    # the typed targets -----------------------------------------------------------------------------------------------
    def _more_fields(self):
        if not CHANNELS[self.page.channel].live:
            return []
        fields = [
            {"key": key, "label": _(label), "unit": _(unit), "kind": "number"}
            for key, (label, unit, _many) in MORE.items()
        ]
        fields[0]["help"] = _("Empty: no such target. All targets are met at once.")
        fields.append(
            {"key": "cushion", "label": _("Cushion for an unsure volume"), "unit": "%", "kind": "number"}
            | {"help": _("Staffed for on top of the volume; the service shown is that of the volume itself.")}
        )
        if self.page.usual[self.page.project, self.page.channel]["counts_blocked"]:
            fields[2]["help"] = _("The contract counts blocked attempts as offered.")
        fields += self._line_fields()
        if CHANNELS[self.page.channel].at_once > 1:
            fields += [
                {"key": "at_once", "label": _("Conversations at once"), "kind": "number"},
                {"key": "slowdown", "label": _("Handling time with 1, 2, .. of them"), "unit": "%", "kind": "text"}
                | {"help": _("Such as 100, 130: two at once take 30 % longer each than one alone. Empty: as long.")},
            ]
        return fields

    def _line_fields(self):
        """Return redials, and bounded lines where an agent takes one contact at a time."""
        again = _("Of those who gave up or were blocked; the volume then counts first attempts. Empty: nobody.")
        most = _("Most contacts here at once, handled or waiting; who finds all taken is blocked. Empty: no bound.")
        fields = [{"key": "redial", "label": _("Share that calls again"), "unit": "%", "help": again}]
        if self.now["at_once"] == 1 or self.now["lines"]:
            fields.append({"key": "lines", "label": _("Lines"), "help": most})
        return [field | {"kind": "number"} for field in fields]

    def _more_shown(self):
        now = self.now
        shown = {k: None if now[k] is None else shown_as(many * now[k]) for k, (_l, _u, many) in MORE.items()}
        curve = ", ".join(text.number(100 * f, 0) for f in now["slowdown"] or [])
        shown |= {"at_once": now["at_once"], "slowdown": curve, "cushion": shown_as(100 * now["cushion"])}
        return shown | {"lines": now["lines"], "redial": shown_as(100 * now["redial"]) if now["redial"] else None}

    def _typed(self, key, value, final):
        form = self.more
        form.values = {**form.values, key: value}
        form.errors = {k: v for k, v in form.errors.items() if k != key}
        try:
            said = self._read(key, value)
            wrong = out_of_reach(self.now | {key: said}, live=CHANNELS[self.page.channel].live)
        except PlanError as error:
            wrong = text.say().error(error)
        if wrong:
            form.errors = {**form.errors, key: wrong}
            return
        if key in MORE or key in ("cushion", "redial"):
            form.values = {**form.values, key: None if value is None else self._kept(key, value)}
        self.page.clear()
        if key == "at_once" and self.now["slowdown"] and len(self.now["slowdown"]) != said:
            self.page.settings[self.page.channel]["slowdown"] = None  # a curve for another number says nothing
            form.values = {**form.values, "slowdown": ""}
        if wrong := self.page.set(key, said, final):
            form.errors = {**form.errors, key: wrong}
        if key == "at_once" and form.fields != self._more_fields():
            form.fields = self._more_fields()  # lines are for agents who hold one

    def _read(self, key, value):
        """Return a typed target as the core has it; PlanError says why it cannot be."""
        if key == "slowdown":
            return curve_of(value, self.now["at_once"])
        if key == "at_once":  # what is refused is told as it was typed
            usual = CHANNELS[self.page.channel].at_once
            if value is not None and not (value >= 1 and value % 1 == 0 and value <= 20):
                raise PlanError(
                    N_("An agent holds from 1 to 20 whole conversations at once; found {found}."),
                    found=refusals.written(value),
                )
            if int(value or usual) > 1 and self.now["lines"]:
                raise PlanError(
                    N_("With {lines} agents hold one contact at a time: no model here knows both. Empty the lines."),
                    lines=of_lines(self.now["lines"]),
                )
            return int(value or usual)
        if key in ("lines", "redial"):
            return lines_typed(key, value)
        kept = None if value is None else self._kept(key, value)
        if key == "cushion":
            if kept is not None and not -90 <= kept <= 200:
                raise PlanError(
                    N_("A cushion is from −90 to 200 % of the volume; found {found}."), found=refusals.written(value)
                )
            return (kept or 0) / 100
        if value is None:
            return None
        most = {"asa_s": DAY_S, "answer_rate": 99.9}.get(key, 100)
        if not 0 < kept <= most:
            raise PlanError(
                N_("It is above 0 and at most {most}; found {found}."),
                most=refusals.written(most),
                found=refusals.written(value),
            )
        return kept / MORE[key][-1]


def _back(field):
    """Return what is said of the way back to where a slider's mark is, with all that the mark shows."""
    if "default" not in field:
        return {}
    return {"back_label": _("Back to {value}", value=f"{refusals.written(field['default'])} {field['unit']}")}


def out_of_reach(now, *, live):
    """Return in a sentence why a queue with these settings cannot be staffed, "" where it can."""
    within_s, aht_s = now["answer_within_s"], now["aht_s"]
    if not live and now["service_level"] and aht_s and within_s < aht_s:
        return _(
            "Handling one contact takes {aht}: nobody finishes it within {within}. Allow at least the handling time.",
            aht=text.duration(aht_s),
            within=text.duration(within_s),
        )
    aims = ["service_level", "asa_s", *(("abandonment", "answer_rate") if now["patience_s"] else ())]
    if not live or any(now[name] for name in aims) or (now["max_occupancy"] or 1) < 1:
        return ""
    return _(
        "Some target is needed, or any number of agents would do: a service level, a mean wait, an occupancy cap below "
        "100 %, or with a patience an answer rate or abandonment."
    )


def lines_typed(key, value):
    """Return bounded lines, or the share that calls again, from what was typed; PlanError where it cannot be.

    >>> lines_typed("lines", 40), lines_typed("lines", None), lines_typed("redial", 30)
    (40, None, 0.3)
    """
    if key == "lines":
        if value is not None and not (1 <= value <= MOST_LINES and value % 1 == 0):
            raise PlanError(
                N_("Lines are a whole number from 1 to {most}, or empty without a bound; found {found}."),
                most=MOST_LINES,
                found=refusals.written(value),
            )
        return None if value is None else int(value)
    if value is not None and not 0 <= value <= MOST_REDIAL:
        raise PlanError(
            N_("From 0 to {most} % of those who are lost call again; found {found}."),
            most=MOST_REDIAL,
            found=refusals.written(value),
        )
    return shown_as(value or 0) / 100


def curve_of(said, at_once):
    """Return what was typed as handling times with 1, 2, .. conversations held, as factors of the first; None if empty.

    >>> curve_of("100, 130, 170", 3)
    [1.0, 1.3, 1.7]
    """
    parts = [part for part in re.split("[;,،]", said or "") if part.strip()]
    if not parts:
        return None
    try:
        numbers = [text.read_number(part) for part in parts]
    except ValueError:
        numbers = []
    rising = numbers and numbers[0] > 0 and all(a <= b for a, b in pairwise(numbers))
    if len(numbers) != at_once or not rising:
        raise PlanError(
            N_("Write {n} numbers with commas, none smaller than the one before, such as {example}; found '{found}'."),
            n=at_once,
            example=", ".join(str(100 + 30 * n) for n in range(int(at_once))),
            found=said,
        )
    served = [held / number for held, number in enumerate(numbers, 1)]
    if any(more < fewer for fewer, more in pairwise(served)):
        raise PlanError(
            N_("By '{found}' an agent who holds more finishes fewer in all: let agents hold fewer."), found=said
        )
    return [round(n / numbers[0], 2) for n in numbers]  # whole percents are shown


def shown_as(value):
    """Return a number as a slider shows and uses it: with one decimal where it is not whole, small ones with more.

    >>> shown_as(182.43), shown_as(20.02), shown_as(1.25), shown_as(0.0512), shown_as(0.0)
    (182.4, 20, 1.25, 0.0512, 0)
    """
    rounded = round(value, max(1, 2 - math.floor(math.log10(abs(value))))) if value else 0
    return int(rounded) if rounded == int(rounded) else rounded
