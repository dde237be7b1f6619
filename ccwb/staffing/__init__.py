"""Stage 3: how many agents a forecast needs, what a number of agents gives, and both summed up.

    targets_of       the centre document -> targets per (project, channel)
    requirement      forecast + targets -> the fewest agents per interval, and what they give
    given_agents     forecast + agents -> the same table: 'I have these agents, what do I get?'
    giving           targets -> the function that answers the same for many cases at once, for `evaluation.causes`
    shared_out       requirement + people for all queues together -> the agents of each queue and interval
    of_lines         a number of lines -> how it is told, to be told in any language
    parts_of_model   what a row's model is called -> its parts, to be told in any language
    around           a row of a requirement + other numbers of agents -> what each of them would give
    idle_use         requirement + targets -> idle time of live agents, and the deferred work done in it
    cheapest         forecast + targets -> the fewest agent-hours that keep the promises over a day, week or month
    impossible       forecast + aims of a project -> which of them cannot be kept together
    kept             requirement -> how each promise stands over each period
    risk             forecast + sample paths -> the chance that each promise is kept, and what more certainty takes
    wilson           the 95 % interval of a chance that was counted
    summary          requirement -> one row per group: peak, hours, full-time people, service
    cost             requirement + what an hour costs -> hours, people and money per project, the price of a contact
    simulated        requirement -> its days played contact by contact, beside what the formulas say
    tried            plan + more contacts, longer handling, people away -> who is missing, and what it costs
    rest_of_day      what is expected of a day now + who is there -> who is missing, the service with and without help
    pooling          requirements of several queues -> the agents each needs alone, partly and fully shared
    shrinkage_of     kinds of time not spent on contacts -> what the roster loses, what it places, each hour once

Live channels (voice, chat) are queues: Erlang A where a patience is given, else Erlang C. Deferred channels (email,
social media, callback) are work that may wait, staffed for its deadline. docs/models_queueing.md and
docs/models_deferred.md say when each misleads.
"""

from ccwb.staffing.agents import given_agents, requirement
from ccwb.staffing.cost import KEYS, cost, expected_costs, hourly_cost_of, price_of_a_point
from ccwb.staffing.deferred import DEFERRED, idle_use
from ccwb.staffing.giving import giving
from ccwb.staffing.lines import of_lines, parts_of_model
from ccwb.staffing.live import around
from ccwb.staffing.people import shared_out, slots_of
from ccwb.staffing.period import cheapest, kept
from ccwb.staffing.played import affordable
from ccwb.staffing.pooling import Pooled, pooling
from ccwb.staffing.possible import impossible
from ccwb.staffing.rest_of_day import RestOfDay, rest_of_day
from ccwb.staffing.risk import Risk, risk, wilson
from ccwb.staffing.shrinkage import Shrinkage, shrinkage_of, shrinkage_of_project, usual_kinds
from ccwb.staffing.simulated import MEASURES, Simulated, simulated
from ccwb.staffing.sums import summary, weeks_of
from ccwb.staffing.targets import targets_of
from ccwb.staffing.tried import Tried, at_once, busiest_days, tried

__all__ = [
    "DEFERRED",
    "KEYS",
    "MEASURES",
    "Pooled",
    "RestOfDay",
    "Risk",
    "Shrinkage",
    "Simulated",
    "Tried",
    "affordable",
    "around",
    "at_once",
    "busiest_days",
    "cheapest",
    "cost",
    "expected_costs",
    "given_agents",
    "giving",
    "hourly_cost_of",
    "idle_use",
    "impossible",
    "kept",
    "of_lines",
    "parts_of_model",
    "pooling",
    "price_of_a_point",
    "requirement",
    "rest_of_day",
    "risk",
    "shared_out",
    "shrinkage_of",
    "shrinkage_of_project",
    "simulated",
    "slots_of",
    "summary",
    "targets_of",
    "tried",
    "usual_kinds",
    "weeks_of",
    "wilson",
]
