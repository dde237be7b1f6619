"""Which column of a file is what: by its heading, by its content, or as remembered from last time."""

import numpy as np

from ccwb.errors import PlanError
from ccwb.headings import columns_of
from ccwb.intake import cells, times
from ccwb.intake.field import ABSENCES, AVAILABILITY, ROSTER, STATES, TIME_OF_PEOPLE, WISHES
from ccwb.intake.fields import AGENTS, BY_NAME, COSTS, EVENTS, HISTORY, MEASURED, RECORDS, RESULTS, SURVEYS
from ccwb.intake.headings import field_of, names_share, place_of, share_of, threshold_of, unit_of
from ccwb.intake.headings import is_total as heading_is_total
from ccwb.intake.proposal import KINDS, Match
from ccwb.intake.report import Saying
from ccwb.messages import N_

FAMILY = {
    "intervals": HISTORY,
    "days": HISTORY,
    "records": RECORDS,
    "agents": AGENTS,
    "surveys": SURVEYS,
    "events": EVENTS,
    "results": RESULTS,
    "costs": COSTS,
    "measured": MEASURED,
} | {kind: kind for kind in TIME_OF_PEOPLE}
_TIME_FIELDS = ("moment", "date", "clock")
_MEASURES = [
    "offered",
    "handled",
    "abandoned",
    "short_abandoned",
    "flowed_out",
    "blocked",
    "transferred",
    "answered_within",
    "closed_unanswered",
    "backlog_end",
    "aht_s",
    "talk_s",
    "asa_s",
    "service_level",
]
_NEEDS = {  # what makes a file of one kind: each group needs one of its fields
    HISTORY: (("moment", "date"), tuple(_MEASURES)),
    RECORDS: (("moment", "date"), ("contact_id", "answered", "agent")),
    AGENTS: (("agent", "name"), ("hours_week", "hired", "trained_for", "team", "project", "hourly_cost")),
    SURVEYS: (("date",), ("answers",), ("favourable", "score_sum", "survey")),
    EVENTS: (("first_day",), ("event_name",)),
    COSTS: (("first_day",), ("last_day",), ("cost_kind",), ("amount",)),
    RESULTS: (("date",), ("agent",), ("handled",)),
    MEASURED: (("measure",), ("first_day",), ("value", "numerator")),
    AVAILABILITY: (("agent",), ("weekday",), ("from_clock", "to_clock")),
    ABSENCES: (("agent",), ("begins", "date")),
    WISHES: (("agent",), ("weekday", "date"), ("wants",)),
    STATES: (("agent",), ("begins", "from_clock"), ("state",)),
    ROSTER: (("agent",), ("begins", "from_clock"), ("ends", "to_clock")),
}
_BY_CELLS = {"begins": "from_clock", "ends": "to_clock", "date": "weekday"}  # one heading, another form of cells
_FOUND = (
    HISTORY,
    MEASURED,
    RECORDS,
    AGENTS,
    SURVEYS,
    EVENTS,
    COSTS,
)  # of results and people's time, a page says that its files are such
_SAMPLE = 2_000


def sample_of(raw):
    """Return at most 2,000 rows spread over the file, as text."""
    step = max(1, len(raw.cells) // _SAMPLE)
    return raw.cells.iloc[::step].head(_SAMPLE)


def find_family(raw, sample, chosen):
    """Return the kind of content whose fields most headings name, fields already `chosen` counted; else history."""
    scores = {}
    for family in _FOUND:
        needs = _NEEDS[family]
        fields = {m.field for m in by_heading(raw.headings, sample, family).values() if m.field}
        used = {f for f in fields if BY_NAME[f].used} | {f for f in chosen if family in BY_NAME[f].contents}
        if all(used & set(group) for group in needs):
            scores[family] = len(used) - (family == RECORDS and "offered" in _history_fields(raw, sample)) * 99
    return max(scores, key=scores.get) if scores else HISTORY


def _history_fields(raw, sample):
    return {m.field for m in by_heading(raw.headings, sample, HISTORY).values()}


def by_heading(headings, sample, family):
    """Return {heading: Match} by the words of the headings, where the cells below agree with them."""
    found = {}
    ours = columns_of([h for h in headings if field_of(h, family) is None])  # as the workbook writes them
    for heading in headings:
        field = field_of(ours.get(heading, heading), family) or share_of(heading, family)
        if field is None:
            continue
        name = (
            _time_field(sample[heading])
            if field.name in _TIME_FIELDS and family not in (SURVEYS, RESULTS, *TIME_OF_PEOPLE)
            else _by_cells(field.name, sample[heading], family)
        )
        monthly = name == "date" and family == SURVEYS and has_days(sample[heading])
        if name is not None and (monthly or fits(sample[heading], BY_NAME[name].form)):
            reason = N_("its heading says so") if BY_NAME[name].used else BY_NAME[name].meaning
            found[heading] = Match(heading, name, Saying(reason))
    return _one_each(_dated_by_month(found, sample) if family == SURVEYS else found, family)


def _dated_by_month(found, sample):
    """Take the month of surveys for their day where no column is a date: its first day, or the days that it holds."""
    months = [h for h, m in found.items() if m.field == "month" and has_days(sample[h])]
    if months and not any(m.field == "date" for m in found.values()):
        found[months[0]] = Match(months[0], "date", Saying(N_("its heading says so")))
    return found


def has_days(column):
    """Return whether at least half of a column's filled cells are days, or months of a year."""
    filled = column[~column.str.lower().isin(cells.MISSING)]
    return bool(len(filled)) and fits(times.months_as_days(filled)[0], "date")


def _by_cells(name, column, family):
    """Return the field that a heading of people's time means with these cells: a start of clock times, a named day."""
    other = _BY_CELLS.get(name)
    if family not in TIME_OF_PEOPLE or other is None:
        return name
    if BY_NAME[other].form == "clock":
        filled = column[~column.str.lower().isin(cells.MISSING)]
        return other if len(filled) and np.mean(times.clocks(filled)[2]) <= 0.2 else name
    return name if family not in BY_NAME[other].contents or fits(column, BY_NAME[name].form) else other


def _one_each(found, family):
    """Keep one column for each field, the first; a date beside a full date and time is left out.

    Of several that count the same, the one that says it most plainly is kept: offered before incoming.
    """
    taken, out = {}, {}
    names = {m.field for m in found.values()}
    plain = {h: place_of(h, family) if BY_NAME[m.field].form == "count" else 0 for h, m in found.items()}
    found = {h: found[h] for h in sorted(found, key=plain.get)}
    for heading, match in found.items():
        name = match.field
        if not BY_NAME[name].used:
            out[heading] = Match(heading, None, match.reason)
        elif name in taken or ("moment" in names and name in ("date", "clock")):
            why = N_("'{other}' is taken for the same")
            out[heading] = Match(heading, None, Saying(why, {"other": taken.get(name) or _moment(found)}))
        else:
            taken[name] = heading
            out[heading] = match
    return out


def _moment(found):
    return next(h for h, m in found.items() if m.field == "moment")


def _time_field(column):
    """Return whether a column holds moments, dates or times of day, by its content; None where none of these."""
    filled = column[~column.str.lower().isin(cells.MISSING)]
    if not len(filled):
        return None
    if np.mean(times.clocks(filled)[2]) <= 0.2:
        return "clock"
    read = _moments(filled)
    if np.mean(read.bad) > 0.5:
        return None
    return "moment" if read.has_clock else "date"


def _moments(column):
    return times.moments(column, order=times.date_order(column)[0])


def fits(column, form):
    """Return whether the cells of a column can be read in a form: at least half of those filled."""
    filled = column[~column.str.lower().isin(cells.MISSING)]
    if not len(filled) or form in ("text", "derived"):
        return True
    if form == "flag":
        return bool(np.mean(cells.flags(filled)[1]) <= 0.2)
    if form in ("moment", "date"):
        return bool(np.mean(_moments(filled).bad) <= 0.5)
    if form == "clock":
        return bool(np.mean(times.clocks(filled)[2]) <= 0.5)
    if form == "duration":
        return bool(np.mean(cells.durations(filled, unit="seconds", decimal=_mark(filled)).bad) <= 0.5)
    return bool(np.mean(cells.numbers(filled, decimal=_mark(filled)).bad) <= 0.5)


def _mark(column):
    point, comma, _ = cells.decimal_evidence(column)
    return "," if comma > point else "."


def by_content(raw, sample, family, found):
    """Return further Matches for columns whose headings say nothing: times, and the only column of numbers."""
    rest = [h for h in raw.headings if h not in found and family in (HISTORY, RECORDS)]
    fields = {m.field for m in found.values()}
    out = {}
    if not fields & {"moment", "date"}:
        for heading in rest:
            name = None if fits(sample[heading], "count") else _time_field(sample[heading])
            if name in ("moment", "date"):
                out[heading] = Match(heading, name, Saying(N_("its cells are dates")))
                break
    if family == HISTORY and not fields & set(_MEASURES):
        counts = [h for h in rest if h not in out and fits(sample[h], "count") and sample[h].ne("").any()]
        if len(counts) == 1:
            out[counts[0]] = Match(counts[0], "offered", Saying(N_("it is the only column of numbers")))
    return out


def match_columns(raw, sample, *, kind, remembered=None, corrections=None):
    """Return a Match for each heading, in order. What a person corrected wins, then what is remembered."""
    family = FAMILY[kind]
    chosen = {**((remembered or {}).get("columns") or {})}
    chosen = {h: f for h, f in chosen.items() if f is None or (f in BY_NAME and family in BY_NAME[f].contents)}
    corrections = corrections or {}
    _check_corrections(corrections, raw)
    found = by_heading(raw.headings, sample, family)
    found |= by_content(raw, sample, family, found)
    for source, reason in ((chosen, N_("remembered from an earlier file")), (corrections, N_("chosen by you"))):
        for heading, field in source.items():
            found[heading] = Match(heading, field or None, Saying(reason))
            for other in [h for h, m in found.items() if field and m.field == field and h not in source]:
                found[other] = Match(other, None, Saying(N_("'{other}' is taken for the same"), {"other": heading}))
    unknown = Saying(N_("its heading is not known"))
    return tuple(_with_unit(found.get(h) or Match(h, None, unknown), sample) for h in raw.headings)


def _check_corrections(corrections, raw):
    for heading, field in corrections.items():
        if heading not in raw.headings or (field and field not in BY_NAME):
            raise PlanError(
                N_("'{name}' has no column '{heading}' that could be taken for '{field}'. It has: {found}."),
                name=raw.name,
                heading=heading,
                field=field or "-",
                found=", ".join(raw.headings),
            )


def _with_unit(match, sample):
    """Return the Match with what its heading and cells tell about the unit; None stays where they do not."""
    if match.field is None:
        return match
    form, column = BY_NAME[match.field].form, sample[match.heading]
    unit = total = None
    if form == "duration":
        unit, total = unit_of(match.heading), heading_is_total(match.heading)
        if column.str.contains(":").mean() > 0.4:
            unit = "clock"
        elif np.mean([cells.in_words(text) is not None for text in column]) > 0.4:
            unit = "worded"
    elif form == "share":
        unit = _share_unit(column)
    elif BY_NAME[match.field].of and names_share(match.heading):
        unit = _share_unit(column) or "percent"
    within = threshold_of(match.heading) if match.field in ("service_level", "answered_within") else None
    return Match(match.heading, match.field, match.reason, unit, bool(total), within)


def _share_unit(column):
    """Return 'percent' or 'share' where the cells tell: a percent sign, a value above 2, a fraction below 1."""
    read = cells.numbers(column, decimal=_mark(column))
    values = read.values[~np.isnan(read.values)]
    if read.percent.any() or (values > 2).any():
        return "percent"
    if len(values) and values.max() <= 1 and ((values > 0) & (values < 1)).any():
        return "share"
    return None


def check_kind(kind):
    """Return the kind when it is one of KINDS."""
    if kind not in KINDS:
        raise PlanError(N_("'{kind}' is no kind of file. Choose one of: {known}."), kind=kind, known=", ".join(KINDS))
    return kind


def problems_of(raw, columns, kind):
    """Return Sayings about what a file of this kind needs and no column was taken for."""
    fields = {m.field for m in columns if m.field}
    out = []
    for group in _NEEDS[FAMILY[kind]]:
        if not fields & set(group):
            out.append(
                Saying(
                    N_(
                        "'{name}' has no column for {wanted}. Its headings: {found}. Say which column it is, "
                        "or choose another kind of file."
                    ),
                    {
                        "name": raw.name,
                        "wanted": " / ".join(BY_NAME[f].meaning for f in group[:3]),
                        "found": ", ".join(raw.headings)[:300],
                    },
                )
            )
    return tuple(out)
