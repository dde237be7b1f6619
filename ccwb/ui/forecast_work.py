"""The making of a forecast. Where it belongs is settled when it starts: the page may show something else at its end."""

import contextlib
import datetime as dt

import pandas as pd

from ccwb import cycle as cycles
from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.forecast.brought import in_intervals
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.tables import empty as no_rows
from ccwb.ui import forecast_parts as parts
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import text
from ccwb.ui.forecast_models import NAIVE
from ccwb.ui.text import _

INTERVAL_S = 1800
DAY_S = 86_400
TENURE_DAYS = 731  # before the cycle for which the share of new agents is told
WORTH = 0.01  # share of contacts outside the opening hours that is worth a sentence
TRIED_DAYS = 28  # at most, of each trial on the past
LEVEL = 1000  # contacts a day of a queue of which only the hours are asked
TOO_FAR = N_(
    "The history of {project} ends on {last}; the cycle runs from {first} to {until}. A forecast reaches {most} days "
    "beyond its history, and the end of the cycle is {found} days away. Import later data, or move the cycle's days: "
    "both on the setup page."
)


class Making:
    """One run of the forecast over some projects of one cycle; call it to compute, then `keep` what it gave."""

    def __init__(self, page, *, projects, model):
        self.store, self.cycle, self.centre, self.by = page.store, page.context.cycle, page.centre(), page.person
        self.projects, self.model, self.refused = projects, model, []
        kept = {p: self._document(p).data or {} for p in projects}
        self.settings = {p: publishing.settings_of(data) for p, data in kept.items()}
        self.hours = {p: data.get("draft", {}).get("day_hours") for p, data in kept.items()}
        self.made_from = {p: cycles.made_from(self.store, self.cycle.id, "forecast", project=p) for p in projects}

    def __call__(self, progress):
        """Return a (project, tables, beliefs) of each made; of several, `refused` then says which not, and why."""
        made = []
        for n, project in enumerate(self.projects):
            try:
                made.append(self._one(project, progress, n))
            except PlanError as why:
                if len(self.projects) == 1:
                    raise
                self.refused.append((project_of(self.centre, project)["label"], why))
        return made

    def keep(self, made):
        """Keep what was made as the draft; a project without a history has nothing to keep."""
        for project, tables, believed in made:
            if tables is not None:
                taken = {key: self.settings[project][key] for key in ("decisions", "starts")}
                said = {"made_from": self.made_from[project], "beliefs": believed} | taken
                said |= {"day_hours": self.hours[project]} if self.hours[project] else {}
                self._keep_one(project, tables, said)

    def without(self, names, progress):
        """Return the first project's forecast as if events of these names were not to come, in the cycle's days."""
        project = self.projects[0]
        history = self.known(project)
        left = fc.without(self._setting(project)["events"], names)
        made = self._ahead(project, history, self._days_ahead(project, history), progress, events=left)
        return self._whole(project, self._in_cycle(made))

    def days(self, days, progress):
        """Return the first project's forecast in whole days, so many days ahead of its history."""
        project = self.projects[0]
        known = self.known(project)
        inside = fc.within_hours(known, hours=self._setting(project)["hours"])
        return self._ahead(project, fc.gather(inside, DAY_S) if len(known) else known, days, progress)

    def known(self, project):
        """Return the history from before the cycle: what a plan for the cycle may know."""
        first, known = self.cycle.first_day, gathered(self._came(project), self._setting(project)["hours"])
        if known.empty and project in set(self.store.table_info("history")["project"]):
            raise PlanError(
                N_(
                    "All of the history of {project} lies in or after the cycle, which begins on {first}: there is "
                    "nothing to forecast from. Import earlier data, or move the cycle's days on the setup page."
                ),
                project=project_of(self.centre, project)["label"],
                first=text.date(first),
            )
        return known

    def _came(self, project):
        zone = project_of(self.centre, project)["zone"]
        return self.store.read_table("history", project=project, zone=zone, end=str(self.cycle.first_day))

    def _one(self, project, progress, at):
        history = self.known(project)
        if history.empty and not self.settings[project]["starts"]:
            return project, None, {}

        def half(part):
            return lambda done, total, detail: progress(at + (part + done / total) / 2, len(self.projects), detail)

        days, setting = self._days_ahead(project, history), self._setting(project)
        made = self._ahead(project, history, days, half(0))
        tables = {
            "forecast_draft": self._whole(project, self._in_cycle(made)),
            "cleaning": no_rows("cleaning"),
            "accuracy": no_rows("accuracy"),
        }
        if history.empty:
            return project, tables, {}
        learned = setting | {"decisions": self.settings[project]["decisions"]}
        tables["cleaning"] = fc.cleaning(history, **learned)
        told = lambda done, total, detail: half(1)(done, total, self._spoken(detail))  # noqa: E731 - short
        with contextlib.suppress(PlanError):  # too short a history to try models on: the forecast says what it used
            tables["accuracy"] = fc.backtest(history, days=min(days, TRIED_DAYS), progress=told, **learned)
        horizon = pd.date_range(self.cycle.first_day, self.cycle.last_day)
        believed = {channel: said for (_p, channel), said in fc.beliefs(history, days=horizon, **learned).items()}
        for channel, said in outside(self._came(project), setting["hours"]).items():
            believed[channel] = [*said, *believed.get(channel, [])]
        return project, tables, believed

    def _ahead(self, project, history, days, progress, **other):
        """Return the forecast of a project, with its queues that have no history; `other` settings than its own."""
        known = self.settings[project]
        setting = self._setting(project) | {"decisions": known["decisions"], "tenure": self._tenure(project, days)}
        told = lambda done, total, detail: progress(done, total, self._spoken(detail))  # noqa: E731 - short
        for other_project in {one["like"][0] for one in known["starts"] if one["like"]} - {project}:
            history = pd.concat([history, self._like(other_project, project)], ignore_index=True)
        more = {"days": days, "model": self.model, "progress": told, "starts": known["starts"] or None}
        made = fc.forecast(history, **more, **(setting | other))
        return made[made["project"] == project].reset_index(drop=True)

    def _like(self, project, own):
        """Return the history of another project, from which a queue of `own` borrows its shape, in that one's zone."""
        zone = project_of(self.centre, own)["zone"]
        history = self.store.read_table("history", project=project, zone=zone, end=str(self.cycle.first_day))
        return gathered(history, self._setting(project)["hours"])

    def _tenure(self, project, days):
        """Return which share of a project's work new agents do, day by day; None where no day of hiring is known."""
        agents = self.store.read_table("agents", project=project, all_columns=True)
        if agents.empty or agents["hired"].isna().all():
            return None
        first = pd.Timestamp(self.cycle.first_day) - pd.Timedelta(days=TENURE_DAYS)
        return fc.new_share(agents, pd.date_range(first, periods=TENURE_DAYS + days + 1))

    def _spoken(self, detail):
        """Return a queue, which the core calls by its keys, by its names."""
        project, _slash, channel = detail.partition(" / ")
        names = {p["project"]: p["label"] for p in self.centre["projects"]}
        if project not in names or channel not in CHANNELS:
            return detail
        return f"{names[project]} / {_(CHANNELS[channel].label)}"

    def _document(self, project):
        return self.store.load("forecast", cycle=self.cycle.id, project=project)

    def _keep_one(self, project, tables, said):
        where = {"cycle": self.cycle.id, "project": project}
        at = dt.datetime.now(dt.UTC)
        place = {"by": self.by, "at": at, **where}
        with self.store.together():  # the forecast, how its models did and what is said of it: all or none
            published = self.store.has_rows("forecast", **where)
            for name, table in tables.items():
                self.store.write_table(name, table, zone="UTC", **place)
            now = self._document(project)
            left = publishing.still_off(now.data or {})  # a file switched them off: this forecast lacks them
            draft = (
                said | ({"put_off": left} if left else {}) | {"by": self.by, "at": at.isoformat(), "model": self.model}
            )
            number = publishing.revision(self.store, where)
            data = publishing.with_settings(now.data or {}, published=published, draft=number) | {"draft": draft}
            self.store.save("forecast", data, base=now.version, apart=True, **place)

    def _setting(self, project):
        one = project_of(self.centre, project)
        events = self.store.read_table("events")
        return {"hours": {one["project"]: one}, "events": events if len(events) else None}

    def _days_ahead(self, project, history):
        if history.empty:
            return (self.cycle.last_day - self.cycle.first_day).days + 1
        last = history["interval_start"].max().date()
        days = max(1, (self.cycle.last_day - last).days)
        if days > fc.MOST_DAYS:
            ends = {"last": last, "first": self.cycle.first_day, "until": self.cycle.last_day}
            label = project_of(self.centre, project)["label"]
            said = {name: text.date(day) for name, day in ends.items()}
            raise PlanError(TOO_FAR, project=label, **said, most=fc.MOST_DAYS, found=days)
        return days

    def _whole(self, project, table):
        """Return a forecast with the hours that were chosen for its whole days; as it is where none were."""
        chosen = self.hours[project]
        whole = list(table.loc[table["interval_s"] == DAY_S, "channel"].unique()) if len(table) else []
        return self.in_hours(project, table, chosen | {"channels": whole}) if chosen and whole else table

    def in_hours(self, project, table, chosen):
        """Return a forecast with the days of some channels split over the hours of another queue, or the open ones.

        chosen : {channels, like: [project, channel] or None for evenly over the opening hours}.
        """
        mine = table["channel"].isin(chosen["channels"])
        shape = pd.concat([self._hours_of(project, channel, chosen["like"]) for channel in chosen["channels"]])
        out = pd.concat([table[~mine], in_intervals(table[mine], shape=shape)], ignore_index=True)
        return out.sort_values(["channel", "interval_start"], kind="stable", ignore_index=True)

    def _hours_of(self, project, channel, like):
        """Return the intervals of a queue in the cycle as if it came at the hours of another one, or evenly."""
        start = {"project": project, "channel": channel, "first_day": str(self.cycle.first_day), "like": like}
        history = no_rows("history")
        if like:
            history = self._like(like[0], project)
            history = history[history["channel"] == like[1]]
        days = self._days_ahead(like[0] if like else project, history)
        more = {"days": days, "model": NAIVE, "starts": [start | {"contacts_day": LEVEL}]}
        made = fc.forecast(history, **more, **self._setting(project))
        made = self._in_cycle(made[(made["project"] == project) & (made["channel"] == channel)])
        return made if like else made.assign(offered=made["interval_s"])  # five minutes of a half hour have a sixth

    def _in_cycle(self, table):
        day = table["interval_start"].dt.date
        return table[(day >= self.cycle.first_day) & (day <= self.cycle.last_day)]


def outside(history, hours):
    """Return that contacts came while a project is closed, channel -> [(sentence, values), ...], where many did.

    What came on public holidays that are closed days is told apart from what came in hours that are closed.
    """
    told = fc.outside_hours(history, hours=hours)
    told = told[told["outside"] > WORTH * told["offered"]]
    ticked, out = fc.on_closed_holidays(history, hours=hours) if len(told) else None, {}
    for row in told.itertuples():
        days = ticked[ticked["channel"] == row.channel]
        holidays = [[str(day.date()), name] for day, name in zip(days["day"], days["holiday"], strict=True)]
        on = days["offered"].sum() / row.offered
        rest = row.outside / row.offered - on
        said = [(parts.OUTSIDE, {"part": rest}), (parts.ON_HOLIDAYS, {"part": on, "holidays": holidays})]
        said.sort(key=lambda one: -one[1]["part"])
        out[row.channel] = said[:1] + [one for one in said[1:] if one[1]["part"] > WORTH]
    return out


def gathered(history, hours):
    """Return a history in the intervals that are planned in, where they are finer; without what came while closed."""
    longest = history["interval_s"].max() if len(history) else 0
    return fc.gather(fc.within_hours(history, hours=hours), INTERVAL_S) if 0 < longest < INTERVAL_S else history
