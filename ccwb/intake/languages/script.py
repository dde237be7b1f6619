"""One way of writing for what is written in several: digits, letters with variants, marks that nobody sees."""

import re
import unicodedata

_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_UNSEEN = dict.fromkeys((*range(8234, 8239), *range(8294, 8298), 8206, 8207, 1564, 65279, 173))
_SPACES = dict.fromkeys((160, 8239, *range(8192, 8203)), " ")
_TATWEEL = "ـ"  # draws a word out, and means nothing
_LATIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"})
_LETTERS = str.maketrans("يىكةەەۀأإآٱؤئ", "ییکههههااااوی", "ء")
_JOINER = "\u200c"  # between two parts of a Persian word: written, left out, or a space


def seen(text):
    """Return a text without the marks that nobody sees and that only steer its direction."""
    return text if text.isascii() else text.translate(_UNSEEN)


def plain(text):
    """Return a text with ASCII digits and spaces, and without the marks that only steer its direction.

    >>> plain("۱۴۰۵/۰۹/۰۱"), plain("٣\u00a0٪")
    ('1405/09/01', '3 %')
    """
    if text.isascii():
        return text
    return text.translate(_DIGITS | _UNSEEN | _SPACES).replace("٪", "%").replace("−", "-")


def folded(text):
    """Return a text in small letters, with one form of each letter, umlauts as two letters and joiners as spaces.

    >>> folded("Rückruf"), folded("Rueckruf") == folded("Ru\u0308ckruf"), folded("تماس‌هاي") == folded("تماس های")
    ('rueckruf', True, True)
    """
    if text.isascii():
        return text.lower()
    text = plain(unicodedata.normalize("NFC", text)).translate(_LATIN).replace(_JOINER, " ").replace(_TATWEEL, "")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.translate(_LETTERS).lower()


def squeezed(text):
    """Return the letters and digits of a folded text, without what parts them.

    >>> squeezed("E-Mail"), squeezed("پاسخ‌داده شده") == squeezed("پاسخ داده‌شده")
    ('email', True)
    """
    return re.sub(r"[\W_]+", "", folded(text))
