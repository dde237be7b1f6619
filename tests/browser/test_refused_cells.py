"""What was pasted into a table and is none of what its cell can hold is seen in that cell, as it was written."""

from pathlib import Path

import pytest

from ccwb.ui import base

CODE = "".join(Path(base.STATIC, name).read_text(encoding="utf-8") for name in ("common.js", "grid.js"))
MODEL = """([code, state]) => {
    const heard = {}, sent = [];
    const model = {
        get: (name) => state[name], send: (said) => sent.push(said), save_changes() {}, set() {}, off() {},
        on: (name, hear) => (heard[name] = hear),
    };
    const el = document.createElement("div");
    document.body.replaceChildren(el);
    new Function(code.replace("export default { render };", "return render;"))()({ model, el });
    window.grid = { el, sent, now: (name, value) => { state[name] = value; heard[`change:${name}`](); } };
}"""
COLUMNS = [
    {"key": "kind", "label": "Kind", "kind": "select", "options": [{"value": "t", "label": "Technology"}]},
    {"key": "since", "label": "Since", "kind": "date"},
]
LABELS = {"add": "Add", "remove": "Remove", "csv": "CSV", "xlsx": "Excel", "data": "Data", "not_number": "{text} -"}


@pytest.fixture
def grid(browser):
    page = browser.new_page()
    labels = LABELS | {"not_choice": "'{text}' is not among the choices.", "not_day": "'{text}' is not a day."}
    state = {"columns": COLUMNS, "rows": [{"mark": "a", "kind": "t", "since": "2026-03-01"}], "refused": []}
    more = {"labels": labels, "removable": True, "addable": True, "locale": "en", "keep": "", "empty_text": ""}
    page.evaluate(MODEL, [CODE, state | more])
    yield page
    page.close()


def test_a_refused_choice_shows_what_was_pasted_until_another_is_chosen(grid):
    refused = [{"row": 0, "key": "kind", "text": "Electricity"}, {"row": 0, "key": "since", "text": "soon"}]
    grid.evaluate("refused => window.grid.now('refused', refused)", refused)
    shown = grid.locator("select")
    assert shown.evaluate("one => one.selectedOptions[0].label") == "Electricity"
    assert shown.get_attribute("aria-invalid") == "true"
    assert grid.locator("[role=alert].ccwb-field-error").all_inner_texts() == [
        "'Electricity' is not among the choices.",
        "'soon' is not a day.",
    ]
    assert grid.locator("input[type=date]").input_value() == ""
    shown.select_option("t")
    assert grid.evaluate("() => window.grid.sent") == [{"type": "change", "mark": "a", "key": "kind", "value": "t"}]
    grid.evaluate("() => window.grid.now('refused', [])")
    assert shown.evaluate("one => [one.options.length, one.value]") == [1, "t"]
    assert grid.locator("input[type=date]").input_value() == "2026-03-01"
    assert grid.locator(".ccwb-field-error").count() == 0
