"""What hiring takes, as the fold shows it: fields in display units, kept in the core's for the centre or a project."""

from ccwb.capacity import ASSURANCE, Scenario, check_terms, usual_terms
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import refusals, text
from ccwb.ui.text import _, number, percent

ALL = ""
# key -> (label, unit, least, most, how many of its unit make one of the core's, help)
FIRST = {
    "lead_weeks": (N_("Lead time: decision to first day"), N_("weeks"), 0, 52, 1, ""),
    "training_weeks": (N_("Training, off contacts"), N_("weeks"), 0, 26, 1, ""),
    "largest": (N_("People in a class, at most"), "", 1, 200, 1, ""),
    "overtime_most": (N_("Overtime at most, of paid hours"), "%", 0, 50, 100, ""),
}
MORE = {
    "smallest": (N_("People in a class, at least"), "", 1, 200, 1, ""),
    "classes": (N_("Classes that may start in one week"), "", 0, 20, 1, N_("0: nobody is hired.")),
    "every_weeks": (N_("A class may start every"), N_("weeks"), 1, 26, 1, ""),
    "cost_per_hire": (N_("Finding one person costs"), "money", 0, 1e6, 1, ""),
    "trainer_cost_week": (N_("Training one class costs, a week"), "money", 0, 1e6, 1, ""),
    "overtime_premium": (N_("Paid on top for overtime"), "%", 0, 300, 100, ""),
    "temporary_most": (N_("Temporary staff, people at once"), "", 0, 1000, 1, N_("0: there is none.")),
    "temporary_cost": (N_("One hour of temporary staff costs"), "money", 0, 1e5, 1, ""),
    "temporary_productivity": (N_("Temporary staff's pace, of a colleague's"), "%", 1, 100, 100, ""),
    "cross_most": (N_("People who may be trained for another project"), "", 0, 1000, 1, N_("In all; 0: nobody.")),
    "cross_cost": (N_("Training one of them costs"), "money", 0, 1e6, 1, ""),
    "cross_weeks": (N_("They are off contacts for"), N_("weeks"), 0, 26, 1, ""),
}
WHOLE = {"lead_weeks", "training_weeks", "largest", "smallest", "classes", "every_weeks", "cross_most", "cross_weeks"}
TERMS = FIRST | MORE
RAMP, LEAVE = "ramp", "leave_season"
WEEKS = N_("{n} weeks")


def shown(key, value):
    """Return a term in display units."""
    if key in (RAMP, LEAVE):
        times = 100 if key == RAMP else 1
        return " ".join(refusals.written(round(times * part, 4)) for part in value)
    return round(TERMS[key][4] * value, 4)


def stored(key, value):
    """Return what was typed as the core has it; PlanError for what it cannot be."""
    if key in (RAMP, LEAVE):
        return _series(key, value)
    return int(value) if key in WHOLE else value / TERMS[key][4]


def _series(key, typed):
    try:
        parts = [text.read_number(part) for part in typed.replace(";", " ").replace(",", " ").split()]
    except ValueError:
        raise PlanError(
            N_("'{typed}' is no row of numbers, such as {example}."), typed=typed, example="60 75 90"
        ) from None
    ramp = [part / 100 for part in parts]
    if key == RAMP and not all(0 <= part <= 1 for part in ramp):
        raise PlanError(N_("Each is a share of full pace, from 0 to 100; found {typed}."), typed=typed)
    if key == LEAVE and (len(parts) != 12 or min(parts) < 0 or not sum(parts)):
        raise PlanError(N_("Leave needs twelve numbers of 0 or more, January first; found {typed}."), typed=typed)
    return ramp if key == RAMP else parts


def effective(own, scope):
    """Return the terms in sight for a scope ("" is all projects): the usual ones, with what the team set."""
    return usual_terms() | own.get(ALL, {}) | (own.get(scope, {}) if scope else {})


def first_fields(page, rates):
    """Return the fields in sight: for whom, how sure, how many leave, and the terms used most."""
    projects = [{"value": one["project"], "label": one["label"]} for one in page.centre()["projects"]]
    seen = rates[rates["project"] == ALL].iloc[0]
    estimated = _(
        "From the register: {rate} a year ({low} to {high}), {n} leavers in {years} years at work. What is typed "
        "keeps that range around it.",
        rate=percent(seen["rate"], 1),
        low=percent(seen["lower_80"]),
        high=percent(seen["upper_80"]),
        n=number(seen["leavers"]),
        years=number(seen["person_years"]),
    )
    return [
        {"key": "assurance", "label": _("How sure each month has to be"), "kind": "number", "unit": "%"}
        | {"min": 50, "max": 99, "default": 100 * ASSURANCE}
        | {"help": _("The need of a project and month is covered in so many of 100 possible futures.")},
        {"key": "attrition", "label": _("People who leave in a year, of 100"), "kind": "number", "digits": 1}
        | {"min": 0, "max": 200, "default": round(100 * float(seen["rate"]), 1), "help": estimated},
        {"key": "scope", "label": _("What is below holds for"), "kind": "select", "default": ALL}
        | {"options": [{"value": ALL, "label": _("all projects")}, *projects]},
    ]


def term_fields(page, own, scope, keys):
    """Return fields of terms, each with what holds where nothing is typed as its default."""
    below = effective(own, ALL) if scope else usual_terms()
    return [_field(page, key, below[key]) for key in keys]


def _field(page, key, usual):
    if key in (RAMP, LEAVE):
        label = {
            RAMP: _("Pace in the weeks after training, % of a colleague's"),
            LEAVE: _("How leave is spread, January to December"),
        }[key]
        return {"key": key, "label": label, "kind": "text", "wide": True, "default": shown(key, usual)}
    label, unit, least, most, times, said = TERMS[key]
    unit = page.currency if unit == "money" else _(unit) if unit and unit != "%" else unit
    field = {"key": key, "label": _(label), "kind": "number", "unit": unit, "min": least, "max": most}
    field |= {"default": round(times * usual, 4), "whole": key in WHOLE}
    return field | ({"help": _(said)} if said else {})


def check_all(terms):
    """Raise the PlanError of the first project whose terms do not go together."""
    for name, one in terms.items():
        check_terms(one, project=name)


# scenarios -----------------------------------------------------------------------------------------------------------
def columns():
    """Return the columns of the scenarios as they are edited."""
    return [
        {"key": "name", "label": _("Name"), "kind": "long", "wide": True},
        {"key": "closed_from", "label": _("No class begins from"), "kind": "date"},
        {"key": "closed_to", "label": _("to"), "kind": "date"},
        {"key": "points", "label": _("Leavers of 100, more (+) or fewer (−)"), "kind": "number", "digits": 1},
        {"key": "volume", "label": _("Contacts, more (+) or fewer (−), %"), "kind": "number", "digits": 1},
        {"key": "lead_weeks", "label": _("Lead time, weeks"), "kind": "number"},
        {"key": "assurance", "label": _("How sure, %"), "kind": "number"},
    ]


def new_row():
    return {"name": "", "closed_from": "", "closed_to": "", "points": 0, "volume": 0} | dict.fromkeys(
        ("lead_weeks", "assurance")
    )


def usual_rows(first, until):
    """Return the scenarios that everybody asks for; a freeze from the first to the last of two days."""
    days = {"closed_from": first.date().isoformat(), "closed_to": until.date().isoformat()}
    return [
        new_row() | {"name": _("Hiring freeze for half a year")} | days,
        new_row() | {"name": _("Five more of 100 leave"), "points": 5},
        new_row() | {"name": _("A tenth more contacts"), "volume": 10},
    ]


def scenario_of(row, at, more):
    """Return a row as a `Scenario`; PlanError where it makes no sense. more : points of attrition typed for all."""
    name = (row.get("name") or "").strip()
    points, volume = (float(row.get(key) or 0) for key in ("points", "volume"))
    sure, lead = row.get("assurance"), row.get("lead_weeks")
    wrong = [
        (not name, N_("it has no name")),
        (bool(row.get("closed_from")) != bool(row.get("closed_to")), N_("a hiring freeze has a first and a last day")),
        ((row.get("closed_to") or "9") < (row.get("closed_from") or ""), N_("its last day is before its first")),
        (not -100 < volume <= 400, N_("contacts change by more than −100 and at most 400 %")),
        (not -100 <= points <= 100, N_("leavers change by −100 to 100 of 100")),
        (lead is not None and not (0 <= lead <= 52 and lead == int(lead)), N_("a lead time is 0 to 52 whole weeks")),
        (sure is not None and not 50 <= sure <= 99, N_("how sure it has to be is 50 to 99 %")),
    ]
    for is_wrong, why in wrong:
        if is_wrong:
            raise PlanError(N_("Scenario in row {row}: {why}. Correct it, then press again."), row=at, why=why)
    closed = (row["closed_from"], row["closed_to"]) if row.get("closed_from") else ()
    asked = {"lead_weeks": None if lead is None else int(lead), "assurance": None if sure is None else sure / 100}
    return Scenario(name, closed=closed, points=more + points / 100, volume=volume / 100, **asked)
