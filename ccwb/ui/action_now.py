"""What is happening now: the day so far against the forecast, the rest of it forecast anew, and who is missing."""

import threading

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.staffing import at_once
from ccwb.ui import action_day as days
from ccwb.ui import html, text
from ccwb.ui.action_now_parts import curve, curve_rows, entries_on, figures_of, peak_of, so_far_said, summed
from ccwb.ui.action_response import Responses
from ccwb.ui.action_trial import drawn, peak_said, picture
from ccwb.ui.charts import Chart
from ccwb.ui.import_part import ImportPart
from ccwb.ui.text import _
from ccwb.ui.widgets import Form

ALL = ""  # of the queues


class Now:
    """The day as at a moment that may be chosen: figures, its curve, the people, and what would help."""

    def __init__(self, page):
        self.page, self.seen, self.rests = page, None, {}
        self.cycle = days.cycle_with_days(page)
        self.zone = page._zone()
        self.turn, self.thread = 0, None
        self.figures, self.people = html.html(""), html.stack()
        self.responses = Responses(page, self)
        self.chart = Chart(curve(), {"day": curve_rows(None), "entries": entries_on(None, None)}, name="today")
        self.chart_card = html.card(self.chart)
        if self.cycle is None:
            self.widget = html.stack(self._nothing(), self._bring_in(), classes="spaced")
            return
        now = days.usual_moment(page, self.cycle, self.zone)
        self.form = Form([], on_change=page.guard(self._typed), layout_kind="wide")
        self._choose(now)
        self.notice = html.html(self._whose())
        self.widget = html.stack(
            self.notice,
            self.figures,
            html.card(self.form),
            self.chart_card,
            self.people,
            self.responses.widget,
            self._bring_in(),
            classes="spaced",
        )
        self.look()

    @property
    def own(self):
        """Whether the day belongs to the page's own cycle."""
        return self.cycle is not None and self.cycle.id == self.page.cycle_id

    @property
    def moment(self):
        """The moment that the day is seen at, None while there is none."""
        if self.cycle is None or not self.form.values["time"]:
            return None
        values = self.form.values
        return pd.Timestamp(f"{values['day']} {values['time']}").tz_localize(self.zone, nonexistent="shift_forward")

    def look(self):
        """Look at the day beside the page: what is in sight stays until it is known."""
        self.turn += 1
        self.thread = threading.Thread(target=self._look, args=(self.turn,), daemon=True)
        self.thread.start()

    def drop(self):
        """Tell nothing any more: another takes this one's place. It is not waited for, as it may wait for the page."""
        self.turn += 1

    def wait(self):
        """Wait until the day is in sight; not while the page is held, as in anything that a press does."""
        while self.thread is not None and self.thread.is_alive():
            self.thread.join()

    def rest(self, project, **help_):
        """Return the rest of a project's day, remembered where nobody helps."""
        if help_:
            return self.seen.rest(project, **help_)
        if project not in self.rests:
            self.rests[project] = self.seen.rest(project)
        return self.rests[project]

    def marks(self, log):
        """Show the entries of the log on the day's curve."""
        if self.seen is not None:
            self._draw(log)

    # looking ---------------------------------------------------------------------------------------------------------
    def _look(self, turn):
        try:
            seen = days.DaySeen(self.page, self.cycle, self.moment)
            seen.absent = self._absent()
            rests = {project: seen.rest(project) for project in seen.plans}
        except Exception as error:  # said in the page, whatever it is: no callback of the page is waiting for it
            if turn == self.turn:
                self.page.say_error(error)
            return
        self.page.guard(self._tell)(turn, seen, rests)

    def _tell(self, turn, seen, rests):
        if turn != self.turn:  # asked for something else meanwhile, or left
            return
        self.seen, self.rests = seen, rests
        self.form.fields = self._fields()
        self._draw(self.page.log)
        self._show_people()
        self.responses.show()
        self.page.measured(seen)

    def _draw(self, log):
        queue = self.form.values["queue"]
        rows = _of_queue(self.seen.found.rows, queue)
        sums = summed(_of_queue(self.seen.found.queues, queue))
        people = self._rows(queue)
        peak = None if people is None else peak_of(people)
        self.figures.value = figures_of(sums, self._rests(queue), self.seen, queue, peak)
        day = self.seen.day
        own = log if self.own else log.iloc[:0]
        entries = own[(own["at"] >= day) & (own["at"] < day + pd.Timedelta(days=1))] if len(own) else own
        data = {"day": curve_rows(rows, self.seen.now), "entries": entries_on(entries, rows)}
        self.chart.update(data, title=so_far_said(sums, self.seen.now), table=rows)

    def _rests(self, queue):
        """Return the queues' rows of the rest of the day, of the queue in sight."""
        parts = [one.queues for one in self.rests.values() if len(one.queues)]
        return _of_queue(pd.concat(parts, ignore_index=True), queue) if parts else None

    def _rows(self, queue):
        """Return who is needed and there in each interval ahead, of the queue in sight; None where nobody can tell."""
        parts = [one.rows for one in self.rests.values() if len(one.rows)]
        return _of_queue(pd.concat(parts, ignore_index=True), queue) if parts else None

    def _show_people(self):
        rows = self._rows(self.form.values["queue"])
        if rows is None:
            said = _("There is no staffing plan of this day: who is missing cannot be told.")
            self.people.children = (html.html(html.notice(said)),)
            return
        moments = at_once(rows)
        if moments.empty:
            self.people.children = ()
            return
        peak = peak_of(rows)
        nobody = _("Nobody is missing in voice and chat for the rest of the day")
        said = nobody if peak is None else peak_said(peak)
        chart = Chart(picture(), {"moments": drawn(moments)}, title=said, table=lambda: rows, name="rest_of_day")
        self.people.children = (html.card(chart),)

    # choosing --------------------------------------------------------------------------------------------------------
    def _choose(self, now):
        starts = days.day_starts(self.page, self.cycle, self.zone, now.normalize())
        self.times = days.times_of(starts)
        clock = f"{now:%H:%M}"
        if clock not in self.times and self.times:
            before = [one for one in self.times if one <= clock]
            self.times = sorted({*self.times, clock}) if before else self.times
            clock = clock if before else self.times[0]
        values = {"queue": ALL, "absent": None} | (self.form.values or {})
        self.form.values = values | {"day": str(now.date()), "time": clock if self.times else ""}
        self.form.fields = self._fields()

    def _fields(self):
        queues = [{"value": ALL, "label": _("All queues")}]
        labels = {p["project"]: p["label"] for p in self.page.centre()["projects"]}
        for row in self.seen.found.queues.itertuples() if self.seen is not None else ():
            label = f"{labels[row.project]}, {_(CHANNELS[row.channel].label)}"
            queues.append({"value": f"{row.project}/{row.channel}", "label": label})
        times = [{"value": one, "label": text.clock(pd.Timestamp(f"2026-01-01 {one}"))} for one in self.times]
        away = _("Of those on the schedule. Empty: as the actual figures tell.")
        return [
            {"key": "day", "label": _("Day"), "kind": "date"},
            {"key": "time", "label": _("As at"), "kind": "select", "options": times},
            {"key": "queue", "label": _("Queue"), "kind": "select", "options": queues},
            {
                "key": "absent",
                "label": _("People away"),
                "kind": "number",
                "unit": "%",
                "digits": 0,
                "min": 0,
                "max": 99,
                "help": away,
            },
        ]

    def _typed(self, key, value, _final):
        if key == "day" and value:
            clock = self.form.values["time"] or "12:00"
            self._choose(pd.Timestamp(f"{value} {clock}").tz_localize(self.zone, nonexistent="shift_forward"))
            if not self.times:
                said = _("The forecast has no open interval on {day}.", day=text.date(pd.Timestamp(value)))
                self.page.say(said)
                return
        if key == "queue" and self.seen is not None:
            self._draw(self.page.log)
            self._show_people()
        elif self.moment is not None:
            self.look()

    def _absent(self):
        said = self.form.values.get("absent")
        return None if said is None else said / 100

    # what is there ---------------------------------------------------------------------------------------------------
    def _whose(self):
        if self.own:
            return ""
        said = _(
            "This cycle has no forecast and no actual figures yet: shown is a day of the cycle {name}.",
            name=self.cycle.name,
        )
        return html.notice(said)

    def _nothing(self):
        said = _(
            "Here the day so far will stand against the forecast, the rest of it forecast anew, and who is missing. It "
            "needs a published forecast (step 2) and the day's actual figures."
        )
        return html.empty(said, html.html(html.link(_("Go to the forecast"), self.page.context.href("forecast"))))

    def _bring_in(self):
        def part():
            title = _("The actual figures of the day, as a file or pasted")
            return ImportPart(
                self.page, holds="actuals", cycle=self.page.cycle_id, title=title, done=self.page.brought
            ).widget

        return html.fold(_("Bring in what came so far"), part)


def _of_queue(table, queue):
    """Return the rows of one queue ("project/channel"), or all."""
    if queue == ALL or table is None:
        return table
    project, channel = queue.rsplit("/", 1)
    return table[(table["project"] == project) & (table["channel"] == channel)]
