"""The mission page's questionnaire: one statement at a time, under a name of one's own, and the questions to change."""

from ccwb import mission as ms
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.mission_content import AREAS, FACTORS, SCALE
from ccwb.ui import html
from ccwb.ui.shared import Edit, edited, held
from ccwb.ui.text import _, number
from ccwb.ui.turning import Turning
from ccwb.ui.widgets import Form, Grid, button

UNSURE = "unsure"  # the button 'I don't know'


class Questionnaire:
    """One statement a screen, answered under a name of one's own; each answer is saved as it is given."""

    def __init__(self, page):
        self.page, self.cycle_id = page, page.cycle_id
        self.asked = ms.questions_of(page.plan.data)
        former = page.former if page.former and page.former.cycle_id == page.cycle_id else None
        self.name = former.name if former else page.shell.person.strip()
        # (name, statement) -> the comment to an answer that is not given yet
        self.begun = former.begun if former else {}
        # of the statement in sight
        self.key = former.key if former and former.key in self.asked else self._first_open()
        fields = [{"key": "name", "label": _("You answer as"), "kind": "text", "help": _name_help()}]
        self.who = Form(fields, {"name": self.name}, on_change=page.guard(self._named), keep=held(page, "name"))
        self.progress = html.html("")
        heard = {"on_change": page.guard(self._answered), "on_late": page.guard(self._take)}
        self.form = Turning(_fields(), {}, **heard, keep="")
        self.back = button(_("Back"), lambda: self.go(self.at - 1), page=page)
        self.next = button(_("Next"), lambda: self.go(self.at + 1), primary=True, page=page)
        jump = [{"key": "at", "label": _("Go to"), "kind": "select", "options": []}]
        self.jump = Form(jump, {"at": ""}, on_change=page.guard(self._jumped))
        handed = button(_("Next person on this screen"), self.hand_over, page=page)
        self.questions = Questions(page, self._reworded)
        change = html.fold(_("Change the statements, or add your own"), self.questions.widget)
        self._asked = html.card(self.form, html.row(self.back, self.next, self.progress))
        self._about = html.card(self.who, html.row(handed), self.jump, change)
        self.widget = html.stack(classes="spaced")
        self.show()

    @property
    def at(self):
        """The place of the statement in sight among those that are asked."""
        return list(self.asked).index(self.key)

    def show(self):
        """Show the statement in turn with what this person answered before."""
        self._take_questions()
        one = self.asked[self.key]
        place = _(
            "{area}, statement {n} of {of}", area=_(AREAS[one.area]), n=number(self.at + 1), of=number(len(self.asked))
        )
        head = html.paragraph(place, "ccwb-muted") + html.heading(_(one.text))
        self.form.turn(self._said(self.key), keep=self._keep(self.key), about=self.key, head=head)
        self.jump.values = {"at": self.key}
        self.back.disabled, self.next.disabled = self.at == 0, self.at == len(self.asked) - 1
        # a name is asked for first; once it is known, the statement comes first, on a phone above all
        self.widget.children = (self._asked, self._about) if self.name else (self._about, self._asked)
        self.show_progress()

    def go(self, at):
        """Go to another statement."""
        self.key = list(self.asked)[min(max(at, 0), len(self.asked) - 1)]
        self.show()

    def named(self, name):
        """Take the name given at the top of the page, unless one was typed here."""
        if not self.name:
            self._take_name(name)

    def hand_over(self):
        """Let the next person answer on this screen: under another name, from the first statement on."""
        self.who.settle()
        self.begun = {(name, key): said for (name, key), said in self.begun.items() if name}
        self._take_name("")
        self.go(0)

    def mine(self):
        """Return this person's answers so far."""
        return self.page.plan.data["answers"].get(self.name, {}) if self.name else {}

    def show_progress(self):
        """Show how far this person and the others are."""
        mine = self.mine()
        done, of = sum(key in mine for key in self.asked), len(self.asked)
        said = _("You have answered all {of} statements.", of=number(of)) if done == of else ""
        said = said or _("You have answered {n} of {of}.", n=number(done), of=number(of))
        self.progress.value = html.paragraph(f"{said} {taking_part(self.page.plan.data)}", "ccwb-muted")
        if list(ms.questions_of(self.page.plan.data).items()) != list(self.asked.items()):
            self.show()  # somebody changed what is asked

    def _named(self, _key, value, _final):
        self._take_name(value)
        if not self.page.shell.person.strip():
            self.page.shell.person = self.name

    def _take_name(self, name):
        before, self.name = self.name, (name or "").strip()
        self.who.values = {"name": self.name}
        if self.name and not before:  # what was written before the name was given is theirs
            written = {key: self.begun.pop(("", key)) for name, key in list(self.begun) if not name}
            mine = self.mine()
            self.begun |= {(self.name, key): said for key, said in written.items() if said.strip() and key not in mine}
        self.key = self._first_open()
        self.show()

    def _jumped(self, _key, value, _final):
        self.key = value
        self.show()

    def _reworded(self):
        self.show()
        self.page.changed()

    def _take_questions(self):
        """Take the statements as they are asked now, and stay at the one in sight while it is among them."""
        self.asked = ms.questions_of(self.page.plan.data)
        if self.key not in self.asked:
            self.key = self._first_open()
        places = [{"value": k, "label": f"{number(n)} · {_(q.text)}"} for n, (k, q) in enumerate(self.asked.items(), 1)]
        if self.jump.fields[0]["options"] != places:
            self.jump.fields = [{**self.jump.fields[0], "options": places}]

    def _said(self, question):
        """Return what the form says of a statement: this person's answer, or the comment to one not given yet."""
        mine = self.mine().get(question, {})
        score = "" if not mine else UNSURE if mine["score"] is None else str(mine["score"])
        return {"score": score, "comment": self.begun.get((self.name, question), mine.get("comment", ""))}

    def _keep(self, question):
        """Return under which name the tab holds what this person types; "" for nobody's, which the next might see."""
        return held(self.page, "answer", self.name, question) if self.name else ""

    def _answered(self, key, value, _final):
        if not self.name and key == "score":
            self.form.values = {**self.form.values, "score": ""}
        return self._take(self.key, key, value)

    def _take(self, question, key, value):
        """Take a score or a comment for the statement it was given to; return whether it is saved."""
        name, said = self.name, {**self._said(question), key: value}
        if not name and key == "score":
            raise PlanError(N_("Give a name first, so that nobody else's answers are mixed with yours."))
        if key == "comment":
            self.begun[name, question] = value or ""
        if not said["score"]:
            return False  # a comment is held until the answer it belongs to is given
        score = None if said["score"] == UNSURE else int(said["score"])
        answer = {"score": score, "comment": said["comment"] or ""}
        done = self.page.plan.change(
            lambda document: ms.add_answer(document, person=name, question=question, **answer),
            by=name,
            done=self.page.changed,
        )
        self.begun.pop((name, question), None)
        self.form.settle(self._keep(question))
        self.show_progress()
        return done

    def _first_open(self):
        mine = self.mine()
        return next((key for key in self.asked if key not in mine), next(iter(self.asked)))


class Questions:
    """What is asked: every statement to change, to leave out or to put back, and a team's own ones."""

    def __init__(self, page, done):
        self.page, self.done, self.begun, self.shown = page, done, [], []

    def widget(self):
        """Return the table of the statements."""
        columns = [
            {"key": "text", "label": _("The statement"), "kind": "long", "wide": True},
            {"key": "area", "label": _("Area"), "kind": "select", "options": _options(AREAS)},
            {"key": "factor", "label": _("Factor"), "kind": "select", "options": _options(FACTORS)},
            {"key": "asked", "label": _("Asked"), "kind": "check"},
        ]
        self.grid = Grid(
            columns,
            [],
            on_change=self.page.guard(self._changed),
            new_row=lambda: {"area": next(reversed(AREAS)), "factor": "process", "asked": True},
            add_label=_("Add a statement"),
            removable=False,
            name="questions",
            keep=held(self.page, "questions"),
        )
        self.show()
        note = _(
            "A statement in other words is another one: its change since the last cycle is not shown. One that is no "
            "longer asked keeps its answers and is out of the picture."
        )
        return html.stack(html.html(html.paragraph(note, "ccwb-muted")), self.grid)

    def show(self):
        """Show the statements as they are now."""
        document = self.page.plan.data
        self.shown = [_question(document, key) for key in ms.questions_of(document, all_of_them=True)]
        self.grid.rows = [*self.shown, *self.begun]

    def _changed(self, rows):
        changes, added = edited(self.shown, rows)
        self.begun = [row for row in added if not (row.get("text") or "").strip()]
        added = [row for row in added if row not in self.begun]
        if not changes and not added:
            return None
        names = {row["id"]: row["text"] for row in self.shown}
        labels = {column["key"]: column["label"] for column in self.grid.columns}
        edits = [
            self._edit(key, field, value, _("{field} of '{row}'", field=labels[field], row=names[key]))
            for key, fields in changes.items()
            for field, value in fields.items()
        ]

        def more(document):
            for row in added:
                document = ms.set_question(document, text=row["text"], area=row["area"], factor=row["factor"])
            return document

        return self.page.plan.edit(edits, more=more if added else None, done=self._saved)

    def _saved(self):
        self.show()
        self.done()

    def _edit(self, key, field, value, label):
        seen = next(row[field] for row in self.shown if row["id"] == key)
        return Edit(
            label,
            seen,
            value,
            lambda document: _question(document, key)[field],
            lambda document, new: ms.set_question(document, key, **{field: new}),
            ("questions", key),
        )


def taking_part(document):
    """Return in a sentence how many people take part, and how many have answered every statement."""
    asked = ms.questions_of(document)
    begun = [mine for mine in document["answers"].values() if mine]
    whole = sum(all(key in mine for key in asked) for mine in begun)
    if not begun:
        return _("Nobody has answered yet.")
    return _(
        "Taking part so far: {n}; with every statement answered: {whole}.", n=number(len(begun)), whole=number(whole)
    )


def _question(document, key):
    one = ms.questions_of(document, all_of_them=True)[key]
    asked = document.get("questions", {}).get(key, {}).get("asked", True)
    return {"id": key, "text": _(one.text), "area": one.area, "factor": one.factor, "asked": asked}


def _options(named):
    return [{"value": key, "label": _(label)} for key, label in named.items()]


def _fields():
    options = [{"value": str(n), "label": f"{number(n)} · {_(label)}"} for n, label in SCALE.items()]
    options.append({"value": UNSURE, "label": _("I don't know")})
    return [
        {"key": "score", "label": _("How true is this today?"), "kind": "choices", "options": options},
        {"key": "comment", "label": _("Why? (if you like)"), "kind": "long", "rows": 2},
    ]


def _name_help():
    return _(
        "Your name, or any word of your own if you would rather stay unnamed. The same word brings your answers back."
    )
