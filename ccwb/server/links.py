"""Signed links: an address that opens one thing for a while, and tells whether anybody changed it.

What a link opens stands in it for everybody to read; nobody can make another one without the workbook's secret.

    secret = secret_of(store, by="Ana", at=now)                      # the same for all links of this workbook
    token = sign({"page": "executive"}, secret=secret, expires=now + dt.timedelta(days=90))
    read(token, secret=secret, now=now)                              # {"page": "executive"}
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import secrets

from ccwb.errors import PlanError
from ccwb.messages import N_

DOCUMENT = "links"  # the centre's document with the secret; whoever has it can make links
BYTES = 32

NOT_OURS = N_("This link is not one of this workbook's. Ask whoever sent it for a new one.")
EXPIRED = N_("This link was good until {day}. Ask whoever sent it for a new one.")


def sign(what, *, secret, expires):
    """Return a text that can stand in an address and that `read` turns back into `what` until `expires`.

    what : a dict of texts, such as {"page": "client", "project": "service"}.  secret : of `secret_of`.
    expires : a time with a zone. The same arguments give the same text.
    Source: HMAC with SHA-256 (RFC 2104, RFC 4868).

    >>> import datetime as dt
    >>> token = sign({"page": "executive"}, secret="ours", expires=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    >>> read(token, secret="ours", now=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    {'page': 'executive'}
    """
    if expires.tzinfo is None:
        raise ValueError("the end of a link needs a time zone: datetime.now(UTC) + ..., not datetime.now()")
    body = json.dumps({"until": int(expires.timestamp()), "what": what}, sort_keys=True, separators=(",", ":"))
    said = _text(body.encode())
    return f"{said}.{_text(_signature(said, secret))}"


def read(token, *, secret, now):
    """Return what was signed; PlanError where the text was changed, signed with another secret, or its time is over."""
    said, dot, signature = token.partition(".")
    try:
        right = hmac.compare_digest(_bytes(signature), _signature(said, secret))
        body = json.loads(_bytes(said)) if right and dot else None
    except (binascii.Error, ValueError, UnicodeError):
        body = None
    if body is None:
        raise PlanError(NOT_OURS)
    if now.timestamp() >= body["until"]:
        raise PlanError(EXPIRED, day=str(dt.datetime.fromtimestamp(body["until"], dt.UTC).date()))
    return body["what"]


def secret_of(store, *, by, at):
    """Return the workbook's secret, made and kept with it where there is none yet (that needs a store that writes)."""
    if kept := store.load(DOCUMENT).data:
        return kept["secret"]
    with store.together():  # whoever comes second finds the first one's
        kept = store.load(DOCUMENT)
        return kept.data["secret"] if kept.data else _new(store, base=kept.version, by=by, at=at)


def withdraw(store, *, by, at):
    """Give the workbook a new secret: no link that was signed before opens anything any more. Return the secret."""
    with store.together():
        return _new(store, base=store.load(DOCUMENT).version, by=by, at=at)


def _new(store, *, base, by, at):
    return store.save(DOCUMENT, {"secret": secrets.token_hex(BYTES)}, base=base, by=by, at=at, apart=True).data[
        "secret"
    ]


def _signature(said, secret):
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).digest()


def _text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
