"""A centre of two clients for the tests of their reports; what is the rival's is unmistakable wherever it turns up."""

import datetime as dt
import io
import re
import zipfile
import zlib

import pandas as pd

from ccwb.evaluation import blank_evaluation
from ccwb.projects import blank_centre, new_project

NOW = dt.datetime(2026, 9, 3, 9, 30, tzinfo=dt.UTC)
BY = {"by": "Ana", "at": NOW}
MINE, RIVAL = "zebra", "quagga"
OWN_WORDS = ("Zebra", "Striped")
RIVAL_WORDS = ("quagga", "quagmire", "quentin", "wolfhard", "xanthippe")
# An hour's contacts and their handling time, agents, a promise, a cost, and sums of both clients together
RIVAL_FIGURES = ("7654", "8677", "91357", "777", "424242", "7694", "1285872", "1292592")
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


def days(first, last):
    """Return the hours from 9 to 17 of the weekdays between two days, Berlin time."""
    hours = pd.date_range(first, pd.Timestamp(last) + pd.Timedelta(days=1), freq="h", inclusive="left")
    hours = hours[(hours.day_of_week < 5) & (hours.hour >= 9) & (hours.hour < 17)]
    return hours.tz_localize("Europe/Berlin")


def history(project, times, **figures):
    """Return recorded hours of one voice queue: of 40 contacts 38 are handled, one gave up at once, 34 in 20 s."""
    usual = {"offered": 40.0, "handled": 38.0, "abandoned": 2.0, "short_abandoned": 1.0, "answered_within": 34.0}
    usual |= {"answer_within_s": 20.0, "aht_s": 300.0, "asa_s": 11.0, "agents": 5.0}
    table = pd.DataFrame({"interval_start": times, "interval_s": 3600, "project": project, "channel": "voice"})
    return table.assign(**(usual | figures))


def forecast(project, times, offered, aht_s):
    table = pd.DataFrame({"interval_start": times, "interval_s": 3600, "project": project, "channel": "voice"})
    bands = {"lower_80": 0.9 * offered, "upper_80": 1.1 * offered, "day_spread": 0.05, "dispersion": 1.0}
    return table.assign(offered=float(offered), aht_s=float(aht_s), model="seasonal naive", **bands)


def need(project, times, offered, aht_s, agents):
    table = forecast(project, times, offered, aht_s)[["interval_start", "interval_s", "project", "channel"]]
    load = offered * aht_s / 3600
    more = {"load": load, "agents": float(agents), "scheduled": agents * 1.25, "answer_rate": 0.93}
    return table.assign(offered=float(offered), aht_s=float(aht_s), model="erlang_a", **more)


def fill(store, *, contract=None):
    """Fill an empty store with the two clients; return the cycle of July to September 2026."""
    shared = {"zone": "Europe/Berlin", "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")}
    mine = new_project(MINE, label="Zebra hotline", client="Striped Goods", supervisor="Zora M.", **shared)
    rival = new_project(RIVAL, label="Quagga desk", client="Quagmire Trust", supervisor="Quentin Q.", **shared)
    mine["contract"] |= {"answer_rate": 0.9} | (contract or {})
    rival["contract"] |= {"answer_rate": 0.777}
    centre = blank_centre(name="Grassland Centre", zone="Europe/Berlin") | {"projects": [mine, rival]}
    store.save("centre", centre, base=0, **BY)
    cycle = store.add_cycle("Summer", first_day="2026-07-01", last_day="2026-09-30", **BY)
    past, ahead = days("2026-06-01", "2026-08-31"), days("2026-07-01", "2026-09-30")
    theirs = {"offered": 7654.0, "handled": 7000.0, "answered_within": 6000.0, "aht_s": 8677.0, "agents": 91357.0}
    both = [history(MINE, past), history(RIVAL, past, **theirs)]
    store.write_table("history", pd.concat(both), **BY)
    here = {"cycle": cycle.id, **BY}
    since = [one[one["interval_start"] >= ahead[0]] for one in both]
    store.write_table("actuals", pd.concat(since), **here)
    store.write_table(
        "forecast", pd.concat([forecast(MINE, ahead, 36, 290), forecast(RIVAL, ahead, 7654, 8677)]), **here
    )
    plans = [need(MINE, ahead, 36, 290, 4), need(RIVAL, ahead, 7654, 8677, 91357)]
    store.write_table("requirement", pd.concat(plans), **here)
    _written(store, cycle, here)
    return cycle


def _written(store, cycle, here):
    at = pd.Timestamp("2026-08-12 10:00", tz="Europe/Berlin")
    log = [
        (MINE, "Breaks moved out of the peak", "More calls than planned", "Shorter waits"),
        (MINE, "Two people of the Quagga desk helped out", "More calls than planned", "Shorter waits"),
        (RIVAL, "Wolfhard X. worked late", "7654 calls an hour", "91357 agents rest"),
        ("", "Rooms for all, also for Quagmire Trust", "424242 spent", "None"),
    ]
    rows = [
        {"at": at, "who": "Xanthippe Q.", "project": p, "plan_item": "staffing", "done": d, "why": w, "effect": e}
        for p, d, w, e in log
    ]
    store.write_table("action_log", pd.DataFrame(rows), mode="append", **here)
    lessons = [("Zora M.", "Move breaks earlier"), ("Quentin Q.", "Hire 91357 people"), ("Ana", "Ask Quagmire first")]
    lessons.append(("Ana", "Coach in quiet weeks"))
    noted = [{"text": t, "owner": o, "due": "", "status": "open", "origin": ""} for o, t in lessons]
    document = blank_evaluation() | {"lessons": [row | {"id": f"L{n}"} for n, row in enumerate(noted, start=1)]}
    parts = {MINE: {"volume": -0.02, "handling_time": -0.01}, RIVAL: {"quagga volume": -0.777}}
    document["causes"] = [
        {"kpi": "answer_rate", "project": p, "channel": "", "plan": 0.97, "actual": 0.94, "parts": one}
        for p, one in parts.items()
    ]
    store.save("evaluation", document, base=0, **here)
    costs = {"first_day": pd.Timestamp("2026-08-01"), "last_day": pd.Timestamp("2026-08-31"), "kind": "technology"}
    store.write_table("costs", pd.DataFrame([costs | {"project": "", "amount": 424242.0}]), **BY)
    agents = {"agent": "w1", "name": "Wolfhard X.", "team": "Xanthippe", "project": RIVAL, "hours_week": 40.0}
    store.write_table("agents", pd.DataFrame([agents | {"hired": pd.Timestamp("2020-01-01")}]), **BY)


# searching -----------------------------------------------------------------------------------------------------------
def texts_of(name, data):
    """Return all text that a file holds, its own name among it: of every part, stream and hidden corner."""
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [book.read(one).decode("utf-8", "replace") for one in book.namelist()]
            return [name, *book.namelist(), *parts, book.comment.decode()]
    if name.endswith(".pdf"):
        return [name, *pdf_texts(data)]
    return [name, data if isinstance(data, str) else data.decode()]


def pdf_texts(data):
    """Return what a PDF holds: its bytes, its streams unpacked, and its lines by every table of letters in it."""
    streams = [data]
    for packed in re.findall(rb"stream\r?\n(.*?)\nendstream", data, re.DOTALL):
        try:
            streams.append(zlib.decompressobj().decompress(packed))
        except zlib.error:
            streams.append(packed)
    tables = [_letters(stream) for stream in streams if b"begincmap" in stream]
    lines = [line for stream in streams if b"BT" in stream for line in _lines(stream)]
    said = [
        "".join(table.get(line[i : i + 2], "") for i in range(0, len(line), 2)) for table in tables for line in lines
    ]
    plain = [stream.decode("latin-1") for stream in streams]
    wide = [stream.decode("utf-16-be", "ignore") for stream in (data, b" " + data)]
    return [*plain, *wide, "\n".join(said), "".join(said)]  # in a picture each letter is a line of its own


def _letters(stream):
    """Return what each code of a font stands for (ToUnicode)."""
    out = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for code, to in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            out[bytes.fromhex(code.decode())] = bytes.fromhex(to.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, to in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for n in range(int(last, 16) - int(first, 16) + 1):
                out[(int(first, 16) + n).to_bytes(2, "big")] = chr(int(to, 16) + n)
    return out


def _lines(stream):
    """Return the codes of each line of text in a stream of drawing."""
    for block in re.findall(rb"BT(.*?)ET", stream, re.DOTALL):
        yield b"".join(_strings(block))


def _strings(block):
    """Yield the strings of a block: in hexadecimal, or in parentheses, which may hold pairs of parentheses."""
    plain, at = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}, 0
    depth, out = 0, b""
    while at < len(block):
        mark = block[at : at + 1]
        if depth and mark == b"\\":
            octal = re.match(rb"[0-7]{1,3}", block[at + 1 : at + 4])
            said = octal[0] if octal else block[at + 1 : at + 2]
            out += bytes([int(said, 8)]) if octal else plain.get(said, said)
            at += len(said)
        elif not depth and (code := re.match(rb"<([0-9A-Fa-f]+)>", block[at:])):
            yield bytes.fromhex(code[1].decode())
        else:
            depth += (mark == b"(") - (mark == b")" and depth > 0)
            if depth == 0 and mark == b")":
                yield out[1:]
                out = b""
            elif depth:
                out += mark
        at += 1


def leaked(texts):
    """Return which of the rival's words and figures are in some texts, in any digits and however they are grouped."""
    found = set()
    for text in texts:
        plain = re.sub(r"(?<=\d)[,.٬٫'\u00a0\u202f ](?=\d)", "", text.translate(_PERSIAN))
        found |= {word for word in RIVAL_WORDS if word in plain.casefold()}
        found |= {figure for figure in RIVAL_FIGURES if re.search(rf"(?<!\d){figure}(?!\d)", plain)}
    return found
