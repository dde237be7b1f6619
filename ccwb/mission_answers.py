"""The questionnaire of stage 1: what is asked, what the answers say, and how that moved since the cycle before.

The standing questions are rows of `mission_content.QUESTIONS`. A team's own ones, and its changes to the standing ones,
are the part `questions` of the mission document: key -> area, text, factor, asked. Everything here works on the two
put together, as `questions_of` gives them.
"""

from dataclasses import replace

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.mission_content import AREAS, FACTORS, QUESTIONS, SCALE, Question

LOW, HIGH = (1, 2), (4, 5)  # scores that say no, and yes


def questions_of(document, *, all_of_them=False):
    """Return the questions that a team asks, key -> Question: the standing ones in its words, then its own, by area.

    A question that is asked no more is left out, unless `all_of_them`: its answers stay in the document, uncounted.

    >>> len(questions_of({})) == len(QUESTIONS)
    True
    """
    own, found = document.get("questions", {}), {}
    for key in [*QUESTIONS, *(key for key in own if key not in QUESTIONS)]:
        said = own.get(key, {})
        fields = {name: said[name] for name in ("area", "text", "factor") if name in said}
        if all_of_them or said.get("asked", True):
            found[key] = replace(QUESTIONS[key], **fields) if key in QUESTIONS else Question(**fields)
    return {key: question for area in AREAS for key, question in found.items() if question.area == area}


def set_question(document, key=None, *, area=None, text=None, factor=None, asked=None):
    """Return the document with one question changed, or with one more where `key` is None (its key is Q1, Q2, ...).

    What is None stays as it is.  asked=False : it is asked no more.  A changed text is another question to whoever
    compares cycles: the change since the cycle before is shown for the same words only.

    >>> document = set_question({}, area="capability", text="Our headsets work.", factor="technology")
    >>> questions_of(document)["Q1"].text
    'Our headsets work.'
    """
    own = document.get("questions", {})
    known = questions_of(document, all_of_them=True)
    if key is None:
        key = f"Q{max((int(k[1:]) for k in own if k[:1] == 'Q' and k[1:].isdigit()), default=0) + 1}"
        given = {"area": area, "text": text or "", "factor": factor or "process", "asked": True}
    else:
        known_key(key, known)
        given = {"area": area, "text": text, "factor": factor, "asked": asked}
    said = own.get(key, {}) | {name: value for name, value in given.items() if value is not None}
    said = {name: value for name, value in said.items() if value != _standing(key, name)}
    _check_question(said, known.get(key))
    rest = {k: one for k, one in own.items() if k != key}
    in_place = {k: said if k == key else one for k, one in own.items()} | ({} if key in own else {key: said})
    changed = {**document, "questions": in_place if said else rest}
    if not questions_of(changed):
        raise PlanError(N_("At least one statement has to be asked. Put another one in before this one goes."))
    return changed


def scores(answers, *, questions=QUESTIONS):
    """Return (areas, questions): two tables with mean, spread, n and dont_know, the most divided first.

    questions : those asked, as `questions_of` gives them; answers to others do not count.
    mean : sum of scores over their number, 1..5; missing where nobody scored.
    spread : standard deviation between people, 0 (of one mind) to 2 (half say 1, half say 5); missing below two scores.
    An area's spread is the root of the mean variance within its questions, weighted by their scores: it tells people
    apart, not questions.  n : scores given.  dont_know : 'I don't know' answers, in neither mean nor spread.
    """
    given = [
        {"question": key, "score": answer["score"]}
        for mine in answers.values()
        for key, answer in mine.items()
        if key in questions
    ]
    table = pd.DataFrame(given, columns=["question", "score"]).astype({"score": "float64"})
    rows = [_scored(key, one, table[table["question"] == key]["score"]) for key, one in questions.items()]
    columns = ["question", "area", "text", "mean", "spread", "n", "dont_know"]
    found = pd.DataFrame(rows, columns=columns).sort_values("spread", ascending=False, kind="stable", ignore_index=True)
    areas = pd.DataFrame([_area(key, found[found["area"] == key]) for key in AREAS])
    return areas.sort_values("spread", ascending=False, kind="stable", ignore_index=True), found


def since(document, before):
    """Return (areas, questions) of `scores`, each with `previous` and `change` against the cycle before.

    before : the mission document of the cycle before, None for none.  previous : its mean; change : mean less previous,
    in points of the scale; both missing where either cycle has no score.  A question is compared where both cycles
    asked it in the same words; an area by its compared questions alone, so that a question put in or taken out moves
    nothing (its `previous` is then the previous mean of those, its change their change).
    """
    before = before or {"answers": {}}
    asked, earlier = questions_of(document), questions_of(before)
    areas, now = scores(document["answers"], questions=asked)
    same = [key for key, one in asked.items() if key in earlier and earlier[key].text == one.text]
    then = scores(before["answers"], questions=earlier)[1].set_index("question")
    then = then[then.index.isin(same)][["mean", "n"]].rename(columns={"mean": "previous", "n": "previous_n"})
    now = now.join(then, on="question")
    now["change"] = now["mean"] - now["previous"]
    areas = areas.merge(pd.DataFrame([_moved(key, now[now["area"] == key]) for key in AREAS]), on="area")
    return areas, now.drop(columns="previous_n")


def comments(answers, question):
    """Return the answers to one question side by side, lowest first: person, score and comment; 'don't know' last."""
    rows = [{"person": person, **mine[question]} for person, mine in answers.items() if question in mine]
    return sorted(rows, key=lambda row: (row["score"] is None, row["score"] or 0, row["person"]))


def sides(answers, question):
    """Return the answers to one question by what they say: no (1, 2), between (3), yes (4, 5), unsure ('don't know').

    >>> sides({"Ana": {"proud": {"score": 2, "comment": "why"}}}, "proud")["no"]
    [{'person': 'Ana', 'score': 2, 'comment': 'why'}]
    """
    out = {"no": [], "between": [], "yes": [], "unsure": []}
    for row in comments(answers, question):
        score = row["score"]
        side = "unsure" if score is None else "no" if score in LOW else "yes" if score in HIGH else "between"
        out[side].append(row)
    return out


def check_answer(person, question, score, *, questions):
    """Raise PlanError unless the question is one of those known and the score one of the scale, or None."""
    known_key(question, questions)
    if score is not None and score not in SCALE:
        raise PlanError(
            N_("The answer of {person} to '{question}' is '{found}'. Choose 1 to 5, or 'I don't know'."),
            person=person,
            question=questions[question].text,
            found=str(score),
        )


def known_key(key, known):
    """Raise PlanError, naming those there are, unless `key` is one of `known`."""
    if key not in known:
        listed = ", ".join(known)
        raise PlanError(N_("'{found}' is none of those the workbook knows: {known}."), found=key, known=listed)


def _standing(key, name):
    """Return what a standing question says by itself; for a team's own one nothing equals it."""
    if key not in QUESTIONS:
        return None
    return True if name == "asked" else getattr(QUESTIONS[key], name)


def _check_question(said, known):
    text = said.get("text", known.text if known else "")
    if not text.strip():
        raise PlanError(N_("A question needs its statement: a sentence that people find true or not."))
    known_key(said.get("area", known.area if known else None), AREAS)
    known_key(said.get("factor", known.factor if known else None), FACTORS)


def _scored(key, question, given):
    known = given.dropna()
    spread = known.std(ddof=0) if len(known) > 1 else float("nan")
    row = {"question": key, "area": question.area, "text": question.text, "mean": known.mean(), "spread": spread}
    return row | {"n": len(known), "dont_know": len(given) - len(known)}


def _area(key, questions):
    some, divided = questions[questions["n"] > 0], questions[questions["n"] > 1]
    n = int(some["n"].sum())
    weight = divided["n"].sum()
    spread = ((divided["spread"] ** 2 * divided["n"]).sum() / weight) ** 0.5 if weight else float("nan")
    row = {"area": key, "text": AREAS[key], "mean": _mean(some, "mean", "n"), "spread": spread, "n": n}
    return row | {"dont_know": int(questions["dont_know"].sum())}


def _moved(key, questions):
    both = questions.dropna(subset=["mean", "previous"])
    previous = _mean(both, "previous", "previous_n")
    return {"area": key, "previous": previous, "change": _mean(both, "mean", "n") - previous}


def _mean(table, value, n):
    total = table[n].sum()
    return (table[value] * table[n]).sum() / total if total else float("nan")
