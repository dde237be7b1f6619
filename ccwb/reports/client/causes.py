"""Why a result differs from the plan, for a client: in plain words, and so that the parts told add up to it."""

from ccwb import evaluation
from ccwb.channels import CHANNELS
from ccwb.measures import KPIS
from ccwb.messages import N_, rounded

NAMED = 4  # causes by name; the others are told together
WORDS = {  # what the evaluation calls its causes -> what a client reads; volume says which way it went, see `_name`
    "mix": N_("contacts shared out otherwise among the channels"),
    "pattern": N_("another spread over days and hours"),
    "handling_time": N_("the length of the contacts"),
    "schedule": N_("the people on the schedule"),
    "shrinkage": N_("breaks, training and absence"),
    "adherence": N_("keeping to the schedule"),
    "people": N_("the people at work"),
    "patience": N_("the customers' patience"),
}
FALLS = ("service_level", "on_time", "answer_rate")  # with more contacts and all else as it was; what contracts promise


def parts(one):
    """Return what is told of a kept cause: (name, points to a tenth), and the points of the whole difference.

    one : a dict of kpi, plan, actual, parts, as the evaluation keeps it.  The largest causes come by name; what no
    cause explains is "untold", and all the rest with what rounding leaves is "rest": together they are the difference
    of plan and actual as both are written. None for one in a form that is not known.

    >>> parts({"kpi": "answer_rate", "plan": 0.9, "actual": 0.93, "parts": {"volume": 0.035, "mix": -0.008}})
    ([('volume', 3.5), ('mix', -0.8), ('untold', 0.3)], 3.0)
    """
    entry, kept, ends = KPIS.get(one["kpi"]), one["parts"], (one["plan"], one["actual"])
    if entry is None or entry.unit != "share" or not isinstance(kept, dict) or None in ends:
        return None
    causes = {name: v for name, v in kept.items() if isinstance(v, (int, float)) and not name.startswith("untold")}
    seen = [(name, rounded(100 * causes[name], 1)) for name in sorted(causes, key=lambda name: -abs(causes[name]))]
    told = [(name, points) for name, points in seen if name in evaluation.CAUSES and points][:NAMED]
    if not told:
        return None
    told.append(("untold", rounded(100 * (ends[1] - ends[0] - sum(causes.values())), 1)))
    whole = rounded(rounded(100 * ends[1], 1) - rounded(100 * ends[0], 1), 1)
    told.append(("rest", rounded(whole - sum(points for _name, points in told), 1)))
    return [(name, points) for name, points in told if points], whole


def sentence(one, told):
    """Return a kept cause in a sentence; "" for one in a form that is not known.  told : words.Told.

    What no contract promises, as occupancy, is the centre's own matter and is not told.
    """
    found = parts(one) if one["kpi"] in FALLS else None
    if found is None:
        return ""
    say, made = told.say, told.made
    each = [
        say(
            N_("{cause} added {n}") if points > 0 else N_("{cause} took {n}"),
            cause=say(_name(one["kpi"], name, points)),
            n=say(N_("{n} points"), n=say.number(abs(points), 1)),
        )
        for name, points in found[0]
    ]
    values = {name: say.percent(one[name], 1) for name in ("plan", "actual")}
    values |= {"what": _what(one, told), "parts": say.listed(each)}
    if all(made[f"{end}_day"] == made["cycle"][f"{end}_day"] for end in ("first", "last")):
        return say(N_("{what}: {actual} instead of the planned {plan}; {parts}."), **values)
    days = {name: told.day(made["cycle"][f"{name}_day"]) for name in ("first", "last")}
    longer = N_("{what}, for the whole cycle from {first} to {last}: {actual} instead of the planned {plan}; {parts}.")
    return say(longer, **days, **values)


def _name(kpi, name, points):
    if name == "volume":
        return N_("fewer contacts") if (points > 0) == (kpi in FALLS) else N_("more contacts")
    if name == "untold":
        return N_("what is not explained")
    return WORDS.get(name, N_("other causes and rounding"))


def _what(one, told):
    """Return the figure's name and the channels that it is of."""
    measure = told.say(KPIS[one["kpi"]].label)
    of = [one["channel"]] if one["channel"] in CHANNELS else _channels(one["kpi"], told.made["channels"])
    names = told.say.listed(map(told.channel, of))
    if len(of) > 1:
        return told.say(N_("{measure} ({channels} together)"), measure=measure, channels=names)
    return f"{measure} ({names})" if of else measure


def _channels(kpi, channels):
    """Return the channels that a figure of all is made of."""
    counts = {
        "service_level": lambda one: CHANNELS[one["channel"]].live,
        "on_time": lambda one: not CHANNELS[one["channel"]].live,
        "answer_rate": lambda one: one["answer_rate"] is not None,
    }.get(kpi, lambda one: True)
    return [one["channel"] for one in channels if counts(one)]
