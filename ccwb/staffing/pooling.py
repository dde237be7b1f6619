"""What sharing agents between queues would save: each queue alone, some agents trained in a second one, all in all."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.cost import wages
from ccwb.staffing.fewest import PROMISES
from ccwb.staffing.played import played_of
from ccwb.staffing.sharing import SERVICE, Sharing

_MONTH_DAYS = 52 * 7 / 12


@dataclass(frozen=True)
class Pooled:
    """What was compared.

    options : a row per way to share, the plan as it is first. option is 'plan' (as saved, each queue its own agents),
    'dedicated' (each queue its own, the fewest), 'cross_trained' (`share` of each queue's agents trained in one further
    queue) or 'shared' (all trained in all).  agents_peak, agent_hours : of the played days, with agent_hours_low to
    agent_hours_high as far as chance leaves it open.  saving_hours, saving_share : against 'dedicated'.
    hours_month, paid_hours_month, people : for a mean month of the plan (a twelfth of 52 weeks), people being full-time
    ones.  trainings : people, whole in every queue, times further queues learned.  cost_month : of paid hours.
    training_cost : once.  training_month : spread over the months.  saving_month : against 'dedicated', training paid;
    missing without an hourly cost.
    service_level, occupancy : all queues together.  limit : queue and target that leave no room for fewer.
    queues : a row per option and queue: service_level with low and high, asa_s, abandonment, answer_rate, target.
    replications : how often the days were played for a figure.  contacts : simulated in all.
    """

    options: pd.DataFrame
    queues: pd.DataFrame
    replications: int
    contacts: int


def pooling(
    requirement,
    *,
    targets,
    first_day,
    last_day=None,
    queues=None,
    shares=(0.1, 0.25, 0.5),
    slower=0.0,
    hourly_cost=None,
    training_cost=0.0,
    months=12,
    full_time_hours_week=40,
    replications=50,
    seed=1,
    progress=None,
    cancel=None,
    jobs=1,
    compiled=None,
):
    """The fewest agents with which live queues keep their targets over some days, shared or not, as a `Pooled`.

    requirement : requirement table of one or several projects, two live queues or more; months are scaled up from the
    days that it covers.  targets : (project, channel) -> dict as from `targets_of`.  first_day, last_day : what is
    played, by the project's clock.  queues : (project, channel) to compare; None takes all live ones.
    shares : of each queue's agents, trained in the next queue (in a ring: the last queue's in the first).
    slower : how much longer a contact of a further queue takes them, a share.
    hourly_cost : loaded cost of a paid hour, a number or project -> number.  training_cost : of one person for one
    further queue.  months : over which it is spread.  full_time_hours_week : paid hours of a full-time person.
    progress(done, total), cancel() -> True stops with a PlanError.  The rest as for `simulate`.

    Every option meets the same contacts. The plan's agents are moved up or down by the same multiple of the square root
    of the load in every interval, in whole agents, until one step less would miss a target of some queue over the
    played days (all of service level, answer rate, mean wait, abandonment and occupancy that are set). Where chance
    leaves a shared option with more than 'dedicated', it has the dedicated agents: working apart is open to it.
    Nobody has two contacts at once but chats; a contact goes to its own agents first, a free agent takes who has
    waited longest.
    Raises PlanError for fewer than two queues, for targets out of reach, for wrong values.
    Source: Wallace and Whitt (2005) for how little cross-training is enough; Jordan and Graves (1995), the ring.

    >>> from ccwb.staffing import requirement as need
    >>> forecast = pd.DataFrame({"interval_start": pd.Timestamp("2026-03-02 10:00"), "interval_s": 3600,
    ...     "project": ["orders", "bank"], "channel": "voice", "offered": 60.0, "aht_s": 240.0})
    >>> target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}
    >>> targets = {("orders", "voice"): target, ("bank", "voice"): target}
    >>> got = pooling(need(forecast, targets=targets), targets=targets, first_day="2026-03-02", shares=(), seed=3)
    >>> got.options[["option", "agents_peak"]].values.tolist()
    [['plan', 12], ['dedicated', 12], ['shared', 10]]
    """
    _check(shares, slower, training_cost, months, full_time_hours_week)
    first_day, last_day = _day(first_day), _day(first_day if last_day is None else last_day)
    of = played_of(requirement, targets=targets, first_day=first_day, last_day=last_day, queues=queues, whole=True)
    if len(of.names) < 2:
        raise PlanError(
            N_(
                "Pooling compares two queues or more; on these days there is only {queue}. Choose another project or "
                "channel with a plan besides, or other days."
            ),
            queue=" / ".join(of.names[0]),
        )
    _promised(of)
    ask = {"replications": replications, "seed": seed, "jobs": jobs, "compiled": compiled}
    sharing = Sharing(of, slower, ask, _told(progress, cancel))
    found = sharing.options(sorted({float(share) for share in shares if share > 0}))
    found = _capped(of, found)
    scale = _scale(requirement, of) | {"full_time_hours_week": full_time_hours_week}
    money = {
        "wages": wages(hourly_cost, [project for project, _ in of.names]),
        "training_cost": training_cost,
        "months": months,
    }
    return Pooled(
        options=_against_dedicated(
            pd.DataFrame([_option(of, one, sharing.trained(one), scale, money) for one in found])
        ),
        queues=pd.concat([_service(of, one) for one in found], ignore_index=True),
        replications=found[0].got.replications,
        contacts=sharing.contacts,
    )


def _check(shares, slower, training_cost, months, hours):
    shares = shares if np.ndim(shares) == 1 else [shares]
    limits = [(N_("share of agents"), share, _number(share) and 0 <= share <= 1) for share in shares]
    limits += [
        (N_("share by which they are slower"), slower, _number(slower) and slower >= 0),
        (N_("cost of a training"), training_cost, _number(training_cost) and training_cost >= 0),
        (N_("number of months"), months, _number(months) and months > 0),
        (N_("number of full-time hours"), hours, _number(hours) and hours > 0),
    ]
    for what, found, possible in limits:
        if not possible:
            raise PlanError(
                N_("The {what} cannot be {found}. Correct it, then compare again."), what=what, found=str(found)
            )


def _number(value):
    return isinstance(value, int | float | np.number)


def _day(value):
    """Return a day by the project's clock; PlanError where it is none."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        day = pd.NaT
    if pd.isna(day):
        raise PlanError(
            N_("The days to play have to be days, such as 2026-03-02; found {found}. Correct them."), found=str(value)
        )
    return day.tz_localize(None).normalize()


def _capped(of, found):
    """Return the options, none with more agent-hours than 'dedicated': who is trained may still work apart.

    By chance of the contacts played a search can end a little higher than where it began.
    """
    alone = next(one for one in found if one.option == "dedicated")

    def hours(one):
        return sum(of.hours(agents, open_) for agents, open_ in zip(one.agents, of.open, strict=True))

    return [
        replace(alone, option=one.option, share=one.share)
        if one.option in ("cross_trained", "shared") and hours(one) > hours(alone)
        else one
        for one in found
    ]


def _promised(of):
    """Refuse a queue that has no target: nobody could say when its agents are too few."""
    for (project, channel), target in zip(of.names, of.targets, strict=True):
        if not any(target.get(name) for name in PROMISES):
            raise PlanError(
                N_(
                    "{project} / {channel} has no target that a number of agents could miss. Type a service level on "
                    "the setup page, or leave the queue out, then compare again."
                ),
                project=project,
                channel=channel,
            )


def _told(progress, cancel):
    """Return step(done, total): tells how far it is and stops where somebody cancelled."""

    def step(done, total):
        if progress:
            progress(done, total)
        if cancel and cancel():
            raise PlanError(N_("The comparison was stopped. Nothing was changed."))

    return step


def _scale(requirement, of):
    """Return, by queue, paid hours of an agent-hour; and how many times the played hours are in a mean month."""
    hours = of.rows["interval_s"].to_numpy(dtype=float)
    worked = np.bincount(of.row_queue, of.rows["agents"].to_numpy(dtype=float) * hours)
    paid = of.rows["scheduled"]
    if "paid" in of.rows:  # plans kept before that column was there have none
        paid = of.rows["paid"].fillna(paid)
    paid = np.bincount(of.row_queue, paid.to_numpy(dtype=float) * hours)
    mine = requirement[
        [key in set(of.names) for key in zip(requirement["project"], requirement["channel"], strict=True)]
    ]
    day = mine["interval_start"].dt.tz_localize(None).dt.normalize()
    days = (day.max() - day.min()).days + 1
    all_ = float(mine["agents"].to_numpy(dtype=float) @ mine["interval_s"].to_numpy(dtype=float))
    times = all_ / worked.sum() / days * _MONTH_DAYS if worked.sum() > 0 else np.nan
    return {"paid": np.divide(paid, worked, out=np.ones(len(paid)), where=worked > 0), "times": times}


def _option(of, one, trained, scale, money):
    """Return an option's row of figures.  trained : share of each queue's agents."""
    hours = np.array([of.hours(agents, open_) for agents, open_ in zip(one.agents, of.open, strict=True)])
    paid = hours * scale["paid"] * scale["times"]
    people = paid / (scale["full_time_hours_week"] * _MONTH_DAYS / 7)
    learners = np.ceil(trained * people - 1e-9).sum()  # nobody is trained in part
    trainings = int(learners) * (len(of.names) - 1 if one.option == "shared" else 1)
    limit = one.limit or (None, "")
    project, channel = of.names[limit[0]] if limit[0] is not None else ("", "")
    return {
        "option": one.option,
        "share": one.share,
        "agents_peak": int(np.where(of.open, one.agents, 0).sum(axis=0).max()),
        "agent_hours": float(hours.sum()),
        "agent_hours_low": one.hours[0],
        "agent_hours_high": one.hours[1],
        "hours_month": float(hours.sum() * scale["times"]),
        "paid_hours_month": float(paid.sum()),
        "people": float(people.sum()),
        "trainings": trainings,
        "cost_month": float(paid @ money["wages"]),
        "training_cost": trainings * money["training_cost"],
        "training_month": trainings * money["training_cost"] / money["months"],
        "service_level": one.got.total.service_level.value,
        "occupancy": one.occupancy,
        "limit_project": project,
        "limit_channel": channel,
        "limit_target": limit[1],
    }


def _against_dedicated(options):
    """Return the options with what each saves against each queue having its own agents."""
    alone = options[options["option"] == "dedicated"].iloc[0]
    saving = alone["agent_hours"] - options["agent_hours"]
    options = options.assign(saving_hours=saving, saving_share=saving / (alone["agent_hours"] or np.nan))
    return options.assign(saving_month=alone["cost_month"] - options["cost_month"] - options["training_month"])


def _service(of, one):
    """Return an option's rows of what each queue gets."""
    rows = []
    for number, (project, channel) in enumerate(of.names):
        got, target = one.got.queues[str(number)], of.targets[number]
        figures = {name: getattr(got, name).value for name in SERVICE}
        figures |= {"service_level_low": got.service_level.low, "service_level_high": got.service_level.high}
        rows.append(
            {"option": one.option, "share": one.share, "project": project, "channel": channel}
            | figures
            | {"target": target.get("service_level", np.nan), "answer_within_s": target["answer_within_s"]}
        )
    return pd.DataFrame(rows)
