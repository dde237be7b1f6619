"""A fold of the staffing page: patience, handling time and shrinkage as the project's own history tells them."""

import functools

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing.estimates import (
    absence,
    handling_by_hour,
    handling_time,
    patience,
    patience_of_calls,
    share_of_paid_time,
    survival,
)
from ccwb.ui import html, text
from ccwb.ui import staffing_estimates_parts as look
from ccwb.ui.charts import Chart
from ccwb.ui.origins import CameAlong
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, Upload, button

YEAR, LATELY, DAY = pd.Timedelta(days=364), pd.Timedelta(days=56), pd.Timedelta(days=1)
NAMES = ("patience_s", "aht_s", "shrinkage")
_KIND = ("days_year", "hours_week", "minutes_day", "before")


class Estimates(Part):
    """Each parameter as it is used now and as the last year of history before the cycle tells it, to be put to use."""

    title = N_("What your own history says about patience, handling time and shrinkage")

    def widget(self):
        page = self.page
        self.place, self.calls_place = html.row(classes="cards"), html.stack()
        self.course = Chart(
            look.course_chart(), {"course": look.no_course()}, table=lambda: self.by_hour, name="handling_time"
        )
        self.stands_out = html.html("")
        self.by_hour, self.of, self.single, self.known = None, None, {}, {}
        self._read()
        upload = Upload(page.guard(self.take), label=_("Choose a file of single contacts"))
        calls = html.fold(_("More sure: from single contacts with their waits"), look.calls_hint(), upload)
        calls = html.stack(calls, self.calls_place)
        kinds = html.fold(_("What leave, training and meetings take"), self._kinds)
        self.course_card = html.card(self.course, self.stands_out)
        self.moved()
        along = CameAlong(page, ("parameter",)).widget
        return html.stack(look.introduction(), self.place, along, self.course_card, calls, kinds)

    def moved(self):
        if self.of != self.page.channel:
            self.of = self.page.channel
            self._course()
            self._show_calls()
        self._cards()

    # what is there to tell from --------------------------------------------------------------------------------------
    def _read(self):
        """Read the last year of history from before the cycle, and what was on the schedules of the cycles before."""
        page, where = self.page, {"project": self.page.project, "zone": self.page.zone}
        first = pd.Timestamp(page.context.cycle.first_day)
        self.history = self._known(first, where)
        before = [c for c in page.store.cycles() if pd.Timestamp(c.last_day) < first]
        tables = [page.store.read_table("schedule", cycle=c.id, **where) for c in before]
        tables = [table for table in tables if len(table)]
        self.schedule = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def _known(self, first, where):
        info = self.page.store.table_info("history", zone=self.page.zone)
        last = info.loc[info["project"] == self.page.project, "last"].max()
        end = min(first.tz_localize(self.page.zone), last + DAY) if pd.notna(last) else first
        days = {"start": str((end - YEAR).date()), "end": str(end.date())}
        return self.page.store.read_table("history", **where, **days)

    def _own(self):
        rows = self.history[self.history["channel"] == self.page.channel]
        return rows if len(rows) else self.history.head(0)

    def estimate(self, name):
        """Return the Estimate of a parameter for the queue in sight, or the PlanError that says why there is none."""
        key = (name, "" if name == "shrinkage" else self.page.channel)
        if key not in self.known:
            try:
                self.known[key] = self._estimated(name)
            except PlanError as error:
                self.known[key] = error
        return self.known[key]

    def _estimated(self, name):
        if name == "shrinkage":
            return absence(self.schedule, self.history)
        if name == "patience_s":
            contract = project_of(self.page.centre(), self.page.project)["contract"]
            return patience(self._own(), short_abandon_s=contract.get("short_abandon_s"))
        return handling_time(self._own())

    # a card a parameter ----------------------------------------------------------------------------------------------
    def _cards(self):
        names = [n for n in NAMES if n != "patience_s" or CHANNELS[self.page.channel].live]
        self.place.children = tuple(self._card(name) for name in names)

    def _card(self, name):
        found, now = self.estimate(name), self.page.settings[self.page.channel][name]
        source = came_from(self.page, self.page.channel, name)
        if not isinstance(found, PlanError) and source == look.estimated(found):
            source = _("this estimate")
        used = look.used_now(name, now, source)
        along = self._along(name)
        if isinstance(found, PlanError):
            return html.card(look.untold(name, used, text.say().error(found)), *along)
        buttons = [
            self._use(name, found, N_("Use {value} for all queues") if name == "shrinkage" else N_("Use {value}"))
        ]
        if name == "aht_s" and found.caveats and (lately := self._lately()):
            buttons.append(self._use(name, lately, N_("Use the last 8 weeks: {value}")))
        return html.card(look.told(found, used), html.row(*buttons), *along)

    def _along(self, name):
        """Return what the cycle before measured of a parameter and handed on, with a way to use it."""
        page, queue = self.page, f"{self.page.project}/{self.page.channel}"
        handed = page.store.load("carried", cycle=page.cycle_id).data or {}
        found = look.handed_on(handed, queue, name)
        if found is None:
            return []
        said = html.html(html.paragraph(look.handed_on_said(found)))
        return [html.row(said, self._use(name, found, N_("Use what came along: {value}")))]

    def _lately(self):
        """Return the handling time of the last 8 weeks; None where these are too few days to say how sure it is."""
        own = self._own()
        try:
            return handling_time(own[own["interval_start"] > own["interval_start"].max() - LATELY])
        except PlanError:
            return None

    def _use(self, name, found, label):
        press = functools.partial(self.use, name, found)
        return button(_(label, value=look.shown(name, found.value)), press, page=self.page)

    def use(self, name, found):
        """Put an estimate on the slider (shrinkage: on that of every queue), and remember where it came from."""
        page = self.page
        value = look.as_used(name, found.value)
        queues = page.channels if name == "shrinkage" else [page.channel]
        sources = page.kept.data.setdefault("sources", {})
        for channel in queues:
            said = {"value": value, "message": found.source.message, "values": found.source.values}
            sources[channel] = {**sources.get(channel, {}), name: said}
        page.put({channel: {name: value} for channel in queues})

    # handling time over the day --------------------------------------------------------------------------------------
    def _course(self):
        own = self._own()
        try:
            table = handling_by_hour(own)
        except PlanError:  # the card says why
            html.show(self.course_card, False)
            return
        data = look.course(own)
        html.show(self.course_card, len(data) > 0)
        self.by_hour = look.course_table(table)
        self.course.update({"course": data}, title=look.course_title(table, self.page.channel))
        self.stands_out.value = look.standing_out_said(table)

    # single contacts -------------------------------------------------------------------------------------------------
    def take(self, name, content):
        """Tell patience from a file of single contacts; it stays in this page and is not imported."""
        from ccwb.intake import read_file
        from ccwb.intake.waits import read_waits

        page, channel = self.page, self.page.channel

        def read(progress):
            progress(0, 2, _("reading"))
            try:
                calls, proposal = read_waits(read_file(content, name=name))
                progress(1, 2, _("estimating"))
                return patience_of_calls(calls), survival(calls), proposal.queues
            except PlanError as error:
                return error, None, ()

        def done(result):
            self.single[channel] = (name, *result)
            self._show_calls()

        page.work(read, done, what=_("Reading {name}", name=name))

    def _show_calls(self):
        kept = self.single.get(self.page.channel)
        if kept is None:
            self.calls_place.children = ()
            return
        name, found, curve, queues = kept
        if isinstance(found, PlanError):
            self.calls_place.children = (html.html(html.notice(text.say().error(found), "near", now=True)),)
            return
        chart = Chart(
            look.survival_chart(),
            look.survival_data(curve, found),
            title=look.survival_title(curve),
            table=curve,
            name="patience",
        )
        said = look.calls_said(name, queues)
        use = self._use("patience_s", found, N_("Use {value}"))
        self.calls_place.children = (html.card(look.told(found, said), html.row(use), chart),)

    # kinds from the rules of the house -------------------------------------------------------------------------------
    def _kinds(self):
        self.kinds_said = html.html("")
        self.kinds = Form(
            look.kind_fields(), dict.fromkeys(_KIND, None), on_change=self.page.guard(self._counted), layout_kind="wide"
        )
        self._counted()
        return html.stack(look.kinds_hint(), self.kinds, self.kinds_said)

    def _counted(self, *_change):
        """Say what share of paid time the typed days, hours and minutes are."""
        values = {key: float(self.kinds.values.get(key) or 0) for key in _KIND}
        self.kinds_said.value = ""
        if not any(values[key] for key in _KIND[:3]):
            return
        try:
            share = share_of_paid_time(**values | {"before": values["before"] / 100})
        except PlanError as error:
            self.kinds_said.value = html.notice(text.say().error(error), "near", now=True)
            return
        hours = number(260 * 8)
        said = _(
            "{share} of paid time, of which a full-time year has {hours} hours.", share=percent(share, 1), hours=hours
        )
        self.kinds_said.value = html.paragraph(said)


def came_from(page, channel, name):
    """Return in words where a parameter of a queue comes from: the setup, the forecast, an estimate, or typed."""
    now, start = page.settings[channel][name], page.start_of(channel)[name]
    kept = page.kept.data.get("sources", {}).get(channel, {}).get(name)
    if kept and now == kept["value"]:
        return _("estimated {source}", source=_(kept["message"], **look.in_words(kept["values"])))
    if now is None or now == start:
        return _("from the forecast") if name == "aht_s" and _forecast_tells(page, channel) else _("from the setup")
    return _("typed on this page")


def _forecast_tells(page, channel):
    rows = page.forecast[page.forecast["channel"] == channel]
    return "aht_s" in rows and rows["aht_s"].notna().any()
