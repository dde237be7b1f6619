// An editable table of native controls: add, change and remove rows; paste a block from a spreadsheet.

function render({ model, el }) {
  const body = h("tbody");
  const head = h("thead");
  const table = h("table", { class: "ccwb-table ccwb-grid" }, head, body);
  const labels = () => model.get("labels");
  const add = h("button", { type: "button", class: "ccwb-button quiet", onclick: () => model.send({ type: "add" }) });
  const foot = h("div", { class: "ccwb-grid-foot" }, add, downloads(model, model.get("labels")));
  let focus = null;

  const build = () => {
    const columns = model.get("columns");
    const rows = model.get("rows");
    const removable = model.get("removable");
    add.hidden = !model.get("addable");
    add.textContent = labels().add;
    head.replaceChildren(
      h(
        "tr",
        {},
        columns.map((c) => h("th", { scope: "col", title: c.help, class: c.kind === "number" ? "num" : null }, c.label)),
        removable ? h("th", { scope: "col" }, h("span", { class: "ccwb-hidden" }, labels().remove)) : null
      )
    );
    body.replaceChildren(
      ...rows.map((row, at) =>
        h(
          "tr",
          {},
          columns.map((c) => h("td", { class: c.wide ? "ccwb-cell-wide" : c.kind === "number" ? "num" : null, "data-label": c.label }, cell(c, row[c.key], at))),
          removable
            ? h(
                "td",
                {},
                h("button", { type: "button", class: "ccwb-link", "aria-label": `${labels().remove} ${at + 1}`, title: labels().remove, onclick: () => model.send({ type: "remove", row: at }) }, "✕")
              )
            : null
        )
      ),
      ...(rows.length === 0 ? [h("tr", {}, h("td", { colspan: String(columns.length + 1), class: "ccwb-empty" }, model.get("empty_text")))] : [])
    );
    mark();
    if (focus) {
      const input = body.rows[focus.row]?.cells[focus.column]?.querySelector("input,select,textarea");
      if (input) input.focus();
    }
  };

  const mark = () => {
    // What was typed as a number and is none stays in its cell, with a sentence; the other cells are left alone.
    const columns = model.get("columns");
    const rows = model.get("rows");
    const refused = model.get("refused");
    rows.forEach((row, at) =>
      columns.forEach((c, n) => {
        const td = body.rows[at]?.cells[n];
        const input = td?.querySelector("input");
        const text = refused.find((cell) => cell.row === at && cell.key === c.key)?.text;
        const said = td?.querySelector(".ccwb-field-error");
        if (!input || (text === undefined && !said)) return;
        said?.remove();
        input.setAttribute("aria-invalid", String(text !== undefined));
        if (document.activeElement !== input) input.value = text ?? formatNumber(row[c.key], model.get("locale"), c.digits);
        if (text !== undefined) td.append(h("p", { class: "ccwb-field-error", role: "alert" }, notNumber(model, text)));
      })
    );
  };

  const changed = (row, key, value) => model.send({ type: "change", row, key, value });

  const cell = (c, value, at) => {
    const locale = model.get("locale");
    const label = `${c.label} ${at + 1}`;
    if (c.kind === "static") return document.createTextNode(value ?? "");
    if (c.kind === "select") {
      const select = h("select", { "aria-label": label }, c.options.map((o) => h("option", { value: o.value }, o.label)));
      select.value = value ?? "";
      select.title = select.selectedOptions[0]?.label ?? "";
      select.addEventListener("change", () => changed(at, c.key, select.value));
      return select;
    }
    if (c.kind === "check") {
      const box = h("input", { type: "checkbox", "aria-label": label });
      box.checked = Boolean(value);
      box.addEventListener("change", () => changed(at, c.key, box.checked));
      return box;
    }
    const number = c.kind === "number";
    const input =
      c.kind === "long"
        ? h("textarea", { "aria-label": label, rows: 2 })
        : h("input", { type: c.kind === "date" ? "date" : "text", "aria-label": label, inputmode: number ? "decimal" : null });
    input.value = number ? formatNumber(value, locale, c.digits) : value ?? "";
    if (input.type === "text" && !number) input.title = input.value; // a text longer than its cell
    input.addEventListener("change", () => {
      const typed = number ? parseNumber(input.value, locale) : input.value || (c.kind === "date" ? null : "");
      if (Number.isNaN(typed)) model.send({ type: "refused", row: at, key: c.key, text: input.value });
      else changed(at, c.key, typed);
    });
    return input;
  };

  table.addEventListener("focusin", (event) => {
    const td = event.target.closest("td");
    if (td) focus = { row: td.parentNode.sectionRowIndex, column: td.cellIndex };
  });
  table.addEventListener("focusout", () => setTimeout(() => {
    if (!table.contains(document.activeElement) && document.activeElement !== document.body) focus = null;
  }));
  table.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName === "TEXTAREA" || !focus) return;
    const below = body.rows[focus.row + 1]?.cells[focus.column]?.querySelector("input,select");
    event.target.blur();
    if (below) below.focus();
  });
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!focus || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    model.send({ type: "paste", row: focus.row, column: focus.column, text });
  });

  model.on("change:rows", build);
  model.on("change:refused", mark);
  model.on("change:columns", build);
  model.on("change:labels", build);
  build();
  el.replaceChildren(h("div", { class: "ccwb-scroll" }, table), foot);
}

export default { render };
