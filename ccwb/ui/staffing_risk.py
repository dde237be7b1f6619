"""The fold that says how sure it is that the promise is kept, and what more certainty costs."""

import datetime as dt

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.forecast import sample_paths
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing import risk
from ccwb.staffing.period import judged
from ccwb.staffing.risk import LOWEST
from ccwb.ui import html, text
from ccwb.ui.charts import Chart, number_axis, share_axis
from ccwb.ui.part import Part
from ccwb.ui.staffing_parts import copied
from ccwb.ui.staffing_period import cycle_days, part_said
from ccwb.ui.staffing_week import scaled
from ccwb.ui.text import _, duration, number, percent, signed
from ccwb.ui.widgets import TableView, button

PATHS, SEED = 200, 0
CHANCE = "chance"  # a project's document: how sure its plan is
CHANCE_OF = ("chance", "chance_low", "chance_high")
SHOWN = 5e-4  # half of the last digit of a share that is shown
ROWS = 24  # of promises that are shown; the table below has them all
KEEPS = {
    "day": N_(
        "With the sliders as they stand, every day keeps what is promised in {n} of 100 possible futures ({promises})."
    ),
    "week": N_(
        "With the sliders as they stand, every week keeps what is promised in {n} of 100 possible futures ({promises})."
    ),
    "month": N_(
        "With the sliders as they stand, every month keeps what is promised in {n} of 100 possible futures "
        "({promises})."
    ),
}
NO_WHOLE = {
    "week": N_("The cycle holds no whole week: its parts are judged by themselves."),
    "month": N_("The cycle holds no whole month: its parts are judged by themselves."),
}
PARTLY = {
    "week": N_(
        "Counted are the whole weeks. Of the week around these days the cycle holds only a part, which may be made up "
        "for outside it: {days}. They are in the table, not in this chance nor its price."
    ),
    "month": N_(
        "Counted are the whole months. Of the month around these days the cycle holds only a part, which may be made "
        "up for outside it: {days}. They are in the table, not in this chance nor its price."
    ),
}


class Risk(Part):
    """The plan as the sliders have it, tried on possible futures of the forecast."""

    title = N_("How sure is that, and what does more certainty cost?")

    def widget(self):
        self.told = self.settings = None
        live = [c for c in self.page.channels if CHANNELS[c].live]
        if not live:
            return html.html(html.notice(_("Nobody waits in a queue of this project: there is no chance to compute.")))
        self.live = live
        self.state, self.below = html.html(""), html.stack(classes="ccwb-fold-body")
        return html.stack(
            html.html(html.paragraph(explained())),
            html.row(button(_("Compute the chances"), self.compute, primary=True, page=self.page)),
            self.state,
            self.below,
            classes="ccwb-fold-body",
        )

    def moved(self):
        """Say that the figures are of earlier sliders, once they are."""
        stale = self.told is not None and self.settings != self.page.settings
        said = _("The sliders moved since: these are the figures of before. Compute the chances again.")
        self.state.value = html.notice(said, "near") if stale else ""

    def compute(self):
        """Try the sliders' requirement on the futures, beside the page."""
        page, settings = self.page, copied(self.page.settings)
        page.stop_at_refused()
        contract = project_of(page.centre(), page.project)["contract"]
        known = {"targets": page.targets(), "plan": page.need(), "period": contract["period"]}
        known |= cycle_days(page)
        known |= {"hourly_cost": page.hourly_cost(), "full_time_hours_week": page.full_time}

        def look(progress):
            drawn, base = futures(page.forecast, self.live, settings, page.means)
            return risk(base, drawn, progress=progress, **known)

        def done(told):
            self.settings, self.told, self.targets = settings, told, known["targets"]
            self._keep(contract["period"])
            self._show(contract["period"])
            self.moved()

        page.work(look, done, what=_("Trying the plan on possible futures"))

    def staff_for(self, buffer):
        """Make a buffer the cushion of the queues in which somebody waits, and look at that plan."""
        self.page.put({channel: {"cushion": buffer} for channel in self.live})
        self.compute()

    def _keep(self, period):
        """Keep the chance with the plan that it is of, for the executive page; what is only tried is not kept."""
        page, plan = self.page, self.told.plan.iloc[-1]
        if self.settings != page.kept.data.get("plan_settings") or not np.isfinite(plan["chance"]):
            return
        place = {"cycle": page.cycle_id, "project": page.project}
        data = {name: float(plan[of]) for name, of in zip(("chance", "low", "high"), CHANCE_OF, strict=True)}
        data |= {"period": period, "of": page.store.revision("requirement", **place).number}
        base = page.store.load(CHANCE, **place).version
        page.store.save(CHANCE, data, base=base, by=page.person, at=dt.datetime.now(dt.UTC), **place)

    def _show(self, period):
        told, page = self.told, self.page
        if told.promises["expected"].isna().all():
            self.below.children = [html.html(html.notice(nothing_offered()))]
            return
        unit = "cost" if np.isfinite(told.plan["cost"].iloc[-1]) else "agent_hours"
        show = page.money if unit == "cost" else hours
        sure = told.assurance[told.assurance["channel"] == ""].reset_index(drop=True)
        capped = any((self.targets[page.project, channel]["max_occupancy"] or 1) < 1 for channel in self.live)
        chart = Chart(
            picture(across(unit, page.centre()["currency"])),
            drawn(told, sure, unit, show, capped),
            title=chart_title(sure, unit, show, capped),
            table=told.curve,
            name=f"risk_curve_{page.project}",
        )
        staff = [
            button(_("Staff for {level}", level=percent(row.level)), lambda b=row.buffer: self.staff_for(b), page=page)
            for row in sure.itertuples()
            if row.reached and not at_edge(row)
        ]
        self.below.children = [
            html.html(html.paragraph(sentence(told, self.targets, period)) + figures(told, sure, unit, show, capped)),
            html.html(parts_said(told.promises, period)),
            html.card(chart, html.row(*staff)),
            html.card(html.html(promises_table(told.promises, self.targets)), html.html(html.bullets(notes(told)))),
            html.fold(
                _("All chances as a table"),
                lambda: TableView(
                    told.promises, {"expected": _("By the forecast's middle")}, name=f"risk_promises_{page.project}"
                ),
            ),
            html.fold(
                _("What more certainty takes, queue by queue"),
                lambda: TableView(told.assurance, name=f"risk_assurance_{page.project}"),
            ),
        ]


def futures(forecast, live, settings, means):
    """Return (futures, forecast) of the live queues, with volume and handling time as the sliders say."""
    own = forecast[forecast["channel"].isin(live)].reset_index(drop=True)
    drawn = sample_paths(own, paths=PATHS, seed=SEED, counted=False)
    volume = drawn["channel"].map({channel: 1 + settings[channel]["volume"] for channel in live})
    return drawn.assign(offered=drawn["offered"] * volume.astype(float)), scaled(own, settings, means)


def explained():
    return _(
        "From the forecast possible futures are drawn, in which busy days come in runs as they do in life, and the "
        "plan is tried on each of them. More people keep the promise in more of these futures: the picture shows what "
        "every step of certainty takes."
    )


def nothing_offered():
    return _(
        "Nothing is offered in the queues in which customers wait: there is no promise to keep or to miss, and nobody "
        "is needed for one."
    )


def of_hundred(chance):
    """Return a chance as futures of a hundred; all or none only when it is all or none of those tried."""
    return round(100 * chance) if chance in (0, 1) else int(np.clip(round(100 * chance), 1, 99))


def across(unit, currency):
    """Return what stands at the foot of the picture."""
    if unit == "cost":
        return _("labour cost of voice and chat in the cycle, {currency}", currency=currency)
    return _("agent-hours of voice and chat in the cycle")


def hours(value):
    return _("{n} agent-hours", n=number(value))


def promise_said(row, targets):
    """Return a promise as a few words: 80% within 20 s."""
    if row.promise == "asa_s":
        return _("mean wait at most {time}", time=duration(row.promised))
    share = percent(row.promised)
    if row.promise == "service_level":
        within = targets[row.project, row.channel]["answer_within_s"]
        return _("{share} within {time}", share=share, time=duration(within))
    return (
        _("{share} answered", share=share)
        if row.promise == "answer_rate"
        else _("{share} give up at most", share=share)
    )


def result_said(row, value):
    """Return a result in the unit of its promise."""
    return duration(value) if row.promise == "asa_s" else percent(value, 1)


def sentence(told, targets, period):
    """Return the answer in one sentence: how many of a hundred futures keep what."""
    chance = told.plan["chance"].iloc[-1]
    whole = told.promises[(told.promises["span"] == "cycle") & told.promises["expected"].notna()]
    said = [f"{_(CHANNELS[row.channel].label)} {promise_said(row, targets)}" for row in whole.itertuples()]
    return _(KEEPS[period], n=number(of_hundred(chance)), promises=text.listed(said, ";"))


def parts_said(promises, period):
    """Return which periods are left out of the chance, or that it is of parts alone; nothing where all are whole."""
    own = promises[promises["span"] != "cycle"].drop_duplicates("first_day").sort_values("first_day")
    parts = own[~own["whole"]]
    if parts.empty:
        return ""
    if len(parts) == len(own):
        return html.paragraph(_(NO_WHOLE[period]), "ccwb-muted")
    listed = text.listed([days_said(row.first_day, row.last_day) for row in parts.itertuples()], ";")
    return html.paragraph(_(PARTLY[period], days=listed), "ccwb-muted")


def at_edge(row):
    """Return whether a level is kept whatever the volume staffed for: the least cushion that is tried reaches it."""
    return row.reached and row.buffer <= LOWEST


def figures(told, sure, unit, show, capped=True):
    """Return the big figures: the chance, and what 80, 90 and 95 % take; `capped` says if there is an occupancy cap."""
    plan = told.plan.iloc[-1]
    state = "good" if plan["chance"] >= 0.9 else "near" if plan["chance"] >= 0.5 else "miss"
    chance = html.figure(
        _("Chance that every promise is kept"),
        percent(plan["chance"]),
        state=state,
        change=_("{low} to {high}, as only {n} futures are tried", **between(plan), n=number(told.paths)),
        help_text=_("Share of the possible futures in which every queue keeps every promise in every whole period."),
    )
    return html.figures([chance, *(_sure_figure(row, unit, show, capped) for row in sure.itertuples())])


def between(row):
    return {"low": percent(row["chance_low"]), "high": percent(row["chance_high"])}


def _sure_figure(row, unit, show, capped):
    label = _("To be {level} sure, over the cycle", level=percent(row.level))
    meaning = _("More than the sliders take now: the same share more people in every queue with waiting customers.")
    if not row.reached:
        beyond = _("out of reach: not even twice the volume is enough")
        return html.figure(label, text.say().missing, change=beyond, state="miss", help_text=meaning)
    if at_edge(row) and capped:
        taken = _("the occupancy cap alone sets the number")
        return html.figure(label, _("nothing more"), change=taken, help_text=meaning)
    if at_edge(row):
        taken = _("people for half the volume are enough")
        return html.figure(label, signed(getattr(row, f"extra_{unit}"), show), change=taken, help_text=meaning)
    taken = _(
        "{fte} full-time people; cushion {buffer}",
        buffer=signed(row.buffer, percent, 1),
        fte=signed(row.extra_fte, number, 1),
    )
    return html.figure(label, signed(getattr(row, f"extra_{unit}"), show), change=taken, help_text=meaning)


def drawn(told, sure, unit, show, capped=True):
    """Return the picture's data: the curve, the levels on it, the plan, and the room that their labels need."""
    curve = told.curve[told.curve["channel"] == ""]
    curve = pd.DataFrame({"amount": curve[unit], "chance": curve["chance"], "buffer": curve["buffer"]})
    reached = sure[sure["reached"]]
    extra = [f"{percent(r.level)}: {_extra_said(r, unit, show, capped)}" for r in reached.itertuples()]
    levels = pd.DataFrame(
        {"amount": reached[unit], "chance": reached["chance"], "level": reached["level"], "said": extra}
    )
    plan = told.plan.iloc[[-1]]
    said = [_("now: {chance}", chance=percent(chance)) for chance in plan["chance"]]
    plan = pd.DataFrame({"amount": plan[unit], "chance": plan["chance"], "said": said})
    amounts = np.concatenate([part["amount"].to_numpy(dtype=float) for part in (curve, levels, plan)])
    wide = amounts.max() - amounts.min() or 0.1 * amounts.max() or 1.0
    edges = [amounts.min() - 0.5 * wide, amounts.max() + 0.25 * wide]
    return {"curve": curve, "levels": levels, "plan": plan, "room": pd.DataFrame({"amount": edges})}


def _extra_said(row, unit, show, capped):
    """Return what a level takes; no hours to be saved where the occupancy cap does not let them go."""
    return _("by the occupancy cap") if capped and at_edge(row) else signed(getattr(row, f"extra_{unit}"), show)


def picture(title):
    """Return the one picture: what is spent across, how sure the promise is up, now and 80, 90, 95 % marked."""
    curve, levels, plan = (alt.Chart(alt.NamedData(name)) for name in ("curve", "levels", "plan"))
    axis = number_axis(tickCount=5, grid=False)
    x = alt.X("amount:Q", title=title, scale=alt.Scale(zero=False, nice=False), axis=axis)
    percents = share_axis(values=[0, 0.25, 0.5, 0.75, 1])
    scale = alt.Scale(domain=[0, 1])
    up = {"title": _("chance that every promise is kept"), "scale": scale, "axis": percents}
    y, at_level = alt.Y("chance:Q", **up), alt.Y("level:Q", **up)
    tip = [
        alt.Tooltip("amount:Q", title=title, format=",.0f"),
        alt.Tooltip("chance:Q", title=_("chance"), format=".0%"),
    ]
    buffer = alt.Tooltip("buffer:Q", title=_("staffed for more volume"), format="+.1%")
    said = {"fontSize": 12, "color": "$ink"}
    return alt.layer(
        alt.Chart(alt.NamedData("room")).mark_point(opacity=0).encode(x=x),
        levels.mark_rule(color="$line").encode(y=at_level),
        curve.mark_line(color="$accent", point={"color": "$accent", "size": 20}).encode(
            x=x, y=y, tooltip=[*tip, buffer]
        ),
        levels.mark_point(color="$accent", filled=True, size=90).encode(x=x, y=y, tooltip=tip),
        levels.mark_text(**said, align="right", dx=-9, dy=-1, baseline="bottom").encode(x=x, y=at_level, text="said:N"),
        plan.mark_point(color="$c2", filled=True, size=150).encode(x=x, y=y, tooltip=tip),
        plan.mark_text(**said, align="left", dx=11, dy=9, fontWeight="bold").encode(x=x, y=y, text="said:N"),
    ).properties(height=300)


def chart_title(sure, unit, show, capped=True):
    """Return what the picture says of 90 %, or of the level next to it."""
    row = sure.iloc[(sure["level"] - 0.9).abs().argmin()]
    level, extra = percent(row["level"]), row[f"extra_{unit}"]
    if not row["reached"]:
        return _("No extra staff makes it {level} sure, not even for twice the volume", level=level)
    if capped and at_edge(row):
        return _("The occupancy cap alone makes it {level} sure: nothing more is needed", level=level)
    if extra > 0 and show(extra) != show(0):
        return _("To be {level} sure takes {amount} more than now", level=level, amount=show(extra))
    if extra < 0 and show(extra) != show(0):
        return _("{level} sure would take {amount} less than now", level=level, amount=show(-extra))
    return _("The sliders as they stand are staffed to be {level} sure", level=level)


def promises_table(promises, targets):
    """Return the table of promises; where they are many, those least sure."""
    part = promises if len(promises) <= ROWS else promises.sort_values("chance", kind="stable").head(ROWS)
    rows = [
        [
            _(CHANNELS[row.channel].label),
            _when(row),
            promise_said(row, targets),
            result_said(row, row.expected),
            _("{low} to {high}", low=result_said(row, row.lower_90), high=result_said(row, row.upper_90)),
            text.say().missing if np.isnan(row.expected) else _("{n} of 100", n=number(of_hundred(row.chance))),
        ]
        for row in part.itertuples()
    ]
    heads = [_("Queue"), _("Period"), _("Promise")]
    heads += [(_("By the forecast's middle"), True), (_("9 of 10 futures lie in"), True), (_("Kept in"), True)]
    caption = ""
    if len(part) < len(promises):
        caption = _("The {n} least sure of {all}; all are in the table below.", n=len(part), all=len(promises))
    return html.table(heads, rows, caption=caption)


def _when(row):
    if row.span == "cycle":
        return _("whole cycle")
    days = days_said(row.first_day, row.last_day)
    return days if row.whole else f"{days} ({part_said(row.span, row.first_day, row.last_day)})"


def days_said(first, last):
    return text.date(first) if first == last else f"{text.date(first)} – {text.date(last)}"


def outside(promises):
    """Return where the result at the forecast's middle lies outside the range of 9 of 10 futures."""
    return (promises["expected"] < promises["lower_90"] - SHOWN) | (promises["expected"] > promises["upper_90"] + SHOWN)


def notes(told):
    """Return what else there is to know before these figures are passed on."""
    parts = judged(told.promises[told.promises["span"] != "cycle"])
    said = [
        _(
            "{n} futures, always the same ones (seed {seed}), around the forecast with the volume slider as it stands. "
            "The cushion says what is staffed for on top; it does not move the futures, and the occupancy cap holds "
            "whatever the cushion.",
            n=number(told.paths),
            seed=number(SEED),
        ),
        _("Handling time and patience are those of the sliders in every future; work that may wait is left out."),
    ]
    if outside(told.promises).any():
        said.append(
            _(
                "A result by the forecast's middle may lie outside what 9 of 10 futures give: where people are just "
                "enough, a busy day loses more than a quiet day wins back, so service is worse on average than at the "
                "average forecast (and where they are far too few, better). The chances are of the futures."
            )
        )
    if parts["by_chance"].notna().any():
        points = number(100 * parts["by_chance"].max(), 1)
        said.append(
            _(
                "Single contacts come and last by chance: that moves one period's result by up to about {points} "
                "points more, either way.",
                points=points,
            )
        )
    return said
