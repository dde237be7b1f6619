"""Long work beside a page: a bar, the time left, and a way to stop it."""

import threading
import time

from ccwb.ui import text
from ccwb.ui.text import _


class Cancelled(Exception):  # noqa: N818 - it is no error: somebody wished it
    """Raised inside long work when the user has cancelled it."""


class Work:
    """One piece of long work and its progress bar."""

    def __init__(self, page, function, done, what):
        self.page, self.function, self.done, self.what = page, function, done, what
        self.stop = threading.Event()
        self.began = time.monotonic()
        page.progress.text, page.progress.share, page.progress.running = what, -1.0, True

    def cancel(self):
        self.stop.set()
        self.page.progress.text = _("Stopping ...")

    def __call__(self):
        try:
            result = self.function(self.step)
        except Cancelled:
            self.page.say(_("Stopped. Nothing was changed."), "info")
        except Exception as error:
            self.page.say_error(error)
        else:
            self.page.guard(self.done)(result)
        finally:
            self.page.progress.running, self.page.progress.text = False, ""  # the next work begins with its own words

    def step(self, done, total, detail=""):
        """Report progress; raises Cancelled once the user has asked to stop."""
        if self.stop.is_set():
            raise Cancelled
        share = done / total if total else -1.0
        self.page.progress.share = share
        left = (time.monotonic() - self.began) / share * (1 - share) if share > 0.02 else None
        after = _("about {time} left", time=text.duration(left)) if left is not None and left > 1 else ""
        self.page.progress.text = " · ".join(filter(None, (self.what, detail, after)))
