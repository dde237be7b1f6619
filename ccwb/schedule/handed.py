"""What of a roster is a project's part, when its supervisor hands it up (see `ccwb.handed`)."""

from ccwb import handed


def mark_of(roster, project):
    """Return a short text that is another one when a project's part of a roster is.

    roster : roster table.  Its order does not count, nor what is locked.
    """
    mine = roster[roster["project"] == project]
    return handed.mark_of(f"{r.agent} {r.start.timestamp():.0f} {r.end.timestamp():.0f}" for r in mine.itertuples())
