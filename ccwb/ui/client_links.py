"""Links for clients: each opens the reports of one project, and nothing else; who made it, until when, if withdrawn.

The list is the project's own document; a link itself is signed (ccwb.server.links) and is not stored.
"""

import datetime as dt
import json
import os
import secrets

from ccwb.errors import PlanError
from ccwb.messages import N_

DOCUMENT = "client_links"
PAGE = "client"
GOOD_FOR = dt.timedelta(days=365)
ACCESS = "HTTP_CCWB_ACCESS"  # what the visitor's link opens, as the server tells this page's process
ASKS = "CCWB_ASKS"  # not empty where the server asks for a token
WITHDRAWN = N_("This link was withdrawn. Ask whoever sent it for a new one.")


def opened_by_link():
    """Return what the link says that this page was opened by: page, project, id; {} for a visitor of the workbook."""
    return json.loads(os.environ.get(ACCESS) or "{}")


def holds():
    """Return whether a link opens no more than it says: only a workbook that asks for a token keeps the rest shut."""
    return bool(os.environ.get(ASKS))


def links_of(store, project):
    """Return the links made for a project, the newest first: id, by, at, until and withdrawn ("" or when)."""
    return (store.load(DOCUMENT, project=project).data or {"links": []})["links"][::-1]


def add_link(store, project, *, by, at):
    """Keep a new link of a project, and return it."""
    link = {"id": secrets.token_hex(8), "by": by, "at": at.isoformat(), "until": (at + GOOD_FOR).isoformat()}
    _change(store, project, lambda links: [*links, link | {"withdrawn": ""}], by=by, at=at)
    return link


def withdraw_link(store, project, link_id, *, by, at):
    """Withdraw one link: from now on it opens nothing; the others stay good."""

    def change(links):
        return [link | ({"withdrawn": at.isoformat()} if link["id"] == link_id else {}) for link in links]

    _change(store, project, change, by=by, at=at)


def address_of(store, project, link, *, language, by, at):
    """Return the address of a link, as it follows the address of another page of the workbook."""
    from ccwb.server.links import secret_of, sign

    what = {"page": PAGE, "project": project, "id": link["id"]}
    token = sign(what, secret=secret_of(store, by=by, at=at), expires=dt.datetime.fromisoformat(link["until"]))
    return f"{PAGE}.ipynb?link={token}&lang={language}"


def check_link(store, access):
    """Return the project that a link opens; PlanError where it was withdrawn, or is of no link that was made."""
    project = access.get("project", "")
    found = [link for link in links_of(store, project) if project and link["id"] == access.get("id")]
    if access.get("page") != PAGE or not found or found[0]["withdrawn"]:
        raise PlanError(WITHDRAWN)
    return project


def _change(store, project, change, *, by, at):
    with store.together():
        kept = store.load(DOCUMENT, project=project)
        links = change((kept.data or {"links": []})["links"])
        store.save(DOCUMENT, {"links": links}, base=kept.version, by=by, at=at, project=project)
