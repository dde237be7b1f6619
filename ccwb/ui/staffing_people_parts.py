"""What the fold of the year's people shows: its picture, figures, sentences and tables."""

import altair as alt
import pandas as pd

from ccwb.capacity import REASONS
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.charts import BAND, PLAN, time_tip, time_x, wall
from ccwb.ui.text import _, date, number, percent, signed

NEAR = 0.05  # full-time people: fewer are none
UNMET = 8  # months that are said; the table has them all
BY = {"month": N_("months"), "week": N_("weeks")}


# the picture ---------------------------------------------------------------------------------------------------------
def picture():
    """Return need against people, both with their bands, and the classes; data: course, classes, names."""
    base, classes, names = (alt.Chart(alt.NamedData(name)) for name in ("course", "classes", "names"))
    title = _("full-time people")
    y = lambda field: alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=False))  # noqa: E731 - short
    x = time_x(form="%b %y")
    tip = [time_tip(form="%e %b %Y", title=_("From"))]
    for field, label in (
        ("need", _("needed")),
        ("need_low", _("needed, lower end of 80 %")),
        ("need_high", _("needed, upper end of 80 %")),
        ("have", _("there")),
        ("have_low", _("there, lower end of 80 %")),
        ("have_high", _("there, upper end of 80 %")),
    ):
        tip.append(alt.Tooltip(f"{field}:Q", title=label, format=",.1f"))
    who = [time_tip(form="%e %b %Y", title=_("First day"))]
    who += [alt.Tooltip(f"{f}:N", title=t) for f, t in (("who", _("Class")), ("decide", _("Decide by")))]
    step = {"interpolate": "step-after"}
    mark = {"shape": "triangle-up", "filled": True, "size": 90, "color": "$ink"}
    return alt.layer(
        base.mark_area(**BAND, **step).encode(x=x, y=y("need_low"), y2="need_high:Q"),
        base.mark_area(color="$c2", opacity=0.22, **step).encode(x=x, y=y("have_low"), y2="have_high:Q"),
        base.mark_line(color="$accent", strokeWidth=2, **step).encode(x=x, y=y("need"), tooltip=tip),
        base.mark_line(color="$c2", **PLAN, **step).encode(x=x, y=y("have"), tooltip=tip),
        classes.mark_point(**mark).encode(x=x, y=alt.value(290), tooltip=who),
        classes.mark_text(dy=-12, fontSize=11, color="$ink").encode(x=x, y=alt.value(290), text="said:N"),
        *(_named(names.transform_filter(f"datum.above == {above}"), x, y, dy) for above, dy in ((1, -7), (0, 14))),
    ).properties(height=300)


def _named(names, x, y, dy):
    """Return the names of the lines that stand above (or below) the other one at their end."""
    mark = {"align": "right", "dx": -6, "dy": dy, "fontWeight": "bold", "fontSize": 12, "color": "$ink"}
    return names.mark_text(**mark).encode(x=x, y=y("at"), text="said:N")


def no_course():
    """Return the picture's data while nothing is known."""
    names = ("t", "need", "need_low", "need_high", "have", "have_low", "have_high")
    none = pd.DataFrame({name: [] for name in ("t", "at", "said", "above")})
    return {"course": pd.DataFrame({name: [] for name in names}), "classes": no_classes(), "names": none}


def no_classes():
    return pd.DataFrame({name: [] for name in ("t", "said", "who", "decide")})


def drawn(course, classes, labels, *, by):
    """Return the picture's data for one project's (or the centre's) rows of a course."""
    names = {"need_fte": "need", "have_fte": "have"} | {
        n: n for n in ("need_low", "need_high", "have_low", "have_high")
    }
    data = course.rename(columns=names)[["first_day", *names.values()]]
    last = data.iloc[[-1]].assign(first_day=_after(data["first_day"].iloc[-1], by))  # the last step has its length, too
    data = pd.concat([data, last], ignore_index=True)
    data = data.assign(t=wall(data["first_day"])).drop(columns="first_day")
    end = data.iloc[-1]
    names = pd.DataFrame({"at": [end["need"], end["have"]], "said": [_("needed"), _("there")]})
    names = names.assign(t=end["t"], above=[int(end["need"] > end["have"]), int(end["need"] <= end["have"])])
    return {"course": data, "classes": _marks(classes, labels, by), "names": names}


def _after(day, by):
    return day + (pd.Timedelta(weeks=1) if by == "week" else pd.offsets.MonthBegin(1))


def _marks(classes, labels, by):
    """Return the classes as the picture marks them: those that begin close to each other have one mark."""
    if classes.empty:
        return no_classes()
    rows, near = [], pd.Timedelta(weeks=2 if by == "week" else 5)
    for group in _close(classes.sort_values(["start", "project"]), near):
        told = [_("{n} for {project}", n=number(one.people), project=labels[one.project]) for one in group.itertuples()]
        decide = text.listed(dict.fromkeys(date(day) for day in group["decide_by"]))
        said = signed(group["people"].sum())
        rows.append({"t": wall([group["start"].min()])[0], "said": said, "who": text.listed(told), "decide": decide})
    return pd.DataFrame(rows)


def _close(classes, near):
    """Return ordered classes in groups that begin within `near` of their first one."""
    groups = []
    for at, start in classes["start"].items():
        if groups and start - classes["start"].loc[groups[-1][0]] < near:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [classes.loc[group] for group in groups]


def picture_title(course, whose):
    """Return what the picture shows, as a sentence."""
    gap = course["have_fte"] - course["need_fte"]
    short = course[gap < -NEAR]
    if short.empty:
        return _("{project}: by the forecast's middle there are enough people all the year", project=whose)
    worst = course.loc[gap.idxmin()]
    return _(
        "{project}: short by up to {n} full-time people, most from {day}",
        project=whose,
        n=number(-gap.min(), 1),
        day=date(worst["first_day"]),
    )


# figures -------------------------------------------------------------------------------------------------------------
def figures(page, row, known):
    """Return the big figures of the people, and who of them is hired. row : of `side_by_side`; known : of the day."""
    return html.figures(
        [
            html.figure(
                _("People today"),
                number(known["people"]),
                change=_("{n} full-time", n=number(known["fte"], 1)),
                help_text=_("On {day}, the day of decision.", day=date(pd.Timestamp(known["day"]))),
            ),
            html.figure(
                _("Leavers expected in a year"),
                number(known["leavers"]),
                change=_("{low} to {high}", low=number(known["leavers_low"]), high=number(known["leavers_high"])),
                help_text=_(
                    "People today times the share that leaves in a year; the range is what is not known of it."
                ),
            ),
            html.figure(
                _("Classes to hire"),
                number(row["classes"]),
                change=_("{n} people", n=number(row["hires"])),
            ),
        ]
    )


def outcome(page, row, plan):
    """Return the big figures of what a plan costs and gives. row : of `side_by_side`."""
    lacks, most = len(plan.unmet), plan.unmet["short_fte"].max()
    return html.figures(
        [
            html.figure(
                _("Cost of people, {first} to {last}", **ends_of(plan)),
                page.money(row["cost"]),
                change=_("{low} to {high}", low=page.money(row["cost_low"]), high=page.money(row["cost_high"])),
                help_text=_(
                    "Wages of all people, hiring, training, overtime and temporary staff; 80 % of the futures."
                ),
            ),
            html.figure(
                _("Months covered"),
                percent(row["assurance"]),
                change=_("asked {share}", share=percent(plan.assurance)),
                state="good" if row["assurance"] >= plan.assurance - 0.005 else "near",
                help_text=_("Chance that a project's month is covered, mean of all whole months and projects."),
            ),
            html.figure(
                _("Months not covered as asked"),
                number(lacks),
                change=_("by up to {n} people", n=number(most, 1)) if lacks else _("none"),
                state="under" if lacks else "good",
                help_text=_("Months of a project that stay short of what was to be assured; they are told below."),
            ),
        ]
    )


def ends_of(plan):
    first, last = plan.months["first_day"].min(), plan.months["last_day"].max()
    return {"first": date(first), "last": date(last)}


# sentences -----------------------------------------------------------------------------------------------------------
def month_said(day):
    """Return a month and its year in the reader's words."""
    from babel.dates import format_skeleton

    said = text.say()
    if said.language == "fa":
        return date(day)
    return said.digits(format_skeleton("yMMMM", day.date(), locale=said.language))


def classes_table(plan, labels):
    """Return the classes to hire, the first decision first."""
    if plan.classes.empty:
        return html.paragraph(_("Nobody has to be hired."))
    rows = plan.classes.sort_values(["decide_by", "project"])
    body = [
        [date(r.decide_by), labels[r.project], number(r.people), number(r.classes), date(r.start), date(r.works_from)]
        for r in rows.itertuples()
    ]
    heads = [_("Decide by"), _("Project"), (_("People"), True), (_("Classes"), True)]
    return html.table([*heads, _("First day"), _("On contacts from")], body, caption=_("Whom to hire, and when"))


def crossings_said(plan, labels):
    """Return who is trained for a further project, in sentences."""
    return [
        _(
            "In {month} {n} people of {project} are trained for {other}.",
            month=month_said(row.month),
            n=number(row.people),
            project=labels[row.project],
            other=labels[row.trained_for],
        )
        for row in plan.crossings.itertuples()
    ]


def unmet_said(plan, labels):
    """Return the months that cannot be covered, in sentences, each with what keeps them short and what would help.

    Months of a project that follow each other for the same cause are told together.
    """
    said = []
    for rows in _together(plan.unmet):
        worst = rows.loc[rows["short_fte"].idxmax()]
        months = text.listed([month_said(day) for day in rows["first_day"]])
        known = {"project": labels[worst["project"]], "months": months, "n": number(worst["short_fte"], 1)}
        why = text.listed([_(REASONS[key]) for key in worst["reasons"]], ";")
        told = _("{project}, {months}: up to {n} full-time people short of what was to be assured.", **known)
        said.append(" ".join([told, _("The cause: {why}.", why=why), _cure(worst)]))
    if len(said) > UNMET:
        return [*said[:UNMET], _("And {n} more; all are in the table.", n=number(len(said) - UNMET))]
    return said


def _together(unmet):
    """Return the rows of `Plan.unmet` in groups of one project and cause whose months follow each other."""
    groups = []
    for at, row in unmet.sort_values(["project", "first_day"]).iterrows():
        last = unmet.loc[groups[-1][-1]] if groups else None
        same = last is not None and (last["project"], last["reasons"]) == (row["project"], row["reasons"])
        if same and last["last_day"] + pd.Timedelta(days=1) == row["first_day"]:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [unmet.loc[group] for group in groups]


def _cure(row):
    """Return what would cover a month, each by itself."""
    told = []
    if pd.notna(row["temporary_people"]):
        told.append(_("{n} temporary people", n=number(row["temporary_people"], 1)))
    if pd.notna(row["overtime"]):
        told.append(_("overtime of {share} in all", share=percent(row["overtime"])))
    told.append(_("a class decided by {day}", day=date(row["decide_by"])))
    values = {"month": month_said(row["first_day"]), "ways": text.listed(told, ";")}
    return _("Each of these by itself would cover {month}: {ways}.", **values)


def point_said(page, point):
    """Return what one more point of attrition costs."""
    told = _(
        "One more of 100 people leaving in a year costs about {amount} a year ({low} to {high}) and takes {n} more "
        "hires in the time planned.",
        amount=page.money(point["amount"]),
        low=page.money(point["lower_80"]),
        high=page.money(point["upper_80"]),
        n=number(point["hires"], 1),
    )
    if point["short_hours"] > 0.5:
        told += " " + _(
            "Not all of it can be made good: {n} more hours a year stay short.", n=number(point["short_hours"])
        )
    return told


# scenarios -----------------------------------------------------------------------------------------------------------
def scenario_cards(page, table):
    """Return the scenarios side by side as cards, each against the first."""
    cards = []
    for n, row in enumerate(table.to_dict("records")):
        first = table.iloc[0]
        against = (lambda key, show=number, r=row, f=first: signed(r[key] - f[key], show)) if n else (lambda *_a: "")
        cost = html.figures(
            [html.figure(_("Cost of people"), page.money(row["cost"]), change=against("cost", page.money))]
        )
        told = [
            html.figure(_("People to hire"), number(row["hires"]), change=against("hires")),
            html.figure(
                _("Months not covered as asked"),
                number(row["unmet"]),
                change=against("unmet"),
                state="under" if row["unmet"] > first["unmet"] else "none",
            ),
            html.figure(_("Months covered"), percent(row["assurance"])),
        ]
        cards.append(html.card(html.html(html.heading(row["scenario"], 3) + cost), html.html(html.figures(told))))
    return html.row(*cards, classes="cards")


def scenario_columns(page):
    """Return the columns of the table of scenarios, in words."""
    tenth = lambda value: number(value, 1)  # noqa: E731 - short
    return [
        ("scenario", _("Scenario")),
        ("hires", _("People to hire"), number),
        ("classes", _("Classes"), number),
        ("people_first", _("People in the first month"), tenth),
        ("people_last", _("People in the last month"), tenth),
        ("cost", _("Cost of people"), page.money),
        ("cost_low", _("Cost of people, lower end of 80 %"), page.money),
        ("cost_high", _("Cost of people, upper end of 80 %"), page.money),
        ("extra", _("More than the first"), lambda value: signed(value, page.money)),
        ("months_short", _("Whole months short at the forecast's middle"), number),
        ("short_fte", _("Short by up to, full-time people"), tenth),
        ("short_fte_months", _("Short in all, full-time people times months"), tenth),
        ("assurance", _("Months covered"), percent),
        ("worst", _("The month least sure"), percent),
        ("unmet", _("Months not covered as asked"), number),
    ]


def course_columns():
    """Return the columns of the table behind the picture."""
    tenth = lambda value: number(value, 1)  # noqa: E731 - short
    return [
        ("project", _("Project")),
        ("first_day", _("From"), date),
        ("need_fte", _("Needed, full-time people"), tenth),
        ("need_low", _("needed, lower end of 80 %"), tenth),
        ("need_high", _("needed, upper end of 80 %"), tenth),
        ("have_fte", _("There, full-time people"), tenth),
        ("have_low", _("there, lower end of 80 %"), tenth),
        ("have_high", _("there, upper end of 80 %"), tenth),
    ]


def month_columns():
    """Return the columns of the table of all months."""
    tenth = lambda value: number(value, 1)  # noqa: E731 - short
    return [
        ("project", _("Project")),
        ("first_day", _("From"), date),
        ("need_fte", _("Needed, full-time people"), tenth),
        ("people", _("People"), tenth),
        ("people_fte", _("Paid, full-time people"), tenth),
        ("overtime_hours", _("Overtime, hours"), number),
        ("temporary_hours", _("Temporary staff, hours"), number),
        ("lent_hours", _("Borrowed (+) or lent (−), hours"), number),
        ("gap_fte", _("More (+) or fewer (−) than needed"), lambda value: signed(value, number, 1)),
        ("chance", _("Chance that it is covered"), percent),
    ]
