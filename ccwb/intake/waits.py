"""Call records, one row a contact -> how long each waited and whether it was answered: what patience is told from."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake.propose import propose
from ccwb.intake.reading import Reading
from ccwb.intake.report import Log
from ccwb.messages import N_

_NEEDED = {"wait_s": N_("how long each contact waited"), "answered": N_("whether it was answered")}


def read_waits(raw, *, memory=None):
    """Return (table with wait_s in seconds and answered as 1 or 0, a row per contact; the Proposal of its columns).

    raw : a RawTable as `read_file` gives it.  memory : remembered mappings, as for `propose`. Durations whose unit the
    file does not tell are taken as seconds. Waits that are empty or cannot be read stay missing; rows that do not say
    whether they were answered are left out. Whoever gave up keeps the wait, which the history has no place for.
    Raises PlanError where no column has the waits or says what was answered, naming what was found.

    >>> from ccwb.intake import read_file
    >>> raw = read_file(b"Start,Wait Time (s),Answered\\n2026-03-02 10:00,12,Y\\n2026-03-02 10:01,40,N\\n", name="a")
    >>> read_waits(raw)[0].to_numpy().tolist()
    [[12.0, 1.0], [40.0, 0.0]]
    """
    proposal = propose(raw, kind="records", memory=memory)
    absent = [what for field, what in _NEEDED.items() if proposal.match(field) is None]
    if absent:
        raise PlanError(
            N_(
                "No column of '{name}' tells {absent}. It has: {found}. Patience needs single contacts, one a row, "
                "with a column wait_s (seconds) and a column answered (yes or no): rename or add them."
            ),
            name=raw.name,
            absent=", ".join(absent),
            found=", ".join(match.heading for match in proposal.columns),
        )
    reading = Reading(raw, proposal, proposal.suggestions, Log())
    answered, wait_s = reading.flag("answered"), reading.seconds("wait_s")
    known = ~np.isnan(answered)
    return pd.DataFrame({"wait_s": wait_s[known], "answered": answered[known]}), proposal
