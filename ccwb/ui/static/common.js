// Shared by every widget of the workbook; put in front of each widget's own module.

// Figures and signs as people type them run from left to right; the same rule as in messages.typed_figures.
const typedFigures = (text) => !/[\p{L}،]/u.test(text) && ((/[0-9]/.test(text) && !/^\s*\d+\s*$/.test(text)) || /^\s*[-+±−]\s*[۰-۹]/.test(text));

// On a page from right to left, words in a foreign script alone keep their own order.
const told = (text, tag) => {
  if (tag === "option" || document.documentElement.dir !== "rtl" || /[\u2066-\u2069]/.test(text)) return text; // or its parts have their order already
  const figures = typedFigures(text);
  if (!figures && (!/[A-Za-z\u00c0-\u024f]/.test(text) || /[\u0600-\u06ff]/.test(text))) return text;
  const apart = document.createElement("bdi");
  if (figures) apart.dir = "ltr";
  apart.textContent = text;
  return apart;
};

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
    element.append(child instanceof Node ? child : told(String(child), tag));
  }
  return element;
};

// Hours in a sentence, as they are typed: they run from left to right, and a line never ends within 13:00-18:00.
const together = (text) =>
  text.split(/(\d\d:\d\d-\d\d:\d\d(?:, \d\d:\d\d-\d\d:\d\d)*)/).map((part, n) => {
    if (n % 2 === 0) return part;
    const spans = part.split(/(?<=,) /).flatMap((span, at) => [at ? document.createTextNode(" ") : null, h("span", { class: "ccwb-together" }, document.createTextNode(span))]);
    return h("bdi", { dir: "ltr" }, spans);
  });

// Every widget has a copy of this file: the count is the page's, so that no two controls ever share a name.
const uid = (prefix) => `${prefix}-${(globalThis.ccwbIds = (globalThis.ccwbIds ?? 0) + 1)}`;

const latinDigits = (text) =>
  String(text)
    .replace(/[۰-۹]/g, (d) => d.charCodeAt(0) - 0x6f0)
    .replace(/[٠-٩]/g, (d) => d.charCodeAt(0) - 0x660)
    .replace(/٫/g, ".")
    .replace(/[\s٬'’\u200e\u200f\u061c\u2066-\u2069]/g, "");

// How one unit is written: the same as in text.TIMES and text.CURRENCIES.
const times = [
  [1, ["s", "sec", "sek", "dtk", "detik", "seconds", "sekunden", "ثانیه"]],
  [60, ["min", "mnt", "menit", "minutes", "minuten", "دقیقه"]],
  [3600, ["h", "std", "jam", "hours", "stunden", "ساعت"]],
];
const currencies = { eur: "€", usd: "$", gbp: "£", idr: "rp", irr: "ریال", try: "₺", inr: "₹", jpy: "¥" };

const withoutUnit = (plain, unit) => {
  // A typed number without the unit beside it, and how many of the field's own unit one of its units is.
  const wanted = unit.replace(/\s/g, "").toLowerCase();
  const own = times.find(([, names]) => names.includes(wanted))?.[0] ?? 0;
  const [minutes, hours] = times.slice(1).map(([, names]) => names.join("|"));
  const parts = own && plain.match(new RegExp(`^(\\d+):([0-5]\\d)(${minutes})?\\.?$`, "i"));
  if (parts) return [String(60 * parts[1] + Number(parts[2])), 1 / own];
  const long = own && plain.match(new RegExp(`^(\\d+)(${hours})\\.?و?(\\d+)(${minutes})\\.?$`, "i"));
  if (long) return [String(3600 * long[1] + 60 * long[3]), 1 / own];
  const names = own ? times.flatMap(([seconds, said]) => said.map((name) => [name, seconds / own])) : [];
  if (wanted) names.push([wanted, 1]);
  if (currencies[wanted]) names.push([currencies[wanted], 1]);
  for (const [name, many] of names.sort(([one], [other]) => other.length - one.length)) {
    for (const cut of [plain.replace(/\.$/, ""), plain]) {
      if (cut.toLowerCase().endsWith(name)) return [cut.slice(0, -name.length), many];
      if (cut.toLowerCase().startsWith(name)) return [cut.slice(name.length), many];
    }
  }
  return [plain, 1];
};

const parseNumber = (text, locale, unit = "") => {
  // What a person typed, in their own writing of numbers; null when it is empty, NaN when it is not a number. `unit` is
  // that of the field: it may stand beside the number, as it does where pages show one.
  let plain = latinDigits(text).replace(/[%٪±−]/g, (c) => (c === "−" ? "-" : ""));
  if (plain === "") return null;
  let many;
  [plain, many] = withoutUnit(plain, unit);
  // A mark before three digits groups thousands where the reader's language has it so, else it is a decimal mark; the
  // same rule as in text.read_number.
  const own = (1000000).toLocaleString(locale === "fa" ? "en" : locale)[1];
  for (const [mark, point] of [[",", "."], [".", ","]]) {
    const groups = `[-+]?[1-9]\\d{0,2}(\\${mark}\\d{3})`;
    if (new RegExp(`^(${groups}${mark === own ? "+" : "{2,}"}|${groups}+\\${point}\\d*)$`).test(plain)) plain = plain.replaceAll(mark, "");
  }
  if (locale === "fa") plain = plain.replace(/^([-+]?\d+)\/(\d+)$/, "$1.$2"); // in Iran a slash marks the decimals, too
  plain = plain.replaceAll(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) * many : NaN;
};

const formats = new Map(); // making one takes a hundred times as long as using it
const formatNumber = (value, locale, digits) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const key = `${locale} ${digits ?? 6}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, { maximumFractionDigits: digits ?? 6 }));
  return formats.get(key).format(Number(value));
};

// Persian writes days in its own calendar and digits, which every browser knows.
const persianForms = new Map();
const persianParts = (date, zone) => {
  if (!persianForms.has(zone)) {
    const parts = { weekday: "long", year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
    persianForms.set(zone, new Intl.DateTimeFormat("fa-u-ca-persian-nu-arabext", { ...parts, timeZone: zone }));
  }
  return Object.fromEntries(persianForms.get(zone).formatToParts(date).map((part) => [part.type, part.value]));
};
const persianDay = (iso) => {
  // What a day typed as 2026-11-22 is called; "" for none.
  if (!/^\d{4}-\d\d-\d\d$/.test(iso ?? "")) return "";
  const { day, month, year } = persianParts(new Date(`${iso}T00:00Z`), "UTC");
  return `${day} ${month} ${year}`;
};

const notTaken = (model, kind, text) =>
  kind === "number" ? notNumber(model, text) : model.get("labels")[kind === "date" ? "not_day" : "not_choice"].replace("{text}", () => text);

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
  any() {
    // Whether anything is kept, of any field.
    try {
      return Object.keys(sessionStorage).some((key) => key.startsWith("ccwb-typed|"));
    } catch {
      return false;
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

// What is half typed when the page is made anew goes on in the widget that comes in the place of this one, with the caret
// and what was typed meanwhile. A widget says what stands in it by `look`; `waiting` : what it took over from the last.
const halfTyped = {
  all: (globalThis.ccwbHalfTyped ??= new Map()),
  takeOver(model, el, look) {
    const before = this.all.get(model.get("place"));
    if (before) before.taken = true;
    const here = { el, look: () => here.waiting ?? look(), meanwhile: "", taken: false, waiting: null };
    const was = before?.look();
    if (was?.at) here.waiting = was;
    here.before = here.waiting && before;
    this.all.set(model.get("place"), here);
    return here;
  },
  // A control that goes with its page says it was changed, as one that is left: only the latter is meant.
  whenLeft(here, act) {
    queueMicrotask(() => {
      if (here.el.isConnected) act();
      else setTimeout(() => here.taken || act(), 3000); // nothing came in its place: it is not lost either
    });
  },
  // Do `put(was)` once the widget stands in the page and can be seen, or will not be.
  whenSeen(here, put, tries = 60) {
    if (!here.waiting) return;
    if (!here.el.getClientRects().length && tries) {
      setTimeout(() => halfTyped.whenSeen(here, put, tries - 1), 50);
      return;
    }
    const was = here.waiting;
    here.waiting = null;
    put(was, here.before.meanwhile, [null, document.body].includes(document.activeElement));
    here.before = null;
  },
};

// Keys that are pressed while the control they are meant for is being made anew.
globalThis.ccwbMeanwhile ??= addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || document.activeElement !== document.body) return;
  for (const [place, one] of halfTyped.all) {
    const from = one.before ?? one;
    if (one.before ? !one.waiting : one.el.isConnected || !one.look()?.at) continue;
    from.since ??= Date.now();
    if (Date.now() - from.since > 5000) {
      if (!one.before) halfTyped.all.delete(place);
      continue;
    }
    from.meanwhile += event.key;
    event.preventDefault();
    return;
  }
}, true) ?? true;

const caretOf = (input) => (input?.tagName === "TEXTAREA" || input?.type === "text" ? [input.selectionStart, input.selectionEnd] : null);
const inserted = (text, caret, more) => {
  const [from, to] = caret ?? [text.length, text.length];
  return [text.slice(0, from) + more + text.slice(to), [from + more.length, from + more.length]];
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
    { class: "ccwb-scroll", tabindex: "0", role: "region", "aria-label": columns.map((c) => c.label).join(document.documentElement.lang === "fa" ? "، " : ", ") },
    h(
      "table",
      { class: "ccwb-table" },
      h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col", class: c.number ? "num" : null, title: c.help }, c.label)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) => h("td", { class: columns[i].number ? "num" : null, "data-label": columns[i].label }, cell)))))
    )
  );
