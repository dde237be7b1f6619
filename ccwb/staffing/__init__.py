"""Stage 3: how many agents a forecast needs, what a number of agents gives, and both summed up.

    targets_of       the centre document -> targets per (project, channel)
    requirement      forecast + targets -> the fewest agents per interval, and what they give
    given_agents     forecast + agents -> the same table: 'I have these agents, what do I get?'
    cheapest         forecast + targets -> the fewest agent-hours that keep the promises over a day, week or month
    kept             requirement -> how each promise stands over each period
    summary          requirement -> one row per group: peak, hours, full-time people, service
    cost             requirement + what an hour costs -> hours, people and money per project, the price of a contact
    simulated        requirement -> its days played contact by contact, beside what the formulas say
    pooling          requirements of several queues -> the agents each needs alone, partly and fully shared
    shrinkage_of     kinds of time not spent on contacts -> what the roster loses, what it places, each hour once

Live channels (voice, chat) are queues: Erlang A where a patience is given, else Erlang C. Deferred channels (email,
social media, callback) are work that may wait within its day. docs/models_queueing.md says when each misleads.
"""

from ccwb.staffing.agents import DEFERRED, given_agents, requirement
from ccwb.staffing.cost import KEYS, cost, expected_costs, hourly_cost_of, price_of_a_point
from ccwb.staffing.period import cheapest, kept
from ccwb.staffing.played import affordable
from ccwb.staffing.pooling import Pooled, pooling
from ccwb.staffing.shrinkage import Shrinkage, shrinkage_of, shrinkage_of_project, usual_kinds
from ccwb.staffing.simulated import MEASURES, Simulated, simulated
from ccwb.staffing.sums import summary
from ccwb.staffing.targets import targets_of

__all__ = [
    "DEFERRED",
    "KEYS",
    "MEASURES",
    "Pooled",
    "Shrinkage",
    "Simulated",
    "affordable",
    "cheapest",
    "cost",
    "expected_costs",
    "given_agents",
    "hourly_cost_of",
    "kept",
    "pooling",
    "price_of_a_point",
    "requirement",
    "shrinkage_of",
    "shrinkage_of_project",
    "simulated",
    "summary",
    "targets_of",
    "usual_kinds",
]
