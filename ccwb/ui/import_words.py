"""What the import says and asks: the controls for a file in hand, and the report on what would come in."""

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables import TABLES
from ccwb.ui import html, text
from ccwb.ui.text import _, number

GRAINS = {
    300: N_("5 minutes"),
    900: N_("15 minutes"),
    1800: N_("30 minutes"),
    3600: N_("1 hour"),
    86400: N_("1 day"),
}
LEAVE_OUT, NEW = "-", "+"  # what may become of a queue in the file, beside a project's key
OF_ALL = ("surveys",)  # tables whose rows are of all channels together, unless the file says otherwise
PEOPLE = ("availability", "absences", "wishes", "states")  # files about people alone: no project
_FAMILY = {"intervals": "history", "days": "history"}  # kind of file -> kind of content, where these differ


def queue_label(centre, project, channel):
    """Return 'Orders · Voice' as a reader calls the queue."""
    labels = {p["project"]: p["label"] for p in centre["projects"]}
    return text.joined((labels.get(project, project), _(CHANNELS[channel].label)))


def said(saying):
    """Return a Saying in the reader's language."""
    values = {k: number(v, 1 if v % 1 else 0) if isinstance(v, (int, float)) else v for k, v in saying.values.items()}
    if "why" in values:
        values["why"] = _(values["why"])
    return _(saying.message, **values)


def found(finding):
    """Return a Finding in the reader's language, with the numbers of its rows; of many, how many and the first."""
    rows = text.listed(text.say().digits(str(row)) for row in finding.rows)
    if not rows:
        return f"{said(finding)} ({number(finding.count)})"
    if finding.more:
        return _("{sentence} {count} rows: {rows}, ...", sentence=said(finding), count=number(finding.count), rows=rows)
    if len(finding.rows) == 1:
        return _("{sentence} It is row {row}.", sentence=said(finding), row=rows)
    return _("{sentence} These are rows {rows}.", sentence=said(finding), rows=rows)


# the controls --------------------------------------------------------------------------------------------------------
def where_fields(hand, centre):
    """Return the fields that say where the rows of a file belong."""
    from ccwb.intake import KINDS

    fields = []
    if len(hand.raw.sheets) > 1:
        sheets = [{"value": s, "label": s} for s in hand.raw.sheets]
        fields.append({"key": "sheet", "label": _("Sheet"), "kind": "select", "options": sheets})
    if len(hand.kinds) > 1:
        kinds = [{"value": k, "label": _(KINDS[k])} for k in hand.kinds]
        fields.append({"key": "kind", "label": _("What it holds"), "kind": "select", "options": kinds})
    if hand.proposal["project"] is None and not {"events", "measured", *PEOPLE} & set(hand.kinds):
        shared = [{"value": "", "label": _("shared by all projects")}] if "costs" in hand.kinds else []
        options = shared + projects(centre)
        fields.append({"key": "project", "label": _("Project"), "kind": "select", "options": options})
    if hand.contacts and hand.proposal["channel"] is None:
        whole = [{"value": "", "label": _("all")}] if hand.kinds[0] in OF_ALL else []
        options = whole + _channels(hand, centre)
        fields.append({"key": "channel", "label": _("Channel"), "kind": "select", "options": options})
    if hand.timed:
        helps = _("Their clock on the wall, such as Europe/Berlin.")
        fields.append({"key": "zone", "label": _("Time zone of the times"), "kind": "text", "help": helps})
    if hand.proposal.kind == "records":
        grains = [{"value": str(s), "label": _(GRAINS[s])} for s in (900, 1800, 3600)]
        fields.append({"key": "interval_s", "label": _("Gather them into"), "kind": "select", "options": grains})
        fields.append(
            {"key": "answer_within_s", "label": _("Answered in time within"), "kind": "number", "unit": _("s")}
        )
    return fields


def question_fields(hand):
    """Return a field for each question that only a person can answer."""
    title = _("Please check: the file does not say")
    return [
        _question(question) | ({"group": title} if n == 0 else {}) for n, question in enumerate(hand.proposal.questions)
    ]


def mapping_columns(kind):
    """Return the columns of the grid that says what each column of the file is."""
    from ccwb.intake import FIELDS, UNITS

    family = _FAMILY.get(kind, kind)
    fields = [{"value": f.name, "label": _(f.meaning)} for f in FIELDS if family in f.contents and f.used]
    units = [{"value": "", "label": ""}] + [{"value": u, "label": _(label)} for u, label in UNITS.items()]
    return [
        {"key": "heading", "label": _("Column of the file"), "kind": "static"},
        {"key": "example", "label": _("Its first cells"), "kind": "static"},
        {"key": "field", "label": _("Taken as"), "kind": "select"}
        | {"options": [{"value": "", "label": _("leave out")}, *fields]},
        {"key": "unit", "label": _("Unit"), "kind": "select", "options": units},
        {"key": "why", "label": _("Why"), "kind": "static"},
    ]


def mapping_rows(hand):
    """Return a row of that grid for each column of the file."""
    preview = hand.proposal.preview
    return [
        {
            "heading": m.heading,
            "example": _examples([c for c in preview[m.heading].head(3) if c]),
            "field": m.field or "",
            "unit": hand.answers.get(f"unit:{m.heading}") or m.unit or "",
            "why": said(m.reason),
        }
        for m in hand.proposal.columns
    ]


def _examples(cells):
    """Return a column's first cells one after the other, each in its own order and short enough for all to be seen."""
    room = 60 // max(len(cells), 1)
    return text.listed(text.say().apart(cell[:room]) for cell in cells)


def queue_columns(hand, centre):
    """Return the columns of the grid that says which project each queue of the file is."""
    first = [{"value": "", "label": _("choose")}]
    last = [{"value": LEAVE_OUT, "label": _("leave out")}, {"value": NEW, "label": _("make it a new project")}]
    channels = [{"value": "", "label": _("as the file says")}, *_channels(hand, centre)]
    more = [{"key": "channel", "label": _("Channel"), "kind": "select", "options": channels}] if hand.contacts else []
    options = first + projects(centre) + last
    return [
        {"key": "queue", "label": _("In the file"), "kind": "static"},
        {"key": "project", "label": _("Project"), "kind": "select", "options": options},
        *more,
    ]


def queue_rows(hand):
    """Return a row of that grid for each queue of the file."""
    return [
        {"queue": queue, "project": to[0], "channel": to[1] or ""}
        for queue in hand.proposal.queues
        for to in [hand.queues[queue]]
    ]


def projects(centre):
    return [{"value": p["project"], "label": p["label"]} for p in centre["projects"]]


def _channels(hand, centre):
    known = next((p["channels"] for p in centre["projects"] if p["project"] == hand.where["project"]), CHANNELS)
    return [
        {"value": c, "label": _(x.label) if c in known else _("{channel}, new here", channel=_(x.label))}
        for c, x in CHANNELS.items()
    ]


def _question(question):
    field = {"key": f"answer:{question.name}", "label": said(question.text)}
    if question.free:
        return field | {"kind": "number", "wide": True}
    options = [] if question.suggested else [{"value": "", "label": _("choose")}]
    options += [{"value": value, "label": _(label)} for value, label in question.choices.items()]
    return field | {"kind": "select", "options": options, "wide": True}


# the report ----------------------------------------------------------------------------------------------------------
def head(hand):
    """Return one line on what the file is."""
    from ccwb.intake import KINDS

    rows, proposal = len(hand.raw.cells), hand.proposal
    facts = [_(KINDS[proposal.kind]), _("{n} rows", n=number(rows))]
    if proposal.interval_s in GRAINS and proposal.kind == "intervals":
        facts.append(_("one every {length}", length=_(GRAINS[proposal.interval_s])))
    said_ = html.paragraph(" · ".join(facts), "ccwb-muted")
    if hand.looks_like:
        said_ += html.notice(
            _("The file looks like another kind of list: {kind}.", kind=_(KINDS[hand.looks_like])), "near"
        )
    return said_ + "".join(html.notice(said(problem), "miss") for problem in proposal.problems)


def report_figures(report, zone):
    """Return the report's figures: rows, what was repaired and refused, the span, the totals."""
    rows, cells = report.rows_refused, report.cells_refused
    items = [
        html.figure(_("Rows read"), number(report.rows_read)),
        html.figure(_("Rows taken"), number(report.rows_taken), state="good" if report.rows_taken else "miss"),
        html.figure(_("Repaired"), number(sum(f.count for f in report.repaired))),
        html.figure(
            _("Rows left out"),
            number(rows),
            state="near" if rows else "none",
            help_text=_("Whole rows that are in no table; the reasons are below."),
        ),
        html.figure(
            _("Cells left out"),
            number(cells),
            state="near" if cells else "none",
            help_text=_("Single cells that could not be read; the other cells of their rows are taken."),
        ),
    ]
    if report.rows_left_out:
        chosen = _("Rows of what you chose to leave out; they are in no table.")
        items.insert(4, html.figure(_("Left out by choice"), number(report.rows_left_out), help_text=chosen))
    if report.interval_s:
        items.append(html.figure(_("Interval"), _(GRAINS[report.interval_s])))
    return html.figures(items) + _span(report, zone) + _totals(report)


def report_sentences(report):
    """Return what was repaired, refused and noted, with row numbers."""
    parts = ((_("Refused"), report.refused, found), (_("Repaired"), report.repaired, found))
    parts += ((_("Left out by choice"), report.left_out, found),)
    parts += ((_("Worth knowing"), report.remarks, said),)
    return "".join(
        html.heading(title, 3) + html.bullets([tell(s) for s in some]) for title, some, tell in parts if some
    )


def _span(report, zone):
    if report.first is None:
        return ""
    if report.first.tzinfo is None or report.interval_s == 86400:
        first, last = text.date(report.first), text.date(report.last)
        return html.paragraph(_("From {first} to {last}.", first=first, last=last))
    first, last = (f"{text.date(t)} {text.clock(t)}" for t in (report.first, report.last))
    return html.paragraph(
        _("First interval {first}, last interval {last}, {zone} time.", first=first, last=last, zone=zone)
    )


def _totals(report):
    from ccwb.intake import FIELDS

    names = {field.name: field.meaning for field in FIELDS}
    told = [(c, number(total)) for c, total in report.totals.items() if c in names]
    return (
        html.table([_("Sum over the file"), (_("Contacts"), True)], [[_(names[c]), n] for c, n in told]) if told else ""
    )


def costs_beside(new, store):
    """Return what is to be known of costs before they come in: those that take another's place, and whose they are."""
    key, said = list(TABLES["costs"].key), []
    there = store.read_table("costs", all_columns=True)
    same = len(new.merge(there[key].astype(new[key].dtypes), on=key)) if len(there) else 0
    shared = int((new["project"] == "").sum())
    if same:
        said.append(
            _("Costs of a project, kind and period that are there already and are replaced: {n}.", n=number(same))
        )
    if shared:
        said.append(_("Rows that name no project, and so are shared by all projects: {n}.", n=number(shared)))
    return said


def unchosen(queue):
    """Return the PlanError that asks which project a queue of the file is."""
    return PlanError(
        N_("The file names '{queue}', and it is not said yet which project that is. Choose one, or leave it out."),
        queue=queue,
    )
