"""The hours of a forecast that has only days: staffing needs them, so a person says which hours its days have."""

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import html, text
from ccwb.ui.forecast_starts import known_queues
from ccwb.ui.forecast_work import DAY_S, Making
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button

SHAPE_DAYS = 28  # at the end of a history, from which it is told whether its days have a shape
EVENLY = ""  # over the opening hours; else "project/channel" of the queue that lends its hours
WHOLE_DAYS = N_(
    "{project}, {queues}: this forecast has days and no hours, and staffing works by the half hour: it will take no "
    "agents from it. Choose the hours of these days under 'For staffing', then publish; or publish it by the day, for "
    "the evaluation only."
)
NO_DAYS = N_("There are no days that lack hours: make the forecast first.")


class DayHours:
    """Says which queues are forecast by the day, and splits their days over the hours of another queue, or evenly."""

    def __init__(self, page):
        self.page, self.lent = page, None
        self.chosen = page.kept.data.get("draft", {}).get("day_hours")
        self.channels = by_day(page.drafted) or (self.chosen or {}).get("channels", [])

    def widget(self):
        """Return what is said and chosen; nothing where every queue has its own hours."""
        if not self.channels:
            return html.stack()
        field = {"key": "like", "label": _("Hours of these days"), "kind": "select", "options": self._options()}
        self.form = Form([field], {"like": key_of(self.chosen)}, on_change=lambda *_args: None)
        give = button(_("Give the days these hours"), self.give, page=self.page)
        return html.stack(html.html(self.said()), html.row(self.form, give, classes="stack"))

    def said(self):
        """Return why hours are wanted, or where they were taken from, as HTML."""
        if by_day(self.page.drafted):
            return html.notice(lacking(self.channels), "near")
        like = key_of(self.chosen)
        hours = next(one["label"] for one in self._options() if one["value"] == like)
        said = _(
            "The history of {queues} has days only. Their hours: {hours}. Correct them, if you know better, by an "
            "adjustment of the kind 'shape of the day'.",
            queues=named(self.channels),
            hours=hours,
        )
        return html.paragraph(said, "ccwb-muted")

    def give(self, like=None):
        """Split the days of the draft over the hours that are chosen; like : EVENLY, or a key of the list."""
        page, like = self.page, self.form.values["like"] if like is None else like
        if page.drafted.empty or not self.channels:
            raise PlanError(NO_DAYS)
        chosen = {"like": like.split("/") if like else None, "channels": list(self.channels)}
        making = Making(page, projects=[page.project], model=page.model)
        table = making.in_hours(page.project, page.drafted, chosen)
        page.take_draft(table, day_hours=chosen)

    def _options(self):
        """Return the hours there are to choose from; a queue that was chosen and lost its history is still named."""
        options = [{"value": EVENLY, "label": _("evenly, while open")}]
        if self.lent is None:
            self.lent = {f"{project}/{channel}": said for project, channel, said in lending(self.page)}
        lenders = dict(self.lent)
        if key_of(self.chosen):
            lenders.setdefault(key_of(self.chosen), key_of(self.chosen))
        return options + [{"value": key, "label": _("as {queue}", queue=said)} for key, said in lenders.items()]


def by_day(table):
    """Return the channels of a forecast whose rows are whole days, in the order of the workbook."""
    whole = set(table.loc[table["interval_s"] == DAY_S, "channel"]) if len(table) else set()
    return [channel for channel in CHANNELS if channel in whole]


def lacking(channels):
    """Return that queues are forecast by the day, why that is too little for staffing, and what to do, as text."""
    return _(
        "{queues}: forecast by the day, as the history has it. Staffing needs to know at what hours the contacts come. "
        "Choose the hours of these days here, or bring in a history by the half hour and make the forecast again.",
        queues=named(channels),
    )


def unready(page, projects):
    """Return what staffing lacks in the forecasts in sight of these projects, as sentences; none if they have hours."""
    said = []
    for project in projects:
        one = project_of(page.centre(), project)
        whole = by_day(publishing.drafted(page.store, page.cycle_id, project, one["zone"]))
        if whole:
            said.append(_(WHOLE_DAYS, queues=named(whole), project=one["label"]))
    return said


def named(channels):
    return text.listed(_(CHANNELS[channel].label) for channel in channels)


def key_of(chosen):
    """Return the key of a choice as it is kept in the draft."""
    return "/".join(chosen["like"]) if chosen and chosen["like"] else EVENLY


def lending(page):
    """Return (project, channel, label) of every queue of the centre whose history has hours to lend.

    They are those with four weeks of intervals before the cycle, on the last of which a contact a day came, or more.
    """
    info, out = page.store.table_info("history").set_index(["project", "channel"]), []
    end = pd.Timestamp(page.context.cycle.first_day, tz="UTC")
    span = pd.Timedelta(days=SHAPE_DAYS)
    for project, channel, label in known_queues(page):
        first, last = (info.loc[(project, channel), at].tz_convert("UTC") for at in ("first", "last"))
        last = min(last, end)
        if last - first < span - pd.Timedelta(days=1):
            continue
        place = {"project": project, "channel": channel, "start": last - span, "end": last}
        rows = page.store.read_table("history", **place)
        if (rows["interval_s"] < DAY_S).all() and rows["offered"].sum() >= SHAPE_DAYS:
            out.append((project, channel, label))
    return out
