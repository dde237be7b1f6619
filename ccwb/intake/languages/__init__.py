"""The languages that files are written in beside English, one file each; what they bring, joined for the readers."""

from ccwb.intake.languages.german import GERMAN
from ccwb.intake.languages.indonesian import INDONESIAN
from ccwb.intake.languages.language import Language
from ccwb.intake.languages.persian import PERSIAN
from ccwb.intake.languages.script import folded, plain, seen, squeezed

__all__ = ["LANGUAGES", "Language", "all_words", "folded", "month_numbers", "plain", "seen", "spelled", "squeezed"]

LANGUAGES = {"de": GERMAN, "id": INDONESIAN, "fa": PERSIAN}


def all_words(kind):
    """Return the folded words that any language has for `kind` (filler, contact, rate, total, yes ...), as a set."""
    return {folded(word) for language in LANGUAGES.values() for word in getattr(language, kind).split()}


def spelled(kind, key=None):
    """Return {squeezed word: key} of a table of words (channels, costs, units ...) in any language; of one key only."""
    tables = [getattr(language, kind) for language in LANGUAGES.values()]
    pairs = [(word, name) for table in tables for name, words in table.items() for word in words.split()]
    return {squeezed(word): name for word, name in pairs if key in (None, name)}


def month_numbers(kind):
    """Return {squeezed name: 1 to 12} of 'months' or 'persian_months'."""
    lists = [getattr(language, kind) for language in LANGUAGES.values()]
    return {squeezed(name): n for months in lists for n, names in enumerate(months, 1) for name in names.split()}
