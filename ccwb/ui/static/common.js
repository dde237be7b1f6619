// Shared by every widget of the workbook; put in front of each widget's own module.

const h = (tag, attributes = {}, ...children) => {
  // A small element maker. Text is always set as text: nothing a user typed is ever read as HTML.
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
};

// Every widget has a copy of this file: the count is the page's, so that no two controls ever share a name.
const uid = (prefix) => `${prefix}-${(globalThis.ccwbIds = (globalThis.ccwbIds ?? 0) + 1)}`;

const latinDigits = (text) =>
  String(text)
    .replace(/[۰-۹]/g, (d) => d.charCodeAt(0) - 0x6f0)
    .replace(/[٠-٩]/g, (d) => d.charCodeAt(0) - 0x660)
    .replace(/٫/g, ".")
    .replace(/[٬\u00a0\u202f ]/g, "");

const parseNumber = (text, locale) => {
  // What a person typed, in their own writing of numbers; null when it is empty, NaN when it is not a number.
  let plain = latinDigits(text).replace(/%|−/g, (c) => (c === "−" ? "-" : "")).trim();
  if (plain === "") return null;
  // A mark before three digits groups thousands where the reader's language has it so, else it is a decimal mark; the
  // same rule as in text.read_number.
  const own = (1000000).toLocaleString(locale === "fa" ? "en" : locale)[1];
  for (const [mark, point] of [[",", "."], [".", ","]]) {
    const groups = `[-+]?[1-9]\\d{0,2}(\\${mark}\\d{3})`;
    if (new RegExp(`^(${groups}${mark === own ? "+" : "{2,}"}|${groups}+\\${point}\\d*)$`).test(plain)) plain = plain.replaceAll(mark, "");
  }
  plain = plain.replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
};

const formats = new Map(); // making one takes a hundred times as long as using it
const formatNumber = (value, locale, digits) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const key = `${locale} ${digits ?? 6}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, { maximumFractionDigits: digits ?? 6 }));
  return formats.get(key).format(Number(value));
};

const notNumber = (model, text) => model.get("labels").not_number.replace("{text}", () => text);

const save = (name, buffer, type) => {
  const link = h("a", { href: URL.createObjectURL(new Blob([buffer], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const downloads = (model, labels) => {
  // Buttons that ask the kernel for a file and save what comes back; nothing is written on the server.
  model.on("msg:custom", (content, buffers) => {
    if (content.type === "file") save(content.name, buffers[0], content.mime);
  });
  return h(
    "span",
    { class: "ccwb-downloads" },
    ["csv", "xlsx"].map((kind) =>
      h("button", { type: "button", class: "ccwb-link", onclick: () => model.send({ type: "download", kind }) }, labels[kind])
    )
  );
};

// What was typed here and is not known to be saved, in this tab's own memory: a reload, a kernel that was started again
// or somebody else's save in between takes none of it. `scope` tells one document's fields from another's; "" keeps nothing.
const kept = {
  name: (scope, field) => `ccwb-typed|${scope}|${field}`,
  get(scope, field) {
    try {
      return scope ? JSON.parse(sessionStorage.getItem(kept.name(scope, field))) : null;
    } catch {
      return null; // a browser that keeps nothing
    }
  },
  put(scope, field, said) {
    if (!scope) return;
    try {
      sessionStorage.setItem(kept.name(scope, field), JSON.stringify(said));
    } catch {
      return;
    }
  },
  hold(scope, field, value, now, sent) {
    // `own` : what the document said when this was begun, and all that was sent since. Whatever of it stands there is no
    // other person's, even when the kernel went between saving it and saying so.
    const own = kept.get(scope, field)?.own ?? [now ?? ""];
    kept.put(scope, field, { value, own: sent ? [...own.slice(-20), value] : own });
  },
  drop(scope, field) {
    try {
      if (scope) sessionStorage.removeItem(kept.name(scope, field));
    } catch {
      return;
    }
  },
  fields(scope) {
    // The names of all fields of which something is kept.
    try {
      const start = kept.name(scope, "");
      return scope ? Object.keys(sessionStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length)) : [];
    } catch {
      return [];
    }
  },
};

const alike = (one, other) => (one ?? "") === (other ?? "");

const typedBefore = (labels, text, take, leave) => {
  // Both stand there: what the field says now, and what was typed into it before; the person decides.
  const act = (label, done) => h("button", { type: "button", class: "ccwb-link", onclick: (event) => { event.target.parentNode.remove(); done(); } }, label);
  return h("p", { class: "ccwb-typed-before", role: "status" }, labels.typed_before.replace("{text}", () => text), " ", act(labels.put_in, take), " ", act(labels.let_go, leave));
};

const plainTable = (columns, rows) =>
  h(
    "div",
    { class: "ccwb-scroll", tabindex: "0", role: "region", "aria-label": columns.map((c) => c.label).join(", ") },
    h(
      "table",
      { class: "ccwb-table" },
      h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col", class: c.number ? "num" : null, title: c.help }, c.label)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) => h("td", { class: columns[i].number ? "num" : null, "data-label": columns[i].label }, cell)))))
    )
  );
