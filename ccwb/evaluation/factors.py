"""What can make a period other than planned, and the days as they would be with some of it as it was in fact."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.evaluation.sides import KEY
from ccwb.messages import N_


@dataclass(frozen=True)
class Cause:
    """label : what a reader sees.  meaning : what of plan and fact is exchanged.  missing : what it takes to tell."""

    label: str
    meaning: str
    missing: str = ""


CAUSES = {
    "volume": Cause(N_("Volume"), N_("Contacts of the whole period, at the planned mix and pattern.")),
    "mix": Cause(N_("Mix"), N_("How the contacts are shared out between projects and channels.")),
    "pattern": Cause(
        N_("Time pattern"),
        N_("The same contacts spread otherwise over days and hours, as far as it is more than chance."),
    ),
    "handling_time": Cause(N_("Handling time"), N_("Seconds per contact, as far as it is more than chance.")),
    "schedule": Cause(
        N_("Schedule"),
        N_("People on the schedule against those that the plan needs."),
        N_("There is no schedule: what it changed is in people at work."),
    ),
    "shrinkage": Cause(
        N_("Shrinkage"),
        N_("Share of the rostered time in which nobody works on contacts."),
        N_("Shrinkage was not measured: what it changed is in people at work."),
    ),
    "adherence": Cause(
        N_("Adherence"),
        N_("Time in the scheduled state, of the scheduled time."),
        N_("There is no log of agents' states: what adherence changed is in shrinkage and people at work."),
    ),
    "people": Cause(
        N_("People at work"),
        N_("Agents at work on contacts beside what schedule, shrinkage and adherence say, where they are known."),
        N_("The actual figures do not tell how many agents were at work: what they changed is not explained."),
    ),
    "patience": Cause(
        N_("Patience"),
        N_("How long customers are willing to wait."),
        N_("Patience was not measured: it counts as planned."),
    ),
}
_STAFF = ("schedule", "shrinkage", "adherence", "people")


@dataclass(frozen=True)
class Factors:
    """rows : both sides.  given : causes whose facts are known.  changed : of these, those that differ from the plan.

    values : what is exchanged: 'volume' (planned, actual); 'mix' per queue; 'pattern' per row; 'handling_time' per row;
    ratios of agents per row for the staff; (planned, actual) patience per row.
    """

    rows: pd.DataFrame
    given: tuple
    changed: tuple
    values: dict

    def cases(self, members):
        """Return the rows of some cases one below the other; members : cases x changed, True as it was in fact."""
        here = {cause: members[:, [n]] for n, cause in enumerate(self.changed)}

        def chosen(cause, sides):
            return np.where(here[cause], sides[1], sides[0]) if cause in here else sides[0]

        rows, n = self.rows, len(members)
        offered = chosen("volume", self.values["volume"]) * chosen("mix", self.values["mix"])
        offered = offered * chosen("pattern", self.values["pattern"])
        aht_s = chosen("handling_time", (rows["aht_s_0"].to_numpy(), rows["aht_s_1"].to_numpy()))
        agents, lost = self._agents(here), chosen("shrinkage", self.values["paid"])
        columns = {"offered": offered, "aht_s": aht_s, "agents": agents, "paid": agents * lost}
        columns["patience_s"] = chosen("patience", self.values["patience"])
        flat = {name: np.broadcast_to(value, (n, len(rows))).ravel() for name, value in columns.items()}
        again = np.tile(np.arange(len(rows)), n)
        same = rows[["interval_start", "interval_s", "project", "channel"]].take(again).reset_index(drop=True)
        return same.assign(case=np.repeat(np.arange(n), len(rows)), **flat)

    def facts(self):
        """Return cause, planned, actual, unit: what is exchanged, in one number a side.

        Contacts; seconds at the mix that came; hours of agents that the plan has and those with the cause as it was;
        seconds of patience of those who came; of mix and pattern the share of contacts that stands elsewhere.
        """
        rows, values = self.rows, self.values
        here, hours = rows["offered_1"].to_numpy(), rows["interval_s"].to_numpy() / 3600
        planned = rows["agents_0"].to_numpy()
        sides = {"volume": (*values["volume"], "contacts")}
        sides["mix"] = _elsewhere(_per_queue(rows, values["mix"]), np.ones(1))
        sides["pattern"] = _elsewhere(values["pattern"], values["mix"][1])
        sides["handling_time"] = (*(_mean(rows[f"aht_s_{n}"], here) for n in (0, 1)), "s")
        for cause in _STAFF[:-1]:
            sides[cause] = ((planned * hours).sum(), (planned * values.get(cause, 1.0) * hours).sum(), "hours")
        told = _expected(rows, values).to_numpy()
        sides["people"] = ((told * hours).sum(), (values.get("people", told) * hours).sum(), "hours")
        known = np.where(np.isfinite(values["patience"]).all(axis=0), here, 0.0)
        sides["patience"] = (*(_mean(side, known) for side in values["patience"]), "s")
        out = pd.DataFrame([(cause, *sides[cause]) for cause in CAUSES if cause in self.given])
        return out.set_axis(["cause", "planned", "actual", "unit"], axis=1)

    def _agents(self, here):
        """Return agents per case and row: the plan's times what is in; who works where none would be is `people`."""
        planned = self.rows["agents_0"].to_numpy()
        out, whole = planned[None, :], planned
        for cause in _STAFF[:-1]:
            if cause in self.given:
                ratio = self.values[cause]
                whole = whole * ratio
                out = out * (np.where(here[cause], ratio, 1.0) if cause in here else 1.0)
        if "people" not in here:
            return out
        actual = self.values["people"]
        ratio = np.divide(actual, whole, out=np.ones_like(whole), where=whole > 0)
        return np.where(here["people"], np.where(whole > 0, out * ratio, actual), out)


def factors_of(rows, *, coverage=None, shrinkage=None, adherence=None, patience=None):
    """Return (Factors, notes): what differs between plan and fact, and what is not known, as (template, values)."""
    values = _volumes(rows)
    given = ["volume", "mix", "pattern", "handling_time"]
    ratios = {
        "schedule": _scheduled(rows, coverage),
        "shrinkage": _shares(rows, shrinkage, lambda share: 1 - share),
        "adherence": _shares(rows, adherence, lambda share: share),
    }
    values |= {cause: ratio for cause, ratio in ratios.items() if ratio is not None}
    given += [cause for cause, ratio in ratios.items() if ratio is not None]
    if rows["agents_1"].notna().any():
        given.append("people")
        values["people"] = rows["agents_1"].fillna(_expected(rows, values)).to_numpy()
    values["patience"], known = _patience(rows, patience)
    given += ["patience"] if known else []
    paid = rows["paid_0"].to_numpy()
    values["paid"] = paid, paid / values.get("shrinkage", 1.0)
    factors = Factors(rows, tuple(given), tuple(c for c in CAUSES if c in given and _differs(c, rows, values)), values)
    waits = bool((rows["live"] & rows["offered_0"].gt(0)).any())
    missing = [one for name, one in CAUSES.items() if name not in given and (waits or name != "patience")]
    return factors, [(one.missing, {}) for one in missing]


def _volumes(rows):
    """Return the whole, each row's queue's share of it, and the row's share of the queue, (planned, actual) each."""
    sides, queue = [rows[f"offered_{n}"].to_numpy() for n in (0, 1)], rows["queue"].to_numpy()
    sums = [np.bincount(queue, side)[queue] for side in sides]
    pattern = [np.divide(sides[n], sums[n], out=np.full(len(queue), np.nan), where=sums[n] > 0) for n in (0, 1)]
    pattern = [np.where(np.isnan(a), b, a) for a, b in (pattern, pattern[::-1])]
    pattern = [np.nan_to_num(side) for side in pattern]
    return {
        "volume": tuple(side.sum() for side in sides),
        "mix": tuple(of / max(side.sum(), 1e-300) for of, side in zip(sums, sides, strict=True)),
        "pattern": tuple(pattern),
    }


def _per_queue(rows, sides):
    first = np.unique(rows["queue"].to_numpy(), return_index=True)[1]
    return tuple(side[first] for side in sides)


def _elsewhere(sides, weights):
    """Return (0, share that stands elsewhere, 'share') of two sides that each sum to one (for each queue)."""
    return 0.0, float((np.abs(sides[1] - sides[0]) * weights).sum() / 2), "share"


def _mean(values, weights):
    there = weights > 0
    values = np.asarray(values, dtype=float)
    return float(values[there] @ weights[there] / weights[there].sum()) if there.any() else np.nan


def _scheduled(rows, coverage):
    """Return people on the schedule over those needed, by project and interval; 1 where nothing is needed."""
    if coverage is None or not len(coverage):
        return None
    known = measures.in_zone_of(coverage[["interval_start", "project", "required", "scheduled"]], rows)
    ratio = rows[KEY[:2]].merge(known, on=KEY[:2], how="left")
    if ratio["required"].isna().all():
        return None
    some = (ratio["required"] > 0).to_numpy()
    return (ratio["scheduled"] / ratio["required"]).where(some, 1.0).to_numpy()


def _shares(rows, shares, of):
    """Return actual over planned of a share that projects have, row by row; None where no project has it."""
    known = {name: of(actual) / of(planned) for name, (planned, actual) in (shares or {}).items()}
    ratio = rows["project"].map(known).astype(float)
    return None if ratio.isna().all() else ratio.fillna(1.0).to_numpy()


def _expected(rows, values):
    out = rows["agents_0"]
    for cause in _STAFF[:-1]:
        out = out * values.get(cause, 1.0)
    return out


def _patience(rows, patience):
    pairs = [
        (patience or {}).get(queue, (np.nan, np.nan)) for queue in zip(rows["project"], rows["channel"], strict=True)
    ]
    sides = np.array(pairs, dtype=float).reshape(-1, 2).T
    return (sides[0], sides[1]), bool(np.isfinite(sides).all(axis=0).any())


def _differs(cause, rows, values):
    if cause == "handling_time":
        return not np.array_equal(rows["aht_s_0"], rows["aht_s_1"])
    if cause == "people":
        return not np.allclose(values["people"], _expected(rows, values), rtol=1e-12)
    if cause in _STAFF:
        return bool((values[cause] != 1.0).any())
    one, other = values[cause]
    return not np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True)
