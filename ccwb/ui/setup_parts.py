"""What the setup page says about the whole, the fields of the centre, and what its parts share."""

import copy
import datetime as dt
from functools import cache

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import check_centre
from ccwb.staffing import KEYS
from ccwb.ui import html, text
from ccwb.ui.merging import settled_document
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, button

FULL_TIME_H = 40
_SHOWN = 6  # sentences on what is missing


def top():
    lead = _("Your projects and what is promised, what happened so far, who works here, and the cycle to plan.")
    return html.html(html.question(_("What is our centre, and is everything there to plan with?"), lead))


def there(store, centre, cycle):
    """Return what the workbook holds: centre, history (a row per queue), cycle, people in it and people in all."""
    agents = store.read_table("agents")
    first = pd.Timestamp(cycle.first_day if cycle else dt.date.today())
    left = pd.to_datetime(agents["left"]) < first if "left" in agents else pd.Series(False, index=agents.index)
    return {
        "centre": centre,
        "history": store.table_info("history"),
        "agents": len(agents),
        "left": int(left.sum()),
        "cycle": cycle,
    }


def missing(there):
    """Return (sentence, step of the setup) for all that planning needs and that is not there, most needed first."""
    centre, history = there["centre"], there["history"]
    out, known = [], set(history["project"])
    try:
        check_centre(centre)
    except PlanError as error:
        out.append((text.say().error(error), "projects" if centre["projects"] else "centre"))
    if not centre["projects"]:
        out.append((_("There is no project yet."), "projects"))
    for project in centre["projects"]:
        if not project["channels"]:
            out.append((_("{project} has no channel yet.", project=project["label"]), "projects"))
        if not any(project["hours"].values()):
            out.append((_("{project} has no opening hours yet.", project=project["label"]), "projects"))
        if project["project"] not in known:
            out.append((_("{project} has no history yet.", project=project["label"]), "history"))
        elif there["cycle"] is not None and _begins(history, project) >= pd.Timestamp(there["cycle"].first_day):
            said = _(
                "{project} has no history before {day}, when the cycle begins.",
                project=project["label"],
                day=text.date(there["cycle"].first_day),
            )
            out.append((said, "history"))
    if there["cycle"] is None:
        out.append((_("There is no cycle to plan yet."), "cycles"))
    return out


def _begins(history, project):
    """Return the local day on which a project's history begins."""
    first = history.loc[history["project"] == project["project"], "first"].min()
    return first.tz_convert(project["zone"]).tz_localize(None).normalize()


def missing_notice(said):
    sentences = [sentence for sentence, _step in said[:_SHOWN]]
    if len(said) > _SHOWN:
        sentences.append(_("And {n} more.", n=number(len(said) - _SHOWN)))
    return html.notice(" ".join(sentences), "near")


def figures(there):
    """Return the answer in big figures."""
    centre, history, cycle = there["centre"], there["history"], there["cycle"]
    agents, projects = there["agents"] - there["left"], len(centre["projects"])
    queues = sum(len(p["channels"]) for p in centre["projects"])
    until = max((_local(row, centre) for row in history.itertuples()), default=None)
    days = _("{n} days", n=number((cycle.last_day - cycle.first_day).days + 1)) if cycle else ""
    return html.figures(
        [
            html.figure(_("Projects"), number(projects), state=_state(projects), change=_queues(queues)),
            html.figure(
                _("History until"),
                text.say().missing if until is None else text.date(until),
                state=_state(until is not None),
                change=_queues(len(history)) if len(history) else "",
            ),
            html.figure(
                _("People"),
                number(agents),
                state="good" if agents else "none",
                change=_people(agents, there["left"]),
                help_text=_("Without a list of people the schedule plans with numbers instead of names."),
            ),
            html.figure(_("Cycle"), cycle.name if cycle else text.say().missing, state=_state(cycle), change=days),
        ]
    )


def _queues(n):
    return _("{n} queues", n=number(n)) if n != 1 else _("1 queue")


def _people(agents, left):
    if not agents:
        return _("planned as headcount")
    return _("{n} left before", n=number(left)) if left else ""


def _state(there_is):
    return "good" if there_is else "near"


def _local(row, centre):
    """Return the day of a queue's last interval, on the clock of its project."""
    zone = next((p["zone"] for p in centre["projects"] if p["project"] == row.project), "UTC")
    return row.last.tz_convert(zone).date()


# zones ---------------------------------------------------------------------------------------------------------------
@cache
def _zones():
    from zoneinfo import available_timezones

    return available_timezones()


def zone_called(typed):
    """Return the IANA name of a zone typed in full or by its city alone, in any case; as typed where it is not known.

    >>> zone_called("berlin"), zone_called("america/new york"), zone_called("Atlantis")
    ('Europe/Berlin', 'America/New_York', 'Atlantis')
    """
    wanted = typed.strip().replace(" ", "_").lower()
    same = [z for z in _zones() if z.lower() == wanted]
    city = [z for z in sorted(_zones()) if z.lower().rsplit("/", 1)[-1] == wanted and z[0] != "p" and "/" in z]
    return (same or city or [typed.strip()])[0]


# two people at once --------------------------------------------------------------------------------------------------
def merged(before, mine, theirs):
    """Return the centre with what was changed here and what was changed there; None where both changed one field.

    >>> merged({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    {'a': 2, 'b': 3}
    >>> merged({"a": 1}, {"a": 2}, {"a": 3}) is None
    True
    """
    document, both = settled_document(before, mine, theirs)
    return None if both else document


# shared by the parts -------------------------------------------------------------------------------------------------
def attempt(form, key, change):
    """Do `change()` and return whether it went; a PlanError becomes a sentence at the field, what was typed stays."""
    before = form.errors
    form.errors = {k: v for k, v in before.items() if k != key}
    try:
        change()
    except PlanError as error:
        form.errors = {**before, key: text.say().error(error)}
        return False
    return True


def ask_first(label, question, yes, act, *, page):
    """Return a button that asks before it acts."""
    place = html.stack()

    def ask():
        place.children = (html.row(html.html(html.notice(question, "near")), do, leave),)

    def begin():
        place.children = (first,)

    def go():
        begin()
        act()

    first = button(label, ask, page=page)
    do, leave = button(yes, go, page=page), button(_("Leave it"), begin, page=page)
    begin()
    return place


def versions(page, name):
    """Return the versions of one of the centre's documents, each with a way back; nothing where there are none."""
    kept = page.store.versions(name)

    def back(version):
        page.store.restore(name, version, by=page.person, at=page.now())
        page.open()
        page.say(_("Version {n} is the newest again. The others are still kept.", n=number(version)), "good")

    def rows():
        return html.stack(
            *(
                html.row(
                    html.html(html.paragraph(text.joined((text.when(v.at), text.person(v.by))))),
                    *([button(_("Go back to this"), lambda v=v: back(v.version), page=page)] if n else []),
                )
                for n, v in enumerate(kept[:20])
            )
        )

    return html.fold(_("Earlier versions ({n})", n=number(len(kept))), rows) if kept else html.stack()


# the centre ----------------------------------------------------------------------------------------------------------
class Centre:
    """Name, time zone, currency and full-time hours."""

    def __init__(self, page):
        self.page = page
        clock = _("Where the centre is, such as Europe/Berlin, or just the city.")
        keys = [{"value": key, "label": _(label)} for key, label in KEYS.items()]
        fields = [
            {"key": "name", "label": _("Name of the centre"), "kind": "text"},
            {"key": "zone", "label": _("Time zone"), "kind": "text", "help": clock},
            {"key": "currency", "label": _("Currency"), "kind": "text", "help": _("Its code, such as EUR or USD.")},
            {"key": "full_time_hours_week", "label": _("Full-time hours"), "kind": "number", "unit": _("h a week")},
            {"key": "shared_key", "label": _("Shared costs are split by"), "kind": "select", "options": keys},
        ]
        self.form = Form(fields, {}, on_change=page.guard(self._changed), layout_kind="wide")
        self.past = html.stack()
        self.widget = html.card(self.form, self.past, title=_("The centre"))

    def show(self):
        """Show the centre as it is saved; what could not be saved stays as it was typed."""
        saved = {"full_time_hours_week": FULL_TIME_H, "shared_key": "handled"} | self.page.kept.data
        wrong = {k: v for k, v in self.form.values.items() if k in self.form.errors}
        self.form.values = {f["key"]: saved[f["key"]] for f in self.form.fields} | wrong
        self.past.children = (versions(self.page, "centre"),)

    def _changed(self, key, value, _final):
        attempt(self.form, key, lambda: self._save(key, value))

    def _save(self, key, value):
        value = _centre_value(key, value)
        self.page.keep(_checked(copy.deepcopy(self.page.kept.data) | {key: value}))


def _checked(centre):
    return check_centre(centre | {"projects": []}) | {"projects": centre["projects"]}


def _centre_value(key, value):
    if key == "zone":
        return zone_called(value or "")
    if key == "currency":
        code = (value or "").strip().upper()
        if not (len(code) == 3 and code.isalpha()):
            raise PlanError(
                N_("A currency is written by its code of three letters, such as EUR; found '{found}'."), found=code
            )
        return code
    if key == "full_time_hours_week":
        if value is None or not 0 < value <= 80:
            raise PlanError(N_("Full-time hours are above 0 and up to 80 a week. Write 40, or 38.5."))
        return value
    return (value or "").strip()
