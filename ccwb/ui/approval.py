"""How a stage stands: what blocks it, its approval, and the versions it can go back to."""

import datetime as dt

from ccwb import cycle
from ccwb.cycle.states import APPROVALS
from ccwb.ui import html, text
from ccwb.ui.text import _
from ccwb.ui.widgets import button


def approval(page, stage, also=lambda: []):
    """Return a card: the stage's blockers in words with where to mend them, the approval, earlier versions.

    also() : sentences on what is odd about the stage and blocks nothing.
    It shows the stage as it now stands again whenever something was saved (`page.refresh_frame`).
    """
    standing, past = html.stack(), _Past(page, stage)
    known = {}

    def show():
        state = cycle.state(page.store, page.cycle_id)[stage]
        one = page.store.cycle(page.cycle_id)
        now = state, one.status, tuple(also())
        if known.get("state") != now:
            known["state"] = now
            row = html.row(*_buttons(page, stage, state))
            standing.children = (html.html(_standing(page, state, one) + _also(now[-1])), row)
        versions = page.store.versions(cycle.stage_of(stage).documents[0], **_place(page))
        if known.get("versions") != versions:
            known["versions"] = versions
            past.show(versions)

    show()
    page.watchers["approval"] = page.guard(show)
    return html.card(standing, past.widget, classes="ccwb-approval")


def _standing(page, state, one):
    title = html.heading(_("How this stage stands"))
    if one.status == "finished":
        title += html.notice(_("This cycle is finished: what you change here changes the record."), "near")
    if state.state == cycle.APPROVED:
        said = html.notice(
            _("Approved by {who}, {when}.", who=state.approved_by, when=text.when(state.approved_at)), "good"
        )
        return title + said + html.bullets(dict.fromkeys(_blocker(page, b) for b in state.notes))
    changed = ""
    if state.changed_at:
        said = _("Last changed by {who}, {when}.", who=state.changed_by, when=text.when(state.changed_at))
        changed = html.paragraph(said, "ccwb-muted")
    against = _against(page, state) or html.paragraph(_("Nothing blocks this stage."))
    return title + _fallen(page, state) + against + changed


def _also(sentences):
    return "".join(html.notice(sentence, "near") for sentence in sentences)


def _fallen(page, state):
    """Return that an approval was there and holds no more; one that was taken back leaves nothing to say."""
    entry = (page.store.load(APPROVALS, cycle=page.cycle_id).data or {}).get(state.key)
    if not entry:
        return ""
    when = text.when(dt.datetime.fromisoformat(entry["at"]))
    said = _(
        "The approval by {who}, {when}, fell when this stage, or what it is made from, was changed.",
        who=entry["by"],
        when=when,
    )
    return html.notice(said, "near")


def _against(page, state):
    """Return all that approving would be refused with, each once, with the way to where it is mended."""
    said = {}
    for blocker in state.against:
        said.setdefault(_blocker(page, blocker), blocker.stage)
    return "".join(
        html.notice(sentence, "near", link=page.context.href(stage), link_text=_("Go there"))
        if stage != page.name
        else html.notice(sentence, "near")
        for sentence, stage in said.items()
    )


def _blocker(page, blocker):
    """Return a blocker in words, with the project's name where it concerns one."""
    reason = text.say().error(blocker)
    labels = {one["project"]: one["label"] for one in page.centre()["projects"]}
    if blocker.project not in labels:
        return reason
    return _("{project}: {reason}", project=labels[blocker.project], reason=reason)


def _buttons(page, stage, state):
    def done(change):
        change(page.store, page.cycle_id, stage, by=page.person, at=dt.datetime.now(dt.UTC))
        page.clear()
        page.refresh_frame()

    if state.state == cycle.APPROVED:
        return [button(_("Take the approval back"), lambda: done(cycle.unapprove), page=page)]
    return [button(_("Approve this stage"), lambda: done(cycle.approve), primary=True, page=page)]


def _place(page):
    return {"cycle": page.cycle_id, "project": page.project if page.needs_project else ""}


class _Past:
    """The earlier versions of a stage's own document, behind a fold: by when and by whom, each with a way back.

    What people saved in turns within the same ten minutes is one line. An open list stays as it is while others save:
    it is made anew when it is next opened.
    """

    def __init__(self, page, stage):
        self.page, self.stage, self.sittings = page, cycle.stage_of(stage), []
        self.rows, self.widget = html.stack(), html.stack()
        self.fold = None

    def show(self, versions):
        """Take the versions as they now are, newest first."""
        from ccwb.store.documents import sittings

        self.sittings = sittings(versions)
        title = _("Earlier versions ({n})", n=text.number(len(self.sittings)))
        if self.fold is None and versions:
            self.fold = html.fold(title, self.rows)
            self.fold.head.observe(lambda change: self._fill() if change["new"] else None, "opened")
            self.widget.children = (self.fold,)
        elif versions:
            self.fold.title = title

    def _fill(self):
        label = _("Take these settings back") if self.stage.result else _("Go back to this")
        why = _("The settings come back, not what was computed with them: the result has to be made again then.")
        told = self.stage.result and len(self.sittings) > 1
        lead = [html.html(html.paragraph(why, "ccwb-muted"))] if told else []
        rows = (
            html.row(
                html.html(html.paragraph(_said(sitting))),
                *([button(label, lambda last=sitting[0]: self._back(last), page=self.page)] if n else []),
            )
            for n, sitting in enumerate(self.sittings[:20])
        )
        self.rows.children = (*lead, *rows)

    def _back(self, version):
        page, name = self.page, self.stage.documents[0]
        page.store.restore(name, version.version, by=page.person, at=dt.datetime.now(dt.UTC), **_place(page))
        page.open()
        page.say(_went_back(self.stage, version), "good")


def _said(sitting):
    """Return when and by whom a line of the list was saved; of several versions, how many changes they were."""
    last, first = sitting[0], sitting[-1]
    if last is first:
        return _("{when}, by {who}", when=text.when(last.at), who=last.by)
    when = f"{text.when(first.begun)} – {text.clock(last.at.astimezone())}"
    who = text.listed(dict.fromkeys(one.by for one in reversed(sitting)))
    return _("{when}, by {who}: {n} changes", when=when, who=who, n=text.number(len(sitting)))


def _went_back(stage, version):
    values = {"who": version.by, "when": text.when(version.at)}
    if stage.result:
        return _(
            "The settings saved by {who}, {when}, are back. The tables are still those of the last result: make the "
            "result again now. The later settings are kept in the list too.",
            **values,
        )
    return _(
        "What {who} saved, {when}, is back. Nothing was lost: the others are still in the list of versions.", **values
    )
