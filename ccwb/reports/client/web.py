"""A client's report as a page that stands alone: no script, nothing from elsewhere, for screen and print."""

from base64 import b64encode
from html import escape
from pathlib import Path

from ccwb.reports.client import pictures
from ccwb.reports.client.sections import sections
from ccwb.reports.client.words import Told

LETTERS = Path(__file__).parents[2] / "ui/share/jupyter/voila/templates/ccwb/static/vazirmatn.woff2"
MARKS = {"good": "✓", "miss": "✗", "none": "–"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
# The page around the report, where it stands alone: on screen only, since it comes after what STYLE says of print.
DESK = """
:root { color-scheme: light dark; --desk: #f3f4f6; }
@media screen { body { margin: 0; background: var(--desk); }
  .report { max-width: 820px; margin: 24px auto; padding: 40px 48px; border-radius: 6px; } }
@media screen and (prefers-color-scheme: dark) { :root { --desk: #11161d; }
  .report { --ink: #e7ebf0; --muted: #a4afbd; --line: #303b49; --accent: #62b8ea;
  --soft: #1e4560; --good: #4cc79f; --miss: #ff8f5c; --near: #f0b54a; --none: #a4afbd; --paper: #19212b;
  --good-soft: #12352a; --miss-soft: #40210f; --near-soft: #3a2d10; --none-soft: #222c38; } }
@media screen and (max-width: 620px) { .report { margin: 0; padding: 22px 18px; border-radius: 0; } }
"""
STYLE = """
.report { --ink: #1b2430; --muted: #56616f; --line: #dde1e7; --accent: #0069a8; --soft: #cfe4f3; --good: #00795a;
  --miss: #b63c00; --near: #8f5f00; --none: #56616f; --paper: #ffffff; --good-soft: #e6f4ee; --miss-soft: #fdece3;
  --near-soft: #fdf3e0; --none-soft: #eef0f3; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.report * { box-sizing: border-box; }
.report:lang(fa) { font-family: Vazirmatn, "Noto Sans Arabic", system-ui, sans-serif; line-height: 1.75; }
.report header { border-block-end: 3px solid var(--accent); padding-block-end: 14px; margin-block-end: 20px; }
.report .kicker { color: var(--accent); font-weight: 600; margin: 0; }
.report h1 { font-size: 27px; line-height: 1.25; margin: 2px 0 6px; font-weight: 650; }
.report h2 { font-size: 17px; margin: 30px 0 8px; font-weight: 650; }
.report h3 { font-size: 14px; margin: 14px 0 4px; font-weight: 600; }
.report p { margin: 0 0 6px; } .report small, .report .muted { color: var(--muted); font-size: 13px; }
.report .verdict { border-inline-start: 5px solid; border-radius: 4px; padding: 12px 16px; }
.report .verdict b { font-size: 19px; display: block; }
.report .verdict.good { border-color: var(--good); background: var(--good-soft); }
.report .verdict.near { border-color: var(--near); background: var(--near-soft); }
.report .verdict.miss { border-color: var(--miss); background: var(--miss-soft); }
.report .verdict.none { border-color: var(--none); background: var(--none-soft); }
.report table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
.report th, .report td { padding: 6px 8px; text-align: end; border-block-end: 1px solid var(--line);
  vertical-align: top; }
.report th { color: var(--muted); font-weight: 500; font-size: 12.5px; vertical-align: bottom; }
.report :is(th, td):first-child { text-align: start; padding-inline-start: 0; }
.report :is(th, td):last-child { padding-inline-end: 0; }
.report td.stands { white-space: nowrap; font-weight: 600; }
.report td.good { color: var(--good); } .report td.miss { color: var(--miss); } .report td.none { color: var(--none); }
.report td small { display: block; }
.report .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 6px 28px; }
.report figure { margin: 0; break-inside: avoid; } .report figcaption { font-size: 13.5px; font-weight: 500; }
.report svg { display: block; width: 100%; height: auto; font-family: inherit; }
.report ul { margin: 0; padding-inline-start: 20px; } .report li { margin-block-end: 4px; }
.report dl { margin: 0; } .report dl div { display: grid; grid-template-columns: 110px 1fr; gap: 12px; padding: 6px 0;
  border-block-end: 1px solid var(--line); }
.report dt { color: var(--muted); font-size: 13px; } .report dd { margin: 0; } .report dd small { display: block; }
.report .ahead { overflow-x: auto; } .report .ahead svg { min-width: 470px; }
@media (max-width: 620px) { .report h1 { font-size: 23px; } .report dl div { grid-template-columns: 1fr; gap: 0; }
  .report thead { display: none; }
  .report tr { display: grid; grid-template-columns: repeat(2, 1fr); gap: 2px 16px; padding: 8px 0;
    border-block-end: 1px solid var(--line); }
  .report td { border: 0; padding: 2px 0; display: flex; justify-content: space-between; gap: 8px; }
  .report td:first-child { grid-column: 1 / -1; font-weight: 600; flex-direction: column; }
  .report td:not(:first-child)::before { content: attr(data-label); color: var(--muted); font-size: 12.5px;
    font-weight: 400; } }
@page { size: A4; margin: 13mm 16mm; }
@media print { :root { color-scheme: light; } body { background: none; }
  .report { --ink: #000; --muted: #444; --line: #bbb; --accent: #0069a8; --soft: #cfe4f3; --good: #00664c;
    --miss: #9a3300; --near: #805500; --none: #444; --paper: #fff; --good-soft: #fff; --miss-soft: #fff;
    --near-soft: #fff; --none-soft: #fff; font-size: 10pt; line-height: 1.38; max-width: none; margin: 0; padding: 0; }
  .report:lang(fa) { line-height: 1.5; }
  .report h1 { font-size: 18pt; } .report h2 { font-size: 12pt; margin: 11pt 0 3pt; }
  .report header { padding-block-end: 5pt; margin-block-end: 8pt; } .report .verdict { padding: 5pt 10pt; }
  .report p, .report li { margin-block-end: 2pt; } .report table { font-size: 9.5pt; } .report th { font-size: 8.5pt; }
  .report th, .report td { padding: 2.5pt 5pt; } .report small, .report .muted { font-size: 8.5pt; }
  .report :is(h2, h3) { break-after: avoid; } .report :is(tr, li, dl div, .verdict) { break-inside: avoid; }
  .report .charts { grid-template-columns: 1fr 1fr; gap: 2pt 20pt; } }
"""


def as_html(made, *, language="en"):
    """Return a report as one HTML text, with all that it shows in it.  made : what `gather` gave."""
    told = Told(made, language)
    title = escape(f"{told.heading['title']} · {told.heading['kicker']}")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{title}</title>'
    )
    return (
        f'<!doctype html>\n<html lang="{told.language}" dir="{told.direction}">\n<head>{head}\n'
        f"<style>{_letters(told)}{STYLE}{DESK}</style></head>\n<body>{body(told)}</body>\n</html>\n"
    )


def scoped(made, *, language="en"):
    """Return the report as a part of another page: its style, which says nothing of that page, and a <main>."""
    return f"<style>{STYLE}</style>{body(Told(made, language))}"


def _letters(told):
    """Return the letters that a Persian page brings, since not every machine has some that read well."""
    if told.language != "fa":
        return ""
    data = b64encode(LETTERS.read_bytes()).decode()
    return f"@font-face {{ font-family: Vazirmatn; src: url(data:font/woff2;base64,{data}); font-weight: 100 900; }}"


def body(told):
    """Return the report itself as HTML, a <main>.  told : Told."""
    heading, verdict = told.heading, told.verdict
    parts = [
        f'<header><p class="kicker">{escape(heading["kicker"])}</p><h1>{escape(heading["title"])}</h1>'
        f'<p class="muted">{" · ".join(map(escape, heading["lines"]))}</p></header>',
        f'<div class="verdict {verdict["state"]}"><b>{escape(verdict["head"])}</b>{escape(verdict["text"])}</div>',
        _results(told.results),
        _trends(told),
        _commentary(told.commentary),
        *(_section(one) for one in sections(told).values()),
        _measures(told.measures),
        _outlook(told),
    ]
    return f'<main class="report" lang="{told.language}">' + "\n".join(parts) + "</main>"


def _table(heads, rows):
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cells(heads, cells):
    first, *rest = zip(heads, cells, strict=True)
    shown = "".join(f'<td data-label="{escape(head)}">{escape(cell)}</td>' for head, cell in rest)
    return f"<td>{escape(first[1])}</td>{shown}"


def _results(told):
    rows = []
    for row in told["rows"]:
        *cells, stands = row["cells"]
        note = f"<small>{escape(row['note'])}</small>" if row["note"] else ""
        shown = _cells(told["heads"][:-1], cells).replace("</td>", f"{note}</td>", 1)
        state = row["state"]
        last = (
            f'<td class="stands {state}" data-label="{escape(told["heads"][-1])}">{MARKS[state]} {escape(stands)}</td>'
        )
        rows.append(f"<tr>{shown}{last}</tr>")
    return f"<h2>{escape(told['title'])}</h2>{_table(told['heads'], rows)}"


def _trends(told):
    shown = [
        f"<figure><figcaption>{escape(chart['what'])}</figcaption>{pictures.trend(chart, told)}</figure>"
        for chart in told.trends["charts"]
    ]
    return f'<h2>{escape(told.trends["title"])}</h2><div class="charts">{"".join(shown)}</div>' if shown else ""


def _commentary(told):
    lines = "".join(f'<p dir="auto">{escape(line)}</p>' for line in told["lines"])
    return f"<h2>{escape(told['title'])}</h2>{lines}" if lines else ""


def _section(one):
    rows = [f"<tr>{_cells(one['heads'], row)}</tr>" for row in one["rows"]]
    table = _table(one["heads"], rows) if rows else ""
    note = f'<p class="muted">{escape(one["note"])}</p>' if one["note"] else ""
    lines = "".join(f"<li>{escape(line)}</li>" for line in one["lines"])
    return f"<h2>{escape(one['title'])}</h2>{table}{note}" + (f"<ul>{lines}</ul>" if lines else "")


def _measures(told):
    rows = "".join(
        f"<div><dt>{escape(row['day'])}</dt><dd>{escape(row['done'])}<small>{escape(row['why'])}</small></dd></div>"
        for row in told["rows"]
    )
    shown = f"<h2>{escape(told['title'])}</h2><dl>{rows}</dl>" if rows else ""
    lessons = "".join(f"<li>{escape(line)}</li>" for line in told["lessons"])
    level = "h3" if rows else "h2"
    return shown + (f"<{level}>{escape(told['next'])}</{level}><ul>{lessons}</ul>" if lessons else "")


def _outlook(told):
    look = told.outlook
    lines = "".join(f"<p>{escape(line)}</p>" for line in look["lines"])
    chart = f'<figure class="ahead">{pictures.ahead(look, told)}</figure>' if look["days"] else ""
    rows = [f"<tr>{_cells(look['heads'], row)}</tr>" for row in look["rows"]]
    return f"<h2>{escape(look['title'])}</h2>{lines}{chart}{_table(look['heads'], rows) if rows else ''}"
