"""The practice review and the evaluation checklist: how the centre works, rated by its people (content beside it).

Two parts of stage 1's document, and one of stage 6's; a part that a document lacks was never begun:

    mission     practices   key of PRACTICES -> level, wanted (1..5 or None), evidence, owner, wish
                checklist   key of CHECKLIST -> who, source: who looks at it at the end of the cycle, and where
    evaluation  checklist   key of CHECKLIST -> verdict (a key of VERDICTS), finding, by

Every function takes the document, or the part it needs, and returns a new one; nothing is changed in place.
"""

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.practices_content import CHECKLIST, LEVELS, PRACTICES

AIM = 3  # what a practice is held against while nobody said what is wanted: done as a rule
VERDICTS = {"held": N_("holds"), "partly": N_("holds in part"), "missed": N_("does not hold")}
OPEN = ("partly", "missed")  # verdicts that ask for something to be done
BLANK = {"level": None, "wanted": None, "evidence": "", "owner": "", "wish": ""}
_PREPARED = {"who": "", "source": ""}
_NUMBERS = ("level", "wanted")


def practice_of(document, key):
    """Return how a practice stands in the mission document: level, wanted, evidence, owner, wish; blank at first.

    >>> practice_of({}, "routing")["level"] is None
    True
    """
    return BLANK | document.get("practices", {}).get(_known(key, PRACTICES), {})


def set_practice(document, key, **fields):
    """Return the mission document with some fields of one practice changed.

    level, wanted : 1 to 5, how it is and how it should be at the end of the cycle; None takes it away.
    evidence, owner, wish : texts; wish says what is to change in this cycle.
    Raises PlanError for a number that is no level.
    """
    for name in _NUMBERS:
        if fields.get(name) is not None and (isinstance(fields[name], bool) or fields[name] not in LEVELS):
            raise PlanError(
                N_("The level of '{practice}' is '{found}'. Choose 1 to 5, or leave it open."),
                practice=PRACTICES[_known(key, PRACTICES)].label,
                found=str(fields[name]),
            )
    texts = {name: text.strip() for name, text in fields.items() if name not in _NUMBERS}
    changed = practice_of(document, key) | fields | texts
    return {**document, "practices": {**document.get("practices", {}), key: changed}}


def ratings(document, previous=None):
    """Return a table of all practices in their order: how each stands, and how it stood in the cycle before.

    document, previous : mission documents; None where there is no cycle before.
    practice, label, factor, owner, evidence, wish : texts.  level, wanted, previous : 1..5, missing where not rated.
    change : level - previous.
    """
    rows = []
    for key, practice in PRACTICES.items():
        before = practice_of(previous or {}, key)["level"]
        mine = {"practice": key, "label": practice.label, "factor": practice.factor, **practice_of(document, key)}
        rows.append({**mine, "previous": before})
    table = pd.DataFrame(rows).astype(dict.fromkeys((*_NUMBERS, "previous"), "float64"))
    return table.assign(change=table["level"] - table["previous"])


def weakest(document, measures=(), n=5):
    """Return the rated practices that fall shortest of what is wanted and matter for the chosen measures, at most `n`.

    measures : keys of KPIS that the centre has chosen, see `chosen_measures`.
    short : levels below `aim`, which is what is wanted, else 3 (done as a rule).  chosen : which of `measures` the
    practice moves.  weight : short x the number of these; the list is in its order, the lower level first at a tie.
    While no measure is chosen, each practice counts as moving one. A practice that moves none of those chosen is left
    out, and one whose gap or task is noted already (origin 'practice:' and its key).

    >>> found = weakest(set_practice({}, "callback", level=1), ["abandonment", "asa", "nps"])
    >>> found[["practice", "aim", "short", "weight"]].values.tolist()
    [['callback', 3, 2, 4]]
    """
    table, rows = ratings(document), []
    taken = {row.get("origin") for part in ("gaps", "preparation") for row in document.get(part, [])}
    for row in table.dropna(subset="level").itertuples():
        aim = AIM if pd.isna(row.wanted) else int(row.wanted)
        short = aim - int(row.level)
        chosen = [kpi for kpi in PRACTICES[row.practice].serves if kpi in set(measures)]
        if short > 0 and (chosen or not measures) and origin_of(row.practice) not in taken:
            found = {"practice": row.practice, "level": int(row.level), "aim": aim, "short": short, "chosen": chosen}
            rows.append(found | {"weight": short * (len(chosen) if measures else 1)})
    found = pd.DataFrame(rows, columns=["practice", "level", "aim", "short", "chosen", "weight"])
    return found.sort_values(["weight", "level"], ascending=[False, True], kind="stable", ignore_index=True).head(n)


def chosen_measures(document):
    """Return (measures, from): the KPIs that the centre chose, and "choice", "goals" or "targets".

    Those that the team is led by; while it chose none, those of the chain's goals; else those with a target.

    >>> chosen_measures({"targets": {"csat": {"": 0.8}}, "chain": {"purpose": "We help."}})
    (['csat'], 'targets')
    """
    chosen = list(document.get("measures", {}).get("chosen", {}))
    of_goals = [row.get("kpi") for row in document.get("chain", {}).get("measures", [])]
    of_goals = list(dict.fromkeys(filter(None, of_goals)))
    if chosen:
        return chosen, "choice"
    return (of_goals, "goals") if of_goals else (list(document.get("targets", {})), "targets")


def origin_of(key):
    """Return what a gap or task that came from a practice says under `origin`."""
    return f"practice:{key}"


def as_gap(document, row):
    """Return a row of `weakest` as a row of the gap register, without id.

    title and evidence are (template, values), evidence a plain text where the team gave its own. Three levels short or
    more is a high severity, two a medium one, one a low one.
    """
    practice, mine = PRACTICES[row.practice], practice_of(document, row.practice)
    severity = "high" if row.short > 2 else "medium" if row.short == 2 else "low"
    return {
        "title": (N_("{practice}: level {level}, wanted {aim}"), _values(row)),
        "severity": severity,
        "factor": practice.factor,
        "evidence": mine["evidence"] or (N_("Rated {level} of 5 in the practice review."), _values(row)),
        "owner": mine["owner"],
        "origin": origin_of(row.practice),
    }


def as_task(document, row):
    """Return a row of `weakest` as a row of the preparation list, without id; task is a (template, values) pair."""
    mine = practice_of(document, row.practice)
    said = N_("{practice}: {wish}") if mine["wish"] else N_("{practice}: from level {level} to {aim}")
    task = said, {**_values(row), **({"wish": mine["wish"]} if mine["wish"] else {})}
    return {"task": task, "assigned_to": mine["owner"], "origin": origin_of(row.practice)}


def prepare_check(document, key, **fields):
    """Return the mission document with some of who and source of a checklist row changed."""
    _known(key, CHECKLIST)
    mine = _PREPARED | document.get("checklist", {}).get(key, {}) | {n: text.strip() for n, text in fields.items()}
    return {**document, "checklist": {**document.get("checklist", {}), key: mine}}


def judge_check(checklist, key, *, verdict, finding="", by=""):
    """Return the evaluation's checklist with one row judged; verdict "" takes the judgement back, the finding stays.

    >>> judge_check({}, "efficiency_cost", verdict="partly", finding="Overtime", by="Ana")["efficiency_cost"]["by"]
    'Ana'
    """
    if verdict:
        _known(verdict, VERDICTS)
    mine = {"verdict": verdict, "finding": finding.strip(), "by": by}
    return {**checklist, _known(key, CHECKLIST): mine}


def checks(prepared, judged):
    """Return the checklist as a table in its order: check, part, text, who, source, verdict, finding, by.

    prepared : `checklist` of the mission document.  judged : that of the evaluation. What is not there is "".
    """
    blank = _PREPARED | {"verdict": "", "finding": "", "by": ""}
    rows = [
        {"check": key, "part": check.part, "text": check.text, **blank, **prepared.get(key, {}), **judged.get(key, {})}
        for key, check in CHECKLIST.items()
    ]
    return pd.DataFrame(rows)


def proposed_lessons(judged, lessons=()):
    """Return the judged rows that ask for something and are no lesson yet, what does not hold first: check, finding.

    lessons : those of the evaluation; one that came from a row says 'checklist:' and its key under `origin`.
    """
    known = {row.get("origin") for row in lessons}
    rows = [
        {"check": key, "verdict": mine["verdict"], "finding": mine["finding"], "origin": f"checklist:{key}"}
        for key, mine in judged.items()
        if key in CHECKLIST and mine["verdict"] in OPEN and f"checklist:{key}" not in known
    ]
    return sorted(rows, key=lambda row: (row["verdict"] != "missed", list(CHECKLIST).index(row["check"])))


def carried_practices(document):
    """Return what the next cycle's mission document takes along: owners of practices, who looks at which check where.

    Levels are rated anew: those of the cycle before are shown beside them.
    """
    owners = {key: BLANK | {"owner": mine["owner"]} for key, mine in document.get("practices", {}).items()}
    return {
        "practices": {key: mine for key, mine in owners.items() if mine["owner"]},
        "checklist": {key: dict(mine) for key, mine in document.get("checklist", {}).items()},
    }


def _values(row):
    return {"practice": PRACTICES[row.practice].label, "level": row.level, "aim": row.aim}


def _known(key, known):
    if key not in known:
        listed = ", ".join(known)
        raise PlanError(N_("'{found}' is none of those the workbook knows: {known}."), found=key, known=listed)
    return key
