"""The labels of an axis as a real browser writes them: no two marks read alike, however narrow the range."""

import pandas as pd
import pytest

from ccwb.ui.charts import Chart, alt, number_axis, share_axis

DRAW = """async (spec) => {
  const held = document.createElement("div");
  document.body.append(held);
  await globalThis.ccwbVega(held, spec, { renderer: "svg", actions: false });
  return [...held.querySelectorAll(".role-axis-label text")].map((one) => one.textContent);
}"""


def spec_of(low, high, axis):
    base = alt.Chart(alt.NamedData("rows")).mark_line().properties(height=220, width=300)
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=False))
    made = Chart(base.encode(x=alt.X("at:Q", axis=None), y=y), {"rows": pd.DataFrame({"at": [], "value": []})}).spec
    return made | {"datasets": {"rows": [{"at": 0, "value": low}, {"at": 1, "value": high}]}}


@pytest.mark.parametrize(
    ("low", "high", "axis"),
    [
        (0.921, 0.932, share_axis()),
        (0.9312, 0.9315, share_axis(tickCount=6)),
        (0.2, 0.95, share_axis(tickCount=5)),
        (0.2, 2.1, number_axis()),
        (52_120.2, 52_121.1, number_axis(tickCount=5)),
        (1_200_000.0, 3_400_000.0, number_axis(tickCount=6)),
    ],
)
def test_no_two_marks_of_an_axis_read_alike(page, low, high, axis):
    page.goto("voila/render/0_start.ipynb")
    page.wait_for_function("globalThis.ccwbVega !== undefined")
    labels = [label for label in page.evaluate(DRAW, spec_of(low, high, axis)) if label]
    assert len(labels) >= 3 and len(labels) == len(set(labels)), labels
    assert not any("e+" in label for label in labels)
