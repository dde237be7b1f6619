"""A roster's figures and sentences: what it covers and costs, what stays short, what it breaks, how it was made."""

import re

import pandas as pd

from ccwb import schedule
from ccwb.channels import CHANNELS
from ccwb.schedule import PARTS, fairness, fit, unmet
from ccwb.ui import html, text
from ccwb.ui.text import _, money, number, percent

SENTENCES = 8  # of what stays short; a table has them all
NAMED = 5  # people in a sentence


def figures(part):
    """Return the week's big figures, of all projects that are planned."""
    given, week = part.given, part.week()
    sums = (
        fit(part.coverage)
        if len(part.coverage)
        else fit(pd.DataFrame({"interval_s": [], "required": [], "scheduled": []}))
    )
    if week.empty:
        said = _("{n} agent-hours are needed in this week; nobody is on the roster yet.", n=number(sums["required_h"]))
        return html.notice(said)
    share = sums["under_h"] / sums["required_h"] if sums["required_h"] else 0.0
    fair = fairness(week, agents=given.agents, wishes=given.people["wishes"], centre=given.centre)
    most = fair.loc[fair["late"].idxmax()]
    return html.figures(
        [
            html.figure(
                _("Hours needed"),
                number(sums["required_h"]),
                change=_("{share} of them unmet", share=percent(share, 1)),
                state="good" if share < 0.02 else "near" if share < 0.05 else "under",
                help_text=_("Agent-hours of all projects in this week, and the share for which nobody is there."),
            ),
            html.figure(
                _("Schedule fit"),
                percent(sums["fit"], 1),
                help_text=_("Needed agent-hours that the schedule covers, of all needed."),
            ),
            html.figure(_("Hours too many"), number(sums["over_h"])),
            _cost(given, week),
            _wishes(fair),
            html.figure(
                _("Most late shifts of one person"),
                number(most["late"]),
                change=given.names.get(most["agent"], most["agent"]) if most["late"] else "",
                help_text=_("A shift is late when it ends after {time}.", time=given.rules["late_from"]),
            ),
            _service(part),
        ]
    )


def _cost(given, week):
    hours, cost, dark = given.cost(week)
    currency = given.centre.get("currency", "EUR")
    more = _("{n} hours without a known cost", n=number(dark)) if dark else ""
    return html.figure(
        _("Cost of the week"),
        text.say().missing if cost is None else money(cost, currency),
        change=more or _("{n} paid hours", n=number(hours)),
        help_text=_("Paid hours of everybody on the roster at what an hour of theirs costs."),
    )


def _wishes(fair):
    wished, met = fair["wished"].sum(), fair["wishes_met"].sum()
    return html.figure(
        _("Wishes met"),
        percent(met / wished) if wished else text.say().missing,
        change=_("{n} of {all}", n=number(met), all=number(wished)) if wished else _("nobody wished anything"),
    )


def _service(part):
    """Return what customers of the project in sight get on the day in sight, as the staffing model says."""
    got = part.given.expected(part.roster, part.day, days=1)
    served = [key for key, one in CHANNELS.items() if one.live] + ["callback"]  # called back: they wait, too
    mine = got[(got["project"] == part.project) & got["channel"].isin(served)]
    sums = schedule.rates(mine).iloc[0] if len(mine) else {}
    level, busy = sums.get("service_level"), sums.get("occupancy")
    return html.figure(
        _("Service level on the day in sight"),
        text.say().missing if level is None or pd.isna(level) else percent(level),
        change="" if busy is None or pd.isna(busy) else _("occupancy {share}", share=percent(busy)),
        help_text=_(
            "{project}, {day}: what customers who wait at once get from these people, by the staffing model.",
            project=part.given.labels[part.project],
            day=text.date(part.day),
        ),
    )


def legend():
    said = _("Dashed: needed. Line: at work, breaks taken off. Red: short. Amber: more than needed.")
    return html.paragraph(said, "ccwb-muted")


def told(part):
    """Return what is known of how the roster in sight was made: its gap, what cannot be, changes by hand."""
    made = part.kept.data.get("told")
    if not made:
        return ""
    said = []
    objective, bound = made.get("objective"), made.get("bound")
    if made.get("gap") is not None and bound is not None:
        said.append(
            html.notice(
                _(
                    "{hours} of {all} needed hours were short when the roster was made. No roster of these people can "
                    "count less than {bound}; this one counts {objective}: at most {gap} could still be gained.",
                    hours=number(made.get("hours_short", 0), 1),
                    all=number(made.get("hours_needed", 0)),
                    bound=number(bound, 1),
                    objective=number(objective, 1),
                    gap=percent(made["gap"], 1),
                ),
                "info",
            )
        )
    weeks = made.get("weeks") if isinstance(made.get("weeks"), list) else []
    if len(weeks) > 1 or any(week.get("stopped") for week in weeks):
        said.append(html.bullets(week_lines(weeks)))
    if made.get("parts"):
        counted = [
            f"{_(PARTS[key])}: {number(value, 1)}" for key, value in made["parts"].items() if key in PARTS and value
        ]
        said.append(html.paragraph(_("What it counts: {parts}.", parts=text.joined(counted)), "ccwb-muted"))
    if made.get("meetings", {}).get("placed"):
        said.append(html.paragraph(_meetings(made["meetings"])))
    cannot = [_(template, **spoken(part, values)) for template, values in made.get("cannot", [])]
    if cannot:
        head = html.notice(_("What could not be met when it was made, and why:"), "near")
        said.append(head + html.bullets(cannot[:SENTENCES]))
    return html.heading(_("How it was made")) + "".join(said) if said else ""


def _meetings(cost):
    """Return what placing the meetings cost, and what it would have cost at the first time at which all can."""
    return _(
        "Meetings and training: {n} times somebody is away for one, {hours} hours in all. For them {more} hours more "
        "stay short; each as early as it can be, it would have been {early}.",
        n=number(cost["placed"]),
        hours=number(cost["hours"], 1),
        more=number(cost["short"] - cost["without"], 1),
        early=number(cost["early"] - cost["without"], 1),
    )


def week_lines(weeks):
    """Return a sentence for each week that was made, or left: what is short in it, and how far it was searched."""
    return [_week_line(week) for week in weeks]


def _week_line(week):
    short, needed = week["hours_short"], week["hours_needed"]
    values = {"day": said_day(week["first_day"]), "hours": number(short, 1), "all": number(needed)}
    values["share"] = percent(short / needed if needed else 0.0, 1)
    if week.get("left"):
        said = _(
            "Week of {day}: not searched; it stays as it was, {hours} of {all} needed hours short, {share}.", **values
        )
    elif week.get("stopped"):
        said = _("Week of {day}: {hours} of {all} needed hours short, {share}; not searched to the end.", **values)
    else:
        said = _("Week of {day}: {hours} of {all} needed hours short, {share}.", **values)
    return said


def said_day(day):
    """Return a day as a reader writes it, with its weekday."""
    return f"{text.say().weekday(pd.Timestamp(day))} {text.date(pd.Timestamp(day))}"


def short(part):
    """Return what stays short in the week, in words."""
    if part.week().empty:
        return html.paragraph(_("Press 'Make the roster', or write shifts into the table of the day."))
    found = unmet(part.coverage)
    if not found:
        rest = fit(part.coverage)["under_h"]
        if rest < 0.5:
            return html.notice(_("Nothing: every interval has the people it needs."), "good")
        said = _("No interval is short by half a person or more; fractions add up to {n} hours.", n=number(rest, 1))
        return html.notice(said, "good")
    found = sorted(found, key=lambda one: -one[1]["hours"])
    told = [_(template, **spoken(part, values)) for template, values in found[:SENTENCES]]
    more = len(found) - SENTENCES
    rest = _("{n} more times are short; they are in the table of the picture above.", n=number(more))
    return html.bullets(told) + (html.paragraph(rest) if more > 0 else "")


def spoken(part, values):
    """Return a sentence's values as a reader writes them: people and projects by name, days and numbers in words."""
    return {k: _people(part, value) if k == "agents" else _spoken(part, k, value) for k, value in values.items()}


def _people(part, agents):
    """Return people by name, so many as a sentence holds."""
    named = [part.given.names.get(agent, agent) for agent in agents[:NAMED]]
    more = [_("{n} more", n=number(len(agents) - NAMED))] if len(agents) > NAMED else []
    return text.listed([*named, *more])


def _spoken(part, key, value):
    if key in ("agent", "project"):
        return {"agent": part.given.names, "project": part.given.labels}[key].get(value, value)
    if key in ("day", "first", "last") and value not in ("", "-"):
        return said_day(value)
    if key == "most":
        first, last = map(pd.Timestamp, value.split("/"))
        return f"{text.say().weekday(first)} {text.date(first)}, {text.clock(first)}–{text.clock(last)}"
    if key in ("known", "found") and isinstance(value, str):
        return _labelled(value, part.given.labels)
    if isinstance(value, float):
        return number(value, 0 if value % 1 == 0 else 1 if round(value, 1) == round(value, 6) else 2)
    return value


def _labelled(said, labels):
    """Return a text with the projects in it by their labels.

    >>> _labelled("09:00-17:00 service", {"service": "Customer service"})
    '09:00-17:00 Customer service'
    """
    keys = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    return re.sub(rf"(?<![\w-])({keys})(?![\w-])", lambda match: labels[match[0]], said) if keys else said
