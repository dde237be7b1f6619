"""Made-up languages, for pages in languages that are not translated yet: English, only longer or in Persian letters.

A German text takes about a third more room than its English one, in longer words rather than in more of them.
"""

import os
import re
from functools import cache
from pathlib import Path

import ccwb
from ccwb.messages import LANGUAGES, LOCALE

ROOT = Path(ccwb.__file__).parent
LONGER = {"de": 0.35, "id": 0.15}
PERSIAN = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابچدهفگحیجکلمنوپقرستآژشخعز", strict=True))
KEEP = re.compile(r"(\{\{.*?\}\}|\{.*?\}|\n)")  # the places of a text, which every language has alike
# Each Python of the workbook starts with this: the server, and the processes behind its pages.
STARTS_WITH = "from pathlib import Path\nimport ccwb.messages\nccwb.messages.LOCALE = Path({folder!r})\n"


def longer(text, language):
    """Return a text as much longer as a language makes it, its places as they are.

    >>> longer("{n} agents on time", "de")
    '{n} agentsag ono timeti'
    """

    def more(word):
        said = word.group()
        return said + (said[: round(LONGER[language] * len(said) + 0.4)].lower() if len(said) > 1 else "")

    return "".join(part if KEEP.fullmatch(part) else re.sub(r"[A-Za-z]+", more, part) for part in KEEP.split(text))


def in_persian_letters(text):
    """Return a text in the letters of Persian, its places as they are."""
    parts = KEEP.split(text)
    return "".join(
        part if KEEP.fullmatch(part) else "".join(PERSIAN.get(c, c) for c in part.casefold()) for part in parts
    )


@cache
def messages():
    """Return every text of the workbook that is for the catalogues."""
    from babel.messages.extract import extract_from_dir

    found = extract_from_dir(ROOT, keywords={"_": None, "N_": None})
    return sorted({message for _file, _line, message, _comments, _context in found})


def catalogues(folder):
    """Make in `folder` a catalogue of each language, the real one where there is one; return the environment of a
    workbook that speaks them."""
    for language in LANGUAGES.keys() - {"en"}:
        real = LOCALE / language / "LC_MESSAGES" / "ccwb.po"
        path = folder / language / "LC_MESSAGES" / "ccwb.po"
        path.parent.mkdir(parents=True)
        path.write_bytes(real.read_bytes() if real.exists() else _made(language))
    (folder / "sitecustomize.py").write_text(STARTS_WITH.format(folder=str(folder)), encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT.parent), os.environ.get("PYTHONPATH", "")])}


def _made(language):
    from io import BytesIO

    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    made = Catalog(locale=language)
    for message in messages():
        made.add(message, in_persian_letters(message) if language == "fa" else longer(message, language))
    file = BytesIO()
    write_po(file, made, width=None)
    return file.getvalue()
