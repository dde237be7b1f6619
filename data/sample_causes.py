"""Measure why the finished cycles of the sample came out otherwise than planned, as the evaluation page does.

python data/sample_causes.py          # writes causes.csv beside it; run it after make_sample.py
"""

import tempfile
from pathlib import Path

import pandas as pd

from ccwb.samples import load_centre, seed_workbook
from ccwb.store import open_store
from ccwb.ui.evaluation_causes import causes_to_keep

HERE = Path(__file__).parent


def main():
    """Write the table of causes of each finished cycle, all in one."""
    path, found = HERE / "causes.csv", []
    if not path.exists():  # the sample reads it
        path.write_text("cycle,project,channel,kpi,cause,part,level\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/sample.db")
        seed_workbook(store)
        for cycle in (one for one in store.cycles() if one.status == "finished"):
            table = causes_to_keep(store, cycle, load_centre(), progress=lambda *_: None)
            found.append(table.assign(cycle=cycle.name))
    columns = ["cycle", "project", "channel", "kpi", "cause", "part", "level"]
    pd.concat(found)[columns].to_csv(path, index=False, float_format="%.10g", lineterminator="\n")


if __name__ == "__main__":
    main()
