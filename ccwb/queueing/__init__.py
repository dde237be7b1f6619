"""How many contacts wait, and how long: Erlang B, C and A, and backlogs of work that may wait, over plain arrays.

>>> from ccwb.queueing import agents_required, performance
>>> agents = agents_required([4.2, 8.4], aht_s=240, service_level=0.8, patience_s=120)
>>> agents.tolist(), performance([4.2, 8.4], agents, aht_s=240, answer_within_s=20, patience_s=120).asa_s.round(1)
([6, 11], array([6.6, 4.9]))
"""

from ccwb.queueing.deferred import Deferred, level_required, worked_off
from ccwb.queueing.erlang import Performance, erlang_b, erlang_c, performance, service_level
from ccwb.queueing.even import even_plan
from ccwb.queueing.search import agents_required

__all__ = [
    "Deferred",
    "Performance",
    "agents_required",
    "erlang_b",
    "erlang_c",
    "even_plan",
    "level_required",
    "performance",
    "service_level",
    "worked_off",
]
