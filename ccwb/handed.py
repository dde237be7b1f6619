"""A project's part of what is made together: handed up by its supervisor, and accepted or returned by the manager.

The document is project -> {state, mark, by, at, comment, answered_by, answered_at, answer}. `mark` is that of what was
handed up: when the project's part is another one since, what was said of it holds no more.
"""

import hashlib

from ccwb.errors import PlanError
from ccwb.messages import N_

HANDED, ACCEPTED, RETURNED, CHANGED, NOTHING = "handed up", "accepted", "returned", "changed", ""
STATES = {
    NOTHING: N_("not handed up yet"),
    HANDED: N_("handed up"),
    ACCEPTED: N_("accepted"),
    RETURNED: N_("returned"),
    CHANGED: N_("changed since it was handed up"),
}


def mark_of(texts):
    """Return a short text that is another one when what was handed up is. texts : what it holds; their order is none.

    >>> mark_of(["a", "b"]) == mark_of(["b", "a"]), mark_of(["a"]) == mark_of(["b"])
    (True, False)
    """
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def standing(document, project, *, mark):
    """Return how a project's part stands, a key of STATES. mark : of the part as it is now.

    >>> document = hand_up({}, "service", mark="a", by="Sam", at="2026-10-01T09:00", comment="Complete.")
    >>> standing(document, "service", mark="a"), standing(document, "service", mark="b")
    ('handed up', 'changed')
    """
    entry = document.get(project)
    if not entry:
        return NOTHING
    known = entry.get("mark", entry.get("roster"))  # as it was called while only rosters were handed up
    return entry["state"] if known == mark or entry["state"] == RETURNED else CHANGED


def hand_up(document, project, *, mark, by, at, comment=""):
    """Return the document with a project's part handed up. at : ISO text of the moment."""
    entry = {"state": HANDED, "mark": mark, "by": by, "at": at, "comment": comment.strip()}
    return document | {project: entry}


def answer(document, project, *, accept, mark, by, at, comment=""):
    """Return the document with the answer to what was handed up; a PlanError where that is not what there is now.

    accept : True accepts, False returns it, which wants a comment.
    """
    found = standing(document, project, mark=mark)
    if found != HANDED:
        raise PlanError(
            N_("Only what was handed up, and is as it was then, can be accepted or returned; it is {state}."),
            state=PlanError(STATES[found]),
        )
    if not accept and not comment.strip():
        raise PlanError(N_("Say in the comment what is to be changed, then return it."))
    more = {"answered_by": by, "answered_at": at, "answer": comment.strip()}
    return document | {project: document[project] | {"state": ACCEPTED if accept else RETURNED} | more}
