"""What the values of a table say to its reader: numbers and times in the reader's format, keys in words."""

from ccwb.channels import CHANNELS
from ccwb.headings import heading
from ccwb.messages import N_
from ccwb.projects import PERIODS
from ccwb.ui import text
from ccwb.ui.text import _

SPANS = {**PERIODS, "cycle": N_("whole cycle")}
SIDES = {"plan": N_("plan"), "actual": N_("actual"), "previous": N_("previous"), "target": N_("target")}
ROWS_SHOWN = 60  # rows of a table that go to the page; the download has them all
VERDICTS = {"good": N_("met"), "near": N_("nearly met"), "miss": N_("missed")}
OPTIONS = {  # of sharing people between queues
    "plan": N_("The plan as it is"),
    "dedicated": N_("Own agents only"),
    "cross_trained": N_("Trained in a second queue"),
    "shared": N_("Everybody trained in all"),
}
COMPARED = {  # what a formula says, with what was simulated
    "agree": N_("agree"),
    "higher": N_("simulation higher"),
    "lower": N_("simulation lower"),
    "unknown": N_("no comparison"),
}


def said(value):
    """Return a value as its reader writes it; a dash where it is missing."""
    import pandas as pd

    if value is None or pd.isna(value):
        return text.say().missing
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return text.number(value, 0 if abs(value) >= 100 or value == int(value) else 2)
    if isinstance(value, pd.Timestamp):
        day = text.date(value, "short")
        return day if value == value.normalize() else f"{day} {text.clock(value)}"
    return text.number(value) if isinstance(value, int) else str(value)


def shown_as(column, values=None):
    """Return the function that shows the values of a column: keys of ours as what they are called.

    values : those of the column; its numbers then all have the same decimals.
    """
    if column in _SHOWN or values is None or values.dtype.kind != "f":
        return _SHOWN.get(column, said)
    found = values[abs(values) < float("inf")]
    digits = 0 if (found == found.round()).all() or abs(found).median() >= 100 else 2
    return lambda value: text.number(value, digits)


def in_words(table):
    """Return a table whose keys of ours are said in the reader's language; in English it keeps them."""
    if text.say().language == "en":
        return table
    return table.assign(
        **{column: table[column].map(_SHOWN[column], na_action="ignore") for column in table if column in _SHOWN}
    )


def shown(table, columns=None, rows=ROWS_SHOWN):
    """Return (columns, rows, rest) as the browser wants them: texts, and a sentence on the rows left out."""
    if not columns or isinstance(columns, dict):
        own = columns or {}
        columns = [(c, own.get(c) or heading(c, text.say()), shown_as(c, table[c])) for c in table.columns]
    shows = [(c[0], c[1], c[2] if len(c) > 2 else said) for c in columns]
    numeric = [table[c].dtype.kind in "iuf" for c, _label, _show in shows]
    heads = [{"label": label, "number": n} for (_c, label, _show), n in zip(shows, numeric, strict=True)]
    part = table.head(rows)
    texts = [[show(v) for v in part[c]] for c, _label, show in shows]
    left = len(table) - len(part)
    rest = _("{n} more rows are in the download.", n=text.number(left)) if left else ""
    return heads, [list(row) for row in zip(*texts, strict=True)], rest


def labels_of(columns):
    """Return column -> label of the columns of a table, however they are given."""
    return columns if isinstance(columns, dict) else {one[0]: one[1] for one in columns or ()}


def worded(table, **words):
    """Return (column, heading, show) for all columns of a table; words : column -> key -> what its reader calls it."""
    own = {column: _called(names) for column, names in words.items()}
    return [(c, heading(c, text.say()), own.get(c) or shown_as(c, table[c])) for c in table.columns]


def _called(names):
    return lambda key: names[key] if key in names else said(key)


def _of(words):
    return lambda key: _(words[key]) if key in words else said(key)


def _channel(key):
    return _(CHANNELS[key].label) if key in CHANNELS else said(key)


def _measure(key):
    from ccwb.measures import KPIS

    return _(KPIS[key].label) if key in KPIS else heading(key, text.say()) if key else said(key)


def _model(name):
    from ccwb.staffing import parts_of_model

    return text.listed(_(template, **values) for template, values in parts_of_model(str(name))) if name else said(name)


_SHOWN = {
    "channel": _channel,
    "model": _model,
    "kpi": _measure,
    "promise": _measure,
    "measure": _measure,
    "option": _of(OPTIONS),
    "limit_channel": _channel,
    "limit_target": _measure,
    "span": _of(SPANS),
    "basis": _of(SIDES),
    "verdict": _of(VERDICTS | COMPARED),
}
