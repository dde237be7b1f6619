// An editable table of native controls: add, change and remove rows; paste a block from a spreadsheet.

function render({ model, el }) {
  const body = h("tbody");
  const head = h("thead");
  const table = h("table", { class: "ccwb-table ccwb-grid" }, head, body);
  const labels = () => model.get("labels");
  const add = h("button", { type: "button", class: "ccwb-button quiet", onclick: () => model.send({ type: "add" }) });
  const foot = h("div", { class: "ccwb-grid-foot" }, add, downloads(model, model.get("labels")));
  let focus = null;
  let typed = null; // what stands half written in the cell in focus: rows that come from the kernel leave it alone
  let building = false;
  const begun = () => model.get("rows").filter((row) => row.id === undefined);

  const build = () => {
    building = true;
    draw();
    building = false;
  };
  const draw = () => {
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
      if (focus.id !== undefined) focus.row = rows.findIndex((row) => row.id === focus.id);
      const input = body.rows[focus.row]?.cells[focus.column]?.querySelector("input,select,textarea");
      if (input) {
        input.focus();
        const now = rows[focus.row][columns[focus.column].key];
        if (!typed || typed.id !== rows[focus.row].id || typed.column !== focus.column) typed = null;
        else if (!model.get("keep") || [typed.base, typed.value, ...ours(focus)].some((one) => alike(one, now))) {
          typed.row = focus.row;
          input.value = typed.value;
          if (typed.caret) input.setSelectionRange(...typed.caret);
        } else {
          typed = null; // somebody else's came while this was typed
          restore();
        }
      }
    }
  };

  const ours = ({ id, column }) => kept.get(model.get("keep"), `${id}|${model.get("columns")[column].key}`)?.own ?? [];

  // Kept in this tab until it is saved: cells of rows that are known by their id, and the rows that have none yet.
  const keep = (at, key, value, sent) => {
    const scope = model.get("keep");
    const row = model.get("rows")[at];
    if (!scope || !row) return;
    if (row.id === undefined) {
      kept.put(scope, "begun", begun().map((one) => (one === row ? { ...one, [key]: value } : one)));
    } else {
      kept.hold(scope, `${row.id}|${key}`, value, row[key], sent);
    }
  };
  const restore = () => {
    const scope = model.get("keep");
    const rows = kept.get(scope, "begun") ?? [];
    if (rows.length && !begun().length) model.send({ type: "begun", rows });
    for (const field of kept.fields(scope)) {
      const [id, key] = field.split("|");
      const said = kept.get(scope, field);
      const at = model.get("rows").findIndex((row) => String(row.id) === id);
      const column = model.get("columns").findIndex((c) => c.key === key);
      if (key === undefined || column < 0) continue;
      const now = model.get("rows")[at]?.[key];
      if (at < 0 || alike(said.value, now)) kept.drop(scope, field);
      else if (said.own.some((one) => alike(one, now))) changed(at, key, said.value);
      else {
        const take = () => changed(model.get("rows").findIndex((row) => String(row.id) === id), key, said.value);
        body.rows[at].cells[column].append(typedBefore(model.get("labels"), String(said.value ?? ""), take, () => kept.drop(scope, field)));
      }
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

  const changed = (row, key, value) => {
    keep(row, key, value, true);
    model.send({ type: "change", row, key, value });
  };

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
    const commit = () => {
      if (building) return;
      typed = null;
      const said = number ? parseNumber(input.value, locale) : input.value || (c.kind === "date" ? null : "");
      if (Number.isNaN(said)) model.send({ type: "refused", row: at, key: c.key, text: input.value });
      else changed(at, c.key, said);
    };
    input.addEventListener("input", () => {
      const caret = c.kind === "date" ? null : [input.selectionStart, input.selectionEnd];
      const row = model.get("rows")[at];
      typed = { id: row.id, row: at, column: input.closest("td").cellIndex, value: input.value, caret, base: typed ? typed.base : row[c.key] };
      const said = number ? parseNumber(input.value, locale) : input.value;
      if (!Number.isNaN(said) && c.kind !== "date") keep(at, c.key, said, false);
    });
    input.addEventListener("change", commit);
    // What was written before rows came from the kernel is no change to the browser: it is committed on leaving.
    input.addEventListener("blur", () => typed && typed.row === at && input.value === typed.value && commit());
    return input;
  };

  table.addEventListener("focusin", (event) => {
    const td = event.target.closest("td");
    const row = td?.parentNode.sectionRowIndex;
    if (td) focus = { row, column: td.cellIndex, id: model.get("rows")[row]?.id };
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

  model.on("change:rows", () => {
    build();
    kept.put(model.get("keep"), "begun", begun());
  });
  model.on("change:keep", restore);
  model.on("msg:custom", (content) => {
    if (content.type === "settled") kept.fields(content.scope).forEach((field) => field !== "begun" && kept.drop(content.scope, field));
    if (content.type === "done" && content.saved && alike(kept.get(content.scope, content.field)?.value, content.value)) kept.drop(content.scope, content.field);
  });
  model.on("change:refused", mark);
  model.on("change:columns", build);
  model.on("change:labels", build);
  build();
  restore();
  el.replaceChildren(h("div", { class: "ccwb-scroll" }, table), foot);
}

export default { render };
