// An editable table of native controls: add, change and remove rows; paste a block from a spreadsheet.

function render({ model, el }) {
  const body = h("tbody");
  const head = h("thead");
  const table = h("table", { class: "ccwb-table ccwb-grid" }, head, body);
  const labels = () => model.get("labels");
  const add = h("button", { type: "button", class: "ccwb-button quiet", onclick: () => model.send({ type: "add" }) });
  const gone = h("p", { class: "ccwb-row-gone", role: "alert" }); // what was typed into a row that is there no more
  const foot = h("div", { class: "ccwb-grid-foot" }, add, downloads(model, model.get("labels")));
  let focus = null;
  let typed = null; // what stands half written in the cell in focus: rows that come from the kernel leave it alone
  let left = null; // the same, of a cell that goes with the whole page
  let building = false;
  const here = halfTyped.takeOver(model, el, () => {
    const half = typed ?? left;
    const cell = focus ?? (half && { mark: half.mark, column: half.column });
    return cell && { at: { ...cell, caret: half?.caret ?? caretOf(cellOf(cell)) }, half };
  });
  const begun = () => model.get("rows").filter((row) => row.id === undefined);

  const build = () => {
    const selected = table.contains(document.activeElement) ? caretOf(document.activeElement) : null;
    building = true;
    draw(selected);
    building = false;
  };
  const draw = (selected) => {
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
          columns.map((c) => h("td", { class: c.wide ? "ccwb-cell-wide" : c.kind === "number" ? "num" : null, "data-label": c.label }, cell(c, row, at))),
          removable
            ? h(
                "td",
                {},
                h("button", { type: "button", class: "ccwb-link", "aria-label": `${labels().remove} ${formatNumber(at + 1, model.get("locale"))}`, title: labels().remove, onclick: () => model.send({ type: "remove", mark: row.mark }) }, "✕")
              )
            : null
        )
      ),
      ...(rows.length === 0 ? [h("tr", {}, h("td", { colspan: String(columns.length + 1), class: "ccwb-empty" }, model.get("empty_text")))] : [])
    );
    mark();
    if (focus) {
      focus.row = placeOf(focus.mark);
      const input = cellOf(focus);
      if (focus.row < 0 && typed?.mark === focus.mark) {
        changed(typed.mark, columns[typed.column].key, typed.value); // its row was taken away: that is said
        typed = null;
      }
      if (input) {
        input.focus();
        if (selected && caretOf(input)) input.setSelectionRange(...selected);
        const now = rows[focus.row][columns[focus.column].key];
        if (!typed || typed.mark !== focus.mark || typed.column !== focus.column) typed = null;
        else if (!model.get("keep") || [typed.base, typed.value, ...ours(rows[focus.row], focus.column)].some((one) => alike(one, now))) {
          input.value = typed.value;
          if (typed.caret) input.setSelectionRange(...typed.caret);
        } else {
          typed = null; // somebody else's came while this was typed
          restore();
        }
      }
    }
  };

  // Rows are told apart by their mark: the page may put others between them while something is under way.
  const placeOf = (mark) => model.get("rows").findIndex((row) => row.mark === mark);
  const cellOf = ({ row, column }) => body.rows[row]?.cells[column]?.querySelector("input,select,textarea");
  const ours = ({ id }, column) => kept.get(model.get("keep"), `${id}|${model.get("columns")[column].key}`)?.own ?? [];

  // Kept in this tab until it is saved: cells of rows that are known by their id, and the rows that have none yet.
  const keep = (mark, key, value, sent) => {
    const scope = model.get("keep");
    const row = model.get("rows")[placeOf(mark)];
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
      else if (said.own.some((one) => alike(one, now))) changed(model.get("rows")[at].mark, key, said.value);
      else {
        const take = () => changed(model.get("rows").find((row) => String(row.id) === id)?.mark, key, said.value);
        body.rows[at].cells[column].append(typedBefore(model.get("labels"), String(said.value ?? ""), take, () => kept.drop(scope, field)));
      }
    }
  };

  const mark = () => {
    // What was not taken stays in its cell, with a sentence; the other cells are left alone.
    const columns = model.get("columns");
    const rows = model.get("rows");
    const refused = model.get("refused");
    rows.forEach((row, at) =>
      columns.forEach((c, n) => {
        const td = body.rows[at]?.cells[n];
        const input = td?.querySelector("input,select,textarea");
        const found = refused.find((cell) => cell.row === at && cell.key === c.key);
        const text = found?.text;
        const said = td?.querySelector(".ccwb-field-error");
        if (!input || (text === undefined && !said)) return;
        said?.remove();
        input.setAttribute("aria-invalid", String(text !== undefined));
        if (c.kind === "select") refusedChoice(input, text, row[c.key]);
        else if (c.kind === "number" && document.activeElement !== input) input.value = text ?? formatNumber(row[c.key], model.get("locale"), c.digits);
        else if (c.kind === "date") input.value = text === undefined ? row[c.key] ?? "" : "";
        else if (found?.why && document.activeElement !== input) input.value = text;
        if (text !== undefined) td.append(h("p", { class: "ccwb-field-error", role: "alert" }, found.why ?? notTaken(model, c.kind, text)));
      })
    );
  };

  // A select shows what was pasted and is none of its options until another one is chosen.
  const refusedChoice = (select, text, value) => {
    select.querySelector("option[data-refused]")?.remove();
    if (text === undefined) select.value = value ?? "";
    else select.prepend(h("option", { "data-refused": "", disabled: "", selected: "", value: text }, text));
    if (text !== undefined) select.selectedIndex = 0;
    select.title = select.selectedOptions[0]?.label ?? "";
  };

  const changed = (mark, key, value) => {
    keep(mark, key, value, true);
    model.send({ type: "change", mark, key, value });
  };

  const cell = (c, row, at) => {
    const { mark } = row;
    const value = row[c.key];
    const locale = model.get("locale");
    const label = `${c.label} ${formatNumber(at + 1, locale)}`;
    if (c.kind === "static") return document.createTextNode(value ?? "");
    if (c.kind === "select") {
      const select = h("select", { "aria-label": label }, c.options.map((o) => h("option", { value: o.value }, o.label)));
      select.value = value ?? "";
      select.title = select.selectedOptions[0]?.label ?? "";
      select.addEventListener("change", () => changed(mark, c.key, select.value));
      return select;
    }
    if (c.kind === "check") {
      const box = h("input", { type: "checkbox", "aria-label": label });
      box.checked = Boolean(value);
      box.addEventListener("change", () => changed(mark, c.key, box.checked));
      return box;
    }
    const number = c.kind === "number";
    const unit = c.unit ?? row[c.unit_in] ?? "";
    const input =
      c.kind === "long"
        ? h("textarea", { "aria-label": label, rows: 2 })
        : h("input", { type: c.kind === "date" ? "date" : "text", "aria-label": label, inputmode: number ? "decimal" : null });
    input.value = number ? formatNumber(value, locale, c.digits) : value ?? "";
    if (input.type === "text" && !number) input.title = input.value; // a text longer than its cell
    // The browser's own calendar is the Gregorian one: the Persian day stands below it.
    const day = c.kind === "date" && locale === "fa" ? h("div", { class: "ccwb-muted" }) : null;
    if (day) {
      const say = () => (day.textContent = persianDay(input.value));
      input.addEventListener("input", say);
      say();
    }
    const commit = () => {
      if (building) return;
      const text = input.value;
      const said = number ? parseNumber(text, locale, unit) : text || (c.kind === "date" ? null : "");
      if (number && said !== null && !Number.isNaN(said)) input.value = formatNumber(said, locale, c.digits);
      const held = typed;
      typed = null;
      left = held && { ...held };
      halfTyped.whenLeft(here, () => {
        left = null;
        if (Number.isNaN(said)) model.send({ type: "refused", mark, key: c.key, text });
        else changed(mark, c.key, said);
      });
    };
    input.addEventListener("input", () => {
      const caret = caretOf(input);
      typed = { mark, column: input.closest("td").cellIndex, value: input.value, caret, base: typed ? typed.base : row[c.key] };
      const said = number ? parseNumber(input.value, locale, unit) : input.value;
      if (!Number.isNaN(said) && c.kind !== "date") keep(mark, c.key, said, false);
    });
    input.addEventListener("change", commit);
    // What was written before rows came from the kernel is no change to the browser: it is committed on leaving.
    input.addEventListener("blur", () => typed && typed.mark === mark && input.value === typed.value && commit());
    return day ? [input, day] : input;
  };

  table.addEventListener("focusin", (event) => {
    const td = event.target.closest("td");
    const row = td?.parentNode.sectionRowIndex;
    if (td) focus = { row, column: td.cellIndex, mark: model.get("rows")[row]?.mark };
  });
  table.addEventListener("focusout", () => setTimeout(() => {
    if (here.el.isConnected && !table.contains(document.activeElement) && document.activeElement !== document.body) focus = null;
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
    model.send({ type: "paste", mark: focus.mark, column: focus.column, text });
  });

  model.on("change:rows", () => {
    build();
    kept.put(model.get("keep"), "begun", begun());
  });
  model.on("change:keep", restore);
  model.on("msg:custom", (content) => {
    if (content.type === "gone") gone.textContent = content.text;
    if (content.type === "settled") kept.fields(content.scope).forEach((field) => field !== "begun" && kept.drop(content.scope, field));
    if (content.type === "done" && content.saved && alike(kept.get(content.scope, content.field)?.value, content.value)) kept.drop(content.scope, content.field);
  });
  model.on("change:refused", mark);
  model.on("change:columns", build);
  model.on("change:labels", build);
  build();
  restore();
  el.replaceChildren(h("div", { class: "ccwb-scroll" }, table), gone, foot);
  halfTyped.whenSeen(here, ({ at, half }, meanwhile, free) => {
    const row = model.get("rows")[placeOf(at.mark)];
    const input = row && cellOf({ row: placeOf(at.mark), column: at.column });
    const key = model.get("columns")[at.column]?.key;
    if (meanwhile && input && caretOf(input)) {
      const [value, place] = inserted(half ? half.value : input.value, at.caret, meanwhile);
      half = { mark: at.mark, column: at.column, base: row[key], ...half, value, caret: [...place] };
    }
    if (free || table.contains(document.activeElement)) {
      focus = at;
      typed = half;
      build();
      if (!half && at.caret && input) cellOf(focus)?.setSelectionRange?.(...at.caret);
    } else if (half && key) changed(half.mark, key, half.value); // the hand is elsewhere already
  });
}

export default { render };
