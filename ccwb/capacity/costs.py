"""What a year's plan costs: paid hours and money by project, month and kind."""

import numpy as np
import pandas as pd

KINDS = ("labour", "training", "hiring", "overtime", "temporary")


def costs_of(year, found, people, crossings):
    """Return a row per project, month and kind: hours paid, fte and amount; kinds that cost nothing are left out.

    labour : everybody's ordinary paid hours, those in training too, mean of the paths.  training : trainers, spread
    over the weeks of the class, and cross-training.  hiring : in the week of the class's first day.
    """
    blocks = _blocks(year, found, people, crossings)
    weeks, rows = year.months["weeks"].to_numpy(), []
    for p, project in enumerate(year.projects):
        for kind in KINDS:
            hours, amount = blocks[kind][0][p], blocks[kind][1][p]
            for m in np.flatnonzero((hours > 0) | (amount > 0)):
                first, last = year.months["first_day"].iloc[m], year.months["last_day"].iloc[m]
                fte = hours[m] / weeks[m] / year.full_time
                rows.append((project, first, last, kind, hours[m], fte, amount[m]))
    names = ["project", "first_day", "last_day", "kind", "hours", "fte", "amount"]
    return pd.DataFrame(rows, columns=names).astype({"hours": float, "fte": float, "amount": float})


def _blocks(year, found, people, crossings):
    """Return kind -> (hours, amount), each (projects, months)."""
    paid = people.paid.mean(axis=0) @ year.part.T
    nobody = np.zeros(paid.shape)
    over, temporary = found.over, found.temporary
    return {
        "labour": (paid, paid * year.wage[:, None]),
        "training": (nobody, _training(year, found) + _crossing(year, crossings)),
        "hiring": (nobody, _hiring(year, found)),
        "overtime": (over, over * (year.wage * (1 + year.of("overtime_premium")))[:, None]),
        "temporary": (temporary, temporary * year.of("temporary_cost")[:, None]),
    }


def _training(year, found):
    weekly = np.zeros((len(year.projects), len(year.weeks)))
    for (p, week), classes in zip(found.starts, found.classes.round(), strict=True):
        terms = year.terms[year.projects[p]]
        weekly[p, week : week + int(terms["training_weeks"])] += classes * terms["trainer_cost_week"]
    return weekly @ year.part.T


def _hiring(year, found):
    weekly = np.zeros((len(year.projects), len(year.weeks)))
    for (p, week), people in zip(found.starts, found.hires.round(), strict=True):
        weekly[p, week] += people * year.terms[year.projects[p]]["cost_per_hire"]
    return weekly @ year.part.T


def _crossing(year, crossings):
    out = np.zeros((len(year.projects), len(year.months)))
    months = list(year.months["first_day"])
    for row in crossings.itertuples():
        out[year.projects.index(row.project), months.index(row.month)] += row.cost
    return out
