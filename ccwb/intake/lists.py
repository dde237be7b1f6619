"""Agents, survey results, events and costs: the rows of a file -> their tables."""

import re

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake.history import handling_time
from ccwb.intake.languages import spelled, squeezed
from ccwb.intake.propose import SURVEY_KINDS
from ccwb.intake.reading import NOT_WHOLE
from ccwb.messages import LANGUAGES, N_, Catalogue
from ccwb.people import skills
from ccwb.tables import COST_KINDS, LONGEST_COST_DAYS, MOST_HOURLY_COST, TABLES

_SURVEY_WORDS = {
    "csat": "csat customersatisfaction satisfaction",
    "nps": "nps netpromoterscore promoter",
    "ces": "ces customereffortscore effort customereffort",
    "fcr": "fcr firstcontactresolution firstcallresolution resolution",
    "employee": "employee employeesatisfaction staff enps",
    "quality": "quality qa monitoring qualityscore",
}
_SURVEY = {word: kind for kind, words in _SURVEY_WORDS.items() for word in words.split()} | spelled("surveys")
_PARTS = (("resolved", "rated"), ("survey_top_two", "survey_answers"), ("quality_passed", "quality_checks"))
_COST_WORDS = {
    "labour": "labour labor wages wage salaries salary staff personnel payroll",
    "technology": "technology it software licences licenses licence license telephony telecom hardware cloud",
    "infrastructure": "infrastructure rent premises rooms building office energy facilities",
    "operations": "operations operation training management other recruiting travel services",
}
UNKNOWN_COST = N_("'{name}' is no kind of cost that the workbook knows (it knows {known}); row left out.")
_COST = {word: kind for kind, words in _COST_WORDS.items() for word in words.split()} | spelled("costs")
_MAY_PASS_ALL = ("wape", "bias", "turnover", "occupancy", "answer_rate")  # shares that may come to more than all
_EVENT_KINDS = ("campaign", "price change", "outage", "closure", "other")
_EVENT = {squeezed(kind): kind for kind in _EVENT_KINDS} | spelled("events")


def read_agents(reading, *, project, queues=None):
    """Return the agents table of a Reading."""
    key = reading.text("agent") if reading.has("agent") else reading.text("name")
    reading.refuse(key == "", N_("The row names no agent; row left out."))
    if not project and not reading.has("project"):
        raise PlanError(
            N_(
                "The file does not say which project the agents belong to. Choose the project, or the column that "
                "names it."
            )
        )
    projects = reading.projects(project=project, queues=queues)
    reading.refuse(projects == "", N_("The row names no project; row left out."))
    trained = [_trained(text) for text in reading.text("trained_for")]
    _refuse_levels(reading, trained)
    hours = _hours(reading)
    reading.refuse(np.isnan(hours), N_("The agent has no contract hours a week; row left out."))
    columns = {
        "agent": key,
        "name": np.where((name := reading.text("name")) == "", key, name),
        "team": reading.text("team"),
        "project": projects,
        "trained_for": trained,
        "hours_week": hours,
        "hired": reading.day("hired"),
        "left": reading.day("left"),
        "hourly_cost": reading.count("hourly_cost", most=MOST_HOURLY_COST),
    }
    table = pd.DataFrame({c: v for c, v in columns.items() if v is not None}, index=reading.rows)
    return _each_once(table, "agents", reading)


def _hours(reading):
    hours = reading.count("hours_week")
    if hours is not None:
        above = hours > 168
        reading.refuse(above, N_("More than 168 contract hours a week; row left out."))
        return hours
    answer = reading.answers.get("hours_week")
    try:
        value = float(str(answer).replace(",", "."))
    except ValueError:
        value = np.nan
    if not 0 < value <= 168:
        raise PlanError(
            N_("Contract hours a week are a number above 0 and up to 168; found '{found}'."), found=str(answer)
        )
    return np.full(len(reading.rows), value)


def _trained(text):
    """Return what somebody is trained for, parted by semicolons; a skill level may have a decimal comma.

    >>> _trained("orders/voice, orders/chat:0,8|sales")
    'orders/voice; orders/chat:0.8; sales'
    """
    text = re.sub(r"(:\s*\d+),(\d)", r"\1.\2", text)
    return "; ".join(p for p in (part.strip() for part in re.split(r"[,;|،؛]", text)) if p)


def _refuse_levels(reading, trained):
    """Refuse rows whose skill levels cannot be."""
    for place, text in enumerate(trained):
        try:
            skills(text)
        except PlanError as error:
            only = np.arange(len(trained)) == place
            reading.refuse(only, N_("{reason} Row left out."), reason=error)


def read_surveys(reading, *, project, channel, queues=None):
    """Return the surveys table of a Reading; a row that names no channel is of all of them."""
    day = reading.day("date", months=True)
    reading.refuse(np.isnat(day), N_("The row has no day; row left out."))
    projects, channels = reading.queue(project=project, channel=channel, queues=queues, one=False)
    answers = reading.count("answers")
    reading.refuse(np.isnan(answers), N_("The row does not say how many answered; row left out."))
    columns = {
        "day": day,
        "project": projects,
        "channel": channels,
        "survey": _survey(reading),
        "answers": answers,
        **{c: reading.count(c) for c in ("favourable", "unfavourable", "score_sum")},
        "scale": reading.text("scale"),
    }
    _refuse_fractions(reading, columns, ("answers", "favourable", "unfavourable"))
    _round_together(reading, columns, answers)
    _refuse_more_than_all(reading, columns, answers)
    table = pd.DataFrame({c: v for c, v in columns.items() if v is not None}, index=reading.rows)
    return _each_once(table, "surveys", reading)


def _refuse_fractions(reading, columns, names):
    """Refuse rows in which a count is no whole number: 0.8 of the answers is a share, not how many."""
    fields = {"resolved": "resolved_contacts"}
    for name in names:
        values, field = columns[name], fields.get(name, name)
        if values is not None and reading.has(field):
            reading.refuse_by(np.abs(values - np.rint(values)) > 1e-6, field, NOT_WHOLE)


def _round_together(reading, columns, answers):
    """Take one from the unfavourable where two percentages, both rounded up, came to one answer more than there are."""
    rounded = [reading.turned.get(name) for name in ("favourable", "unfavourable")]
    if rounded[0] is None or rounded[1] is None:
        return
    over = rounded[0] & rounded[1] & (columns["favourable"] + columns["unfavourable"] == answers + 1)
    columns["unfavourable"] = columns["unfavourable"] - over


def _refuse_more_than_all(reading, columns, answers):
    """Refuse surveys of which more answers are favourable, or unfavourable, or both, than there are."""
    parts = [columns[name] for name in ("favourable", "unfavourable") if columns[name] is not None]
    if not parts:
        return
    together = np.nansum(parts, axis=0)
    wrong = (together > answers) & reading.keep
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        said = N_(
            "More answers are favourable or unfavourable than there are ('{found}'): row left out. Correct the counts."
        )
        reading.refuse(wrong, said, found=f"{together[at]:.0f} > {answers[at]:.0f}")


def _survey(reading):
    if not reading.has("survey"):
        return np.full(len(reading.rows), reading.answers["survey"], dtype=object)
    said = N_("'{name}' is no kind of survey that the workbook knows (it knows {known}); row left out.")
    return _kinds(reading, "survey", _SURVEY, said, SURVEY_KINDS)


def _kinds(reading, field, words, said, known):
    """Return the kind that each row's word stands for; rows with another word are refused with the sentence `said`."""
    found = reading.text(field)
    kinds = {name: _called(name, words) for name in set(found)}
    for name, kind in kinds.items():
        if not kind:
            reading.refuse(found == name, said, name=name, known=", ".join(known))
    return np.array([kinds[name] for name in found], dtype=object)


def _called(name, words):
    """Return the kind that a word stands for, or ''; of 'Kundenzufriedenheit (CSAT)' either part may say it."""
    parts = [name, *re.split(r"[()]", name)]
    return next((words[key] for part in parts if (key := squeezed(part)) in words), "")


def read_results(reading, *, project, channel, queues=None):
    """Return the agent_results table of a Reading: a row per agent, day and queue.

    Resolved without a column for how many outcomes were noted counts of all that were handled; a part that is more
    than its whole is left out with it.
    """
    day, agent = reading.day("date"), reading.text("agent")
    reading.refuse(np.isnat(day), N_("The row has no day; row left out."))
    reading.refuse(agent == "", N_("The row names no agent; row left out."))
    projects, channels = reading.queue(project=project, channel=channel, queues=queues)
    handled = reading.count("handled")
    reading.refuse(np.isnan(handled), N_("The row does not say how many contacts were handled; row left out."))
    columns = {"agent": agent, "day": day, "project": projects, "channel": channels, "handled": handled}
    columns |= {"aht_s": handling_time(reading), "resolved": reading.count("resolved_contacts")}
    columns |= {c: reading.count(c) for c in ("rated", *(c for pair in _PARTS[1:] for c in pair))}
    _refuse_fractions(reading, columns, [name for pair in _PARTS for name in pair])
    if columns["resolved"] is not None and columns["rated"] is None:
        columns["rated"] = np.where(np.isnan(columns["resolved"]), np.nan, handled)
    for part, whole in _PARTS:
        _without_more_than_all(reading, columns, part, whole)
    table = pd.DataFrame({c: v for c, v in columns.items() if v is not None}, index=reading.rows)
    return _each_once(table, "agent_results", reading)


def _without_more_than_all(reading, columns, part, whole):
    """Leave a part and its whole missing in the rows where the part is more, and note these rows."""
    if columns[part] is None or columns[whole] is None:
        columns[part] = columns[whole] = None
        return
    wrong = columns[part] > columns[whole]
    told = N_("'{part}' is more than '{all}'; both values are left out.")
    fields = {"resolved": "resolved_contacts"}  # the file's headings; rated may be all that were handled
    of = {n: reading.proposal[fields.get(n, n)] or reading.proposal["handled"] for n in (part, whole)}
    if (noted := wrong & reading.keep).any():
        reading.log.refuse(reading.rows[noted], told, part=of[part], all=of[whole])
    for name in (part, whole):
        columns[name] = np.where(wrong, np.nan, columns[name])


def read_events(reading, *, queues=None):
    """Return the events table of a Reading; an event without a last day lasts one day."""
    first, last = reading.day("first_day"), reading.day("last_day")
    reading.refuse(np.isnat(first), N_("The row has no first day; row left out."))
    last = first if last is None else np.where(np.isnat(last), first, last)
    reading.refuse(last < first, N_("The last day lies before the first; row left out."))
    name = reading.text("event_name")
    reading.refuse(name == "", N_("The row names no event; row left out."))
    kind = np.array([_EVENT.get(squeezed(k), "other") for k in reading.text("kind")], dtype=object)
    columns = {
        "first_day": first,
        "last_day": last,
        "kind": kind,
        "name": name,
        "project": reading.projects(queues=queues),
        "channel": reading.channels(""),
        "effect": reading.effect("effect"),
    }
    table = pd.DataFrame({c: v for c, v in columns.items() if v is not None}, index=reading.rows)
    return _each_once(table, "events", reading)


def read_costs(reading, *, project, queues=None):
    """Return the costs table of a Reading; a row whose project is empty is shared by all.

    project : of the whole file, where no column names one; "" is shared. Several bills of one project, kind and period
    are added up.
    """
    first, last, amount = reading.day("first_day"), reading.day("last_day"), reading.count("amount")
    reading.refuse(np.isnat(first) | np.isnat(last), N_("The row lacks its first or its last day; row left out."))
    reading.refuse(last < first, N_("The last day lies before the first; row left out."))
    reading.refuse(
        last - first >= np.timedelta64(LONGEST_COST_DAYS, "D"),
        N_("The amount is for more than {n} days; row left out."),
        n=LONGEST_COST_DAYS,
    )
    reading.refuse(np.isnan(amount), N_("The row has no amount; row left out."))
    columns = {
        "first_day": first,
        "last_day": last,
        "project": reading.projects(project="" if reading.has("project") else project, queues=queues),
        "kind": _kinds(reading, "cost_kind", _COST, UNKNOWN_COST, COST_KINDS),
        "amount": amount,
    }
    table = pd.DataFrame(columns, index=reading.rows)[reading.keep]
    key = [*TABLES["costs"].key]
    several = table.duplicated(key).to_numpy()
    reading.log.repair(table.index[several], N_("Another bill of the same project, kind and period: added to it."))
    return table.groupby(key, as_index=False, sort=False)["amount"].sum()[list(columns)]


def read_measured(reading, *, queues=None):
    """Return the kpi_values table of a Reading: what measures came to, as the parts of a rate or as its value.

    A row names its measure by key, label or abbreviation (csat, NPS, Customer churn). Without a project it is of the
    whole centre. A share is written 0.8 or 80 %.
    """
    first, last = reading.day("first_day"), reading.day("last_day")
    reading.refuse(np.isnat(first), N_("The row has no first day; row left out."))
    last = first if last is None else np.where(np.isnat(last), first, last)
    reading.refuse(last < first, N_("The last day lies before the first; row left out."))
    kpis = _measures(reading)
    upper, lower, value = _figures(reading, kpis)
    columns = {
        "kpi": kpis,
        "project": reading.projects(queues=queues),
        "channel": reading.channels(""),
        "first_day": first,
        "last_day": last,
        "basis": "actual",
        "numerator": upper,
        "denominator": lower,
        "value": value,
    }
    return _each_once(pd.DataFrame(columns, index=reading.rows), "kpi_values", reading)


def _figures(reading, kpis):
    """Return numerators, denominators and values of the rows; both parts are missing where only one is told."""
    gap = np.full(len(reading.rows), np.nan)
    upper, lower = (gap if (v := reading.count(name)) is None else v for name in ("numerator", "denominator"))
    whole = ~np.isnan(upper) & (lower > 0)
    alone = _values(reading, kpis, ~whole)
    reading.refuse(~whole & np.isnan(alone), N_("The row has neither both parts of the rate nor its value; left out."))
    upper, lower = np.where(whole, upper, np.nan), np.where(whole, lower, np.nan)
    _refuse_more_than_whole(reading, kpis, upper, lower)
    return upper, lower, np.where(whole, upper / lower, alone)


def _values(reading, kpis, alone):
    """Return the values that stand `alone`, a share as 0..1; rows with one that its measure cannot have are refused."""
    values, percent = reading.value("value")
    share, points = _of_unit(kpis, "share"), _of_unit(kpis, "points")
    values = np.where(percent & share, values / 100, values)
    large = values > np.where(np.isin(kpis, _MAY_PASS_ALL), 2, 1)
    said = N_("The measure is a share, written 0.8 or 80 %; a larger value is left out with its row.")
    reading.refuse(alone & share & large, said)
    least = np.where(points, -100, np.where(kpis == "bias", -1, 0))
    wrong = (values < least) | (points & (values > 100)) | (percent & ~share & ~points)
    said = N_("'{found}' in column '{column}' is nothing that the measure can be: row left out. Correct the value.")
    reading.refuse_by(alone & (kpis != "") & wrong, "value", said)
    return values


def _refuse_more_than_whole(reading, kpis, upper, lower):
    """Refuse shares whose upper part is more than the lower: 500 of 100 matters are none."""
    wrong = (upper > lower) & _of_unit(kpis, "share") & ~np.isin(kpis, _MAY_PASS_ALL) & reading.keep
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        said = N_("A share of more than all ('{found}') cannot be: row left out. Correct the two parts of the rate.")
        reading.refuse(wrong, said, found=f"{upper[at]:g} / {lower[at]:g}")


def _of_unit(kpis, unit):
    from ccwb.measures import KPIS

    return np.array([kpi in KPIS and KPIS[kpi].unit == unit for kpi in kpis], dtype=bool)


def _measures(reading):
    """Return the key of each row's measure; a name that is none takes its row out."""
    from ccwb.measures import KPIS

    known = {}
    for key, entry in KPIS.items():
        label, _bracket, short = entry.label.partition("(")
        said = [Catalogue(language)(entry.label) for language in LANGUAGES]
        for name in (entry.label, label, short, key, *said, *(one.partition("(")[0] for one in said)):
            known.setdefault(_plain(name), key)
    found = reading.text("measure")
    for name in sorted(set(found)):
        if _plain(name) not in known:
            reading.refuse(
                found == name,
                N_("'{name}' is no measure that the workbook knows (docs/measures.md lists them); row left out."),
                name=name[:60],
            )
    return np.array([known.get(_plain(name), "") for name in found], dtype=object)


def _plain(name):
    return squeezed(name)


def _each_once(table, name, reading):
    """Return the rows still in, each key once: identical rows once, rows of one key with different values refused."""
    table = table[reading.keep]
    same = table.duplicated().to_numpy()
    reading.log.repair(table.index[same], N_("The row repeats an earlier one: kept once."))
    reading.keep &= ~np.isin(reading.rows, table.index[same])
    reading.repeated += int(same.sum())
    table = table[~same]
    key = [c for c in TABLES[name].key if c in table]
    clash = table.duplicated(key, keep=False).to_numpy()
    if clash.any():
        reading.refuse(
            np.isin(reading.rows, table.index[clash]),
            N_("Several rows for the same {key} ('{found}') with different values: all of them left out."),
            key=", ".join(key),
            found=str(table.loc[table.index[clash][0], key[0]])[:60],
        )
    return table[~clash].reset_index(drop=True)
