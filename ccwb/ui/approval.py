"""How a stage stands: what blocks it, its approval, and the versions it can go back to."""

import datetime as dt

import ipywidgets as w

from ccwb import cycle
from ccwb.ui import html, text
from ccwb.ui.text import _
from ccwb.ui.widgets import button


def approval(page, stage):
    """Return a card: the stage's blockers in words with where to mend them, the approval, earlier versions."""
    made = html.card(classes="ccwb-approval")

    def show():
        state = cycle.state(page.store, page.cycle_id)[stage]
        made.children = (
            html.html(_standing(page, state)),
            html.row(*_buttons(page, stage, state, show)),
            _history(page, stage),
        )

    show()
    return made


def _standing(page, state):
    title = html.heading(_("How this stage stands"))
    if state.state == cycle.APPROVED:
        said = html.notice(
            _("Approved by {who}, {when}.", who=state.approved_by, when=text.when(state.approved_at)), "good"
        )
        return title + said + html.bullets([_blocker(b) for b in state.notes])
    blockers = "".join(
        html.notice(_blocker(b), "near", link=page.context.href(b.stage), link_text=_("Go there"))
        if b.stage != page.name
        else html.notice(_blocker(b), "near")
        for b in state.blockers
    )
    changed = ""
    if state.changed_at:
        said = _("Last changed by {who}, {when}.", who=state.changed_by, when=text.when(state.changed_at))
        changed = html.paragraph(said, "ccwb-muted")
    return title + (blockers or html.paragraph(_("Nothing blocks this stage."))) + changed


def _blocker(blocker):
    return _(blocker.message, **blocker.values)


def _buttons(page, stage, state, show):
    def done(change):
        change(page.store, page.cycle_id, stage, by=page.person, at=dt.datetime.now(dt.UTC))
        page.clear()
        page.refresh_frame()
        show()

    if state.state == cycle.APPROVED:
        return [button(_("Take the approval back"), lambda: done(cycle.unapprove), page=page)]
    return [button(_("Approve this stage"), lambda: done(cycle.approve), primary=True, page=page)]


def _history(page, stage):
    """Return the saved versions of the stage's own document, each with a way back; nothing where there are none."""
    name = cycle.stage_of(stage).documents[0]
    project = page.project if page.needs_project else ""
    place = {"cycle": page.cycle_id, "project": project}
    versions = page.store.versions(name, **place)

    def back(version):
        page.store.restore(name, version, by=page.person, at=dt.datetime.now(dt.UTC), **place)
        page.open()
        page.say(
            _("Version {n} is the newest again. Nothing was lost: the others are still in the history.", n=version),
            "good",
        )

    rows = [
        html.row(
            html.html(html.paragraph(f"{text.when(v.at)} · {v.by}")),
            *([button(_("Go back to this"), lambda v=v: back(v.version), page=page)] if n else []),
        )
        for n, v in enumerate(versions[:20])
    ]
    return html.fold(_("Earlier versions ({n})", n=text.number(len(versions))), *rows) if versions else w.VBox()
