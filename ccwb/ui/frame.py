"""The header and the stage navigation of every page, and where a page is."""

import json
import os
from base64 import b64encode
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

import traitlets as t

from ccwb.messages import LANGUAGES, N_, chosen_language, complete_languages
from ccwb.ui import text
from ccwb.ui.base import STATIC, _module, _Widget
from ccwb.ui.text import _

# page -> (notebook, module and class, its name in the navigation)
PAGES = {
    "start": ("0_start", "start_page.StartPage", N_("Start")),
    "mission": ("1_mission", "mission_page.MissionPage", N_("Mission")),
    "forecast": ("2_forecast", "forecast_page.ForecastPage", N_("Forecast")),
    "staffing": ("3_staffing", "staffing_page.StaffingPage", N_("Staffing")),
    "schedule": ("4_schedule", "schedule_page.SchedulePage", N_("Schedule")),
    "action": ("5_action", "action_page.ActionPage", N_("Action")),
    "evaluation": ("6_evaluation", "evaluation_page.EvaluationPage", N_("Evaluation")),
    "executive": ("executive", "executive_page.ExecutivePage", N_("Executive")),
    "client": ("client", "client_page.ClientPage", N_("Client")),
    "setup": ("setup", "setup_page.SetupPage", N_("Setup")),
}
LANGUAGE_COOKIE = "ccwb_language"  # what this reader chose in the header; shell.js writes it
APART = {"executive", "client", "setup"}  # beside the cycle, not a stage of it
STATE_WORDS = {"approved": N_("approved"), "blocked": N_("blocked"), "in work": N_("in work"), "empty": ""}
LETTERS = "vazirmatn.woff2"
LOOK = STATIC.parent / "share" / "jupyter" / "voila" / "templates" / "ccwb" / "static" / "page.css"


@dataclass(frozen=True)
class Context:
    """Where a page is: the store, the cycle and project in sight, the language.

    usual : the language this reader's pages open in when their address names none.
    """

    store: object
    cycle: object = None  # a Cycle, or None in a workbook without one
    project: str = ""
    language: str = "en"
    usual: str = "en"
    query: dict = field(default_factory=dict)

    @property
    def cycle_id(self):
        return self.cycle.id if self.cycle else None

    def href(self, page, **more):
        """Return the address of another page that keeps cycle, project and language."""
        where = {"cycle": self.cycle_id, "project": self.project, "lang": self.language}
        plain = {"lang": "en"} if self.usual == "en" else {}  # what goes without saying
        query = {k: v for k, v in (where | more).items() if v and v != plain.get(k)}
        return f"{PAGES[page][0]}.ipynb" + (f"?{urlencode(query)}" if query else "")


class Shell(_Widget):
    """Header and stage navigation; `frame` says all of it.

    on_pick(name, value) hears cycle, project and language.  on_go(query, went) hears the ways within a page whose
    address says all of it (`frame["deep"]`).  on_look() is called every `watch_s` seconds while somebody has the page
    open.
    """

    _esm = _module("shell.js")
    # The look of the pages comes with Voila's template; JupyterLab gets it with the first widget of a page.
    _css = t.Unicode().tag(sync=True)
    frame = t.Dict().tag(sync=True)
    saved = t.Unicode().tag(sync=True)
    saved_state = t.Unicode().tag(sync=True)
    person = t.Unicode().tag(sync=True)
    watch_s = t.Int(5).tag(sync=True)

    on_pick = on_look = on_go = None

    def __init__(self, **traits):
        super().__init__(_css="" if in_voila() else look(), **traits)

    def received(self, content, buffers):
        if content.get("type") == "ping":
            self.send({"type": "pong"})
            if self.on_look:
                self.on_look()
        elif content.get("type") == "pick" and self.on_pick:
            self.on_pick(content["name"], content["value"])
        elif content.get("type") == "go" and self.on_go:
            self.on_go({str(k): str(v) for k, v in content["query"].items()}, int(content["went"]))


def look():
    """Return the look of the pages for JupyterLab, which serves no file of ours: the letters are in it."""
    letters = b64encode((LOOK.parent / LETTERS).read_bytes()).decode()
    return LOOK.read_text(encoding="utf-8").replace(LETTERS, f"data:font/woff2;base64,{letters}", 1)


def in_voila():
    """Return whether this page is an app; else it is a cell's output in JupyterLab."""
    return "voila" in os.environ.get("SERVER_SOFTWARE", "") or bool(os.environ.get("VOILA_PREHEAT"))


def asked():
    """Return what the address of this page asked for; a kernel is told it before its page runs."""
    found = parse_qs(os.environ.get("QUERY_STRING", ""))
    return {key: values[-1] for key, values in found.items()}


def reachable(page):
    """Return whether this reader may open a page: all of them, but for whoever came by a link that opens one."""
    access = json.loads(os.environ.get("HTTP_CCWB_ACCESS") or "{}")
    return not access or access.get("page") == page


def languages_of(query):
    """Return the language that a page opens in, and the one it would open in if its address named none."""
    try:
        cookies = SimpleCookie(os.environ.get("HTTP_COOKIE", ""))
    except CookieError:  # somebody else's, unreadable
        cookies = SimpleCookie()
    kept = cookies[LANGUAGE_COOKIE].value if LANGUAGE_COOKIE in cookies else ""
    usual = chosen_language("", kept, os.environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return chosen_language(query.get("lang", ""), usual), usual


def frame_of(page):
    context, centre = page.context, page.centre()
    states = _states(page)
    whole = [] if page.needs_project else [{"value": "", "label": _("Whole centre")}]
    language = context.language
    spoken = complete_languages()
    return {
        "title": f"{_(PAGES[page.name][2])} · {_('Planning workbook')}",
        "language": language,
        "direction": text.say().direction,
        "home": context.href("start" if reachable("start") else page.name),
        "person": not page.read_only,
        "deep": page.deep,
        "went": page.went,
        "stage": page.name,
        "cycle": context.cycle_id or "",
        "cycles": [{"value": str(c.id), "label": c.name} for c in page.store.cycles()],
        "project": context.project,
        "projects": whole + [{"value": p["project"], "label": p["label"]} for p in centre["projects"]]
        if centre["projects"]
        else [],
        "languages": [{"value": k, "label": LANGUAGES[k]} for k in dict.fromkeys([*spoken, language])],
        "stages": [_nav(page, key, states.get(key)) for key in PAGES] if reachable("start") else [],
        "query": {
            "cycle": context.cycle_id or "",
            "project": context.project,
            "lang": "" if language == context.usual == "en" else language,
        }
        | page.whereabouts(),
        "labels": {
            "workbook": _("Planning workbook"),
            "cycle": _("Cycle"),
            "project": _("Project"),
            "language": _("Language"),
            "person": _("Your name"),
            "theme": _("Light or dark"),
            "stages": _("Stages of the cycle"),
            "skip": _("Skip to the page"),
            "asleep": _("This page has gone to sleep. What was saved is safe: reload to go on."),
            "typed": _("What was typed and is not saved yet stays in this tab: it comes back after reloading."),
            "away": _(
                "The workbook does not answer at the moment. What was saved is safe: change nothing until it answers."
            ),
            "reload": _("Reload"),
        },
    }


def _nav(page, key, state):
    words = _(STATE_WORDS[state.state]) if state and STATE_WORDS.get(state.state) else ""
    hint = text.say().error(state.blockers[0]) if state and state.blockers else ""
    return {
        "key": key,
        "label": _(PAGES[key][2]),
        "href": page.context.href(key),
        "state": state.state if state else "",
        "state_label": words,
        "hint": hint,
        "apart": key in APART,
    }


def _states(page):
    if page.cycle_id is None:
        return {}
    from ccwb import cycle

    return cycle.state(page.store, page.cycle_id)
