"""The mission page's questionnaire, one statement at a time, and the picture of what the room thinks."""

import textwrap

import altair as alt
import pandas as pd

from ccwb import mission as ms
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.mission_content import AREAS, QUESTIONS, SCALE
from ccwb.ui import html
from ccwb.ui.charts import Chart
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, button

UNSURE = "unsure"  # the button 'I don't know'
UNSURE_AT = 6  # where it stands in the picture, apart from the scale
MOST = "most"  # the picture's first choice: the statements people differ most on
SHOWN = 8  # of them
LINE = 54  # characters of a statement in one line of the picture: fits a phone
ROW_HEIGHT = 72


class Questionnaire:
    """One statement a screen, answered under a name of one's own; each answer is saved as it is given."""

    def __init__(self, page):
        self.page = page
        self.name = page.shell.person.strip()
        self.at = self._first_open()
        fields = [{"key": "name", "label": _("You answer as"), "kind": "text", "help": _name_help()}]
        self.who = Form(fields, {"name": self.name}, on_change=page.guard(self._named))
        self.head, self.progress = html.html(""), html.html("")
        self.form = Form(self._fields(), {}, on_change=page.guard(self._answered))
        self.back = button(_("Back"), lambda: self.go(self.at - 1), page=page)
        self.next = button(_("Next"), lambda: self.go(self.at + 1), primary=True, page=page)
        jump = [{"key": "at", "label": _("Go to"), "kind": "select", "options": self._places()}]
        self.jump = Form(jump, {"at": "0"}, on_change=page.guard(lambda _k, value, _f: self.go(int(value))))
        self._asked = html.card(self.head, self.form, html.row(self.back, self.next, self.progress))
        self._about = html.card(self.who, self.jump)
        self.widget = html.stack(classes="spaced")
        self.show()

    def show(self):
        """Show the statement in turn with what this person answered before."""
        key = list(QUESTIONS)[self.at]
        mine = self.mine().get(key, {})
        place = _("{area}, statement {n} of {of}", area=_(AREAS[QUESTIONS[key].area]), n=self.at + 1, of=len(QUESTIONS))
        self.head.value = html.paragraph(place, "ccwb-muted") + html.heading(_(QUESTIONS[key].text))
        score = "" if not mine else UNSURE if mine["score"] is None else str(mine["score"])
        self.form.values = {"score": score, "comment": mine.get("comment", "")}
        self.jump.values = {"at": str(self.at)}
        self.back.disabled, self.next.disabled = self.at == 0, self.at == len(QUESTIONS) - 1
        # a name is asked for first; once it is known, the statement comes first, on a phone above all
        self.widget.children = (self._asked, self._about) if self.name else (self._about, self._asked)
        self.show_progress()

    def go(self, at):
        """Go to another statement."""
        self.at = min(max(at, 0), len(QUESTIONS) - 1)
        self.show()

    def named(self, name):
        """Take the name given at the top of the page, unless one was typed here."""
        if not self.name:
            self._take_name(name)

    def mine(self):
        """Return this person's answers so far."""
        return self.page.plan.data["answers"].get(self.name, {}) if self.name else {}

    def _named(self, _key, value, _final):
        self._take_name(value)
        if not self.page.shell.person.strip():
            self.page.shell.person = self.name

    def _take_name(self, name):
        self.name = (name or "").strip()
        self.who.values = {"name": self.name}
        self.at = self._first_open()
        self.show()

    def _answered(self, key, value, _final):
        if key == "comment" and not self.form.values.get("score"):
            return  # kept on the page until the answer it belongs to is given
        if not self.name:
            self.form.values = {**self.form.values, "score": ""}
            raise PlanError(N_("Give a name first, so that nobody else's answers are mixed with yours."))
        score = None if self.form.values["score"] == UNSURE else int(self.form.values["score"])
        answer = {"score": score, "comment": self.form.values.get("comment") or ""}
        question, name = list(QUESTIONS)[self.at], self.name
        self.page.plan.change(
            lambda document: ms.add_answer(document, person=name, question=question, **answer),
            by=name,
            done=self.page.changed,
        )
        self.show_progress()

    def show_progress(self):
        """Show how far this person and the others are."""
        done, of = len(self.mine()), len(QUESTIONS)
        said = _("You have answered all {of} statements.", of=of) if done == of else ""
        said = said or _("You have answered {n} of {of}.", n=done, of=of)
        self.progress.value = html.paragraph(f"{said} {_taking_part(self.page.plan.data['answers'])}", "ccwb-muted")

    def _first_open(self):
        mine = self.mine()
        return next((n for n, key in enumerate(QUESTIONS) if key not in mine), 0)

    def _fields(self):
        options = [{"value": str(n), "label": f"{number(n)} · {_(label)}"} for n, label in SCALE.items()]
        options.append({"value": UNSURE, "label": _("I don't know")})
        return [
            {"key": "score", "label": _("How true is this today?"), "kind": "choices", "options": options},
            {"key": "comment", "label": _("Why? (if you like)"), "kind": "long", "rows": 2},
        ]

    def _places(self):
        return [{"value": str(n), "label": f"{n + 1} · {_(q.text)}"} for n, q in enumerate(QUESTIONS.values())]


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
        answers = self.page.plan.data["answers"]
        areas, questions = ms.scores(answers)
        self.top.value = html.paragraph(_taking_part(answers), "ccwb-lead")
        self.areas.value = _area_table(areas)
        self.questions = questions
        self._draw(answers, self._chosen(questions))
        self.said.value = _comments(answers, questions)

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
            self.chart = Chart(_picture(len(rows)), _dots(answers, rows, ""), table=self.table, name="questionnaire")
            self.place.children = (self.chart,)
        self.chart.update(_dots(answers, rows, self.page.shell.person.strip()), title=_sentence(rows))

    def table(self):
        """Return the statements with mean, spread and numbers of answers, the most divided first."""
        shown = self.questions.assign(text=[_(t) for t in self.questions["text"]])
        return shown.assign(area=[_(AREAS[a]) for a in shown["area"]]).drop(columns="question")


def _name_help():
    return _(
        "Your name, or any word of your own if you would rather stay unnamed. The same word brings your answers back."
    )


def _taking_part(answers):
    begun = [mine for mine in answers.values() if mine]
    whole = sum(len(mine) == len(QUESTIONS) for mine in begun)
    if not begun:
        return _("Nobody has answered yet.")
    return _(
        "Taking part so far: {n}; with every statement answered: {whole}.", n=number(len(begun)), whole=number(whole)
    )


def _area_table(areas):
    heads = [_("Area"), (_("Mean"), True), (_("Spread"), True), (_("Don't know"), True)]
    rows = [[_(r.text), number(r.mean, 1), number(r.spread, 1), number(r.dont_know)] for r in areas.itertuples()]
    note = _("Mean of 1 to 5. Spread: 0 is of one mind, 2 is half against half. 'Don't know' counts in neither.")
    return html.table(heads, rows) + html.paragraph(note, "ccwb-muted")


def _sentence(rows):
    first = rows.iloc[0]
    if first["n"] < 2:
        return _("The picture grows as people answer: a dot is a person, the line their mean")
    if first["spread"] == 0:
        return _("On these statements everybody is of one mind")
    return _("You differ most on: {statement}", statement=textwrap.shorten(_(first["text"]), 90, placeholder=" ..."))


def _comments(answers, questions):
    parts = []
    for key in questions["question"]:
        said = [row for row in ms.comments(answers, key) if row.get("comment")]
        lines = [f"{_score(row['score'])} · {row['comment']} ({row['person']})" for row in said]
        if lines:
            parts.append(html.heading(_(QUESTIONS[key].text), 3) + html.bullets(lines))
    return "".join(parts) or html.paragraph(_("Nobody has written a comment yet."))


def _score(score):
    return _("don't know") if score is None else number(score)


def _dots(answers, rows, me):
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
        means.append({"y": at, "top": at - 0.66, "x": row.mean, "label": label, "note": note, "text": _(row.text)})
    columns = ["y", "x", "person", "said", "mine"]
    return {"dots": pd.DataFrame(dots, columns=columns), "means": pd.DataFrame(means)}


def _picture(rows):
    rows_down = alt.Scale(domain=[-0.75, rows - 0.65], reverse=True, nice=False)
    y, above = alt.Y("y:Q", axis=None, scale=rows_down), alt.Y("top:Q", axis=None, scale=rows_down)
    unsure = _quoted(_("don't know"))
    named = f"datum.value == {UNSURE_AT} ? {unsure} : datum.value"
    axis = alt.Axis(values=[1, 2, 3, 4, 5, UNSURE_AT], labelExpr=named, title=_("1 not true at all, 5 fully true"))
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[0.5, UNSURE_AT + 0.5], nice=False))
    dots, means = alt.Chart(alt.NamedData("dots")), alt.Chart(alt.NamedData("means"))
    tip = [alt.Tooltip("person:N", title=_("Person")), alt.Tooltip("said:N", title=_("Answer"))]
    about = [alt.Tooltip("text:N", title=_("Statement")), alt.Tooltip("note:N", title=_("Answers"))]
    colour = alt.Color("mine:N", scale=alt.Scale(domain=[0, 1], range=["$accent", "$over"]), legend=None)
    lettering = {"align": "left", "baseline": "top", "lineBreak": "\n", "fontSize": 12, "color": "$ink"}
    return alt.layer(
        means.mark_text(**lettering).encode(x=alt.value(4), y=above, text="label:N", tooltip=about),
        dots.mark_circle(size=70, opacity=0.75).encode(x=x, y=y, color=colour, tooltip=tip),
        means.mark_tick(orient="vertical", size=24, thickness=3, color="$ink").encode(x=x, y=y, tooltip=about),
    ).properties(height=rows * ROW_HEIGHT)


def _quoted(words):
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"
