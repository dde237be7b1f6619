"""Every table that flows, by its name."""

from ccwb.messages import N_
from ccwb.tables.columns import Table
from ccwb.tables.demand import DEMAND, HISTORY
from ccwb.tables.people import PEOPLE
from ccwb.tables.results import RESULTS
from ccwb.tables.rosters import ROSTERS

TABLES = DEMAND | PEOPLE | ROSTERS | RESULTS
TABLES["actuals"] = Table(
    N_("What happened in a cycle, to be held against its plan: as history."), HISTORY, TABLES["history"].key
)
