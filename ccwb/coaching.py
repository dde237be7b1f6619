"""Results per agent, for a talk between a person and their supervisor: one chosen agent beside the team's middle.

Never a ranking: nothing here lists agents by result, and no colleague's figures can be told from what comes back.
Compared is like with like: contacts of one queue within the same days. What may be chance is said to be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.measures import day_of
from ccwb.messages import N_
from ccwb.tables import check

FEWEST = 30  # contacts, answers or checks: on fewer, a person is not compared and no part of the middle
COLLEAGUES = 5  # besides the chosen one; with fewer, the middle would tell of single people
WEEKLY = 10  # contacts in a week: on fewer, the week has no value
_SURE = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Result:
    """One result of an agent: its label, numerator and denominator of rows, and its unit, share or s or a day."""

    label: str
    parts: Callable
    unit: str


def _share(numerator, denominator):
    return lambda rows: (rows[numerator], rows[denominator])


RESULTS = {
    "handled": Result(
        N_("Contacts handled a day"), lambda rows: (rows["handled"], (rows["handled"] > 0).astype(float)), "a day"
    ),
    "aht": Result(
        N_("Average handling time (AHT)"), lambda rows: (rows["handled"] * rows["aht_s"], rows["handled"]), "s"
    ),
    "resolved": Result(N_("Resolved"), _share("resolved", "rated"), "share"),
    "csat": Result(N_("Customer satisfaction (CSAT)"), _share("survey_top_two", "survey_answers"), "share"),
    "quality": Result(N_("Quality score"), _share("quality_passed", "quality_checks"), "share"),
}
TOLD = {
    "above": N_("above the team's middle"),
    "below": N_("below the team's middle"),
    "alike": N_("cannot be told from the team's middle"),
    "few": N_("too few to say"),
    "alone": N_("too few colleagues to compare with"),
}


def queues(results):
    """Return (project, channel) of the queues that the table has results of, in their order.

    results : agent_results table.
    """
    found = check(results, "agent_results")[["project", "channel"]].drop_duplicates()
    return sorted(found.itertuples(index=False, name=None))


def agents(results, *, project, channel):
    """Return the agents with results on a queue, by their name or key and by nothing else."""
    return sorted(_of_queue(results, project, channel)["agent"].unique())


def beside_team(results, *, agent, project, channel):
    """Return one row per result of an agent on a queue, beside the middle of the colleagues there.

    results : agent_results table, of the days to look at.
    result : key of RESULTS.  value : sum of numerators over sum of denominators, missing where nothing is known.
    n : contacts, answers or checks behind it (`handled`: days).  lower, upper : its 95 % range; of a share by
    Wilson (1927), of the others from how the days differ, each weighted by its contacts.
    low, middle, high : quartiles of the colleagues' own values; missing below 5 colleagues with 30 contacts each.
    told : key of TOLD; above and below only where the middle lies outside the range.
    Raises PlanError when the agent has no results on the queue.
    """
    rows = _of_queue(results, project, channel)
    if agent not in set(rows["agent"]):
        raise PlanError(
            N_("There are no results of {agent} on {project}, {channel}. Choose one who worked there, or other days."),
            agent=agent,
            project=project,
            channel=channel,
        )
    return pd.DataFrame([_beside(rows, key, agent) for key in RESULTS])


def by_week(results, *, agent, project, channel, result):
    """Return one row per week (its Monday) of an agent's result: value, n, and the colleagues' middle of that week.

    result : key of RESULTS. A week with fewer than 10 contacts has no value, one with fewer than 5 colleagues who
    have 10 no middle.
    """
    rows = _of_queue(results, project, channel)
    week = rows["day"] - pd.to_timedelta(rows["day"].dt.day_of_week, unit="D")
    sums = _sums(rows.assign(week=week), result, ["week", "agent"])
    sums = sums[sums["counted"] >= WEEKLY]
    values = sums["numerator"] / sums["denominator"]
    mine = values.index.get_level_values("agent") == agent
    others = values[~mine].groupby("week")
    own = pd.DataFrame({"value": values[mine].droplevel("agent"), "n": sums.loc[mine, "counted"].droplevel("agent")})
    weeks = pd.Index(sorted(week.unique()), name="week")
    out = own.reindex(weeks).assign(middle=others.median().where(others.size() >= COLLEAGUES).reindex(weeks))
    return out.fillna({"n": 0}).reset_index()


def wilson(numerator, denominator):
    """Return the 95 % range of a share by Wilson's score: (lower, upper), within 0..1 also for few and for none or all.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    >>> [round(edge, 3) for edge in wilson(8, 10)]
    [0.49, 0.943]
    """
    z2, share = _SURE**2, numerator / denominator
    middle = (share + z2 / (2 * denominator)) / (1 + z2 / denominator)
    half = _SURE * np.sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2)) / (1 + z2 / denominator)
    return float(middle - half), float(middle + half)


def _beside(rows, key, agent):
    mine = rows[rows["agent"] == agent]
    sums = _sums(rows, key, ["agent"])
    own = sums.loc[agent] if agent in sums.index else {"numerator": 0.0, "denominator": 0.0, "counted": 0.0}
    value = own["numerator"] / own["denominator"] if own["denominator"] > 0 else np.nan
    others = sums.drop(index=agent, errors="ignore")
    others = others[others["counted"] >= FEWEST]
    values = others["numerator"] / others["denominator"]
    known = len(values) >= COLLEAGUES
    low, middle, high = values.quantile([0.25, 0.5, 0.75]) if known else [np.nan] * 3
    lower, upper = _range(mine, key, own) if own["counted"] >= FEWEST else (np.nan, np.nan)
    row = {"result": key, "value": value, "n": int(own["denominator"]), "lower": lower, "upper": upper}
    return row | {"low": low, "middle": middle, "high": high, "told": _told(lower, upper, middle)}


def _told(lower, upper, middle):
    if np.isnan(lower):
        return "few"
    if np.isnan(middle):
        return "alone"
    return "above" if lower > middle else "below" if upper < middle else "alike"


def _range(mine, key, own):
    """Return the 95 % range of a sum over a sum: of a share by its counts, else by how the days differ."""
    if RESULTS[key].unit == "share":
        return wilson(own["numerator"], own["denominator"])
    top, bottom = _known(mine, key)
    if len(top) < 2:
        return np.nan, np.nan
    from scipy.special import stdtrit

    value, days = own["numerator"] / own["denominator"], len(top)
    spread = np.sqrt(days / (days - 1) * ((top - value * bottom) ** 2).sum()) / bottom.sum()
    half = stdtrit(days - 1, 0.975) * spread
    return value - half, value + half


def _known(rows, key):
    """Return numerator and denominator of the rows that tell both and count something."""
    top, bottom = RESULTS[key].parts(rows)
    there = top.notna() & (bottom > 0)
    return top[there], bottom[there]


def _sums(rows, key, by):
    """Return per group: numerator, denominator, and counted, the contacts, answers or checks that tell."""
    top, bottom = _known(rows, key)
    counted = rows["handled"].loc[top.index] if RESULTS[key].unit == "a day" else bottom
    table = rows.loc[top.index, by].assign(numerator=top, denominator=bottom, counted=counted)
    return table.groupby(by)[["numerator", "denominator", "counted"]].sum()


def _of_queue(results, project, channel):
    table = check(results, "agent_results")
    table = table[(table["project"] == project) & (table["channel"] == channel)]
    wanted = ("aht_s", "resolved", "rated", "survey_top_two", "survey_answers", "quality_passed", "quality_checks")
    return table.assign(day=day_of(table["day"]), **{name: np.nan for name in wanted if name not in table})
