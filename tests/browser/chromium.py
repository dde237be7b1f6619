"""Which Chromium the browser tests use: the machine's, else one that Playwright fetches.

`python -m tests.browser.chromium` finds or fetches it and says which; under CI=true it fails where there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FETCH_S = 600
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = """\
************************************************************************************************
NO BROWSER: everything that only a browser can show (pages, sliders, charts, uploads) is NOT TESTED.
Install Chromium (Debian: apt install chromium), or let Playwright fetch one: python -m playwright install chromium
************************************************************************************************"""


def required():
    """Return whether the browser tests must run here (CI=true)."""
    return os.environ.get("CI", "").lower() == "true"


def find():
    """Return the path of a Chromium on this machine, or of one fetched earlier; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None) or _fetched()


def _fetched():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def fetch():
    """Let Playwright fetch its Chromium; return its path, or None where that fails."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, check=True, timeout=FETCH_S, stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError):
        return None
    return _fetched()


def main():
    """Say which browser the tests use; return 1 where they must run and cannot."""
    path = find()
    if path is None:
        print("No Chromium on this machine; fetching one with Playwright ...", flush=True)
        path = fetch()
    print(f"The browser tests use {path}" if path else MISSING, flush=True)
    return 1 if path is None and required() else 0


if __name__ == "__main__":
    sys.exit(main())
