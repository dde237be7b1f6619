"""The mission page's picture of the room: a dot a person, where you differ most, and what has moved."""

import textwrap

import altair as alt
import pandas as pd

from ccwb import mission as ms
from ccwb.mission_content import AREAS
from ccwb.ui import html, text
from ccwb.ui.charts import Chart
from ccwb.ui.mission_questionnaire import taking_part
from ccwb.ui.text import _, number, signed
from ccwb.ui.widgets import Form

UNSURE_AT = 6  # where 'I don't know' stands in the picture, apart from the scale
MOST = "most"  # the picture's first choice: the statements people differ most on
SHOWN = 8  # of them
LINE = 54  # characters of a statement in one line of the picture: fits a phone
ROW_HEIGHT = 72


class Room:
    """What the room thinks: score and spread per area, a dot a person per statement, the comments behind it."""

    def __init__(self, page):
        self.page = page
        self.top, self.areas, self.said = html.html(""), html.html(""), html.html("")
        options = [{"value": MOST, "label": _("Where you differ most")}, {"value": "", "label": _("All statements")}]
        options += [{"value": key, "label": _(label)} for key, label in AREAS.items()]
        fields = [{"key": "area", "label": _("Statements in the picture"), "kind": "select", "options": options}]
        self.pick = Form(fields, {"area": MOST}, on_change=page.guard(lambda *_change: self.show()))
        self.place = html.stack()
        parts = [
            html.card(self.top, self.areas, title=_("The four areas")),
            html.card(self.pick, self.place),
            html.card(self.said, title=_("In their own words")),
        ]
        self.widget = html.stack(*parts, classes="spaced")
        self._key = None
        self.show()

    def show(self):
        """Draw what the answers say now; the picture stays and moves only its dots while its rows stay the same."""
        document, before = self.page.plan.data, self.page.before
        areas, questions = ms.since(document, before.data)
        self.top.value = html.paragraph(taking_part(document), "ccwb-lead")
        self.areas.value = _area_table(areas, before.name)
        self.questions = questions
        chosen = self._chosen(questions)
        self._draw(document["answers"], chosen)
        self.said.value = _comments(document["answers"], chosen) + _elsewhere(document["answers"], chosen, questions)

    def _chosen(self, questions):
        area = self.pick.values["area"]
        known = questions[questions["n"] + questions["dont_know"] > 0]
        if area == MOST:
            return known.head(SHOWN)
        return known[known["area"] == area] if area else known

    def _draw(self, answers, rows):
        if rows.empty:
            self._key = None
            self.place.children = (html.html(html.paragraph(_("Nobody has answered these statements yet."))),)
            return
        if len(rows) != self._key:
            self._key = len(rows)
            picture, dots = _picture(len(rows), self.page.before.name), self._dots(answers, rows)
            self.chart = Chart(picture, dots, table=self.table, columns=_columns(), name="questionnaire")
            self.place.children = (self.chart, html.html(html.paragraph(_marks(self.page.before.name), "ccwb-muted")))
        self.chart.update(self._dots(answers, rows), title=_sentence(rows))

    def _dots(self, answers, rows):
        return _dots(answers, rows, self.page.shell.person.strip(), self.page.before.name)

    def table(self):
        """Return the statements with mean, spread, numbers of answers and change, the most divided first."""
        shown = self.questions.assign(text=[_(t) for t in self.questions["text"]])
        return shown.assign(area=[_(AREAS[a]) for a in shown["area"]]).drop(columns="question")


def _marks(before):
    """Return in words what the marks of the picture are."""
    said = _("A dot is a person, the dark line their mean.")
    return said + " " + _("The light line is the mean of {cycle}.", cycle=before) if before else said


def _columns():
    def points(value):
        return number(value, 1)

    return [
        ("area", _("Area")),
        ("text", _("The statement")),
        ("mean", _("Mean"), points),
        ("spread", _("Spread"), points),
        ("n", _("Answers")),
        ("dont_know", _("Don't know")),
        ("previous", _("Mean of the last cycle"), points),
        ("change", _("Change"), lambda value: signed(value, number, 1)),
    ]


def _area_table(areas, before):
    heads = [_("Area"), (_("Mean"), True), (_("Spread"), True), (_("Don't know"), True)]
    rows = [[_(r.text), number(r.mean, 1), number(r.spread, 1), number(r.dont_know)] for r in areas.itertuples()]
    note = _("Mean of 1 to 5. Spread: 0 is of one mind, 2 is half against half. 'Don't know' counts in neither.")
    if before:
        heads.append((_("Change since {cycle}", cycle=before), True))
        rows = [[*row, signed(r.change, number, 1)] for row, r in zip(rows, areas.itertuples(), strict=True)]
        note += " " + _("The change is that of the statements which both cycles asked in the same words.")
    return html.table(heads, rows) + html.paragraph(note, "ccwb-muted")


def _sentence(rows):
    first = rows.iloc[0]
    if first["n"] < 2:
        return _("The picture grows as people answer: a dot is a person, the line their mean")
    if first["spread"] == 0:
        return _("On these statements everybody is of one mind")
    return _("You differ most on: {statement}", statement=textwrap.shorten(_(first["text"]), 90, placeholder=" ..."))


def _comments(answers, rows):
    """Return what people wrote to the statements in the picture, by the side they are on, the most divided first."""
    labels = {"no": _("Not true (1, 2)"), "between": _("Between (3)"), "yes": _("True (4, 5)")}
    labels["unsure"] = _("Don't know")
    parts = []
    for row in rows.itertuples():
        sides = ms.sides(answers, row.question)
        if _commented(sides):
            columns = [(f"{labels[side]}: {number(len(said))}", _side(said)) for side, said in sides.items() if said]
            parts.append(html.heading(_(row.text), 3) + html.beside(columns))
    none = _("Nobody has written a comment on these statements yet.")
    return "".join(parts) or html.paragraph(none)


def _elsewhere(answers, chosen, questions):
    """Return how many comments there are to statements outside the picture, and where to find them; "" for none."""
    others = questions[~questions["question"].isin(chosen["question"])]
    many = {row.question: _commented(ms.sides(answers, row.question)) for row in others.itertuples()}
    areas = dict.fromkeys(row.area for row in others.itertuples() if many[row.question])
    if not areas:
        return ""
    values = {"n": number(sum(many.values())), "areas": text.listed(_(AREAS[area]) for area in areas)}
    said = _("Comments on statements that are not in the picture: {n} ({areas}).", **values)
    return html.paragraph(said + " " + _("Choose '{all}' above to read them.", all=_("All statements")), "ccwb-muted")


def _commented(sides):
    return sum(bool(one.get("comment")) for said in sides.values() for one in said)


def _side(said):
    lines = [f"{one['comment']} ({one['person']})" for one in said if one.get("comment")]
    silent = len(said) - len(lines)
    return [*lines, *([_("without a comment: {n}", n=number(silent))] if silent else [])]


def _dots(answers, rows, me, before):
    """Return the picture's tables: a dot per person (side by side where they agree), a mean and a text per row."""
    dots, means = [], []
    for at, row in enumerate(rows.itertuples()):
        given = [(person, mine[row.question]["score"]) for person, mine in answers.items() if row.question in mine]
        for score in sorted({score or UNSURE_AT for _person, score in given}):
            people = [person for person, own in given if (own or UNSURE_AT) == score]
            step = min(0.13, 0.8 / len(people))
            for n, person in enumerate(people):
                x = score + (n - (len(people) - 1) / 2) * step
                said = _("don't know") if score == UNSURE_AT else number(score)
                dots.append({"y": at, "x": x, "person": person, "said": said, "mine": int(person == me)})
        label = "\n".join(textwrap.wrap(_(row.text), LINE)[:3])
        note = _("mean {mean}, spread {spread}", mean=number(row.mean, 1), spread=number(row.spread, 1))
        if before and pd.notna(row.previous):
            change = {"change": signed(row.change, number, 1), "cycle": before}
            note = _("{note}; change since {cycle}: {change}", note=note, **change)
        place = {"y": at, "top": at - 0.66, "x": row.mean, "was": row.previous}
        means.append({**place, "label": label, "note": note, "text": _(row.text)})
    columns = ["y", "x", "person", "said", "mine"]
    return {"dots": pd.DataFrame(dots, columns=columns), "means": pd.DataFrame(means)}


def _picture(rows, before):
    rows_down = alt.Scale(domain=[-0.75, rows - 0.65], reverse=True, nice=False)
    y, above = alt.Y("y:Q", axis=None, scale=rows_down), alt.Y("top:Q", axis=None, scale=rows_down)
    unsure = _quoted(_("don't know"))
    named = f"datum.value == {UNSURE_AT} ? {unsure} : datum.label"
    axis = alt.Axis(values=[1, 2, 3, 4, 5, UNSURE_AT], labelExpr=named, title=_("1 not true at all, 5 fully true"))
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[0.5, UNSURE_AT + 0.5], nice=False))
    dots, means = alt.Chart(alt.NamedData("dots")), alt.Chart(alt.NamedData("means"))
    tip = [alt.Tooltip("person:N", title=_("Person")), alt.Tooltip("said:N", title=_("Answer"))]
    about = [alt.Tooltip("text:N", title=_("Statement")), alt.Tooltip("note:N", title=_("Answers"))]
    colour = alt.Color("mine:N", scale=alt.Scale(domain=[0, 1], range=["$accent", "$over"]), legend=None)
    lettering = {"align": "left", "baseline": "top", "lineBreak": "\n", "color": "$ink"}
    lettering["fontSize"] = {"expr": "width < 480 ? 10 : 12"}  # a long line on a phone
    layers = [
        means.mark_text(**lettering).encode(x=alt.value(4), y=above, text="label:N", tooltip=about),
        dots.mark_circle(size=70, opacity=0.75).encode(x=x, y=y, color=colour, tooltip=tip),
        means.mark_tick(orient="vertical", size=24, thickness=3, color="$ink").encode(x=x, y=y, tooltip=about),
    ]
    if before:
        was = means.transform_filter("isValid(datum.was)").mark_tick(orient="vertical", size=34, thickness=1.5)
        then = x.copy()
        then.shorthand = "was:Q"
        layers.insert(1, was.encode(x=then, y=y, color=alt.value("$previous"), tooltip=about))
    return alt.layer(*layers).properties(height=rows * ROW_HEIGHT)


def _quoted(words):
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"
