"""What a language brings to the intake: the words of its headings and cells. One file for each language."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """The words of one language, as `folded` writes them or not: both are the same here.

    headings : field -> headings it goes by, parted by '|', as in FIELDS; 'agents:name' holds in files of agents only,
    and there nowhere else.  filler, contact : words that a heading may have or lack (average, number of; call).
    rate : words for percent and share.  total : words that make a duration a sum.  mean : words that make it a mean.
    prefixes : what a compound may begin with that is filler.  endings : what a word of `headings` may end in besides.
    units : 'hours', 'minutes', 'seconds' -> words.  months : names and abbreviations, parted by spaces, in order of the
    twelve months; persian_months : of the Persian calendar.  weekdays : names and abbreviations.
    clock : word -> what it stands for in a time of day ('' where it says nothing).  yes, no, missing : what cells say.
    channels, costs, surveys, events : key -> words, written without spaces.  money : marks of currencies.
    days : mon to sun -> words of the weekday.  absences, wants, activities : key -> words, without spaces.
    """

    headings: dict
    filler: str = ""
    contact: str = ""
    rate: str = ""
    total: str = ""
    mean: str = ""
    prefixes: tuple = ()
    endings: tuple = ()
    units: dict = field(default_factory=dict)
    months: tuple = ()
    persian_months: tuple = ()
    weekdays: str = ""
    clock: dict = field(default_factory=dict)
    yes: str = ""
    no: str = ""
    missing: str = ""
    channels: dict = field(default_factory=dict)
    costs: dict = field(default_factory=dict)
    surveys: dict = field(default_factory=dict)
    events: dict = field(default_factory=dict)
    days: dict = field(default_factory=dict)
    absences: dict = field(default_factory=dict)
    wants: dict = field(default_factory=dict)
    activities: dict = field(default_factory=dict)
    money: str = ""
