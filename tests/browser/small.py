"""A server over a folder of small notebooks: `python -m tests.browser.small --port N --notebooks FOLDER`.

Its kernels start at once and its waits are short, so that tests of the server itself need no whole workbook.
"""

import argparse
import json
from pathlib import Path

from ccwb.server import workbook

GOODBYE_S = 0.3
LOST_S = 60.0


def write_notebook(path, *cells):
    """Write a notebook of code `cells`; a cell that begins with '# analyst' is tagged so."""
    code = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "execution_count": None,
            "metadata": {"tags": ["analyst"] if source.startswith("# analyst") else []},
            "outputs": [],
            "source": source,
        }
        for i, source in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    Path(path).write_text(json.dumps(notebook), encoding="utf-8")


def main():
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--notebooks")
    parser.add_argument("--token", default="")
    parser.add_argument("--spares", type=int, default=1)
    parser.add_argument("--only", default="")
    options = vars(parser.parse_args())
    server = workbook(**options, announce=lambda address: print(address, flush=True))
    server.config.Kernels.update(goodbye_s=GOODBYE_S, lost_s=LOST_S, refill_s=0.1, look_s=0.1)
    server.start()


if __name__ == "__main__":
    main()
