"""Whether targets can be kept together: what contradicts itself, and what the staffing model says cannot be."""

import datetime as dt

from ccwb import measures, staffing
from ccwb import mission as ms
from ccwb.channels import CHANNELS
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.staffing.possible import AIMS
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.mission_targets import said_target
from ccwb.ui.text import _, money, number, percent
from ccwb.ui.widgets import button

LOOKED_AT = dt.timedelta(days=28)  # of forecast or history: long enough for every weekday, short enough to wait for
WORK = ("interval_start", "interval_s", "project", "channel", "offered", "aht_s")


class Possible:
    """What speaks against the targets: at once what contradicts itself, on demand what the staffing model finds."""

    def __init__(self, page):
        self.page, self.told = page, None  # told : (the targets it was found for, what was found)
        self.plain, self.found = html.html(""), html.html("")
        check = button(_("Ask the staffing model"), self.check, page=page)
        self.widget = html.card(self.plain, html.row(check), self.found, title=_("Can these targets be kept together?"))

    def show(self):
        """Show what contradicts itself in the targets as they are now; what was found for others is said to be old."""
        document, centre = self.page.plan.data, self.page.centre()
        said = [*_never(document, centre), *_planned_otherwise(document, centre)]
        nothing = html.paragraph(_("No target contradicts another on paper."), "ccwb-muted")
        self.plain.value = "".join(html.notice(sentence, "near") for sentence in said) or nothing
        if self.told and self.told[0] != _aimed(document):
            old = _("The targets changed since the staffing model was asked: ask it again.")
            self.found.value = html.notice(old, "near") + self.told[1]

    def check(self):
        """Let the staffing model look at every project's targets, on its forecast or its latest weeks."""
        document, centre, page = self.page.plan.data, self.page.centre(), self.page

        def run(progress):
            out = []
            for n, project in enumerate(centre["projects"]):
                progress(n, len(centre["projects"]), project["label"])
                out.append((project, *_of_project(page, document, centre, project)))
            return out

        def done(found):
            said = "".join(_said(*one, centre["currency"]) for one in found)
            said = said or html.paragraph(_("There is no project yet: add one on the setup page."))
            self.told = _aimed(document), said
            self.found.value = said
            self.show()

        page.work(run, done, what=_("Asking the staffing model"))


def _aimed(document):
    return [{kpi: document.get(part, {}).get(kpi) for kpi in AIMS} for part in ("targets", "tolerances")]


def _never(document, centre):
    """Return the targets of the centre that no project aims at, in sentences."""
    found = measures.unreachable(document["targets"], [p["project"] for p in centre["projects"]])
    said = N_("{measure}: the centre's target is {target}, yet no project aims as high; the nearest has {nearest}.")
    currency, out = centre["currency"], []
    for kpi, (target, nearest) in found.items():
        aims = {"target": said_target(kpi, target, currency), "nearest": said_target(kpi, nearest, currency)}
        out.append(_(said, measure=_(KPIS[kpi].label), **aims))
    return out


def _planned_otherwise(document, centre):
    """Return where staffing plans for another service level than the target, in sentences."""
    out = []
    said = N_("{project}, {channel}: the target is {target}, but staffing plans for {planned} (setup page).")
    for project in centre["projects"]:
        target = ms.target_of(document, "service_level", project["project"])
        for channel, own in project["channels"].items():
            planned = own.get("service_level")
            if target is None or planned is None or not CHANNELS[channel].live or planned >= target - 1e-9:
                continue
            where = {"project": project["label"], "channel": _(CHANNELS[channel].label)}
            out.append(_(said, **where, target=percent(target, 1), planned=percent(planned, 1)))
    return out


def _of_project(page, document, centre, project):
    """Return (findings, what they rest on) of one project; None for findings where there is nothing to go by."""
    forecast, basis = work_ahead(page.store, page.context.cycle, project)
    if not len(forecast):
        return None, basis
    key = project["project"]
    targets = em.with_contracts(document["targets"], centre)
    aims = {kpi: ms.of_project(targets, kpi, key) for kpi in AIMS}
    rooms = {kpi: ms.of_project(document.get("tolerances", {}), kpi, key) for kpi in AIMS}
    usual = {kpi: measures.tolerance_of(kpi, aim) for kpi, aim in aims.items()}
    near = {kpi: room if room is not None else usual[kpi] or 0.0 for kpi, room in rooms.items()}
    cost = project.get("hourly_cost")
    if cost is None:
        cost = staffing.hourly_cost_of(page.store.read_table("agents", project=key), at=page.context.cycle.first_day)
    known = {"targets": staffing.targets_of(centre), "tolerances": near, "hourly_cost": cost}
    return staffing.impossible(forecast, aims=aims, **known), basis


def work_ahead(store, one, project):
    """Return (four weeks of work of a project in the shape of a forecast, what they are).

    The beginning of the cycle's published forecast, else the end of the history; no rows where both are missing or by
    the day.
    """
    place = {"project": project["project"], "zone": project["zone"]}
    forecast = store.read_table("forecast", cycle=one.id, **place)
    if len(forecast):
        until = forecast["interval_start"].min() + LOOKED_AT
        return forecast[forecast["interval_start"] < until], N_("by the forecast of the cycle's first four weeks")
    history = store.read_table("history", **place)
    history = history[(history["interval_s"] <= 3600) & history["offered"].notna()] if len(history) else history
    if not len(history):
        return history, N_("{project}: nothing can be said, there is neither a forecast nor a history by the hour.")
    late = history[history["interval_start"] > history["interval_start"].max() - LOOKED_AT]
    sure = {"lower_80": late["offered"], "upper_80": late["offered"], "day_spread": 0.0, "dispersion": 1.0}
    columns = [name for name in WORK if name in late]
    return late[columns].assign(**sure, model="-"), N_("by the last four weeks of the history")


def _said(project, findings, basis, currency):
    """Return what was found of one project, as HTML."""
    if findings is None:
        return html.notice(_(basis, project=project["label"]))
    where = {"project": project["label"], "basis": _(basis)}
    if not findings:
        return html.notice(_("{project}: nothing speaks against the targets, {basis}.", **where), "good")
    head = html.paragraph(_("{project}, {basis}:", **where))
    return head + "".join(html.notice(finding_said(one, currency), "miss") for one in findings)


def finding_said(found, currency):
    """Return a finding of `staffing.impossible` in sentences."""
    if found["kind"] == "unkept":
        return text.say().error(found["error"])
    if found["kind"] == "cost":
        values = {"aim": money(found["aim"], currency), "reached": money(found["reached"], currency)}
        return _("Keeping the promises costs {reached} a contact in labour alone; {aim} cannot be.", **values)
    values = {"aim": percent(found["aim"]), "reached": percent(found["reached"]), "n": number(found["agents"])}
    values |= {"channel": _(CHANNELS[found["channel"]].label), "busy": percent(found["busy"])}
    said = _(
        "Agents who keep the promises are busy {reached} of their time at most; {aim} cannot be. In {channel} the "
        "busiest interval needs {n} agents, and they are busy {busy}.",
        **values,
    )
    if found["fewer"]:
        values |= {"fewer": number(found["fewer"]), "level": percent(found["service_level"])}
        said += " " + _("To be busy {aim} there could be {fewer}: then {level} is answered in time.", **values)
    return said + " " + _("Share agents between queues, or lower one of the two.")
