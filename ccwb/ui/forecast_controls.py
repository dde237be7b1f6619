"""What is chosen on the forecast page: queue, days and week in sight, the model; and the buttons that make it."""

import pandas as pd

from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.ui import html, text
from ccwb.ui.forecast_pictures import sights
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button


class Controls:
    """The controls of a forecast page; `form` holds what is chosen."""

    def __init__(self, page):
        self.page = page
        values = {"channel": page.queue[1], "model": page.model, "sight": page.pictures.sight}
        values["week"] = str(page.pictures.monday.date())
        self.form = Form(self._fields(), values, on_change=page.guard(self._changed))

    def widget(self):
        """Return what is chosen, and the buttons that make the forecast."""
        page = self.page
        make = button(_("Make the forecast"), page.make, primary=page.drafted.empty, page=page)
        every = button(_("Make it for every project"), page.make_all, page=page)
        return html.row(self.form, make, every, classes="stack")

    def publish(self):
        """Return the button that publishes what is in sight."""
        page = self.page
        return html.row(button(_("Publish for staffing"), page.publish, primary=len(page.drafted) > 0, page=page))

    def _fields(self):
        models = [{"value": fc.BEST, "label": _("The best on the past")}]
        models += [{"value": m, "label": _(m)} for m in fc.MODELS]
        queues = [{"value": c, "label": _(CHANNELS[c].label)} for _p, c in self.page.queues]
        return [
            {"key": "channel", "label": _("Queue"), "kind": "select", "options": queues},
            {"key": "sight", "label": _("Days in the picture"), "kind": "select", "options": sights()},
            {"key": "week", "label": _("Week in the lower picture"), "kind": "select", "options": self._weeks()},
            {"key": "model", "label": _("Model"), "kind": "select", "options": models},
        ]

    def _weeks(self):
        cycle = self.page.context.cycle
        first, last = (pd.Timestamp(day) for day in (cycle.first_day, cycle.last_day))
        mondays = pd.date_range(first - pd.Timedelta(days=first.day_of_week), last, freq="7D")
        return [{"value": str(day.date()), "label": text.date(day)} for day in mondays]

    def _changed(self, key, value, final):
        page = self.page
        if key == "channel":
            page.choose(value)
        elif key == "week":
            page.pictures.choose_week(pd.Timestamp(value))
        elif key == "sight":
            page.pictures.look_at(value)
        else:
            page.model = value
