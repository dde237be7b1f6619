"""Who may see what: everybody with the token all of it, whoever has a signed link the one page that it opens.

What a visitor may open is a dict of texts, as it was signed: {} is everything, {"page": "executive"} one page. It goes
with the page's process from its beginning (`HTTP_CCWB_ACCESS`, JSON), so that nobody reaches another one's.
"""

import datetime as dt
import json
from dataclasses import dataclass, field

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import User
from tornado import web
from voila.voila_identity_provider import VoilaIdentityProvider

from ccwb.errors import PlanError
from ccwb.server.links import DOCUMENT, NOT_OURS, read

HEADER = "Ccwb-Access"  # set here for the page's process, whatever a visitor sends by that name
ENVIRONMENT = "HTTP_CCWB_ACCESS"
ASKS = "CCWB_ASKS"  # set where a visitor has to show a token: only there does a link open no more than it says
LINK = "link"  # the part of an address that holds a signed link
COOKIE = "workbook_link"  # not one of the cookies that a page's process is told


@dataclass
class Guest(User):
    """A visitor by a signed link; `what` it opens."""

    what: dict = field(default_factory=dict)


class Doors(VoilaIdentityProvider):
    """Lets in by the token, else by a signed link of the workbook, which a cookie remembers as long as it is good."""

    def get_user(self, handler):
        return self._known_or_guest(handler)

    async def _known_or_guest(self, handler):
        user = await ensure_async(super().get_user(handler))
        if user is not None:
            return user
        given = handler.get_query_argument(LINK, "")
        token = given or handler.get_cookie(COOKIE, "")
        if not token:
            return None
        try:
            what = read(token, secret=_secret(handler), now=dt.datetime.now(dt.UTC))
        except PlanError as error:
            handler.clear_cookie(COOKIE, path=handler.base_url)
            handler.refused = error  # said on the page that answers 403
            raise web.HTTPError(403) from None
        if given:
            safe = {"httponly": True, "samesite": "Lax", "secure": handler.request.protocol == "https"}
            handler.set_cookie(COOKIE, token, path=handler.base_url, **safe)
        return Guest(username="guest", what=what)


def _secret(handler):
    """Return the secret as it is now: one that was withdrawn opens nothing from the next request on."""
    kept = handler.settings["ccwb_store"]().load(DOCUMENT).data
    if not kept:
        raise PlanError(NOT_OURS)
    return kept["secret"]


def access_of(handler):
    """Return what a visitor may open, as it was signed; {} for everything."""
    only = handler.settings.get("ccwb_only")
    return getattr(handler.current_user, "what", {}) or ({"page": only} if only else {})


def page_of(handler):
    """Return the name of the one page that a visitor may open; "" for all of them."""
    access = access_of(handler)
    return access.get("page", "-") if access else ""  # a link that names no page opens none


def label(access):
    """Return an access as the text that goes with a page's process.

    >>> label({}), label({"project": "service", "page": "client"})
    ('', '{"page": "client", "project": "service"}')
    """
    return json.dumps(access, sort_keys=True) if access else ""


class OwnKernel:
    """For what speaks to a page's process: only to one that was begun for the same access."""

    async def prepare(self):
        await ensure_async(super().prepare())
        kernel_id = self.path_kwargs.get("kernel_id") or next(iter(self.path_args), None)
        mine = label(access_of(self)) if self.current_user is not None else None
        if kernel_id is not None and mine and self.kernel_manager.begun_for(kernel_id) != mine:
            raise web.HTTPError(404)  # not to be told from one that there is not
