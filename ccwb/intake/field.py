"""What a field of a file is, and the kinds of content that fields occur in."""

from dataclasses import dataclass

HISTORY, RECORDS, AGENTS, SURVEYS, EVENTS, RESULTS = "history", "records", "agents", "surveys", "events", "results"
MEASURED, COSTS = "measured", "costs"
AVAILABILITY, ABSENCES, WISHES, STATES, ROSTER = "availability", "absences", "wishes", "states", "roster"
TIME_OF_PEOPLE = (AVAILABILITY, ABSENCES, WISHES, STATES, ROSTER)


@dataclass(frozen=True)
class Field:
    """Something a column may hold. form : how its cells are read.  contents : the kinds of file it occurs in.

    words : headings it goes by, in any order of their words, any case, with or without plural s, unit and filler words
    (average, number of, calls ...).  `derived` fields are recognised in order to be left out: they follow from others.
    of : of a count that is part of a whole, the fields that may hold the whole; the first that a file has is taken.
    """

    name: str
    form: str
    contents: tuple
    meaning: str
    words: str
    of: tuple = ()

    @property
    def used(self):
        return self.form != "derived"
