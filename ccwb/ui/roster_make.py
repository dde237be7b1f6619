"""The roster is made: what counts how much, how long may be thought, the best so far in sight, stop and keep it."""

import threading
import time
from dataclasses import dataclass

import pandas as pd

from ccwb import cycle
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import MEETS
from ccwb.schedule import week
from ccwb.schedule.meetings import asked
from ccwb.ui import html, refusals, text
from ccwb.ui import roster_words as words
from ccwb.ui.people_meetings import meetings_of
from ccwb.ui.roster_given import between, of_days, ordered, read_roster
from ccwb.ui.roster_search import Search, in_place, put, worse_said
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, button

WEIGHTS = {  # weight of ccwb.schedule.week.USUAL -> what it is called, most on the slider
    "under": (N_("An hour short counts"), 30),
    "bare": (N_("Below the load an hour short counts more, times"), 5),
    "over": (N_("An hour too many counts"), 10),
    "paid": (N_("A paid hour counts"), 10),
    "below": (N_("An hour below the contract counts"), 10),
    "split": (N_("A week without two days off together counts"), 30),
    "late": (N_("One more late shift of whoever has most counts"), 30),
    "weekend": (N_("One more weekend of whoever has most counts"), 30),
    "wishes": (N_("A wish that is not met counts"), 10),
}
HELP = {  # weight -> what it means, where its name does not say all
    "under": N_(
        "An agent missing for an hour, on average: at busy times, when more customers would wait too long, an hour "
        "counts up to four times as much, at quiet times down to a quarter."
    ),
    "bare": N_(
        "With fewer agents than the load (contacts an hour times handling time) a queue never ends, and each agent "
        "missing loses all the contacts of their hour. This is added to what an hour short counts: 1 as much as these "
        "contacts are worth beside all others, 0 nothing. It keeps open hours from being left without anybody."
    ),
}
USUAL = {"weeks": 1, "seconds": 30} | week.USUAL
NOT_WORSE = 0.05  # hours short: so many more of a new roster are told, and what stands is kept
NOT_LESS = 0.05  # of what a roster counts: so little less is none
LOOK_S = 2  # between two looks at the best roster so far
USED = "project:"  # before a project's key, of the boxes that say for which ones


@dataclass(frozen=True)
class Asked:
    """What a roster is made of: the need, all else that the solver is given, what stays, and where it belongs."""

    need: pd.DataFrame
    given: dict
    stay: pd.DataFrame
    made_from: dict
    first: pd.Timestamp
    days: int
    chosen: list


class Making:
    """Buttons and settings a roster is made with, and the making itself, beside the page."""

    def __init__(self, part):
        self.part, self.page, self.search = part, part.page, None
        self.enough = threading.Event()
        self.form = Form(self._fields(), self._values(), on_change=self.page.guard(self._set))
        self.weights = Form(self._weights(), self._values(), on_change=self.page.guard(self._set))
        make = button(_("Make the roster"), self.make, primary=True, page=self.page)
        again = button(_("Search on from what stands"), lambda: self.make(again=True), page=self.page)
        self.keep = button(_("Stop and keep it"), self.stop, primary=True, page=self.page)
        self.so_far = html.html("")
        self.solving = html.stack(self.so_far, self.keep)
        html.show(self.solving, False)
        self.widget = html.stack(
            self.form,
            html.row(make, again),
            self.solving,
            html.fold(_("What counts how much, and for whom"), self.weights),
            classes="spaced",
        )

    # settings --------------------------------------------------------------------------------------------------------
    def _fields(self):
        most = max(1, len(self.part.form.fields[0]["options"]))
        return [
            {"key": "weeks", "label": _("Weeks to make, from the one in sight"), "kind": "number", "digits": 0}
            | {"least": 1, "most": most, "whole": True, "default": 1, "group": _("Make it with")},
            {"key": "seconds", "label": _("Time to think"), "kind": "number", "digits": 0, "unit": _("s")}
            | {"least": 1, "most": 3600, "default": 30, "help": _("The roster gets better the longer it is.")},
        ]

    def _weights(self):
        sliders = [
            {"key": key, "label": _(label), "kind": "slider", "min": 0, "max": most, "step": 0.5, "digits": 1}
            | {"least": 0, "most": 1000, "default": week.USUAL[key]}
            | ({"help": _(HELP[key])} if key in HELP else {})
            for key, (label, most) in WEIGHTS.items()
        ]
        labels = self.part.given.labels
        boxes = [{"key": f"{USED}{key}", "label": labels[key], "kind": "check"} for key in self.part.given.planned]
        return [*sliders, *({**box, **({"group": _("Made for")} if n == 0 else {})} for n, box in enumerate(boxes))]

    def _values(self):
        kept = USUAL | self.part.kept.data.get("settings", {})
        chosen = self.chosen()
        return kept | {f"{USED}{key}": key in chosen for key in self.part.given.planned}

    def chosen(self):
        """Return the projects that the roster is made for, those that are planned unless some were left out."""
        left_out = self.part.kept.data.get("left_out", [])
        return [key for key in self.part.given.planned if key not in left_out]

    def _set(self, key, value, final):
        form = self.form if any(f["key"] == key for f in self.form.fields) else self.weights
        field = next(f for f in form.fields if f["key"] == key)
        if value is None and "default" in field:
            value = field["default"]
            form.values = {**form.values, key: value}
        wrong = "" if field["kind"] == "check" else refusals.out_of_range(field, value)
        others = {k: v for k, v in form.errors.items() if k != key}
        form.errors = others | ({key: wrong} if wrong else {})
        if not final or wrong:
            return
        data = self.part.kept.data
        if key.startswith(USED):
            left = {*data.get("left_out", [])}
            data["left_out"] = sorted(left - {key[len(USED) :]} if value else left | {key[len(USED) :]})
        else:
            data["settings"] = data.get("settings", {}) | {key: value}
        self.part.kept.save()

    # the work --------------------------------------------------------------------------------------------------------
    def make(self, *, again=False):
        """Make the roster of the weeks from the one in sight on; what is locked in them stays.

        again : near to what stands, and a sentence where nothing does; otherwise from far off, unless that is best.
        """
        refusals.stop_at(refusals.in_form(self.form) + refusals.in_form(self.weights))
        part, page, given = self.part, self.page, self.part.given
        chosen, settings = self.chosen(), USUAL | part.kept.data.get("settings", {})
        if not chosen:
            raise PlanError(N_("No project is chosen: tick one under 'What counts how much, and for whom'."))
        first, days = part.monday, 7 * int(settings["weeks"])
        last = min(first + pd.Timedelta(days=days - 1), pd.Timestamp(page.context.cycle.last_day))
        need = between(given.requirement[given.requirement["project"].isin(chosen)], first, days, "interval_start")
        if need.empty:
            raise PlanError(N_("Nothing is needed in these weeks, so there is no roster to make."))
        stay = self.stay(first, days, chosen)
        there = part.roster[of_days(part.roster, first, days)]
        if again and there.empty:
            raise PlanError(N_("Nobody is on the roster of these weeks yet: make it first."))
        made_from = {key: cycle.made_from(page.store, page.cycle_id, "schedule", project=key) for key in chosen}
        asked = self.people(chosen, stay) | {
            "first_day": first.date(),
            "last_day": last.date(),
            "earlier": between(part.roster, first - pd.Timedelta(days=28), 28),
            "later": part.roster[of_days(part.roster, last + pd.Timedelta(days=1), 28)],
            "seconds": float(settings["seconds"]),
            "seed": 0,
            "anew": not again,
        }
        asked["start"] = there[there["agent"].isin(asked["agents"]["agent"])]
        self._start(Asked(need, asked, stay, made_from, first, days, chosen))

    def people(self, chosen, stay):
        """Return what of people, shifts and rules the solver is given; `stay` is locked.

        The people are those who are trained for one of the projects chosen.
        """
        given, settings = self.part.given, USUAL | self.part.kept.data.get("settings", {})
        agents = given.trained_for(chosen)
        meetings = meetings_of(self.page.store, self.page.cycle_id)
        return {
            "agents": agents,
            "shifts": given.shifts,
            "projects": given.projects,
            "rules": given.rules,
            "zone": given.zone,
            "events": given.events,
            **given.people,
            "meetings": [row for row in meetings if asked(row, agents)],
            "locked": stay[stay["agent"].isin(agents["agent"])],
            "weights": {key: float(settings[key]) for key in WEIGHTS},
        }

    def stay(self, first, days, chosen):
        """Return the roster's rows of these weeks that stay: what is locked, days for other projects, other people."""
        there = self.part.roster[of_days(self.part.roster, first, days)]
        other = there["project"].ne("") & ~there["project"].isin(chosen)
        key = there["agent"] + " " + there["start"].dt.strftime("%Y-%m-%d")
        apart = ~there["agent"].isin(self.part.given.trained_for(chosen)["agent"])
        return there[there["locked"].astype(bool) | key.isin(set(key[other])) | apart]

    def _start(self, asked):
        self.enough.clear()
        self.shown = None  # when the best so far was looked at, and what it counted
        self.so_far.value = html.paragraph(_("Looking for a first roster."))
        seconds = asked.given["seconds"]

        search = self.search = Search(self.page, self.part.kept.cycle, asked)

        def run(progress):
            from ccwb.schedule.rostering import make_roster

            progress(0, 0, _("The solver is made ready (once on a machine)"))
            made_ready()
            progress(0, 0)
            began = time.monotonic()

            def step(_weeks_done, _weeks, now, best):
                gone = time.monotonic() - began
                if self.enough.is_set():
                    self._stopping()
                    return
                progress(min(gone, seconds), seconds, _stands(now))
                self._so_far(gone, now, best)
                search.found(gone, now, best)

            with search:
                html.show(self.solving, True)
                try:
                    made = make_roster(asked.need, **asked.given, progress=step, cancelled=self._ends)
                finally:
                    html.show(self.solving, False)
                if not self.enough.is_set():
                    progress(seconds, seconds)  # a search that was cancelled, not stopped to be kept, ends here
            return made

        self.work = None
        self.work = self.page.work(run, lambda made: self._keep(*made, asked), what=_("Making the roster"))

    def stop(self):
        """End the search and keep its best roster so far."""
        self.enough.set()
        self._stopping()
        html.show(self.solving, False)

    def _stopping(self):
        self.page.progress.share = -1.0
        self.page.progress.text = _("Stopping; the best roster so far is kept.")

    def _ends(self):
        """Return whether the search is to end: its best is kept, or it was cancelled."""
        return self.enough.is_set() or (self.work is not None and self.work.stop.is_set())

    def _so_far(self, gone, now, best):
        """Show the best roster so far in the pictures, now and then, with what it leaves short and its gap."""
        known = now["week"], now["objective"]
        if self.shown is None or (gone - self.shown[0] >= LOOK_S and known != self.shown[1]):
            self.shown = gone, known
            self.page.guard(self._draw_best)(ordered(best()), now)

    def _draw_best(self, best, now):
        part = self.part
        coverage = part.best(best)
        hours = -(coverage["gap"].clip(upper=0) * coverage["interval_s"]).sum() / 3600
        said = _("Best so far: {n} hours short in the week in sight.", n=number(hours, 1))
        self.so_far.value = html.paragraph(f"{said} {_stands(now)}")

    def _keep(self, roster, told, asked):
        """Keep what was found; weeks that a stopped search did not begin stay as they were, and are told.

        Where a better roster stands it is kept, and what was found is offered as a draft.
        """
        given, left = self.part.given, told.get("left") or []
        days = (pd.Timestamp(left[0]) - asked.first).days if left else asked.days
        there = read_roster(self.page.store, self.part.kept.cycle, given.zone)
        stayed = [given.hours(there, pd.Timestamp(day), asked.chosen) | {"left": True} for day in left]
        told = plain_told(told) | {"weeks": [*plain_told(told)["weeks"], *stayed]}
        better = self._better(there, ordered(roster), asked, days, told)
        if better:
            self.search.offer(roster, told, weeks=days // 7, **better)
            self.page.reopen()
            self.page.say(worse_said(self.search.told), "near", stays=True)
            return
        put(self.part, ordered(roster), told, first=asked.first, days=days, stay=asked.stay, made_from=asked.made_from)
        cut = [week for week in told["weeks"] if week.get("stopped") or week.get("left")]
        more = [html.html(html.bullets(words.week_lines(told["weeks"])))] if cut else []
        self.page.say(_said(told), "good" if not told.get("cannot") else "near", *more, stays=True)

    def _better(self, there, roster, asked, days, told):
        """Return by what the roster that stands is better than the new one, {} where it is not.

        counts : what both count by the same weights, where that is known of the one that stands. A search near to it
        ends there.  short : hours short of both: it is better where it leaves fewer short, keeps the rules as well, and
        lets as many people meet.
        """
        stood = told.get("stood")
        if stood is not None and (told["objective"] > stood + NOT_LESS or not asked.given["anew"]):
            return {"counts": [stood, told["objective"]]} if told["objective"] > stood + NOT_LESS else {}
        given, first = self.part.given, asked.first
        stands = there[of_days(there, first, days)]
        if len(stands) <= len(asked.stay[of_days(asked.stay, first, days)]):
            return {}
        new = in_place(there, roster, first=first, days=days, stay=asked.stay)
        weeks = [first + pd.Timedelta(days=n) for n in range(0, days, 7)]
        short = [sum(given.hours(one, day, asked.chosen)["hours_short"] for day in weeks) for one in (there, new)]
        if short[1] < short[0] + NOT_WORSE:
            return {}
        lacks = lambda one: (-_met(one[of_days(one, first, days)]), len(given.broken(one)))  # noqa: E731 - one thought
        return {"short": short} if all(a <= b for a, b in zip(lacks(there), lacks(new), strict=True)) else {}


def made_ready():
    """Compile the solver, or read it from where it was kept; once a process."""
    from ccwb.schedule.roster import ready

    ready()


def _met(roster):
    """Return how many times people of a roster are at a meeting or training."""
    return int(roster["activity"].isin(MEETS).sum())


def _stands(now):
    """Return how far the search is: of which week, and the part of the way that may be left at most."""
    said = _("Week {n} of {all}", n=number(now["week"]), all=number(now["of"]))
    if not now["objective"] or not now["bound"] or now["bound"] <= 0:
        return said
    left = percent(max(0.0, 1 - now["bound"] / now["objective"]), 1)
    return text.joined((said, _("at most {left} could still be gained", left=left)))


def plain_told(told):
    """Return what the solver told as a document keeps it."""
    return {key: _plain(value) for key, value in told.items()}


def _plain(value):
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "isoformat"):
        return str(value)[:10] if str(value).endswith("00:00:00") else str(value)
    return value.item() if hasattr(value, "item") else value


def _said(told):
    hours, needed = told.get("hours_short") or 0.0, told.get("hours_needed") or 0.0
    share = percent(hours / needed, 1) if needed else percent(0)
    said = _(
        "The roster is made and kept: {hours} of {needed} needed hours are unmet, {share}.",
        hours=number(hours, 1),
        needed=number(needed),
        share=share,
    )
    stood, counts = told.get("stood"), told.get("objective")
    if stood is None:
        return said
    if counts > stood - NOT_LESS:
        return f"{said} " + _("Nothing better than what stood was found; it counts {n}.", n=number(counts, 1))
    return f"{said} " + _(
        "What stood counted {before}, this one {now}.", before=number(stood, 1), now=number(counts, 1)
    )
