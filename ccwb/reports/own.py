"""Each agent's own view, made when a roster is published: one page and one calendar file with their shifts alone.

The files need no server of ours and no script: they are put where people can open them, under names that nobody can
guess. Nothing in them names a colleague or leads to one's files.
"""

import hashlib
import re
from html import escape
from pathlib import Path

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_, Catalogue
from ccwb.people import ACTIVITIES
from ccwb.reports.calendars import to_icalendar
from ccwb.schedule.named import away_by_day, hours_of, in_order
from ccwb.tables import TABLES

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}")  # at least 128 bits of chance, and no folder or ending can be in it
_NOTHING = "<!doctype html><meta charset=utf-8><meta name=robots content=noindex><title></title>\n"
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --quiet: #5b6472; --line: #d9dee6; --own: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf0; --paper: #14171d; --quiet: #a3acba; --line: #343b47; --own: #8cbcf2; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Vazirmatn", sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
p, td small { color: var(--quiet); } a { color: var(--own); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: .45rem .4rem; border-top: 1px solid var(--line); }
th { font-weight: 600; width: 9.5rem; } small { display: block; } .free { color: var(--quiet); }
@media print {
  :root { --ink: #000; --paper: #fff; --quiet: #333; --line: #999; }
  main { max-width: none; padding: 0; } section { break-inside: avoid; } a { display: none; }
}
"""


def tokens_of(agents, *, known=None, draw):
    """Return agent -> the unguessable name of their files; those `known` stay, so that an address goes on working.

    agents : keys.  known : what an earlier call gave.  draw : makes a new one, such as `secrets.token_urlsafe`.

    >>> sorted(tokens_of(["a1", "a2"], known={"a1": "A" * 43}, draw=lambda: "B" * 43).items())[1][1][:3]
    'BBB'
    """
    out = {agent: known[agent] for agent in agents if agent in (known or {})}
    return {agent: out[agent] if agent in out else _sure(draw()) for agent in agents}


def _sure(token):
    if not _TOKEN.fullmatch(token):
        raise ValueError("a file's name is 22 to 128 letters and digits drawn by chance (secrets.token_urlsafe)")
    return token


def publish(roster, folder, *, agents, tokens, made_at, labels=None, languages=None):
    """Write a page and a calendar file for each agent into `folder`, and return agent -> (page, calendar), the names.

    roster : roster table, zone aware; its days are those that every page shows.  agents : agents table: names, and who
    gets files.  tokens : what `tokens_of` gave.  made_at : a time with its zone.  labels : project -> its label.
    languages : agent -> language, or one for all.  An empty index.html keeps a web server from listing the names.
    Files of others in the folder are left alone; a file is there whole or not at all.
    Raises PlanError where the folder cannot be written to.
    """
    place, days = Path(folder), _days(roster)
    table, out = in_order(roster), {}
    languages = languages or "en"
    of = languages if isinstance(languages, dict) else dict.fromkeys(agents["agent"], languages)
    names = dict(zip(agents["agent"], agents.get("name", agents["agent"]), strict=True))
    try:
        place.mkdir(parents=True, exist_ok=True)
        _write(place / "index.html", _NOTHING.encode())
        for agent, name in names.items():
            token, say = _sure(tokens[agent]), Catalogue(of.get(agent, "en"))
            mine = table[table["agent"] == agent]
            files = f"{token}.html", f"{token}.ics"
            more = {"zone": table["start"].dt.tz, "labels": labels, "calendar": files[1]}
            page = own_page(mine, name=name, days=days, say=say, made_at=made_at, **more)
            _write(place / files[0], page.encode())
            _write(place / files[1], own_calendar(mine, token=token, say=say, made_at=made_at, labels=labels))
            out[agent] = files
    except OSError:
        raise PlanError(
            N_("The agents' pages cannot be written to the folder '{folder}'. Choose one that you may write to."),
            folder=place.name,
        ) from None
    return out


def withdraw(folder, *, token):
    """Take away an agent's files, as when somebody leaves; files that are not there are no error."""
    for ending in (".html", ".ics"):
        (Path(folder) / f"{_sure(token)}{ending}").unlink(missing_ok=True)


def own_page(rows, *, name, days, say, made_at, zone, labels=None, calendar=""):
    """Return an agent's page: a stand-alone HTML text without scripts, and without anything from elsewhere.

    rows : the agent's rows of the roster table, and of nobody else.  name : theirs.  days : first and last day shown.
    say : Catalogue of their language.  made_at : when it was published.  zone : of the clock times.
    labels : project -> its label.  calendar : name of the calendar file beside it; "" for none.
    Raises ValueError for rows of several agents.
    """
    table = away_by_day(_of_one(rows))
    title = say(N_("Your shifts"))
    link = f'<p><a href="{escape(calendar)}" download>{escape(say(N_("Take it into your calendar")))}</a></p>'
    parts = [f"<h1>{escape(title)}: <bdi>{escape(name)}</bdi></h1>"]
    at = pd.Timestamp(made_at).tz_convert(zone)
    told = say(
        N_("As of {day}, {time}. Times are those of {zone}."), day=say.date(at), time=say.time(at), zone=str(zone)
    )
    parts += [f"<p>{escape(told)}</p>", link if calendar else ""]
    for monday, week in _weeks(*days):
        parts.append(_week(monday, week, table, say, labels or {}))
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )
    body = "\n".join(filter(None, parts))
    return (
        f'<!doctype html>\n<html lang="{say.language}" dir="{say.direction}">\n<head>{head}'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n<body><main>\n{body}\n</main></body>\n</html>\n"
    )


def own_calendar(rows, *, token, say, made_at, labels=None):
    """Return an agent's calendar file (.ics): an entry for each shift, its parts in the note, and for each absence.

    rows : the agent's rows of the roster table.  token : of their files; the same stretch keeps its identity when it is
    published again. Times are in UTC, which every calendar shows as the clock there has it.
    """
    table, entries = _of_one(rows), []
    for start, end, parts in _shifts(table):
        first = parts[0]
        uid = hashlib.sha256(f"{token} {start.tz_convert('UTC').isoformat()}".encode()).hexdigest()[:40]
        lines = [f"{say.time(p.start)}–{say.time(p.end)} {_what(p, say, labels or {})}" for p in parts]
        entry = {"uid": f"{uid}@ccwb", "start": start.to_pydatetime(), "end": end.to_pydatetime()}
        title = first.shift if ACTIVITIES[first.activity].there and first.shift else _what(first, say, labels or {})
        entries.append(entry | {"title": title, "note": "\n".join(lines)})
    return to_icalendar(entries, name=say(N_("Your shifts")), made_at=made_at)


def _of_one(rows):
    table = rows if len(rows) == 0 else hours_of(rows)
    if len(table) and table["agent"].nunique() > 1:
        raise ValueError("an agent's own page is made of their rows alone")
    return table


def _days(roster):
    """Return the first and last local day that a roster holds."""
    if roster.empty:
        raise PlanError(N_("The roster is empty: there is nothing to publish."))
    if roster["start"].dt.tz is None:
        raise PlanError(
            N_("The roster's times carry no time zone: calendars elsewhere would show other hours. Say it.")
        )
    local = roster["start"].dt.tz_localize(None).dt.normalize()
    return local.min(), local.max()


def _weeks(first, last):
    """Return (Monday, the days shown of its week), in order."""
    days = pd.Series(pd.date_range(first, last))
    monday = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    return [(day, week.tolist()) for day, week in days.groupby(monday)]


def _week(monday, days, table, say, labels):
    lines = "".join(_day(day, table, say, labels) for day in days)
    hours = table.loc[table["day"].isin(days), "worked_h"].sum() if len(table) else 0.0
    head = say(
        N_("Week of {day}: {hours} hours"), day=say.date(monday), hours=say.number(hours, 0 if hours % 1 == 0 else 2)
    )
    return f"<section><h2>{escape(head)}</h2>\n<table>{lines}</table></section>"


def _day(day, table, say, labels):
    head = f'<th scope="row">{escape(say.weekday(day))}<small>{escape(say.date(day))}</small></th>'
    mine = table[table["day"] == day] if len(table) else table
    if mine.empty:
        return f'<tr>{head}<td class="free">{escape(say(N_("free")))}</td></tr>\n'
    told = []
    for start, end, parts in _shifts(mine):
        kind = parts[0].shift if ACTIVITIES[parts[0].activity].there else ""
        label = f" {escape(kind)}" if kind else ""
        told.append(f"<div><b>{_clocks(start, end, say)}</b>{label}")
        told += [f"<small>{_clocks(p.start, p.end, say)} {escape(_what(p, say, labels))}</small>" for p in parts]
        told.append("</div>")
    return f"<tr>{head}<td>{''.join(told)}</td></tr>\n"


def _clocks(start, end, say):
    return f'<bdi dir="ltr">{say.time(start)}–{say.time(end)}</bdi>'


def _what(row, say, labels):
    """Return what a stretch is to its agent: the project, or the activity with its title where it has one."""
    if row.activity == "work":
        return labels.get(row.project, row.project)
    return ": ".join(filter(None, (say(ACTIVITIES[row.activity].label), row.title)))


def _shifts(table):
    """Return (start, end, stretches) of each run of stretches without a gap; an absence is one of its own."""
    out = []
    for row in table[TABLES["roster"].names].itertuples(index=False):
        there = ACTIVITIES[row.activity].there
        if out and there and ACTIVITIES[out[-1][0].activity].there and out[-1][-1].end == row.start:
            out[-1].append(row)
        else:
            out.append([row])
    return [(parts[0].start, parts[-1].end, parts) for parts in out]


def _write(path, content):
    """Write a file beside its place, then move it there: whoever opens it meanwhile sees the old one, or the new."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
