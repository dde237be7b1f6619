"""Stage 3: how many agents a forecast needs, what a number of agents gives, and both summed up.

    targets_of       the centre document -> targets per (project, channel)
    requirement      forecast + targets -> the fewest agents per interval, and what they give
    given_agents     forecast + agents -> the same table: 'I have these agents, what do I get?'
    risk             forecast + sample paths -> the chance that each promise is kept, and what more certainty takes
    wilson           the 95 % interval of a chance that was counted
    summary          requirement -> one row per group: peak, hours, full-time people, service

Live channels (voice, chat) are queues: Erlang A where a patience is given, else Erlang C. Deferred channels (email,
social media, callback) are work that may wait within its day. docs/models_queueing.md says when each misleads.
"""

from ccwb.staffing.agents import DEFERRED, given_agents, requirement
from ccwb.staffing.risk import Risk, risk, wilson
from ccwb.staffing.sums import summary
from ccwb.staffing.targets import targets_of

__all__ = ["DEFERRED", "Risk", "given_agents", "requirement", "risk", "summary", "targets_of", "wilson"]
