"""How long a newcomer waits: `python -m benchmarks.fresh`.

A fresh clone of this repository's last commit, `make apps` in it, and the time until the start page answers.
"""

import os
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.browser.serving import ROOT, free_port

PATIENCE_S = 600


def main():
    """Print the seconds from `make apps` in a fresh clone to the first page, and those of a second start."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "ccwb")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
        print(f"make apps in a fresh clone to the first page: {first_page(clone):.0f} s")
        print(f"make apps again: {first_page(clone):.0f} s")


def first_page(clone):
    start = time.perf_counter()
    command = ["make", "apps", f"PORT={free_port()}"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "start_new_session": True}
    process = subprocess.Popen(command, cwd=clone, **options)
    try:
        for line in process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found and "workbook is at" in line:
                with urllib.request.urlopen(found.group(), timeout=PATIENCE_S) as reply:
                    reply.read()
                return time.perf_counter() - start
        raise RuntimeError("make apps ended without an address")
    finally:
        os.killpg(process.pid, 2)
        process.wait(timeout=60)


if __name__ == "__main__":
    main()
