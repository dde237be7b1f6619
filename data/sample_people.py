"""The people of the sample centre: who was hired and left, what each handled, what customers said, what it cost.

All names are invented: a first name that any gender bears and a letter.
"""

import numpy as np
import pandas as pd
from sample_volume import QUEUES, rng_of

FIRST_NAMES = """
Alex Andrea Ariel Bela Charlie Chris Conny Dani Dominique Eike Elia Finn Florin Friedel Gabi Gerrit Helge Ilay
Inge Jamie Janne Jona Jules Kai Kaya Kim Kersten Lou Luca Lenny Maris Maxi Mika Momo Nico Nicola Noa Nuri
Pascal Pat Quinn Rene Robin Rory Sam Sascha Sidney Sol Sunny Toni Tomke Ulli Vanja Wanja Willy Yael Yuki Zoe
""".split()  # noqa: SIM905 - ten lines of names read better than sixty
# Places on 2026-10-31, of them added in the two years; leavers a year as a share; cost of an hour, EUR
PLACES = {"service": (51, 4, 0.16, 27.5), "sales": (25, 2, 0.24, 29.0), "support": (45, 5, 0.22, 30.5)}
TRAINING = {  # what a project's people are trained for, and how often; "" is everything the project does
    "service": (("voice", 0.34), ("voice chat", 0.24), ("voice email", 0.2), ("email social chat", 0.1), ("", 0.12)),
    "sales": (("voice callback", 0.5), ("voice chat", 0.25), ("", 0.25)),
    "support": (("voice", 0.35), ("voice chat", 0.25), ("voice email", 0.2), ("chat email", 0.08), ("", 0.12)),
}
ALSO = {"service": "sales/voice", "sales": "service/voice", "support": "service/chat"}  # a second project
ALSO_SHARE = 0.14
HOURS = ((40, 0.36), (38.5, 0.2), (35, 0.1), (30, 0.16), (25, 0.08), (20, 0.1))
RESULT_MONTHS = 3
HERE_TODAY = 0.80  # share of the employed who work on a usual workday: leave, training and sickness taken off
OPEN_DAYS = {"service": 6, "sales": 5, "support": 7}


def make(folder, centre, history, *, seed, last_day, write):
    """Write agents.csv, agent_results.csv.gz, surveys.csv.gz and costs.csv into `folder`."""
    starts = {project["project"]: project["start"] for project in centre["projects"]}
    people = agents(seed, last_day, starts)
    write(folder / "agents.csv", people)
    zones = {project["project"]: project["zone"] for project in centre["projects"]}
    days = {key: by_day(table, zones[key[0]]) for key, table in history.items()}
    write(folder / "agent_results.csv.gz", agent_results(people, days, seed, last_day))
    write(folder / "surveys.csv.gz", surveys(days, seed))
    write(folder / "costs.csv", costs(people, days))


def agents(seed, last_day, starts):
    """Return the agents table as columns: 120 people at work on 2026-10-31, and those who left in the two years."""
    draw, rows = rng_of(seed, "agents"), []
    for project, (places, added, turnover, cost) in PLACES.items():
        for place in range(places):
            new = place >= places - added
            hired = np.datetime64("2024-12-01") + int(draw.integers(0, 540))
            hired = hired if new else _before_the_start(draw, turnover, starts[project])
            team = f"{project.capitalize()} {place % max(places // 12, 1) + 1}"
            while hired <= np.datetime64("2026-10-31"):
                stays = int(draw.exponential(365 / turnover)) + 30
                left = max(hired, np.datetime64("2024-11-01")) + stays
                rows.append(_person(draw, project, team=team, hired=hired, left=left, cost=cost))
                hired = left + 7 + int(draw.integers(0, 45))  # the place is filled again after a while
    rows.sort(key=lambda row: (row["hired"], row["project"]))
    names = draw.permutation([f"{first} {letter}." for first in FIRST_NAMES for letter in "ABDEFGHKLMNPRSTW"])
    for number, row in enumerate(rows):
        row["agent"], row["name"] = f"a{number + 1:03d}", str(names[number])
        row["left"] = row["left"] if row["left"] <= np.datetime64(last_day) else ""
    columns = ("agent", "name", "team", "project", "trained_for", "hours_week", "hired", "left", "hourly_cost")
    return {c: [row[c] for row in rows] for c in columns}


def _before_the_start(draw, turnover, first):
    span = int((np.datetime64("2024-10-15") - np.datetime64(first)).astype(int))
    back = int(min(draw.exponential(365 / turnover / 2), span))
    return (np.datetime64("2024-10-15") - back).astype("datetime64[M]").astype("datetime64[D]")


def _person(draw, project, *, team, hired, left, cost):
    channels, shares = zip(*TRAINING[project], strict=True)
    trained = [f"{project}/{c}" for c in channels[draw.choice(len(channels), p=shares)].split()]
    hours, weights = zip(*HOURS, strict=True)
    if draw.random() < ALSO_SHARE:
        trained = [*(trained or [project]), ALSO[project]]
    return {
        "team": team,
        "project": project,
        "trained_for": "; ".join(trained),
        "hours_week": float(hours[draw.choice(len(hours), p=weights)]),
        "hired": hired,
        "left": left,
        "hourly_cost": round(float(cost * draw.normal(1, 0.05)), 1),
    }


def by_day(table, zone):
    """Return a queue's day: handled, offered, handling seconds, agent hours, abandoned; by local day."""
    local = pd.DatetimeIndex(table["interval_start"]).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    handled = np.asarray(table["handled"], dtype=float)
    columns = {"offered": table["offered"], "handled": handled, "work_s": handled * np.nan_to_num(table["aht_s"])}
    columns |= {"hours": np.asarray(table["agents"]) / 2, "answered_within": table["answered_within"]}
    return pd.DataFrame(columns, index=local.normalize()).groupby(level=0).sum()


def agent_results(people, days, seed, last_day):
    """Return what each agent handled per day and queue in the last months; a queue's agents sum to its history."""
    draw, rows = rng_of(seed, "results"), []
    n = len(people["agent"])
    own = {"pace": np.exp(draw.normal(0, 0.11, n)), "solves": draw.normal(0.75, 0.05, n).clip(0.5, 0.95)}
    own["liked"] = draw.normal(0.79, 0.05, n).clip(0.5, 0.95)
    first = (np.datetime64(last_day, "M") - RESULT_MONTHS + 1).astype("datetime64[D]")
    for day in np.arange(first, np.datetime64(last_day) + 1):
        for key, at_work in _day_of_work(people, days, day, draw).items():
            figures = _shared_out(draw, days[key].loc[pd.Timestamp(day)], people, own, at_work)
            named = [(people["agent"][i], day, *key) for i in at_work]
            rows += [(*who, *map(int, one)) for who, one in zip(named, figures, strict=True) if one[0]]
    columns = ("agent", "day", "project", "channel", "handled", "aht_s", "resolved", "rated", "survey_answers")
    return as_columns((*columns, "survey_top_two"), rows)


def _shared_out(draw, total, people, own, at_work):
    """Return a queue's day shared out among those at work on it: by hours and pace, with what was said of each."""
    pace, hours = own["pace"][at_work], np.array([people["hours_week"][i] for i in at_work])
    handled = draw.multinomial(int(total["handled"]), hours / pace / (hours / pace).sum())
    aht = pace * np.exp(draw.normal(0, 0.25 / np.sqrt(np.maximum(handled, 1))))
    aht *= total["work_s"] / max((aht * handled).sum(), 1)
    rated, answers = draw.binomial(handled, 0.35), draw.binomial(handled, 0.05)
    resolved, top_two = draw.binomial(rated, own["solves"][at_work]), draw.binomial(answers, own["liked"][at_work])
    return zip(handled, aht.round(), resolved, rated, answers, top_two, strict=True)


def _day_of_work(people, days, day, draw):
    """Return who worked on which queue on a day: queue -> positions of agents, each agent in one queue only."""
    open_queues = {
        key: float(table["hours"].get(pd.Timestamp(day), 0.0))
        for key, table in days.items()
        if table["handled"].get(pd.Timestamp(day), 0) > 0
    }
    at_work = {key: [] for key in open_queues}
    spare = []
    for i in range(len(people["agent"])):
        left = people["left"][i]
        if people["hired"][i] > day or (left != "" and left < day):
            continue
        can = [key for key in open_queues if _trained(people["trained_for"][i], people["project"][i], key)]
        if not can:
            continue
        spare.append((i, can))
        if draw.random() < HERE_TODAY * 5 / OPEN_DAYS[people["project"][i]]:
            weight = np.array([open_queues[key] / (len(at_work[key]) + 1) for key in can])
            at_work[can[int(weight.argmax())]].append(i)
    for key, there in at_work.items():  # someone trained steps in where nobody is left
        busy = {i for others in at_work.values() for i in others}
        if not there:
            there.append(next(i for i, can in spare if key in can and i not in busy))
    return at_work


def _trained(trained_for, home, key):
    listed = [part for part in trained_for.split("; ") if part]
    return key[0] == home if not listed else key[0] in listed or "/".join(key) in listed


def surveys(days, seed):
    """Return weekly survey counts per queue: satisfaction falls and effort rises in weeks of long waits."""
    rows = []
    for (project, channel), daily in days.items():
        draw = rng_of(seed, "surveys", project, channel)
        week = daily.groupby(daily.index - pd.to_timedelta(daily.index.day_of_week, unit="D")).sum()
        for monday, one in week.iterrows():
            key = (np.datetime64(max(monday, daily.index[0]), "D"), project, channel)
            rows += [(*key, *answers) for answers in _week_of_answers(draw, QUEUES[project, channel], one)]
    columns = ("day", "project", "channel", "survey", "answers", "favourable", "unfavourable", "score_sum", "scale")
    return as_columns(columns, rows)


def _week_of_answers(draw, queue, week):
    """Return a week's surveys: survey, answers, favourable, unfavourable, sum of scores, scale."""
    missed = 1 - week["answered_within"] / max(week["offered"], 1) - 0.2  # against a usual week
    mood = -0.25 * missed + draw.normal(0, 0.012)
    csat, nps, ces, fcr = draw.binomial(int(week["handled"]), (0.06, 0.03, 0.03, 0.1))
    promoters, detractors, _ = draw.multinomial(nps, (0.43 + mood, 0.19 - mood, 0.38))
    solved = 0.74 - 0.05 * (queue.aht_s > 500) + mood / 3
    checks = int(draw.integers(6, 14))
    ease = np.clip(np.round(draw.normal(5.4 + 2 * mood, 1.3, ces)), 1, 7).sum()
    return [
        ("csat", csat, draw.binomial(csat, 0.79 + mood), "", "", "1-5 satisfied"),
        ("nps", nps, promoters, detractors, "", "0-10 recommend"),
        ("ces", ces, "", "", int(ease), "1-7 easy"),
        ("fcr", fcr, draw.binomial(fcr, solved), "", "", "yes or no"),
        ("quality", checks, draw.binomial(checks, 0.86), "", "", "passed or not"),
    ]


def costs(people, days):
    """Return what each month cost per project and kind, EUR; shared costs by headcount at the month's middle."""
    dates = next(iter(days.values())).index
    first, last = np.datetime64(dates[0], "M"), np.datetime64(dates[-1], "M")
    rows = []
    for month in np.arange(first, last + 1):
        begin, end = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        dearer = 1.03 ** ((month - np.datetime64("2024-11")).astype(int) // 12)  # prices go up every November
        for project in PLACES:
            labour, heads = _labour(people, project, begin, end)
            amounts = {"labour": labour, "technology": heads * 178, "infrastructure": heads * 132}
            amounts["operations"] = 0.11 * labour + 1500
            rows += [(begin, end - 1, project, kind, round(a * dearer, -1)) for kind, a in amounts.items()]
    return as_columns(("first_day", "last_day", "project", "kind", "amount"), rows)


def _labour(people, project, begin, end):
    labour, heads = 0.0, 0
    for home, hours, cost, hired, left in zip(
        *(people[c] for c in ("project", "hours_week", "hourly_cost", "hired", "left")), strict=True
    ):
        until = end if left == "" else min(left + 1, end)
        if home == project and hired < until and until > begin:
            labour += hours / 7 * float((until - max(hired, begin)).astype(int)) * cost
            heads += 1
    return labour, heads


def as_columns(columns, rows):
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
