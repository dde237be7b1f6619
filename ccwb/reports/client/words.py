"""What a client's report says in one language: the same words and figures for page, print and spreadsheet."""

import datetime as dt

from ccwb.channels import CHANNELS
from ccwb.messages import MINUS, N_, Catalogue
from ccwb.reports.client import causes

HOUR_S = 3600
MOST_REASONS = 4
NOTABLE = 0.01  # of the planned work: what is less is no reason
STATE = {True: "good", False: "miss", None: "none"}
MET = {True: N_("met"), False: N_("not met"), None: N_("not measured")}
BELOW = {
    "day": N_("{below} of {of} days below it, the lowest {worst} on {day}"),
    "week": N_("{below} of {of} weeks below it, the lowest {worst} from {day}"),
    "month": N_("{below} of {of} months below it, the lowest {worst} from {day}"),
}
MORE_CONTACTS = N_("{channel}: {n} contacts more than planned ({share}), {hours} hours of work more.")
FEWER_CONTACTS = N_("{channel}: {n} contacts fewer than planned ({share}), {hours} hours of work less.")
LONGER = N_("{channel}: a contact took {time} longer than planned ({share}), {hours} hours of work more.")
SHORTER = N_("{channel}: a contact took {time} less than planned ({share}), {hours} hours of work less.")


class Told:
    """A report in words.  made : what `gather` gave.  say : Catalogue of the language.

    Every property is plain: texts, lists and dicts of texts, so that any form can be made of it.
    """

    def __init__(self, made, language="en"):
        self.made, self.say = made, Catalogue(language)
        self.language, self.direction = self.say.language, self.say.direction
        self.met = [one["met"] for one in made["promises"]]

    # small words -----------------------------------------------------------------------------------------------------
    def day(self, day, style="medium"):
        return self.say.date(dt.date.fromisoformat(day[:10]), style)

    def month(self, day, form="LLL"):
        from babel.dates import format_date

        return format_date(dt.date.fromisoformat(day), format=form, locale=self.language)

    def short(self, day):
        """Return day and month for an axis."""
        from babel.dates import format_skeleton

        if self.language == "fa":
            return " ".join(self.say.date(day).split()[:2])
        return format_skeleton("MMMd", day, locale=self.language)

    def named(self, first, last):
        """Return a calendar month; in Persian, whose dates are of another calendar, with its days beside it."""
        month = self.say.digits(self.month(first, "LLLL y"))
        return f"{month} ({self.span(first, last)})" if self.language == "fa" else month

    def span(self, first, last):
        return f"{self.day(first)} – {self.day(last)}"

    def signed(self, value, digits=0):
        """Return a change as percent, its sign always written."""
        if value is None:
            return self.say.missing
        said, nothing = (self.say.percent(abs(v), digits) for v in (value, 0.0))
        minus = MINUS.get(self.language, "−")
        return "±" + nothing if said == nothing else (minus if value < 0 else minus.replace("−", "+")) + said

    def time(self, seconds):
        if seconds is not None and seconds >= HOUR_S and seconds % HOUR_S == 0:
            return self.say(N_("{n} h"), n=self.say.number(seconds / HOUR_S))
        return self.say.duration(seconds)

    def about(self, value):
        """Return a number that is not sure to the last digit: with three that count."""
        step = 10 ** max(len(str(int(abs(value)))) - 3, 0)
        return self.say.number(round(value / step) * step)

    def own(self, typed):
        """Return what somebody typed, put so that it keeps its own order in this language."""
        return self.say.apart(" ".join(typed.split()))  # at the end of a line it would end, too

    def channel(self, name):
        return self.say(CHANNELS[name].label)

    def channels(self, names):
        return self.say.listed(map(self.channel, names))

    # heading ---------------------------------------------------------------------------------------------------------
    @property
    def period(self):
        made, span = self.made, self.span(self.made["first_day"], self.made["last_day"])
        if made["period"] == "cycle":
            return span
        return self.named(made["first_day"], made["last_day"])

    @property
    def heading(self):
        """Return kicker, title, and lines of who, when and whom to ask."""
        made, say = self.made, self.say
        at = dt.datetime.fromisoformat(made["made_at"])
        lines = [say(N_("Made on {day}, {time}"), day=say.date(at), time=say.time(at)), self.own(made["centre"])]
        if made["supervisor"]:
            lines.append(say(N_("Your contact: {name}"), name=made["supervisor"]))
        kicker = [made["client"], made["label"]] if made["client"] else [made["label"]]
        monthly = made["period"] != "cycle"
        return {
            "kicker": " · ".join(map(self.own, kicker)),
            "title": say(N_("Monthly report: {period}") if monthly else N_("Report: {period}"), period=self.period),
            "lines": lines,
        }

    @property
    def verdict(self):
        """Return state, head and text of the one thing to know: which targets are met."""
        say, known = self.say, [met for met in self.met if met is not None]
        if not known:
            text = say(N_("Of this period no result can be held against a target."))
            return {"state": "none", "head": say(N_("Not measured")), "text": text}
        head = say(N_("{n} of {of} targets met"), n=say.number(sum(known)), of=say.number(len(known)))
        missed = [one for one in self.made["promises"] if one["met"] is False]
        told = [
            say(
                N_("{what}: {result} instead of {target}."),
                what=self.promise(one),
                result=say.percent(one["result"], 1),
                target=self.target(one),
            )
            for one in missed
        ]
        first = self.made["promises"][0]
        if not missed and first["kpi"] == "answer_rate":
            whole = N_("{result} of all contacts were answered; the contract promises {target}.")
            if first.get("only"):
                whole = N_("{result} of the contacts were answered ({channels}); the contract promises {target}.")
            told = [
                say(
                    whole,
                    channels=self.channels(first.get("only", [])),
                    result=say.percent(first["result"], 1),
                    target=self.target(first),
                )
            ]
        state = "good" if not missed else "miss" if first["met"] is False or 2 * len(missed) > len(known) else "near"
        return {"state": state, "head": head, "text": " ".join(told)}

    # result ----------------------------------------------------------------------------------------------------------
    def promise(self, one):
        """Return what was promised: 'Voice: answered within 20 s'."""
        if one.get("only"):
            return self.say(N_("{channels}: answered (contract)"), channels=self.channels(one["only"]))
        if not one["channel"]:
            return self.say(N_("All contacts: answered (contract)"))
        within = N_("{channel}: answered within {time}")
        return self.say(within, channel=self.channel(one["channel"]), time=self.time(one["within_s"]))

    def target(self, one):
        whole = abs(100 * one["target"] - round(100 * one["target"])) < 1e-6
        return self.say.percent(one["target"], 0 if whole else 1)

    @property
    def results(self):
        """Return title, heads and rows: what, target, result, met in words, with its state and note."""
        say, rows = self.say, []
        for one in self.made["promises"]:
            note = ""
            if one.get("below"):
                worst = say.percent(one["worst"], 1)
                numbers = {name: say.number(one[name]) for name in ("below", "of")}
                note = say(BELOW[one["counted"]], worst=worst, day=self.day(one["worst_day"]), **numbers)
            cells = [self.promise(one), self.target(one), say.percent(one["result"], 1), say(MET[one["met"]])]
            rows.append({"cells": cells, "state": STATE[one["met"]], "note": note})
        heads = [say(N_("Target")), say(N_("Promised")), say(N_("Result")), say(N_("Stands"))]
        return {"title": say(N_("Result against the contract")), "heads": heads, "rows": rows}

    @property
    def trends(self):
        """Return title and charts, one for each promise: what, target, and points of label, value and told."""
        charts = []
        for one in self.made["promises"]:
            points = [
                {"label": self._month(month["first_day"]), "value": month["value"]}
                | {"told": self._apart(month["value"], one)}
                for month in one["trend"]
            ]
            goal = {"target": one["target"], "goal": self.target(one)}
            charts.append({"what": self.promise(one), **goal, "points": points})
        return {"title": self.say(N_("The last six months")), "charts": charts}

    def _month(self, first_day):
        """Return a month for an axis; in Persian the day that it begins on, as all dates are of that calendar."""
        day = dt.date.fromisoformat(first_day)
        return self.short(day) if self.language == "fa" else self.month(first_day)

    def _apart(self, value, one):
        """Return a share as percent, with a decimal where without one it would look like the target it misses."""
        said = self.say.percent(value)
        missed = value is not None and value < one["target"] - 1e-12
        return self.say.percent(value, 1) if missed and said == self.target(one) else said

    # volumes ---------------------------------------------------------------------------------------------------------
    @property
    def volumes(self):
        """Return title, heads and rows of volume and service per channel."""
        say = self.say
        heads = [
            N_("Channel"), N_("Contacts"), N_("Against plan"), N_("Answered"), N_("In time"), N_("Mean wait"),
            N_("Handling time"), N_("Against plan"),
        ]  # fmt: skip
        rows = []
        for one in self.made["channels"]:
            volume, handling = changes(one)
            rows.append([
                self.channel(one["channel"]), say.number(one["offered"]), self.signed(volume),
                say.percent(one["answer_rate"], 1), say.percent(one["within"], 1), self._wait(one["wait_s"]),
                say.duration(one["aht_s"]), self.signed(handling),
            ])  # fmt: skip
        note = say(N_("Waits are means over answered contacts; on email and other deferred channels in opening hours."))
        title = say(N_("Volume and service by channel"))
        return {"title": title, "heads": [say(head) for head in heads], "rows": rows, "note": note}

    def _wait(self, seconds):
        return self.say.duration(seconds if seconds is None or seconds < HOUR_S else 60 * round(seconds / 60))

    # reasons ---------------------------------------------------------------------------------------------------------
    @property
    def reasons(self):
        """Return title and sentences: the causes that the evaluation keeps, then what differed from the plan."""
        lines = [line for one in self.made["causes"] if (line := causes.sentence(one, self))]
        lines += [line for _size, line in differences(self.made["channels"], self)[:MOST_REASONS]]
        lines += self._balance()
        if not lines:
            lines = [self.say(N_("There is no plan of this period that the result could be held against."))]
        return {"title": self.say(N_("Reasons")), "lines": lines}

    def _balance(self):
        """Return the sentence that holds the work, and the hours worked, against the plan."""
        known = [one for one in self.made["channels"] if _known(one)]
        planned = sum(one["planned"] * one["planned_aht_s"] for one in known)
        if not planned:
            return []
        work = sum(one["came"] * one["came_aht_s"] for one in known) / planned - 1
        there = self.made["staffing"]
        if not there or not there["planned_h"]:
            return [self.say(N_("In all, against the plan: work {work}."), work=self.signed(work, 1))]
        hours = there["worked_h"] / there["planned_h"] - 1
        said = N_("In all, against the plan: work {work}, hours of people at work on it {hours}.")
        return [self.say(said, work=self.signed(work, 1), hours=self.signed(hours, 1))]

    # what was done, what comes ---------------------------------------------------------------------------------------
    @property
    def measures(self):
        """Return title and rows of day, what was done, and why with what it was to bring; and the lessons."""
        rows = [
            {"day": self.day(one["day"]), "done": self.own(one["done"]), "why": self._why(one)}
            for one in self.made["measures"]
        ]
        lessons = [self.own(one["text"]) for one in self.made["lessons"]]
        titles = {"title": self.say(N_("What we did")), "next": self.say(N_("What we do differently from now on"))}
        return titles | {"rows": rows, "lessons": lessons}

    def _why(self, one):
        told = {name: one[name].strip().rstrip(".") for name in ("why", "effect")}
        return self.say(N_("Why: {why}. Expected: {effect}."), **told)

    @property
    def commentary(self):
        """Return title and paragraphs of the manager's words; no paragraph where there are none."""
        lines = [line.strip() for line in self.made["commentary"]["text"].splitlines()]
        return {"title": self.say(N_("Comment")), "lines": [self.own(line) for line in lines if line]}

    @property
    def outlook(self):
        """Return title, sentences, and the days with their band for a chart."""
        say, ahead, look = self.say, self.made["ahead"], self.made["outlook"]
        name = self.named(ahead["first_day"], ahead["last_day"])
        title = say(N_("Outlook: {month}"), month=name)
        if look is None:
            none = say(N_("The forecast of these days is not published yet."))
            return {"title": title, "lines": [none], "days": [], "rows": [], "heads": []}
        band = {name: self.about(look[name]) for name in ("offered", "lower", "upper")}
        lines = self._sure(look)
        lines.append(
            say(N_("About {offered} contacts are expected; in four of five cases from {lower} to {upper}."), **band)
        )
        heads = [say(N_("Channel")), say(N_("Contacts expected")), say(N_("In four of five cases"))]
        more = {"days": look["days"], "axis": say(N_("contacts a day")), "heads": heads}
        return {"title": title, "lines": lines + self._people(look), "rows": self._by_channel(look), **more}

    def _sure(self, look):
        """Return what the outlook is made from where it is no plan, and its days where they are not the whole month."""
        if look.get("known_until"):
            early = N_("Preliminary: from what came up to {day}; the plan, with the people it takes, follows.")
            return [self.say(early, day=self.day(look["known_until"]))]
        if look.get("whole", look["last_day"] == self.made["ahead"]["last_day"]):  # older reports do not say it
            return []
        span = self.span(look["first_day"], look["last_day"])
        return [self.say(N_("Forecast so far: {span}."), span=span)]

    def _by_channel(self, look):
        several = look["channels"] if len(look["channels"]) > 1 else []
        return [
            [
                self.channel(one["channel"]),
                self.about(one["offered"]),
                f"{self.about(one['lower'])} – {self.about(one['upper'])}",
            ]
            for one in sorted(several, key=lambda one: -one["offered"])
        ]

    def _people(self, look):
        if look.get("known_until"):
            return []
        if look["need_h"] is None:
            return [self.say(N_("How many people it takes is not planned yet."))]
        need = {"need": self.say.number(look["need_h"])}
        if look["planned_h"] is None:
            return [self.say(N_("It takes {need} hours of work; nobody is scheduled for them yet."), **need)]
        share = self.signed(look["planned_h"] / look["need_h"] - 1) if look["need_h"] else self.say.missing
        hours = need | {"planned": self.say.number(look["planned_h"]), "share": share}
        return [self.say(N_("It takes {need} hours of work; {planned} are on the schedule ({share})."), **hours)]


def changes(one):
    """Return by which share volume and handling time of a channel differ from plan; None where nobody can tell."""
    volume = one["came"] / one["planned"] - 1 if one["planned"] and one["came"] is not None else None
    both = one["planned_aht_s"] and one["came_aht_s"] is not None
    return volume, one["came_aht_s"] / one["planned_aht_s"] - 1 if both else None


def differences(channels, told):
    """Return (hours, sentence) of each difference from plan that counts, the one with most work first."""
    known = [one for one in channels if _known(one)]
    least = NOTABLE * sum(one["planned"] * one["planned_aht_s"] for one in known) / HOUR_S
    out = []
    for one in known:
        volume, handling = changes(one)
        more = one["came"] - one["planned"]
        longer = one["came_aht_s"] - one["planned_aht_s"]
        hours = more * one["planned_aht_s"] / HOUR_S, one["came"] * longer / HOUR_S
        say, where = told.say, told.channel(one["channel"])
        n = {"n": say.number(abs(more)), "share": told.signed(volume, 1), "hours": say.number(abs(hours[0]))}
        t = {"time": say.duration(abs(longer)), "share": told.signed(handling, 1), "hours": say.number(abs(hours[1]))}
        out.append((hours[0], say(MORE_CONTACTS if more > 0 else FEWER_CONTACTS, channel=where, **n)))
        out.append((hours[1], say(LONGER if longer > 0 else SHORTER, channel=where, **t)))
    return sorted([one for one in out if abs(one[0]) >= max(least, 0.5)], key=lambda one: -abs(one[0]))


def _known(one):
    return None not in (one["came"], one["planned"], one["came_aht_s"], one["planned_aht_s"])
