"""Every text of the workbook in ccwb.pot, and the translations in <language>/LC_MESSAGES/ccwb.po brought up to it.

`make messages` runs this. Texts are what `_()` and `N_()` are given in the code, and the prose that the notebooks show
in the apps. A translation is kept only for the very same text: nothing is guessed. Texts stand in the order of the
files, without line numbers and dates, so that a run that finds nothing new changes nothing.
"""

import ast

from babel.messages.pofile import escape, read_po

from ccwb.messages import LANGUAGES, LOCALE
from ccwb.ui.manual import NOTEBOOKS, _cells, prose

PACKAGE = LOCALE.parent
MARKERS = ("_", "N_")
HEAD = """msgid ""
msgstr ""
"Project-Id-Version: ccwb\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def texts():
    """Return every text to translate -> the files it stands in, in the order of the files."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for message in marked(path.read_text(encoding="utf-8")):
            found.setdefault(message, []).append(path.relative_to(PACKAGE.parent).as_posix())
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in _cells(path.stem):
            for _lead, message in prose(cell):
                found.setdefault(message, []).append(f"{NOTEBOOKS.name}/{path.name}")
    return {message: list(dict.fromkeys(files)) for message, files in found.items()}


def marked(source):
    """Return the texts that a module gives to `_()` and `N_()`, in their order; of a choice both.

    >>> marked('_("Yes" if sure else "No", n=_("one"))')
    ['Yes', 'No', 'one']
    """
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    calls = [n for n in calls if n.func.id in MARKERS and n.args]
    calls.sort(key=lambda n: (n.lineno, n.col_offset))
    return [message for call in calls for message in _written(call.args[0])]


def _written(node):
    if isinstance(node, ast.IfExp):
        return _written(node.body) + _written(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and node.value and isinstance(node.value, str) else []


def catalogue(found, translations, language=""):
    """Return a catalogue as text: found, as `texts` gives it; translations : text -> translation, those there are."""
    parts = [HEAD.format(language=language)]
    for message, files in found.items():
        flag = "#, python-brace-format\n" if "{" in message else ""
        said = translations.get(message, "")
        parts.append(f"#: {' '.join(files)}\n{flag}msgid {_quoted(message)}\nmsgstr {_quoted(said)}\n")
    return "\n".join(parts)


def _quoted(text):
    """Return a text as a catalogue holds it: in one line, or a line for each of its own."""
    lines = text.splitlines(keepends=True)
    return "\n".join(['""', *map(escape, lines)]) if len(lines) > 1 else escape(text)


def translated(path):
    """Return text -> translation of a catalogue, without those that are only guessed."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {m.id: m.string for m in read_po(file) if m.id and m.string and not m.fuzzy}


def main():
    """Write ccwb.pot and bring every language's catalogue up to it."""
    found = texts()
    LOCALE.mkdir(exist_ok=True)
    (LOCALE / "ccwb.pot").write_text(catalogue(found, {}), encoding="utf-8")
    for language in LANGUAGES:
        if language != "en":
            path = LOCALE / language / "LC_MESSAGES" / "ccwb.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(catalogue(found, translated(path), language), encoding="utf-8")


if __name__ == "__main__":
    main()
