"""The roster is published: a copy kept, the schedule made from it, everybody's own page; parts handed up before."""

import datetime as dt
import os
import secrets

import pandas as pd

from ccwb import cycle, reports, schedule
from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, N_
from ccwb.schedule import CHANGES, compare, unmet
from ccwb.schedule.handed import mark_of
from ccwb.ui import html, text
from ccwb.ui import schedule_parts as parts
from ccwb.ui.handing import HandingUp
from ccwb.ui.part import Part
from ccwb.ui.roster_given import note, ordered, read_roster, write_roster
from ccwb.ui.roster_words import spoken
from ccwb.ui.setup_parts import ask_first
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, TableView, button

OWN_PAGES = "own_pages"  # the centre's document: agent -> the name of their files; where they can be opened
HANDED_UP = "roster_handed"  # the cycle's document of what supervisors handed up
FOLDER = "CCWB_AGENT_PAGES"  # the environment names the folder for agents' pages, else workbook/agents
LISTED = 12  # changes in words


class Publishing:
    """The published copy, what changed since, and the agents' own pages."""

    def __init__(self, part):
        self.part, self.page = part, part.page
        self.stands = html.html("")
        self.pages = OwnPages(part)
        publish = button(_("Publish"), self.publish, primary=True, page=self.page)
        self.listing = Changed(part)
        self.changes = self.listing.fold(_(Changed.title))
        self.own = self.pages.fold(_(OwnPages.title))
        self.widget = html.card(self.stands, html.row(publish), title=_("Publish the roster"))

    def moved(self):
        """Say what is published now."""
        known = published_note(self.part)
        self.listing.compare(known)
        if known and self.listing.found.empty:
            said = html.notice(_("Published by {who}, {when}.", **_who(known)), "good")
        elif known:
            n = number(len(self.listing.found))
            said = _(
                "The roster changed after {who} published it, {when}; days of agents that differ: {n}. Publish again, "
                "or take the change back: they are listed below.",
                **_who(known),
                n=n,
            )
            said = html.notice(said, "near")
        else:
            said = html.paragraph(_("Not published yet: agents see nothing of it, and the schedule is as it was."))
        self.stands.value = said
        for one in (self.listing, self.pages):
            if one.made:
                one.moved()

    def publish(self):
        """Keep a copy, make the schedule from it, and write everybody's own page, beside the page."""
        part, page = self.part, self.page
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)

        def run(progress):
            progress(0, 2)
            revision = page.store.revision("roster", cycle=part.kept.cycle).number
            roster = read_roster(page.store, part.kept.cycle, part.given.zone)
            if roster.empty:
                raise PlanError(N_("Nobody is on the roster of this cycle, so there is nothing to publish."))
            tokens = self._keep(roster, at, revision)
            progress(1, 2)
            return self.pages.write(roster, tokens, at)

        def done(made):
            page.reopen()
            page.say(_("The roster is published: {n} agents have their own page.", n=number(made)), "good")

        page.work(run, done, what=_("Publish the roster"))

    def _keep(self, roster, at, revision):
        """Keep a copy of the roster and the schedules made from it, all of it or nothing; return the pages' names."""
        part, page = self.part, self.page
        with page.store.together():
            place = {"by": page.person, "at": at, "cycle": part.kept.cycle}
            copy = roster.assign(published=pd.Timestamp(at))
            page.store.write_table("roster_snapshots", copy, mode="append", **place)
            self._write_schedule(roster, place)
            noted = {"by": page.person, "at": at.isoformat(), "revision": revision}
            note(page.store, by=page.person, cycle=part.kept.cycle, published=noted)
            return self.pages.tokens(roster, at)

    def _write_schedule(self, roster, place):
        """Write the schedule of every project on the roster; other days of it stay as they are."""
        store, rows, given = self.page.store, schedule.schedule_of(roster), self.part.given
        day = schedule.hours_of(roster)["day"]
        need = given.requirement
        local = need["interval_start"].dt.tz_localize(None).dt.normalize()
        need = need[(local >= day.min()) & (local <= day.max())]
        coverage = schedule.coverage_of(roster, requirement=need) if len(need) else None
        for project in sorted({*rows["project"]} | {*given.planned}):
            noted = self.part.kept.data.get("made_from", {}).get(project)
            noted = noted or cycle.made_from(store, place["cycle"], "schedule", project=project)
            there = store.read_table("schedule", cycle=place["cycle"], project=project, zone=given.zone)
            began = there["shift_start"].dt.tz_localize(None).dt.normalize()
            stays = there[(began < day.min()) | (began > day.max())]
            mine = [table for table in (stays, rows[rows["project"] == project]) if len(table)]
            if mine:
                store.write_table("schedule", pd.concat(mine, ignore_index=True), project=project, **place)
            elif len(there):
                store.delete_table("schedule", project=project, **place)
            self._note(project, noted, coverage, place)

    def _note(self, project, made_from, coverage, place):
        """Note in a project's schedule what it was made from, and what stays short."""
        store = self.page.store
        known = store.load("schedule", cycle=place["cycle"], project=project)
        data = dict(known.data or {})
        mine = coverage[coverage["project"] == project] if coverage is not None else None
        told = [] if mine is None else [[said, parts.plain(values)] for said, values in unmet(mine)]
        data |= {"made_from": made_from, "unmet": told}
        data |= {"plan_settings": data["settings"]} if "settings" in data else {}
        data["result_of"] = cycle.result_of(store, place["cycle"], "schedule", project=project)
        store.save("schedule", data, base=known.version, project=project, apart=True, **place)


class Changed(Part):
    """What changed since the published roster, in words and as a table."""

    title = N_("What changed since the published roster")

    found = pd.DataFrame()  # what changed since, a row for an agent's day
    copy = None, None  # when it was published, and what

    def __init__(self, part):
        super().__init__(part.page)
        self.part = part

    def compare(self, known):
        """Look for what changed. known : what is noted of the last publication; its revision follows a change back."""
        part, store = self.part, self.page.store
        if not known:
            return
        if self.copy[0] != known["at"]:
            self.copy = known["at"], published(part)
        self.found = compare(self.copy[1], part.roster)
        now = store.revision("roster", cycle=part.kept.cycle).number if self.found.empty else 0
        same, noted = self.found.empty, known.get("revision")
        if (same and noted != now) or (not same and noted is None):
            note(store, by=self.page.person, cycle=part.kept.cycle, published=known | {"revision": now})
            self.page.refresh_frame()

    def widget(self):
        self.said, self.view = html.html(""), TableView(pd.DataFrame(), name="roster_changes")
        told = _("The roster as it is now gives way to the one that was published.")
        back = ask_first(_("Go back to it"), told, _("Put the published one back"), self.go_back, page=self.page)
        self.moved()
        return html.stack(self.said, self.view, back)

    def go_back(self):
        """Put the roster back that was published last."""
        before = published(self.part)
        if before is None:
            raise PlanError(N_("Nothing is published yet, so there is nothing to go back to."))
        write_roster(self.page.store, before, by=self.page.person, cycle=self.page.cycle_id)
        self.page.refresh_frame()
        self.part.changed()
        self.page.saved()
        self.page.say(_("The roster is again as it was published."), "good")

    def moved(self):
        if self.copy[0] is None:
            self.said.value = html.paragraph(_("Nothing is published yet."))
            return
        found = self.found
        told = [_(CHANGES[row["change"]], **spoken(self.part, row)) for row in found.head(LISTED).to_dict("records")]
        more = _("{n} more changes are in the table.", n=number(len(found) - LISTED))
        rest = html.paragraph(more) if len(found) > LISTED else ""
        none = html.notice(_("Nothing: it is as it was published."), "good")
        self.said.value = html.bullets(told) + rest if told else none
        found = found.drop(columns="change")
        self.view.show(found.assign(agent=found["agent"].map(self.part.given.names).fillna(found["agent"])), _columns())


def _columns():
    return [
        ("agent", _("Agent")),
        ("day", _("Day"), text.date),
        ("before", _("Before")),
        ("after", _("Now")),
        ("hours", _("Paid hours more"), text.signed),
    ]


def published_note(part):
    """Return what is noted of the last publication, {} where there is none: by, at, revision of the roster."""
    return (part.page.store.load("roster", cycle=part.kept.cycle).data or {}).get("published") or {}


def _who(known):
    return {"who": known["by"], "when": text.when(dt.datetime.fromisoformat(known["at"]))}


def published(part):
    """Return the roster as it was published last; None while none is."""
    store = part.page.store
    if not published_note(part):
        return None
    table = store.read_table("roster_snapshots", cycle=part.page.cycle_id, zone=part.given.zone, all_columns=True)
    return ordered(schedule.last_published(table))


class OwnPages(Part):
    """Where agents open their own week: one address each that nobody can guess."""

    title = N_("Agents' own pages")

    def __init__(self, part):
        super().__init__(part.page)
        self.part = part

    def widget(self):
        known = self._known()
        languages = [{"value": key, "label": label} for key, label in LANGUAGES.items()]
        helps = _("Where your web server shows the folder, such as https://example.org/shifts/")
        fields = [
            {"key": "address", "label": _("Address of the folder"), "kind": "text", "help": helps},
            {"key": "language", "label": _("Their language"), "kind": "select", "options": languages},
        ]
        values = {"address": known.get("address", ""), "language": known.get("language", "en")}
        self.form = Form(fields, values, on_change=self.page.guard(self._set))
        self.links = html.html("")
        self.moved()
        folder = _("The pages and calendar files are in the folder '{folder}'.", folder=str(folder_of()))
        return html.stack(self.form, html.html(html.paragraph(folder, "ccwb-muted")), self.links)

    def moved(self):
        known, given = self._known(), self.part.given
        address = known.get("address", "").strip()
        base = address + ("" if not address or address.endswith("/") else "/")
        there = {**known.get("tokens", {})}
        rows = [
            [given.names.get(agent, agent), *(_link(base, f"{token}{ending}") for ending in (".html", ".ics"))]
            for agent, token in there.items()
            if agent in given.names
        ]
        heads = [_("Agent"), _("Page"), _("Calendar")]
        none = html.paragraph(_("They are made when the roster is published."))
        self.links.value = html.table(heads, rows) if rows else none

    def tokens(self, roster, at):
        """Return agent -> the name of their files, those that are new drawn and kept; of those employed then."""
        document, agents = self.page.store.load(OWN_PAGES), self.part.given.agents
        known = (document.data or {}).get("tokens", {})
        first, last = (f(roster["start"]).tz_localize(None).normalize() for f in (min, max))
        stays = agents["left"].isna() | (agents["left"] >= first)
        here = agents[stays & (agents["hired"].isna() | (agents["hired"] <= last))]
        draw = lambda: secrets.token_urlsafe(32)  # noqa: E731 - one thought
        tokens = reports.tokens_of(here["agent"].tolist(), known=known, draw=draw)
        if {*tokens} - {*known}:
            data = (document.data or {}) | {"tokens": known | tokens}
            self.page.store.save(OWN_PAGES, data, base=document.version, by=self.page.person, at=at)
        return tokens

    def write(self, roster, tokens, at):
        """Write everybody's page and calendar; return for how many agents."""
        given, known = self.part.given, self._known()
        agents = given.agents.assign(name=given.agents["agent"].map(given.names))
        made = reports.publish(
            roster,
            folder_of(),
            agents=agents[agents["agent"].isin(tokens)],
            tokens=tokens,
            made_at=at,
            labels=given.labels,
            languages=known.get("language", "en"),
        )
        return len(made)

    def _known(self):
        return self.page.store.load(OWN_PAGES).data or {}

    def _set(self, key, value, _final):
        document = self.page.store.load(OWN_PAGES)
        data = (document.data or {}) | {key: value or ""}
        at = dt.datetime.now(dt.UTC)
        self.page.store.save(OWN_PAGES, data, base=document.version, by=self.page.person, at=at)
        self.page.saved()
        self.moved()
        return True


def folder_of():
    """Return the folder that agents' pages are written to."""
    return os.environ.get(FOLDER) or os.path.join("workbook", "agents")


def _link(base, file):
    return html.raw(html.link(file[:8] + "…" + file[-5:], base + file)) if base else file


class HandUp(HandingUp):
    """All projects of the roster at a glance; the supervisor hands up the one in sight, the manager answers."""

    title = N_("How the projects stand")

    def __init__(self, part):
        self.part = part
        lead = _("Supervisors hand up their project's part of the roster; the manager accepts it, or returns it.")
        super().__init__(part.page, name=HANDED_UP, project=part.project, labels=part.given.labels, lead=lead)

    def projects(self):
        return self.part.given.planned

    def heads(self):
        return [(_("Hours needed"), True), (_("Hours short"), True), (_("Hours too many"), True)]

    def moved(self):
        """Show how every project stands."""
        coverage = self.part.coverage
        sums = schedule.fit_by(coverage) if len(coverage) else pd.DataFrame({"project": []})
        self.of = {row["project"]: row for row in sums.to_dict("records")}
        super().moved()

    def cells(self, project):
        one = self.of.get(project, {})
        return [number(one.get(name, 0.0)) for name in ("required_h", "under_h", "over_h")]

    def mark(self, project, *, fresh=False):
        """Return the mark of a project's part of the roster."""
        page, part = self.page, self.part
        return mark_of(read_roster(page.store, page.cycle_id, part.given.zone) if fresh else part.roster, project)
