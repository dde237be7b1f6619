"""A heading -> the words that carry its meaning, the field they name, its unit, zone and threshold."""

import re
from functools import cache

from ccwb.intake.field import TIME_OF_PEOPLE
from ccwb.intake.fields import AGENTS, COSTS, EVENTS, FIELDS, HISTORY, MEASURED, RECORDS, RESULTS, SURVEYS
from ccwb.intake.languages import LANGUAGES, all_words, folded, spelled

CONTENTS = (HISTORY, RECORDS, AGENTS, SURVEYS, EVENTS, COSTS, RESULTS, MEASURED, *TIME_OF_PEOPLE)
_FILLER = {"avg", "average", "mean", "of", "count", "the", "per", "total", "sum", "all", "a", "de"} | all_words(
    "filler"
)
_CONTACT = {"call", "contact", "calls", "contacts", "customer", "interaction"} | all_words("contact")
_RATE = {"percent", "percentage", "pct", "ratio", "share"} | all_words("rate")
_UNITS = {
    "seconds": {"s", "sec", "secs", "second", "seconds", "segundos", "secondes", *spelled("units", "seconds")},
    "minutes": {"min", "mins", "minute", "minutes", "minutos", *spelled("units", "minutes")},
}
_TOTAL = {"total", "sum"} | all_words("total")
_MEAN = {"avg", "average", "mean"} | all_words("mean")
_CLOCK_UNIT = re.compile(r"\b(h{1,2}:m{1,2}(:s{1,2})?|m{1,2}:s{1,2})\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"\(?\b(y\s*/\s*n|yes\s*/\s*no|j\s*/\s*n|ja\s*/\s*nein|y\s*/\s*t|ya\s*/\s*tidak|بله\s*/\s*خیر)\b\)?", re.IGNORECASE
)
_NUMBER_OF = re.compile(r"\b(number|no\.?|nb|num|count)\s+of\b|#\s*of\b", re.IGNORECASE)
_IN_UNIT = re.compile(r"\bin\s+(seconds?|secs?|sek|sekunden|s|minutes?|minuten|mins?|hours?|stunden)\b", re.IGNORECASE)
_ZONE = re.compile(r"\(\s*([A-Z][A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+|UTC|GMT|Z)\s*\)")
_UNIT_WORDS = "|".join(sorted(set().union(*_UNITS.values()), key=len, reverse=True))
_THRESHOLD = re.compile(rf"(?:\d+\s*/\s*)?\b(\d+)\s*({_UNIT_WORDS})?\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"([^()]*)\(([^()]*)\)\s*")
_MEAN_SIGN = re.compile(r"[Øø⌀∅]\s*")


def words_of(heading):
    """Return the words of a heading that carry its meaning, in order: no units, numbers, fillers, endings or case.

    >>> words_of("Anzahl angenommene Anrufe"), words_of("میانگین زمان مکالمه (ثانیه)")
    (['angenommen'], ['زمان', 'مکالمه'])
    """
    return [word for word in (_base(word) for word in _words(heading)) if word]


def _words(heading):
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", _MEAN_SIGN.sub(" avg ", heading))
    text = _NUMBER_OF.sub(" ", _IN_UNIT.sub(" ", folded(_ZONE.sub(" ", text))))
    text = _YES_NO.sub(" ", _CLOCK_UNIT.sub(" ", text)).replace("%", " percent ")
    words = ["rate" if w in _RATE else w for w in re.findall(r"[^\W\d_]+", text)]
    words = [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words]
    units = set().union(*_UNITS.values())
    for drop in (units | {u.rstrip("s") for u in units if len(u) > 3}, _FILLER, _CONTACT):
        words = [w for w in words if w not in drop and _base(w) not in drop] or words
    return words


@cache
def _vocabulary(name):
    """Return the words that a language's headings are made of."""
    language = LANGUAGES[name]
    phrases = [p for words in language.headings.values() for p in words.split("|")]
    more = {folded(word) for word in f"{language.filler} {language.contact}".split()}
    return more | {word for phrase in phrases for word in re.findall(r"[^\W\d_]+", folded(phrase))}


@cache
def _base(word):
    """Return a word without what its language may add to it: 'angenommene' is 'angenommen', 'gesamtdauer' 'dauer'."""
    for name, language in LANGUAGES.items():
        known = _vocabulary(name)
        for prefix in map(folded, language.prefixes):
            if word.startswith(prefix) and word[len(prefix) :] in known:
                return _base(word[len(prefix) :])
        for ending in map(folded, language.endings):
            rest = word.removesuffix(ending)
            if rest != word and len(rest) > 2 and rest in known:
                return _base(rest)
    return word


@cache
def tokens(heading):
    """Return the words of a heading that carry its meaning, as a set.

    >>> sorted(tokens("Answer Speed (AVG)")), sorted(tokens("AvgTalkDuration")), sorted(tokens("Number of Calls"))
    (['answer', 'speed'], ['duration', 'talk'], ['call'])
    """
    return frozenset(words_of(heading))


def phrases_of(field, content):
    """Return the headings that a field goes by in one kind of content: English first, then the other languages."""
    return [phrase for phrases in _phrases(field, content) for phrase in phrases]


def _phrases(field, content):
    yield [field.name.replace("_", " "), *field.words.split("|")]
    for language in LANGUAGES.values():
        as_results = content in TIME_OF_PEOPLE and field.name == "agent"  # who they are, they are called everywhere
        names = (field.name, f"{'results' if as_results else content}:{field.name}")
        yield [p for name in names for p in language.headings.get(name, "").split("|") if p]


@cache
def _known(content):
    """Return {heading as it stands, its words as a set, its words joined: Field} of one kind of content.

    English comes before the other languages, and the earlier of FIELDS before the later.
    """
    found = {}
    for english in (True, False):
        for field in (f for f in FIELDS if content in f.contents):
            phrases = phrases_of(field, content)
            own = len(field.words.split("|")) + 1
            for phrase in phrases[:own] if english else phrases[own:]:
                found.setdefault(("as it stands", _spaced(phrase)), field)
                found.setdefault(tokens(phrase), field)
                found.setdefault("".join(words_of(phrase)), field)
    return found


def _spaced(heading):
    return " ".join(re.split(r"[\s_]+", folded(heading).strip()))


def field_of(heading, content):
    """Return the Field that a heading names in one kind of content, or None; words may be parted, joined or turned.

    >>> field_of("Angenommene Anrufe", "history").name, field_of("تماسهای از دست‌رفته", "history").name
    ('handled', 'abandoned')
    """
    known = _known(content)
    exact = known.get(("as it stands", _spaced(heading)))
    found = exact or known.get(tokens(heading)) or known.get("".join(words_of(heading)) or None)
    bracket = _IN_BRACKETS.fullmatch(heading)
    if found or not bracket:
        return found
    words, abbreviation = (field_of(part, content) for part in bracket.groups())
    return words if words is abbreviation else None  # Bearbeitungszeit (AHT) says the same twice


@cache
def share_of(heading, content):
    """Return the Field of surveys and results that a heading names the share of, or None; it comes to counts.

    >>> share_of("Gelöst %", "results").name, share_of("Promoters (%)", "surveys").name, share_of("Agent %", "results")
    ('resolved_contacts', 'favourable', None)
    """
    if content not in (SURVEYS, RESULTS) or not names_share(heading):
        return None
    field = _known(content).get(tokens(heading) - {"rate"})
    return field if field and field.of else None


def names_share(heading):
    """Return whether a heading has a percent sign, or a word for a share.

    >>> names_share("Gelöst %"), names_share("Persentase puas"), names_share("Gelöst")
    (True, True, False)
    """
    return "rate" in tokens(heading)


@cache
def place_of(heading, content):
    """Return how far down a heading stands among those of its field in its language: the first says it most plainly.

    >>> place_of("Angebotene Anrufe", "history") < place_of("Eingegangene Anrufe", "history")
    True
    """
    field = field_of(heading, content)
    if field is None:  # the share of what another column may count
        return 999
    lists = [[tokens(p) for p in phrases] for phrases in _phrases(field, content)]
    return min((some.index(tokens(heading)) for some in lists if tokens(heading) in some), default=999)


@cache
def looks_like_heading(cell):
    """Return whether a cell is a heading that some kind of file is known to have."""
    text = str(cell).strip()
    if not text or len(text) > 80 or not re.search(r"[^\W\d_]", text):
        return False
    return any(field_of(text, content) for content in CONTENTS)


def unit_of(heading):
    """Return 'seconds', 'minutes', 'clock' or None: the unit that a heading names.

    >>> unit_of("Talk time (min)"), unit_of("aht_s"), unit_of("Service Level (20 Seconds)"), unit_of("Talk (hh:mm:ss)")
    ('minutes', 'seconds', None, 'clock')
    """
    if _CLOCK_UNIT.search(heading):
        return "clock"
    text = re.sub(r"\d+\s*[^\W\d_]+", " ", folded(heading))
    words = set(re.findall(r"[^\W\d_]+", text))
    for unit, names in _UNITS.items():
        if words & names:
            return unit
    return None


def zone_of(heading):
    """Return the time zone that a heading names in parentheses, or None.

    >>> zone_of("interval_start (Europe/Berlin)"), zone_of("Start (UTC)"), zone_of("Start")
    ('Europe/Berlin', 'UTC', None)
    """
    found = _ZONE.search(heading)
    return None if found is None else {"Z": "UTC", "GMT": "UTC"}.get(found[1], found[1])


def threshold_of(heading):
    """Return the threshold in seconds that a service level heading names, or None.

    >>> threshold_of("Service Level (20 Seconds)"), threshold_of("SL 80/30"), threshold_of("Service level")
    (20.0, 30.0, None)
    """
    found = _THRESHOLD.search(folded(heading))
    if found is None:
        return None
    return float(found[1]) * (60 if (found[2] or "") in _UNITS["minutes"] else 1)


def is_total(heading):
    """Return whether a duration's heading says that it is a sum over the row's contacts, not a mean.

    >>> is_total("Total handle time"), is_total("Gesamtgesprächszeit"), is_total("Rata-rata waktu bicara")
    (True, True, False)
    """
    words = set(re.findall(r"[^\W\d_]+", folded(_MEAN_SIGN.sub(" avg ", heading))))
    sums = words & _TOTAL or any(w.startswith("gesamt") and _base(w) != w for w in words)
    return bool(sums) and not words & _MEAN
