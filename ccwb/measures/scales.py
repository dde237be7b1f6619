"""The scale of a customer effort survey as people write it: for ease (1 to 7) or for effort (1 to 5), never mixed."""

import re
import unicodedata

ENDS = {(1, 7): "ces", (1, 5): "ces_effort"}  # lowest and highest answer -> measure
_TO = r"-|[‐‑‒–—−~]|\.\.+|to|through|bis|sampai(?: dengan)?|hingga|s/d|تا"
_RANGE = re.compile(rf"(?<![\d.,])(\d+)\s*(?:{_TO})\s*(\d+)(?![\d.,]*\d)")
_NAME = re.compile(r"customer effort(?: score)?")  # of the survey, whatever it asks for
_WORDS = {
    "ces": re.compile(r"\beas[ey]|\beasi|\bleicht|\beinfach|mühelos|\bmudah|\bgampang|آسان|راحت|سهولت"),
    "ces_effort": re.compile(
        r"\beffort|\bhard|\bdifficult|aufwand|\bmühe(?!los)|\banstreng|\bschwer|\bschwier|\busaha|\bupaya|\bsulit|\bsusah|"
        r"تلاش|زحمت|سخت|دشوار"
    ),
}


def ces_of(scale):
    """Return the measure that a customer effort survey of this scale tells: ces, ces_effort, or "" for neither.

    scale : as it was written, in any of the workbook's languages and digits, with any dash; "" is the usual one, ease.
    One that asks for ease in five steps or for effort in seven is neither: which end is good cannot be told.

    >>> [ces_of(said) for said in ("1-7 easy", "1–5", "۱ تا ۵", "effort 1 to 5", "", "0-10", "1-5 easy")]
    ['ces', 'ces_effort', 'ces_effort', 'ces_effort', 'ces', '', '']
    """
    said = unicodedata.normalize("NFKC", scale).casefold() if isinstance(scale, str) else ""
    said = _NAME.sub("", re.sub(r"[\u200c\u200e\u200f\u2066-\u2069]", "", said)).strip()
    asked = {kpi for kpi, words in _WORDS.items() if words.search(said)}
    ranges = {(int(low), int(high)) for low, high in _RANGE.findall(said)}
    if not ranges:
        return "ces" if not said else asked.pop() if len(asked) == 1 and not re.search(r"\d", said) else ""
    found = ENDS.get(ranges.pop(), "") if len(ranges) == 1 else ""
    return found if len(asked) != 1 or asked == {found} else ""


def is_effort(scales):
    """Return of each survey's scale whether it asks for the effort (1-5, low is good)."""
    return scales.map(ces_of) == "ces_effort"


def is_ease(scales):
    """Return of each survey's scale whether it asks for the ease (1-7, high is good)."""
    return scales.map(ces_of) == "ces"
