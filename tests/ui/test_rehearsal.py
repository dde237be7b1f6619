"""A page rehearsed where kernels are copied from leaves nothing behind, and loads nothing that a page does without."""

import subprocess
import sys

SCRIPT = """
import sys
from ccwb.ui import rehearse
rehearse()
from ipywidgets.widgets.widget import _instances
heavy = {"rfc3987_syntax", "voila", "jupyter_server", "statsmodels", "openpyxl", "alembic"} & set(sys.modules)
print(len(_instances), sorted(heavy))
"""


def test_a_rehearsed_page_leaves_no_widget_and_loads_nothing_heavy(sample_database):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.strip() == "0 []", done.stdout + done.stderr
