"""Meetings, training and coaching that the roster places itself: who is asked to what, and where each of them goes.

One of them is a dict, as a document keeps it:

    of, who               'agent', 'team' or 'project', and its key: everybody in it is asked
    kind, title           one of ccwb.people.MEETS, and what it is called: the roster's rows bear both
    minutes               how long, in quarters of an hour
    first_day, last_day   the days between which it lies, such as '2026-11-02'
    from, to              the clock times between which it lies, '' for no bound
    together              all of them at once; otherwise each at a time of their own
"""

from collections import Counter

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import MEETS, agent_called, clock_s
from ccwb.schedule.roster.problem import Meeting

QUARTER, DAY_S = 15, 86_400
MARKS = set(";()[]*+")  # the roster's sheet is written with them
CANNOT = {
    "away": N_("{title}: {agents} cannot be at work between {first} and {last} at these times."),
    "locked": N_("{title}: what {agents} do between {first} and {last} is locked."),
    "apart": N_("{title} is when most can come; {agents} cannot be there."),
    "no place": N_("{title}: between {first} and {last} no shift of {agents} holds it beside breaks and what else is."),
}


def check_meetings(rows, *, agents):
    """Return the meetings unchanged when they can be; otherwise raise a PlanError that names the row, from 1.

    agents : agents table.
    """
    for number, row in enumerate(rows, start=1):
        try:
            check_meeting(row, agents=agents)
        except PlanError as error:
            raise PlanError(N_("Meeting {row} cannot be placed. {why}"), row=number, why=error) from None
    twice = [key for key, n in Counter(map(said_alike, rows)).items() if n > 1]
    if twice:
        at = max(number for number, row in enumerate(rows, start=1) if said_alike(row) == twice[0])
        raise PlanError(N_("Row {row} says what another row says already: change one of the two."), row=at)
    return rows


def called(typed, *, agents, projects):
    """Return (what it is: 'agent', 'team' or 'project', its key) of a text that names one of them, by key or name.

    projects : those of the centre's document.  PlanError for a text that names none.
    """
    said = str(typed).strip()
    if said in set(agents["agent"]):
        return "agent", said
    for team in sorted(set(agents["team"].astype(str)) - {""}):
        if team.casefold() == said.casefold():
            return "team", team
    for one in projects:
        if said.casefold() in (one["project"].casefold(), (one["label"] or "").casefold()):
            return "project", one["project"]
    if said.casefold() not in set(agents["name"].astype(str).str.casefold()):
        raise PlanError(N_("'{found}' is no agent, team or project of the centre. Write a key or a name."), found=said)
    return "agent", agent_called(said, agents)


def said_alike(row):
    """Return what of a meeting no other one has: two that share it are the same."""
    return tuple(row[name] for name in ("kind", "title", "of", "who", "first_day"))


def check_meeting(row, *, agents):
    """Return a meeting unchanged when it can be; otherwise raise a PlanError that says why not."""
    title, minutes = row["title"], row["minutes"]
    if row["kind"] not in MEETS:
        raise PlanError(N_("'{found}' is none of these: {known}."), found=row["kind"], known=", ".join(MEETS))
    if not title or MARKS & set(title):
        raise PlanError(
            N_("A meeting has a title without the marks ; ( ) [ ] * +; found '{found}'. Change it."), found=title
        )
    if not isinstance(minutes, int | float) or minutes % QUARTER or not 0 < minutes <= 600:
        raise PlanError(
            N_("'{title}' lasts 15, 30, 45 minutes and so on, up to 10 hours; found {found}."),
            title=title,
            found=str(minutes),
        )
    first, last = (_day(row[name]) for name in ("first_day", "last_day"))
    since, until = between_s(row)
    if last < first or until - since < minutes * 60:
        raise PlanError(
            N_("'{title}' does not fit between its days and times: {found}. Widen them."),
            title=title,
            found=f"{row['first_day']}/{row['last_day']}, {row['from'] or '00:00'}-{row['to'] or '24:00'}",
        )
    if not asked(row, agents):
        raise PlanError(
            N_("'{title}' is for nobody: '{found}' names no agent, team or project with people."),
            title=title,
            found=row["who"],
        )
    return row


def _day(text):
    day = pd.to_datetime(str(text or ""), format="%Y-%m-%d", errors="coerce")
    if pd.isna(day):
        raise PlanError(N_("'{found}' is no day. Write it as 2026-03-29."), found=str(text or ""))
    return day


def between_s(row):
    """Return the clock times between which a meeting lies, in seconds after midnight.

    >>> between_s({"from": "9:00", "to": ""})
    (32400, 86400)
    """
    since, until = (clock_s(row[name]) if row[name] else usual for name, usual in (("from", 0), ("to", DAY_S)))
    return since, until


def asked(row, agents):
    """Return the keys of the agents who are asked to a meeting: those employed on one of its days.

    >>> people = pd.DataFrame({"agent": ["a", "b"], "team": ["North", "South"], "project": "sales"})
    >>> asked({"of": "team", "who": "North"}, people), asked({"of": "project", "who": "sales"}, people)
    (['a'], ['a', 'b'])
    """
    column = {"agent": "agent", "team": "team", "project": "project"}[row["of"]]
    if column not in agents:
        return []
    mine = agents[column] == row["who"]
    if "hired" in agents:
        mine &= agents["hired"].isna() | (agents["hired"] <= _day(row["last_day"]))
    if "left" in agents:
        mine &= agents["left"].isna() | (agents["left"] >= _day(row["first_day"]))
    return agents.loc[mine, "agent"].tolist()


def met(row, roster):
    """Return the rows of a roster in which somebody is at a meeting: of its kind and title, on its days."""
    if roster is None or not len(roster):
        return None
    day = roster["start"].dt.tz_localize(None).dt.normalize()
    mine = (roster["activity"] == row["kind"]) & (roster["title"] == row["title"])
    return roster[mine & day.between(_day(row["first_day"]), _day(row["last_day"]))]


class ToPlace:
    """The meetings that a roster of some weeks is to place, and who of those asked has none yet.

    given : Given.  weeks : (first day, days) of each.  stays : roster rows that stay; who met in them has met.
    A meeting of one's own is in one of the weeks in turn, so that not all fall into the first; one of all together in
    the week with the least need at its times; what finds no place there goes on to the next week.
    """

    def __init__(self, given, weeks, stays):
        self.given, self.why = given, {}
        self.left, self.at = {}, {}  # number of the meeting -> agent -> week from which on it is their turn; its moment
        for number, row in enumerate(given.meetings):
            mine = [n for n, (day, days) in enumerate(weeks) if _meets(row, day, days)]
            if not mine:
                continue
            known = met(row, stays)
            done = set() if known is None else set(known["agent"])
            who = [agent for agent in asked(row, given.agents) if agent not in done]
            if row["together"] and done:
                self.at[number] = known["start"].min()
            self.left[number] = self._turns(row, who, [weeks[n] for n in mine], mine)

    def _turns(self, row, who, weeks, numbers):
        if row["together"]:
            return dict.fromkeys(who, numbers[int(np.argmin([self._need(row, *week) for week in weeks]))])
        return {agent: numbers[n * len(numbers) // len(who)] for n, agent in enumerate(who)}

    def _need(self, row, day, days):
        """Return the mean need of a week at the times of a meeting."""
        need = self.given.requirement
        local = need["interval_start"].dt.tz_convert(self.given.zone).dt.tz_localize(None)
        since, until = between_s(row)
        clock = (local - local.dt.normalize()).dt.total_seconds()
        here = local.dt.normalize().between(*_within(row, day, days)) & (clock >= since) & (clock < until)
        return need.loc[here, "scheduled"].sum() / max(1, local[here].nunique())

    def of_week(self, number, time, problem):
        """Return the meetings of a week's problem, each with `of`: the number of its row."""
        names = {agent.name: n for n, agent in enumerate(problem.agents)}
        out = []
        for of, turns in self.left.items():
            row, starts = self.given.meetings[of], self._starts(of, time)
            who = [names[agent] for agent, turn in turns.items() if agent in names and turn <= number]
            if not who or not starts:
                continue
            length = int(row["minutes"] * 60 // time.slot_s)
            span = {"length": length, "first": starts[0], "last": starts[-1] + length, "starts": starts, "of": of}
            out += [Meeting(row["title"], tuple(some), **span) for some in ([who] if row["together"] else zip(who))]
        return tuple(out)

    def _starts(self, of, time):
        """Return the slots of a week at which a meeting may begin."""
        row, end = self.given.meetings[of], time.first[-1]
        since, until = between_s(row)
        local = time.starts[:end].tz_localize(None)
        clock = (local - local.normalize()).total_seconds()
        fits = (local.normalize() >= row["first_day"]) & (local.normalize() <= row["last_day"])
        fits &= (clock >= since) & (clock + row["minutes"] * 60 <= until)
        if of in self.at:
            fits &= time.starts[:end] == self.at[of]
        length = int(row["minutes"] * 60 // time.slot_s)
        return tuple(int(t) for t in np.flatnonzero(fits) if t + length <= time.slots)

    def keep(self, problem, roster):
        """Take off the list who has met in the roster of a week, and note why others have not."""
        for meeting, first, missing in zip(problem.meetings, roster.meetings, roster.missing, strict=True):
            for a in meeting.agents:
                agent, row = problem.agents[a], self.given.meetings[meeting.of]
                if a in missing:
                    apart = row["together"] and first is not None
                    self.why[meeting.of, agent.name] = "apart" if apart else _why(agent, meeting)
                if a not in missing or (row["together"] and first is not None):
                    del self.left[meeting.of][agent.name]

    def cannot(self, made):
        """Return what found no place in the weeks `made`, as (template, values): one for each meeting and reason."""
        found = {}
        for of, turns in self.left.items():
            for agent in (agent for agent, turn in turns.items() if turn < made):
                why = self.why.get((of, agent), "apart" if of in self.at else "away")
                found.setdefault((of, why), []).append(agent)
        for (of, agent), why in self.why.items():
            if why == "apart" and agent not in self.left[of]:
                found.setdefault((of, why), []).append(agent)
        return [[CANNOT[why], self._values(of, agents)] for (of, why), agents in sorted(found.items())]

    def _values(self, of, agents):
        row = self.given.meetings[of]
        return {"title": row["title"], "agents": agents, "first": row["first_day"], "last": row["last_day"]}


def _within(row, day, days):
    last = pd.Timestamp(day) + pd.Timedelta(days=days - 1)
    return max(_day(row["first_day"]), pd.Timestamp(day)), min(_day(row["last_day"]), last)


def _meets(row, day, days):
    first, last = _within(row, day, days)
    return first <= last


def _why(agent, meeting):
    """Return why a meeting has no place in somebody's week: a key of CANNOT."""
    stretches = [range(start, start + meeting.length) for start in meeting.begins]
    free = [stretch for stretch in stretches if agent.available[stretch.start : stretch.stop].all()]
    kept = [(shift.start, shift.end) for shift in agent.locked.values() if shift is not None]
    held = [any(a < stretch.stop and b > stretch.start for a, b in kept) for stretch in free]
    return "away" if not free else "locked" if all(held) else "no place"


def at_meetings(time, problem, roster):
    """Return agent -> list of (first slot, slot after the last, activity, title, locked): the meetings that they have.

    Those that stay, and those that the roster of the problem has placed.
    """
    out = stay_at(time)
    missing = roster.missing or ((),) * len(roster.meetings)
    for meeting, first, without in zip(problem.meetings, roster.meetings, missing, strict=False):
        row = time.given.meetings[meeting.of]
        for a in set(meeting.agents) - set(without) if first is not None else ():
            span = (first, first + meeting.length, row["kind"], row["title"], False)
            out.setdefault(problem.agents[a].name, []).append(span)
    return out


def stay_at(time):
    """Return agent -> the meetings, as `at_meetings` has them, in the rows that stay; not those told as absences."""
    table, out = time.given.meets, {}
    if table is None or not len(table):
        return out
    for row, a, b in zip(table.itertuples(), time.at(table["start"]), time.at(table["end"]), strict=True):
        if 0 <= a < time.slots:
            out.setdefault(row.agent, []).append((round(a), round(b), row.activity, row.title, bool(row.locked)))
    return out


def meets_in(roster, absences=None):
    """Return the rows of a roster in which somebody is at a meeting that is no absence; None where there are none."""
    if roster is None or not len(roster):
        return None
    mine = roster[roster["activity"].isin(MEETS)]
    if absences is not None and len(absences):
        known = absences[absences["kind"].isin(MEETS)]
        spans = {agent: list(zip(rows["start"], rows["end"], strict=True)) for agent, rows in known.groupby("agent")}
        told = [any(a < r.end and b > r.start for a, b in spans.get(r.agent, ())) for r in mine.itertuples()]
        mine = mine[~np.array(told, dtype=bool)]
    return mine
