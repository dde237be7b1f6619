"""A fold of the staffing page: what sharing agents between queues would save, and what training it takes."""

import altair as alt
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing import affordable, pooling, targets_of
from ccwb.ui import html, refusals, text
from ccwb.ui.cells import OPTIONS
from ccwb.ui.charts import Chart
from ccwb.ui.part import Part
from ccwb.ui.staffing_centre import centre_need, hourly_cost
from ccwb.ui.staffing_check import LABELS, RANGE, days_to_play, span_of, usual_day
from ccwb.ui.text import _, duration, number, percent, signed
from ccwb.ui.widgets import Form, TableView, button

SECONDS = 20  # that comparing may take, about, where nothing else works
LOOKS = 8  # times that the days are played for one option, about
MOST = 60
TRAINING, MONTHS = 1500, 12
WEEKS_A_MONTH = 52 / 12
NEARLY = 0.9  # of the most that can be saved: with that the option of the least training is suggested


class Pooling(Part):
    """Each queue its own agents, some trained in a second one, all in all: compared by simulation when asked for."""

    title = N_("Shared or dedicated: what would pooling save?")

    def widget(self):
        self.result = None
        self.need = centre_need(self.page)
        self.queues = Form(*self._queues(), layout_kind="wide")
        self.choice = Form(self._fields(), {"days": ""}, on_change=self.page.guard(self._typed), layout_kind="wide")
        self.said = html.html(html.paragraph(self._lead()))
        none = pd.DataFrame({"label": [], "hours": [], "low": [], "high": [], "text": [], "best": [], "order": []})
        self.chart = Chart(bars(), {"options": none}, table=lambda: self.result.options, name="pooling_hours")
        self.options = Told(pd.DataFrame(), name="pooling_options")
        self.services = Told(pd.DataFrame(), name="pooling_service")
        each = html.fold(_("What every queue gets"), self.services)
        self.shown = html.stack(self.chart, self.options, each)
        html.show(self.shown, False)
        play = button(_("Compare"), self.compare, primary=True, page=self.page)
        return html.card(self.queues, self.choice, html.row(play), self.said, self.shown)

    def moved(self):
        self.need = centre_need(self.page)
        self.choice.fields = self._fields()
        if self.choice.values["days"] not in [option["value"] for option in self.choice.fields[0]["options"]]:
            self.choice.values = {**self.choice.values, "days": usual_day(self.page)}
        if self.result is not None:
            earlier = _("This was compared before the sliders, the queue or the week were changed. Compare again.")
            self.said.value = html.notice(earlier, "near") + self._told()

    def _lead(self):
        return _(
            "Every option gets the fewest agents with which all queues keep their targets, found by playing the days "
            "contact by contact: this project by the sliders, others as their plans are saved."
        )

    def _queues(self):
        """Return (fields, values): a check for every live queue with a plan; those like the one in sight are chosen."""
        order = list(CHANNELS)
        names = [name for name in names_of(self.need) if CHANNELS[name[1]].live]
        names = sorted(names, key=lambda name: order.index(name[1]))
        wanted = self.page.channel if CHANNELS[self.page.channel].live else "voice"
        chosen = {name for name in names if name[1] == wanted}
        chosen = chosen if len(chosen) > 1 else {name for name in names if name[0] == self.page.project} | chosen
        fields = [
            {"key": key_of(name), "label": self._label(name), "kind": "check", "group": _("Queues")}
            if at == 0
            else {"key": key_of(name), "label": self._label(name), "kind": "check"}
            for at, name in enumerate(names)
        ]
        return fields, {key_of(name): name in chosen for name in names}

    def _label(self, name):
        return text.joined((project_of(self.page.centre(), name[0])["label"], _(CHANNELS[name[1]].label)))

    def _fields(self):
        page = self.page
        return [
            {"key": "days", "label": _("Play"), "kind": "select", "options": days_to_play(page)},
            {"key": "training", "label": _("Training, per person and further queue"), "kind": "number"}
            | {"unit": page.centre()["currency"], "min": 0, "max": 1_000_000, "default": TRAINING},
            {"key": "months", "label": _("Spread over"), "kind": "number", "unit": _("months")}
            | {"min": 1, "max": 120, "default": MONTHS},
            {"key": "slower", "label": _("Handling time in a further queue, longer by"), "kind": "number", "unit": "%"}
            | {"min": 0, "max": 200, "default": 0},
        ]

    def _typed(self, key, value, final):
        field = next(field for field in self.choice.fields if field["key"] == key)
        wrong = refusals.out_of_range(field, value) if field["kind"] == "number" else ""
        self.choice.errors = {k: v for k, v in self.choice.errors.items() if k != key} | ({key: wrong} if wrong else {})

    def _asked(self):
        """Return the choices as the core takes them; PlanError where they are out of range or too few."""
        self.page.stop_at_refused()
        refusals.stop_at(refusals.in_form(self.choice))
        values = {field["key"]: self.choice.values.get(field["key"]) for field in self.choice.fields}
        values = {
            f["key"]: f.get("default") if values[f["key"]] is None else values[f["key"]] for f in self.choice.fields
        }
        queues = [name for name in names_of(self.need) if self.queues.values.get(key_of(name))]
        if len(queues) < 2:
            raise PlanError(
                N_(
                    "Choose two queues or more to compare. A queue can be chosen once its project has a plan in this "
                    "cycle: make it on the staffing page of that project."
                )
            )
        first, last = span_of(self.page, values["days"])
        money = {"training_cost": float(values["training"]), "months": float(values["months"])}
        return {"queues": queues, "first_day": first, "last_day": last, "slower": values["slower"] / 100} | money

    def compare(self):
        """Compare the ways to share beside the page and show what came out."""
        page, need, asked = self.page, self.need, self._asked()
        cost = {name: hourly_cost(page, name) for name, _channel in asked["queues"]}
        ask = asked | {"hourly_cost": {name: value for name, value in cost.items() if value}}
        ask |= {"targets": targets_of(page.centre()) | page.targets(), "full_time_hours_week": page.full_time}

        def work(progress):
            times = affordable(self._contacts(asked), seconds=SECONDS, least=4, most=MOST)
            return pooling(need, **ask, replications=times, progress=progress)

        def done(result):
            self.result, self.asked = result, asked
            self._show()

        page.work(work, done, what=_("Comparing ways to share agents"))

    def _contacts(self, asked):
        """Return how many contacts a comparison plays when the days are played once for every figure."""
        day = self.need["interval_start"].dt.tz_localize(None).dt.normalize()
        mine = [name in asked["queues"] for name in zip(self.need["project"], self.need["channel"], strict=True)]
        inside = (day >= asked["first_day"]) & (day <= asked["last_day"]) & pd.Series(mine, index=day.index)
        return 5 * LOOKS * self.need.loc[inside, "offered"].sum()

    def _show(self):
        options = self.result.options
        self.said.value = self._told()
        best = best_of(options)
        data = options.assign(label=[option_label(row) for row in options.to_dict("records")])
        weekly = 1 / WEEKS_A_MONTH * options["hours_month"] / options["agent_hours"].where(options["agent_hours"] > 0)
        data = data.assign(hours=options["agent_hours"] * weekly, order=range(len(data)))
        data = data.assign(low=options["agent_hours_low"] * weekly, high=options["agent_hours_high"] * weekly)
        data["text"] = [f"{label}: {number(hours)}" for label, hours in zip(data["label"], data["hours"], strict=True)]
        data["best"] = [name == best.name for name in options.index]
        self.chart.update(
            {"options": data[["label", "hours", "low", "high", "text", "best", "order"]]}, title=self._title()
        )
        self.options.put(options_in_words(options, self.page), options)
        self.services.put(services_in_words(self.result.queues, self._label), self.result.queues)
        html.show(self.shown, True)

    def _title(self):
        return _("Agent-hours a week that keep every queue's targets, and how sure that is")

    def _told(self):
        """Return the figures and sentences of the result."""
        page, options = self.page, self.result.options
        best, alone = best_of(options), options[options["option"] == "dedicated"].iloc[0]
        paid = not pd.isna(best["saving_month"])
        figures = [
            html.figure(
                _("Suggested"),
                option_label(best),
                help_text=_("The least training that saves at least nine tenths of the most that sharing can save."),
            ),
            html.figure(_("Agents at peak"), number(best["agents_peak"]))
            if best["option"] == "dedicated"
            else html.figure(
                _("Agents at peak"),
                number(best["agents_peak"]),
                change=_("{n} against own agents only", n=signed(best["agents_peak"] - alone["agents_peak"])),
            ),
            html.figure(
                _("Agent-hours a week"),
                number(best["hours_month"] / WEEKS_A_MONTH),
                change=_(
                    "{n} against own agents only",
                    n=signed((best["hours_month"] - alone["hours_month"]) / WEEKS_A_MONTH),
                ),
            ),
            html.figure(
                _("Saved a month, training paid"),
                page.money(best["saving_month"]) if paid else text.say().missing,
                help_text=_(
                    "Paid hours at their loaded cost, less the training spread over the months; against each queue "
                    "having its own agents."
                ),
            ),
        ]
        return html.figures(figures) + html.bullets(self._sentences(best, paid))

    def _sentences(self, best, paid):
        page, got = self.page, self.result
        said = []
        if best["option"] == "dedicated":
            said.append(_("Leave the queues as they are: no way to share saves more than its training costs."))
        else:
            said.append(
                _(
                    "{option}: the same promises are kept with {share} fewer agent-hours. {n} trainings are needed, "
                    "{cost} once.",
                    option=option_label(best),
                    share=percent(best["saving_share"], 1),
                    n=number(best["trainings"]),
                    cost=page.money(best["training_cost"]),
                )
            )
        most = self.result.options.iloc[-1]
        if best["option"] != "shared" and most["saving_hours"] > 0:
            said.append(
                _(
                    "{option}: {share} fewer agent-hours, with {n} trainings for {cost}.",
                    option=option_label(most),
                    share=percent(most["saving_share"], 1),
                    n=number(most["trainings"]),
                    cost=page.money(most["training_cost"]),
                )
            )
        if not paid:
            said.append(
                _("What a paid hour costs is not known for every project: type it on the setup page to see money.")
            )
        if best["limit_target"]:
            name, measure = (best["limit_project"], best["limit_channel"]), best["limit_target"]
            measure = _(LABELS["occupancy" if measure == "max_occupancy" else measure])
            said.append(
                _("What leaves no room for fewer: {queue}, {measure}.", queue=self._label(name), measure=measure)
            )
        missed = got.queues[
            (got.queues["option"] == "plan") & (got.queues["service_level_high"] < got.queues["target"])
        ]
        for row in missed.to_dict("records"):
            queue = self._label((row["project"], row["channel"]))
            told = {"queue": queue, "found": percent(row["service_level"]), "target": percent(row["target"])}
            said.append(_("With the plan as it is, {queue} gets {found} where {target} is promised.", **told))
        played = _(
            "Played {n} times for every figure, {contacts} contacts in all.",
            n=number(got.replications),
            contacts=number(got.contacts),
        )
        return [*said, played]


class Told(TableView):
    """A table in words; the download holds the numbers."""

    def put(self, words, table):
        """Show one table, keep another for the download."""
        self.show(words)
        self._table = table


def names_of(need):
    """Return the (project, channel) of a requirement, in the order in which they stand there."""
    return list(dict.fromkeys(zip(need["project"], need["channel"], strict=True)))


def key_of(name):
    return "|".join(name)


def best_of(options):
    """Return the row to suggest: the least training that saves nearly the most, money where known, else agent-hours."""
    rows = options[options["option"] != "plan"]
    saving = rows["saving_month"] if rows["saving_month"].notna().all() else rows["saving_hours"]
    return rows.loc[rows.loc[saving >= NEARLY * saving.max(), "trainings"].idxmin()]


def option_label(row):
    if row["option"] == "cross_trained":
        return _("{share} trained in a second queue", share=percent(row["share"]))
    return _(OPTIONS[row["option"]])


def options_in_words(options, page):
    """Return the options as texts, a row each."""
    rows = []
    for row in options.to_dict("records"):
        weekly = row["hours_month"] / WEEKS_A_MONTH
        times = weekly / row["agent_hours"] if row["agent_hours"] else 0.0
        known = not pd.isna(row["saving_month"])
        ends = (number(times * row["agent_hours_low"]), number(times * row["agent_hours_high"]))
        rows.append(
            {
                _("Option"): option_label(row),
                _("Agents at peak"): number(row["agents_peak"]),
                _("Agent-hours a week"): number(weekly),
                _("From – to"): RANGE.join(ends) if row["option"] != "plan" else text.say().missing,
                _("Full-time people"): number(row["people"], 1),
                _("Trainings"): number(row["trainings"]),
                _("Saved a month"): page.money(row["saving_month"])
                if known and row["option"] != "plan"
                else text.say().missing,
                _("Service level"): percent(row["service_level"]),
                _("Occupancy"): percent(row["occupancy"]),
            }
        )
    return pd.DataFrame(rows)


def services_in_words(queues, label):
    """Return what every queue gets in every option as texts."""
    return pd.DataFrame(
        [
            {
                _("Option"): option_label(row),
                _("Queue"): label((row["project"], row["channel"])),
                _("Service level"): percent(row["service_level"], 1),
                _("From – to"): RANGE.join(percent(row[f"service_level_{end}"], 1) for end in ("low", "high")),
                _("Target"): text.say().missing if pd.isna(row["target"]) else percent(row["target"]),
                _("Mean wait (ASA)"): duration(row["asa_s"]),
                _("Abandonment"): percent(row["abandonment"], 1),
                _("Answer rate"): percent(row["answer_rate"], 1),
            }
            for row in queues.to_dict("records")
        ]
    )


def bars():
    base = alt.Chart(alt.NamedData("options"))
    y = alt.Y("label:N", title=None, axis=None, sort=alt.EncodingSortField("order"))
    x = alt.X("hours:Q", title=_("agent-hours a week"), scale=alt.Scale(zero=True), axis=alt.Axis(grid=False))
    colour = alt.condition("datum.best", alt.value("$accent"), alt.value("$previous"))
    tip = [
        alt.Tooltip("label:N", title=_("Option")),
        alt.Tooltip("hours:Q", title=_("agent-hours a week"), format=",.0f"),
        alt.Tooltip("low:Q", title=_("from"), format=",.0f"),
        alt.Tooltip("high:Q", title=_("to"), format=",.0f"),
    ]
    return alt.layer(
        base.mark_bar(height=12, yOffset=8).encode(x=x, y=y, color=colour, tooltip=tip),
        base.mark_rule(color="$ink", strokeWidth=2, yOffset=8).encode(x="low:Q", x2="high:Q", y=y),
        base.mark_text(align="left", baseline="middle", dy=-8).encode(x=alt.datum(0), y=y, text="text:N"),
    ).properties(height=alt.Step(40))
