"""Signed links: they open what was signed, for their time, and nothing that anybody else wrote."""

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest

from ccwb.errors import PlanError
from ccwb.server.links import DOCUMENT, read, secret_of, sign, withdraw
from ccwb.store import open_store

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)
WHAT = {"page": "client", "project": "service"}
WHO = {"by": "Ana", "at": NOW}


def test_a_link_opens_what_was_signed_until_its_time_is_over():
    token = sign(WHAT, secret="ours", expires=LATER)
    assert read(token, secret="ours", now=NOW) == WHAT
    assert read(token, secret="ours", now=LATER - dt.timedelta(seconds=1)) == WHAT
    with pytest.raises(PlanError, match="until 2026-12-02"):
        read(token, secret="ours", now=LATER)


def test_the_signature_is_what_the_standard_says():
    said, signature = sign(WHAT, secret="ours", expires=LATER).split(".")
    body = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    assert body == {"until": int(LATER.timestamp()), "what": WHAT}
    right = hmac.new(b"ours", said.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) == right


def test_no_changed_letter_of_a_link_opens_anything_else():
    token = sign(WHAT, secret="ours", expires=LATER)
    other = sign(WHAT | {"project": "sales"}, secret="ours", expires=LATER)
    forged = [other.split(".")[0] + "." + token.split(".")[1], token.split(".")[0], token + ".", "", ".", "é.é", "a.b"]
    forged += [token[:n] + ("A" if letter != "A" else "B") + token[n + 1 :] for n, letter in enumerate(token[:-1])]
    for one in forged:
        with pytest.raises(PlanError, match="not one of this workbook's"):
            read(one, secret="ours", now=NOW)


def test_another_workbooks_link_opens_nothing_here():
    with pytest.raises(PlanError, match="not one of this workbook's"):
        read(sign(WHAT, secret="theirs", expires=LATER), secret="ours", now=NOW)


def test_a_link_without_a_time_zone_is_the_programs_mistake():
    with pytest.raises(ValueError, match="time zone"):
        sign(WHAT, secret="ours", expires=LATER.replace(tzinfo=None))


def test_the_secret_is_made_once_kept_with_the_workbook_and_withdrawn_with_all_its_links(tmp_path):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    with open_store(address) as store:
        secret = secret_of(store, **WHO)
        assert len(secret) == 64 and secret_of(store, **WHO) == secret
        token = sign(WHAT, secret=secret, expires=LATER)
    with open_store(address, read_only=True) as reader:
        assert secret_of(reader, **WHO) == secret
    with open_store(address) as store:
        assert withdraw(store, **WHO) == secret_of(store, **WHO) != secret
        with pytest.raises(PlanError, match="not one of this workbook's"):
            read(token, secret=secret_of(store, **WHO), now=NOW)
        assert store.load(DOCUMENT).by == "Ana"
