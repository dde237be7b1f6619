"""A search for a roster while it goes on: a sign of life that others see, and its finds, which outlast its page."""

import datetime as dt
import logging
import threading
from uuid import uuid4

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ACTIVITIES
from ccwb.schedule import hours_of
from ccwb.tables import TABLES
from ccwb.ui import html, text
from ccwb.ui.roster_given import apart_from, joined, note, of_days, ordered, read_roster, write_roster
from ccwb.ui.roster_words import said_day, week_lines
from ccwb.ui.text import _, number
from ccwb.ui.widgets import button
from ccwb.ui.work import Cancelled

SEARCH = "roster_search"  # the cycle's document: who searches for which weeks, since when, its last sign of life
FOUND = "roster_found"  # the cycle's document: the best roster of that search so far
BEAT_S, STALE_S = 10, 30  # between two signs of life; so long after the last one a search has ended with its page
KEPT_S = 60  # between two copies of the best roster so far within one week
NOBODY_ELSE = N_(
    "{who} is searching for a roster of this cycle since {time}. Wait until it ends, or ask {who} to stop it. If their "
    "page is closed, try again in half a minute."
)
log = logging.getLogger("ccwb")


class Search:
    """One search, for as long as it is in a `with`: it gives signs of life, and keeps what it finds as a draft."""

    def __init__(self, page, cycle, asked):
        self.store, self.by, self.cycle, self.asked = page.store, page.person, cycle, asked
        self.over, self.turn, self.kept = threading.Event(), threading.Lock(), None
        first = str(asked.first.date())
        self.told = {"id": uuid4().hex[:12], "by": self.by, "began": _now().isoformat(), "first": first}
        self.told |= {"week": 1, "of": asked.days // 7}

    def __enter__(self):
        with self.store.together():
            other = standing(self.store, self.cycle)
            if other and runs(other):
                raise PlanError(NOBODY_ELSE, who=other["by"], time=text.when(_moment(other["began"])))
            self._sign()
            _save(self.store, FOUND, {}, by=self.by, cycle=self.cycle)
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, kind, *_error):
        with self.turn:
            self.over.set()
        if kind is Cancelled:
            forget(self.store, by=self.by, cycle=self.cycle)
        elif kind is not None:
            self._sign(ended=True)

    def _beat(self):
        while not self.over.wait(BEAT_S):
            with self.turn:
                if not self.over.is_set():
                    self._sign()

    def _sign(self, **more):
        """Give a sign of life; a search that others took for ended, and followed with theirs, stays silent."""
        try:
            with self.store.together():
                other = standing(self.store, self.cycle)
                if not other or other["id"] == self.told["id"] or not runs(other):
                    self.told |= more | {"seen": _now().isoformat()}
                    _save(self.store, SEARCH, self.told, by=self.by, cycle=self.cycle)
        except PlanError as error:  # the database does not answer: the search goes on without
            log.info("a search gives no sign of life: %s", error)

    def found(self, gone, now, best):
        """Keep the roster so far, when a week is finished and every `KEPT_S` seconds of one."""
        week, since = now["week"], self.kept
        if (since and since[0] == week and gone - since[1] < KEPT_S) or (not since and gone < BEAT_S and week == 1):
            return
        self.kept = week, gone
        roster, asked = ordered(best()), self.asked
        rows = _as_lists(roster[of_days(roster, asked.first, 7 * week)])
        found = {"id": self.told["id"], "weeks": week, "chosen": asked.chosen, "made_from": asked.made_from}
        try:
            _save(self.store, FOUND, found | {"rows": rows}, by=self.by, cycle=self.cycle)
        except PlanError as error:
            log.info("a search keeps no draft: %s", error)
        with self.turn:
            self._sign(week=week)

    def offer(self, roster, told, *, weeks, **better):
        """Keep a roster as a draft beside the better one that stands.

        better : what `worse_said` tells: short, hours of that one and of it; or counts, what both count.
        """
        found = {"id": self.told["id"], "weeks": weeks, "chosen": self.asked.chosen, "made_from": self.asked.made_from}
        found |= {"rows": _as_lists(ordered(roster)), "told": told}
        _save(self.store, FOUND, found, by=self.by, cycle=self.cycle)
        self._sign(ended=True, **better)


class Searches:
    """What the page says of a search that somebody else has under way, and of one that ended with its page."""

    def __init__(self, part):
        self.part, self.page, self.kind, self.state = part, part.page, "", None
        self.said = html.html("")
        take = button(_("Take it into the roster"), self.take, primary=True, page=self.page)
        self.takes = html.stack(take)
        self.buttons = html.row(self.takes, button(_("Let it go"), self.let_go, page=self.page))
        self.widget = html.stack(self.said, self.buttons)
        self.look()
        self.page.watchers["roster_search"] = self.page.guard(self.look)

    def look(self):
        """Show how the search that is noted stands now; what another page's search made is shown when it ends."""
        part, before = self.part, self.kind
        state = standing(self.page.store, part.kept.cycle)
        mine = part.making.search is not None and state and part.making.search.told["id"] == state["id"]
        if mine and self.page.progress.running and not state.get("ended"):
            state = None
        kind = "" if not state else "runs" if runs(state) else "ended"
        if (kind, state) != (before, self.state):
            self.kind, self.state = kind, state
            self.said.value = {"": lambda: "", "runs": self._runs, "ended": self._ended}[kind]()
        html.show(self.said, bool(kind))
        html.show(self.buttons, kind == "ended")
        if before == "runs" and not kind and not self.page.progress.running:
            part.changed()

    def _runs(self):
        state = self.state
        last = pd.Timestamp(state["first"]) + pd.Timedelta(days=7 * state["of"] - 1)
        said = _(
            "{who} is searching for a roster of the weeks from {first} to {last}, since {time}: week {n} of {all}. "
            "Until it ends nobody else can begin a search.",
            who=state["by"],
            first=said_day(state["first"]),
            last=said_day(last),
            time=text.when(_moment(state["began"])),
            n=number(state["week"]),
            all=number(state["of"]),
        )
        return html.notice(said, "near")

    def _ended(self):
        values = {"who": self.state["by"], "time": text.when(_moment(self.state["began"]))}
        found = self._found()
        html.show(self.takes, found is not None)
        if found is None:
            said = _("The search that {who} began, {time}, ended with its page before it had found a roster.", **values)
            return html.notice(said, "near")
        if {"short", "counts"} & set(self.state):
            return html.notice(worse_said(self.state), "near") + html.bullets(week_lines(self._told(found)["weeks"]))
        said = _(
            "The search that {who} began, {time}, ended with its page. What it had found by then is kept as a draft, "
            "which is not in the roster yet:",
            **values,
        )
        return html.notice(said, "near") + html.bullets(week_lines(self._told(found)["weeks"]))

    def _found(self):
        """Return the draft of the search that is noted, None where it has none."""
        found = self.page.store.load(FOUND, cycle=self.part.kept.cycle).data or {}
        return found if found.get("id") == self.state["id"] else None

    def _told(self, found):
        """Return what is told of a draft; of a search that ended with its page, what it covers, a dict for each week.

        Its last week was not searched to the end.
        """
        if "told" in found:
            return found["told"]
        first, roster = pd.Timestamp(self.state["first"]), _as_roster(found["rows"], self.part.given.zone)
        weeks = [
            self.part.given.hours(roster, first + pd.Timedelta(days=7 * n), found["chosen"])
            for n in range(found["weeks"])
        ]
        weeks[-1]["stopped"] = True
        return {key: sum(week[key] for week in weeks) for key in ("hours_needed", "hours_short")} | {"weeks": weeks}

    def take(self):
        """Put the draft in place of its weeks of the roster; what is locked there by now stays."""
        page, part, found = self.page, self.part, self._found()
        if found is None:
            raise PlanError(N_("The draft is not there any more: somebody took it, or let it go."))
        first, days = pd.Timestamp(self.state["first"]), 7 * found["weeks"]
        put(
            part,
            _as_roster(found["rows"], part.given.zone),
            self._told(found),
            first=first,
            days=days,
            stay=part.making.stay(first, days, found["chosen"]),
            made_from=found["made_from"],
        )
        page.say(_("The draft is in the roster."), "good")

    def let_go(self):
        """Drop the draft, and what is noted of its search."""
        forget(self.page.store, by=self.page.person, cycle=self.part.kept.cycle)
        self.look()


def standing(store, cycle):
    """Return what is noted of the last search of a cycle; None where none is under way, and none left a draft."""
    return store.load(SEARCH, cycle=cycle).data or None


def runs(state):
    """Return whether a search still gives signs of life."""
    return not state.get("ended") and _now() - _moment(state["seen"]) < dt.timedelta(seconds=STALE_S)


def forget(store, *, by, cycle):
    """Drop what is noted of a search, and its draft."""
    with store.together():
        for name in (SEARCH, FOUND):
            if store.load(name, cycle=cycle).data:
                _save(store, name, {}, by=by, cycle=cycle)


def put(part, roster, told, *, first, days, stay, made_from):
    """Write a roster in place of the rows of `days` days from `first`, but for `stay`, with what is told of it."""
    page = part.page
    place = {"by": page.person, "at": dt.datetime.now(dt.UTC), "cycle": part.kept.cycle}
    with page.store.together():
        there = read_roster(page.store, part.kept.cycle, part.given.zone)
        whole = in_place(there, roster, first=first, days=days, stay=stay)
        write_roster(page.store, whole, by=place["by"], cycle=place["cycle"])
        data = page.store.load("roster", cycle=part.kept.cycle).data or {}
        note(
            page.store,
            by=page.person,
            cycle=part.kept.cycle,
            told=told,
            made_from=data.get("made_from", {}) | made_from,
            made={"first": str(first.date()), "days": days, "by": page.person},
            roster_is=page.store.revision("roster", cycle=part.kept.cycle).number,
        )
        forget(page.store, by=page.person, cycle=part.kept.cycle)
    page.reopen()


def in_place(there, roster, *, first, days, stay):
    """Return an ordered roster with another in place of its rows of `days` days from `first`, but for `stay`."""
    stay = stay[of_days(stay, first, days)]
    theirs = {*_days_of(stay)}
    new = roster[[key not in theirs for key in _days_of(roster)]]
    return joined(apart_from(there, first, days), stay, new)


def worse_said(state):
    """Return that what stands was kept, as the roster found leaves more hours short, or counts more.

    state : of its search.
    """
    who = {"who": state["by"], "time": text.when(_moment(state["began"]))}
    if "counts" in state:
        stands, new = state["counts"]
        return _(
            "The roster that was made last ({who}, {time}) counts {new} by the weights, the one that stands {old}. The "
            "one that stands is kept; the other is a draft:",
            **who,
            new=number(new, 1),
            old=number(stands, 1),
        )
    stands, new = state["short"]
    return _(
        "The roster that was made last ({who}, {time}) leaves {new} hours short, the one that stands {old}. The one "
        "that stands is kept; the other is a draft:",
        **who,
        new=number(new, 1),
        old=number(stands, 1),
    )


def _days_of(roster):
    """Return (agent, day, at work or away) of each row of an ordered roster; a night shift is of its first day."""
    if roster.empty:
        return []
    there = [ACTIVITIES[activity].there for activity in roster["activity"]]
    return [*zip(roster["agent"], hours_of(roster)["day"], there, strict=True)]


def _save(store, name, data, *, by, cycle):
    with store.together():
        store.save(name, data, base=store.load(name, cycle=cycle).version, by=by, at=_now(), cycle=cycle)


def _as_lists(roster):
    """Return rows of a roster as a document keeps them, column -> list."""
    times = {name: [moment.isoformat() for moment in roster[name]] for name in ("start", "end")}
    return {name: times.get(name) or roster[name].tolist() for name in TABLES["roster"].names}


def _as_roster(lists, zone):
    """Return the roster that a document keeps."""
    table = pd.DataFrame(lists)
    for name in ("start", "end"):
        table[name] = pd.to_datetime(table[name], utc=True).dt.tz_convert(zone).astype(f"datetime64[s, {zone}]")
    return ordered(table)


def _moment(said):
    return dt.datetime.fromisoformat(said)


def _now():
    return dt.datetime.now(dt.UTC)
