"""The big figures of the staffing page, and the curve of what one agent more or fewer gives."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.staffing import around, of_lines
from ccwb.ui import html, text
from ccwb.ui.charts import share_axis
from ccwb.ui.staffing_parts import agents_said
from ccwb.ui.text import _, duration, number, percent, signed

AROUND = 8  # agents on either side of the chosen number, at least
MOST = 81  # numbers of agents that are computed and drawn
FELT_BLOCKED = 0.01  # of all attempts: one customer in a hundred who does not even get to wait
SHARES = ("service_level", "abandonment", "occupancy")
ABOVE, BELOW = 8, 14  # pixels from a line's end to its name: that of the lower of two lines stands under it
CURVE_HIGH = 240  # pixels


def figures(now, plan, queue, *, setting, channel, model, labour):
    """Return two rows of figures: people of the whole project, service of the queue in sight.

    now, queue : sums of the week, of all queues and of the one in sight.  plan : the same two of the saved plan, None
    while there is none.  model : what the models are called.  labour : paid hours -> money as text; where the cost of
    an hour is not known, the address at which it is typed.
    """
    whole, own = plan if plan is not None else (None, None)
    service = _live(queue, own, setting) if CHANNELS[channel].live else _deferred(queue, own, setting)
    told = [html.figure(**one, help_text=f"{meaning} {_('Model: {model}.', model=model)}") for one, meaning in service]
    people = html.heading(_("The whole project, all queues together"), 3) + html.figures(_people(now, whole, labour))
    return people + html.heading(_(CHANNELS[channel].label), 3) + html.figures(told)


def _change(now, before, name, show=number, *more):
    return _("{n} against the plan", n=signed(now[name] - before[name], show, *more)) if before is not None else ""


def points(share, digits=0):
    """Return a difference of shares as text: points, as a percentage of a percentage says something else."""
    return _("{n} points", n=number(100 * share, digits))


def _people(now, plan, labour):
    made = [
        html.figure(
            _("Agents at peak"),
            number(now["agents_peak"]),
            change=_change(now, plan, "agents_peak"),
            help_text=_("Most people who have to work on contacts at the same moment."),
        ),
        html.figure(
            _("Full-time people"),
            number(now["fte"], 1),
            change=_change(now, plan, "fte", number, 1),
            help_text=_("Paid hours of the week, shrinkage included, over the hours of a full-time person."),
        ),
        html.figure(
            _("Paid hours a week"),
            number(now["paid_hours"]),
            change=_change(now, plan, "paid_hours"),
            help_text=_("Hours on contacts, and those lost to shrinkage of every kind."),
        ),
    ]
    label = _("Labour cost a week")
    meaning = _("Paid hours times the loaded cost of an hour. Shared costs come in the fold on costs.")
    if callable(labour):
        told = {"value": labour(now["paid_hours"]), "change": _change(now, plan, "paid_hours", labour)}
    else:
        told = {"value": text.say().missing, "change": _("no hourly cost"), "link": labour}
    return [*made, html.figure(label, **told, help_text=meaning)]


def _live(queue, plan, setting):
    """Return (figure, its meaning) of a queue in which contacts wait for an answer."""
    got, promised = _level(queue, setting)
    within, whom = duration(setting["answer_within_s"]), _of_whom(setting)
    label = _("Service level ({share} in {time})", share=promised, time=within) if promised else _("Service level")
    level = {"label": label, "value": got, "state": _met(queue, setting)}
    return [
        (
            level | {"change": _change(queue, plan, "service_level", points)},
            _("Share of {contacts} answered within {time}.", contacts=whom, time=within),
        ),
        (
            {"label": _("Mean wait (ASA)"), "value": duration(queue["asa_s"])}
            | {"change": _change(queue, plan, "asa_s", duration)},
            _("Mean wait of answered contacts."),
        ),
        (
            {"label": _("Abandonment"), "value": percent(queue["abandonment"], 1)}
            | {"change": _change(queue, plan, "abandonment", points, 1)},
            _("Share of {contacts} that give up waiting.", contacts=whom),
        ),
        (
            {"label": _("Answer rate"), "value": percent(queue["answer_rate"], 1)}
            | {"change": _change(queue, plan, "answer_rate", points, 1)},
            _("Share of {contacts} that are handled.", contacts=whom),
        ),
        _occupancy(queue, plan),
        *([_blocked(queue, plan, setting)] if setting["lines"] else []),
    ]


def _of_whom(setting):
    """Return of which contacts the shares of a queue are."""
    if setting["lines"]:
        return _("attempts that found a free line")
    return _("attempts, whoever calls again counted each time") if setting["redial"] else _("offered contacts")


def _blocked(queue, plan, setting):
    known = plan is not None and not np.isnan(plan["blocked"])
    lines = text.say().error(of_lines(setting["lines"]))
    return (
        {"label": _("Blocked"), "value": percent(queue["blocked"], 1)}
        | {"state": "miss" if queue["blocked"] >= FELT_BLOCKED else "none"}
        | {"change": _change(queue, plan if known else None, "blocked", points, 1)},
        _("Share of all attempts that find {lines} taken and are turned away.", lines=lines),
    )


def beyond_lines(own, lines):
    """Return a sentence where a queue has more agents than lines at some time; "" where it has not, or no bound.

    own : requirement rows of the queue.  lines : contacts that can be on at once, waiting ones included, or None.
    """
    most = own["agents"].max() if lines and len(own) else 0
    if most <= (lines or 0):
        return ""
    said = _(
        "At the peak there are {n} agents for {lines}. Nobody waits where there are as many agents as lines: those "
        "above that number are there for the occupancy cap alone, and only more lines would give them contacts.",
        n=number(most),
        lines=text.say().error(of_lines(lines)),
    )
    return html.notice(said, "near")


def _deferred(queue, plan, setting):
    """Return (figure, its meaning) of work that waits for its turn."""
    within = duration(setting["answer_within_s"])
    return [
        (
            {"label": _("Finished within {time}", time=within), "value": _level(queue, setting)[0]}
            | {"change": _change(queue, plan, "service_level", points), "state": _met(queue, setting)},
            _("Share of contacts finished within that much opening time."),
        ),
        (
            {"label": _("Mean time to finish"), "value": duration(queue["asa_s"])}
            | {"change": _change(queue, plan, "asa_s", duration)},
            _("Mean opening time from arrival to being finished."),
        ),
        _occupancy(queue, plan),
    ]


def _occupancy(queue, plan):
    return (
        {"label": _("Occupancy"), "value": percent(queue["occupancy"])}
        | {"change": _change(queue, plan, "occupancy", points)},
        _("Handling time over the time available for contacts; with several at once over the places for them."),
    )


def _level(queue, setting):
    """Return the service level and the one promised, as text; "" for none."""
    got, goal = queue["service_level"], setting["service_level"]
    return text.against(got, goal) if goal else (percent(got), "")


def _met(queue, setting):
    goal = setting["service_level"]
    if not goal or np.isnan(queue["service_level"]):
        return "none"
    return "good" if queue["service_level"] >= goal - 1e-9 else "miss"


# agents across, what they give up ------------------------------------------------------------------------------------
def no_curve():
    return pd.DataFrame({"agents": [], **{name: [] for name in SHARES}, "asa_s": [], "cost": []}, dtype=float)


def curve(own, *, targets, channel, hourly=None, money=None):
    """Return (data, title) of the busiest interval's trade-off: agents across, what they give up.

    own : the requirement rows of the queue in sight.  hourly : what an hour of an agent on contacts costs, or None.
    """
    if own.empty or not CHANNELS[channel].live or own["agents"].max() == 0:
        none = dict.fromkeys(("curve", "chosen", "target", "ends"), no_curve())
        if CHANNELS[channel].live:
            return none, _("Nothing is offered in this queue")
        return none, _("Work that may wait has no service curve: it is spread over the time it may take.")
    peak = own.loc[own["agents"].idxmax()]
    here = max(1, round(peak["agents"]))
    agents = _numbers(here, float(peak["load"]))
    made = around(peak, targets=targets, agents=agents).assign(cost=agents * (hourly or np.nan))
    key = (peak["project"], peak["channel"])
    chosen = made[made["agents"] == here].assign(label=_priced(here, hourly, money))
    data = {"curve": made, "chosen": chosen, "ends": made.tail(1).assign(**_apart(made.iloc[-1]))}
    goal = targets[key]["service_level"]
    data["target"] = pd.DataFrame({"service_level": [] if goal is None else [goal]}, dtype=float)
    at = int(np.searchsorted(agents, here))
    decided = _decided(made.iloc[at - 1] if at else None, targets[key])
    more = number(100 * float(made["service_level"].iloc[at + 1] - made["service_level"].iloc[at]), 1)
    said = _("At the peak one more agent gives {n} points of service level", n=more)
    if hourly:
        said = _("{said}, for {money} an hour", said=said, money=money(hourly))
    return data, _("{said}; the number is set by: {targets}", said=said, targets=decided) if decided else said


def _numbers(here, load):
    """Return the numbers of agents that are drawn: those around the chosen one, and where service falls off.

    Service goes from poor to good within about a square root of the load on either side of it, however many agents an
    occupancy cap or a cushion asks for.

    >>> [int(n) for n in (_numbers(21, 17.0)[0], _numbers(21, 17.0)[-1], len(_numbers(21, 17.0)))]
    [12, 29, 18]
    >>> [int(n) for n in (_numbers(282, 248.0)[0], _numbers(282, 248.0)[-1])]
    [232, 290]
    """
    low = max(1, min(here - AROUND, int(load - load**0.5)))
    high = max(here + AROUND, int(np.ceil(load + load**0.5)))
    near = np.arange(max(low, here - AROUND), here + AROUND + 1)
    return np.union1d(near, np.linspace(low, high, min(MOST, high - low + 1)).round().astype(int))


def _decided(fewer, target):
    """Return which targets one agent fewer would miss, in words; "" where none does (a cushion, or the last agent)."""
    if fewer is None:
        return ""
    limits = {
        "service_level": (_("service level"), 1),
        "answer_rate": (_("answer rate"), 1),
        "asa_s": (_("mean wait"), -1),
        "abandonment": (_("abandonment"), -1),
        "max_occupancy": (_("occupancy cap"), -1),
    }
    missed = []
    for name, (label, sign) in limits.items():
        got, goal = fewer["occupancy" if name == "max_occupancy" else name], target.get(name)
        if name == "answer_rate" and target["counts_blocked"] and "blocked" in fewer:
            got = got * (1 - fewer["blocked"])
        if goal is not None and not np.isnan(got) and sign * (got - goal) < -1e-9:
            missed.append(label)
    return text.listed(missed)


def _priced(agents, hourly, money):
    said = agents_said(agents)
    return said if not hourly else _("{agents}, {money} an hour", agents=said, money=money(agents * hourly))


def curve_chart(currency=""):
    """Return the chart of `curve`: three shares over the agents, the chosen number marked on each."""
    data = {name: alt.Chart(alt.NamedData(name)) for name in ("curve", "chosen", "target", "ends")}
    costs = [alt.Tooltip("cost:Q", title=_("{currency} an hour", currency=currency), format=",.0f")]
    tip = [
        alt.Tooltip("agents:Q", title=_("agents")),
        *(alt.Tooltip(f"{n}:Q", title=t, format=".1%") for n, (t, _color) in _named().items()),
        alt.Tooltip("asa_s:Q", title=_("mean wait (ASA), s"), format=",.0f"),
        *(costs if currency else []),
    ]
    scale, whole = alt.Scale(zero=False, nice=False), alt.Axis(format=",.0f", tickMinStep=1)
    x = alt.X("agents:Q", title=_("agents in the busiest interval"), scale=scale, axis=whole)
    layers = [data["target"].mark_rule(color="$muted", strokeDash=[2, 3]).encode(y=_share("service_level"))]
    chosen = data["chosen"].encode(x=x)
    layers.append(chosen.mark_rule(color="$muted", strokeDash=[2, 3]))
    layers.append(chosen.mark_text(dy=-8, baseline="bottom", color="$ink").encode(y=alt.value(0), text="label:N"))
    for name, (label, color) in _named().items():
        y = _share(name)
        layers.append(data["curve"].mark_line(color=color).encode(x=x, y=y))
        layers.append(data["chosen"].mark_point(color=color, filled=True, size=130).encode(x=x, y=y))
        named = data["ends"].mark_text(align="right", baseline="middle", color=color)
        layers.append(named.encode(x=x, y=_share(f"{name}_name"), text=alt.value(label)))
    # what is told of a number of agents is told anywhere above it
    layers.append(data["curve"].mark_rule(strokeWidth=24, opacity=0).encode(x=x, tooltip=tip))
    return alt.layer(*layers).properties(height=CURVE_HIGH)


def _apart(end):
    """Return where the name of each line stands, in shares of the picture's height: beside its end, none on another.

    >>> at = _apart({"service_level": 0.8, "occupancy": 0.89, "abandonment": 0.0})
    >>> {name: round(share, 3) for name, share in at.items()}
    {'service_level_name': 0.742, 'abandonment_name': 0.033, 'occupancy_name': 0.923}
    """
    under = "service_level" if end["occupancy"] > end["service_level"] else "occupancy"
    return {f"{name}_name": end[name] + (-BELOW if name == under else ABOVE) / CURVE_HIGH for name in _named()}


def _named():
    return {
        "service_level": (_("service level"), "$accent"),
        "abandonment": (_("abandonment"), "$c2"),
        "occupancy": (_("occupancy"), "$c3"),
    }


def _share(name):
    return alt.Y(f"{name}:Q", title=_("share"), axis=share_axis(), scale=alt.Scale(domain=[0, 1]))
