"""What a test asks of a page: its widgets, what it says, its controls moved as a hand would move them."""

import time

import ipywidgets as w

from ccwb.ui.fold import Fold

WORK_S = 120


def walk(widget):
    """Give a widget and all widgets in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def find(page, kind):
    """Return all widgets of a kind in a page."""
    return [widget for widget in walk(page.widget) if isinstance(widget, kind)]


def shown(page):
    """Return all HTML that the page shows below its messages."""
    return "".join(widget.value for widget in walk(page.content) if isinstance(widget, w.HTML))


def said(page):
    """Return the sentence above the page."""
    return "".join(widget.value for widget in walk(page.messages) if isinstance(widget, w.HTML))


def press(page, label):
    """Press the one button of that name, above the page or in it."""
    buttons = [b for b in find(page, w.Button) if b.description == label]
    assert len(buttons) == 1, f"{len(buttons)} buttons are called {label!r}"
    buttons[0].click()


def unfold(page, title):
    """Open the one fold whose title begins so, as a click on its head does."""
    heads = [fold.head for fold in find(page, Fold) if fold.title.startswith(title)]
    assert len(heads) == 1, f"{len(heads)} folds are called {title!r}"
    heads[0].opened = True


def change(form, key, value, *, final=True):
    """Change a field as the browser reports it."""
    form.received({"type": "change", "key": key, "value": value, "final": final}, [])


def sent(widget):
    """Return the list in which what the widget sends to the browser will be collected."""
    out = []
    widget.send = lambda content, buffers=None: out.append((content, buffers))
    return out


def finished(page):
    """Wait for the page's long work to end."""
    deadline = time.monotonic() + WORK_S
    while page.progress.running and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not page.progress.running
