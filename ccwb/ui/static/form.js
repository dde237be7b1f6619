// A form of labelled native controls. While a slider moves, the next value leaves only when the kernel has answered the
// last one, so the picture follows the hand instead of queueing behind it.

function render({ model, el }) {
  const parts = new Map();
  let unanswered = 0;
  let next = null;
  const begun = new Map(); // what fields said when somebody began to type in them
  const latest = new Map(); // what was set here last: an answer to something older never moves the control back
  let refused = model.get("refused"); // key -> what was typed as a number and is none: it stays, and is said
  let about = model.get("about"); // what the fields in sight are about: a change says it, however late it arrives
  let scope = model.get("keep");

  const refuse = (key, text) => {
    refused = { ...refused, [key]: text };
    model.send({ type: "refused", key, text });
    show();
  };
  const send = (key, value, final) => {
    if (key in refused) {
      const { [key]: _gone, ...others } = refused;
      refused = others;
    }
    if (final && begun.has(key)) {
      const was = begun.get(key);
      const now = model.get("values")[key] ?? "";
      begun.delete(key);
      if (!alike(was, now) && !alike(value, now)) return restore(); // somebody else's came while this was typed
    }
    latest.set(key, value);
    if (final) keep(key, value, true);
    if (unanswered > 0 && !final) {
      next = [key, value];
      return;
    }
    unanswered += 1;
    next = null;
    model.send({ type: "change", key, value, final, scope, about });
  };
  const keep = (key, value, sent) => kept.hold(scope, key, value, model.get("values")[key], sent);
  const turned = () => {
    // The kernel shows the fields of something else: what is half typed belongs to what was in sight until now.
    if (model.get("about") === about) return;
    for (const [key, part] of parts) {
      const input = part.element.querySelector("[data-typed=yes]");
      if (!input) continue;
      delete input.dataset.typed;
      begun.delete(key);
      send(key, input.value, true);
    }
    half = null;
    begun.clear();
    latest.clear();
    about = model.get("about");
    scope = model.get("keep");
  };
  const restore = () => {
    // What this tab still holds: it is sent where the field says what it said then, else both are shown.
    turned();
    scope = model.get("keep");
    for (const [key, part] of parts) {
      part.element.querySelector(".ccwb-typed-before")?.remove();
      const said = kept.get(scope, key);
      const now = model.get("values")[key];
      if (!said) continue;
      if (alike(said.value, now)) kept.drop(scope, key);
      else if (said.own.some((one) => alike(one, now))) {
        part.set(said.value);
        send(key, said.value, true);
      } else {
        part.set(now);
        const take = () => {
          part.set(said.value);
          send(key, said.value, true);
        };
        part.element.append(typedBefore(model.get("labels"), String(said.value ?? ""), take, () => kept.drop(scope, key)));
      }
    }
  };
  model.on("msg:custom", (content) => {
    if (content.type === "settled") kept.fields(content.scope).forEach((field) => kept.drop(content.scope, field));
    if (content.type !== "done") return;
    if (content.saved && alike(kept.get(content.scope, content.key)?.value, content.value)) kept.drop(content.scope, content.key);
    unanswered = Math.max(0, unanswered - 1);
    if (next) return send(next[0], next[1], false);
    if (unanswered > 0) return;
    latest.clear();
    show(); // nothing is under way: what the kernel says holds
  });

  // What is half typed, and where the hand is: it goes on when the page is made anew.
  let half = null;
  let at = null;
  let passing = null; // the change of a control that was left
  const inputsOf = (key) => [...(parts.get(key)?.element.querySelectorAll("input,textarea,select,button") ?? [])];
  const placeOf = (input) => {
    const key = [...parts.keys()].find((one) => parts.get(one).element.contains(input));
    return key === undefined ? null : { key, nth: inputsOf(key).indexOf(input) };
  };
  const here = halfTyped.takeOver(model, el, () => {
    const place = at ?? half;
    return place && { at: { ...place, caret: caretOf(inputsOf(place.key)[place.nth]) }, half };
  });
  el.addEventListener("focusin", (event) => (at = placeOf(event.target)));
  el.addEventListener("focusout", () => setTimeout(() => {
    if (el.isConnected && !el.contains(document.activeElement)) at = null;
  }));
  el.addEventListener("input", (event) => {
    const { target } = event;
    half = target.tagName === "TEXTAREA" || ["text", "date"].includes(target.type) ? { ...placeOf(target), input: target, value: target.value } : null;
  });
  const leave = (event) => {
    // Before the control itself hears it; one whose text was put in by us says nothing when it is left.
    const { target } = event;
    if (passing === target || half?.input !== target) return;
    event.stopImmediatePropagation();
    if (half.leaving) return;
    half.leaving = true;
    const { value } = half;
    halfTyped.whenLeft(here, () => {
      if (half?.input === target) half = null;
      passing = target;
      target.value = value;
      target.dispatchEvent(new Event("change", { bubbles: true }));
      passing = null;
    });
  };
  el.addEventListener("change", leave, true);
  el.addEventListener("blur", leave, true);

  const head = h("div", { class: "ccwb-html ccwb-form-head" }); // of what the fields are about: it turns with them
  const build = () => {
    turned(); // what is half typed goes where it belongs, while its field is still there
    parts.clear();
    const groups = [];
    for (const field of model.get("fields")) {
      if (field.group !== undefined || groups.length === 0) {
        groups.push(h("div", { class: "ccwb-group" }, field.group ? h("h3", {}, field.group) : null));
      }
      const part = control(field, model, send, refuse);
      part.element.addEventListener("input", (event) => {
        // From the first key on; a number that is half typed is no number yet.
        if (!["text", "long"].includes(field.kind) || !model.get("keep")) return;
        if (!begun.has(field.key)) begun.set(field.key, model.get("values")[field.key] ?? "");
        keep(field.key, event.target.value, false);
      });
      parts.set(field.key, part);
      groups[groups.length - 1].append(part.element);
    }
    el.replaceChildren(h("div", { class: `ccwb-form ${model.get("layout_kind")}` }, model.get("head") === undefined ? null : head, groups));
    show();
  };
  const show = () => {
    turned();
    if (head.saying !== model.get("head")) head.innerHTML = head.saying = model.get("head") ?? "";
    const values = model.get("values");
    const errors = model.get("errors");
    const notes = model.get("notes");
    for (const [key, part] of parts) {
      const value = values[key] ?? null;
      if (key in refused) part.keep?.(refused[key]);
      else if (!latest.has(key) || latest.get(key) === value) part.set(value);
      part.note(key in refused ? notNumber(model, refused[key]) : errors[key] ?? "", notes[key] ?? "");
    }
  };
  model.on("change:fields", build);
  model.on("change:keep", restore);
  model.on("change:about", show);
  model.on("change:head", show);
  model.on("change:values", show);
  model.on("change:errors", show);
  model.on("change:notes", show);
  model.on("change:refused", () => {
    refused = model.get("refused");
    show();
  });
  build();
  restore();
  halfTyped.whenSeen(here, (was, meanwhile, free) => {
    const input = inputsOf(was.at.key)[was.at.nth];
    if (!input) return;
    const mine = free || el.contains(document.activeElement);
    if (mine) input.focus();
    let { caret } = was.at;
    if (was.half || (meanwhile && caretOf(input))) {
      let value = was.half ? was.half.value : input.value;
      if (meanwhile && caretOf(input)) [value, caret] = inserted(value, caret, meanwhile);
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      if (!mine) leave({ target: input, stopImmediatePropagation: () => {} });
    }
    if (mine && caret && caretOf(input)) input.setSelectionRange(...caret);
  });
}

const control = (field, model, send, refuse) => {
  const id = uid("field");
  const helpId = `${id}-help`;
  const locale = model.get("locale");
  const error = h("p", { class: "ccwb-field-error", role: "alert" });
  const note = h("span", { class: "ccwb-field-note" });
  const make = kinds[field.kind] ?? kinds.text;
  const changed = (value, final) => send(field.key, value, final);
  const made = make(field, id, locale, changed, helpId, (text) => refuse(field.key, text));
  const head = h(
    "div",
    { class: "ccwb-field-head" },
    field.kind === "check" ? null : h("label", { for: id }, field.label),
    note,
    made.head ?? null
  );
  const element = h(
    "div",
    { class: `ccwb-field kind-${field.kind}${field.wide ? " wide" : ""}` },
    head,
    made.element,
    field.help ? h("p", { class: "ccwb-help", id: helpId }, ...together(field.help)) : null,
    error
  );
  return {
    element,
    set: made.set,
    keep: made.keep,
    note: (wrong, text) => {
      if (error.textContent !== wrong) error.textContent = wrong; // a sentence that stays is not read out again
      element.classList.toggle("wrong", Boolean(wrong));
      for (const input of element.querySelectorAll("input")) input.setAttribute("aria-invalid", String(Boolean(wrong)));
      if (note.textContent !== text) note.textContent = text;
    },
  };
};

const unitOf = (field, locale) => (field.unit === "%" && locale === "fa" ? "٪" : (field.unit ?? ""));

const described = (field, helpId) => (field.help ? helpId : null);

const numberInput = (field, id, locale, changed, helpId, refuse) => {
  let current = null;
  let kept = null; // a text that is no number
  const input = h("input", {
    id,
    type: "text",
    inputmode: "decimal",
    class: "ccwb-number",
    "aria-describedby": described(field, helpId),
    autocomplete: "off",
  });
  const show = (value) => {
    current = value;
    kept = null;
    const text = formatNumber(value, locale, field.digits);
    if (document.activeElement !== input && input.value !== text) input.value = text;
  };
  const keep = (text) => {
    kept = text;
    if (document.activeElement !== input) input.value = text;
  };
  input.addEventListener("change", () => {
    const value = parseNumber(input.value, locale, field.unit);
    if (Number.isNaN(value)) {
      kept = input.value;
      refuse(input.value);
      return;
    }
    kept = null;
    changed(value, true);
  });
  input.addEventListener("blur", () => (kept === null ? show(current) : keep(input.value)));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") input.blur();
  });
  return { input, show, keep };
};

const kinds = {
  text: (field, id, locale, changed, helpId) => {
    const element = typing(h("input", { id, type: "text", placeholder: field.placeholder, "aria-describedby": described(field, helpId) }));
    element.addEventListener("change", () => changed(element.value, true));
    return { element, set: (v) => setQuietly(element, v ?? "") };
  },
  long: (field, id, locale, changed, helpId) => {
    const element = typing(h("textarea", { id, rows: field.rows ?? 3, placeholder: field.placeholder, "aria-describedby": described(field, helpId) }));
    element.addEventListener("change", () => changed(element.value, true));
    return { element, set: (v) => setQuietly(element, v ?? "") };
  },
  date: (field, id, locale, changed) => {
    const input = typing(h("input", { id, type: "date" }));
    input.addEventListener("change", () => changed(input.value || null, true));
    if (locale !== "fa") return { element: input, set: (v) => setQuietly(input, v ?? "") };
    // The browser's own calendar is the Gregorian one: the Persian day stands below it.
    const day = h("span", { class: "ccwb-muted" });
    const say = () => (day.textContent = persianDay(input.value));
    input.addEventListener("input", say);
    return {
      element: h("div", {}, input, day),
      set: (v) => {
        setQuietly(input, v ?? "");
        say();
      },
    };
  },
  number: (field, id, locale, changed, helpId, refuse) => {
    const { input, show, keep } = numberInput(field, id, locale, changed, helpId, refuse);
    return { element: h("div", { class: "ccwb-with-unit" }, input, h("span", { class: "ccwb-unit" }, unitOf(field, locale))), set: show, keep };
  },
  select: (field, id, locale, changed, helpId) => {
    const element = h(
      "select",
      { id, "aria-describedby": described(field, helpId) },
      field.options.map((o) => h("option", { value: o.value }, o.label))
    );
    element.addEventListener("change", () => changed(element.value, true));
    return { element, set: (v) => (element.value = v ?? "") };
  },
  check: (field, id, locale, changed) => {
    const input = h("input", { id, type: "checkbox" });
    input.addEventListener("change", () => changed(input.checked, true));
    return { element: h("label", { class: "ccwb-check", for: id }, input, h("span", {}, field.label)), set: (v) => (input.checked = Boolean(v)) };
  },
  choices: (field, id, locale, changed) => {
    // A row of big buttons, one of them chosen: a scale from 1 to 5, say.
    const buttons = field.options.map((o) =>
      h("button", { type: "button", role: "radio", class: "ccwb-choice", "data-value": o.value, onclick: () => changed(o.value, true) }, o.label)
    );
    return {
      element: h("div", { id, role: "radiogroup", "aria-label": field.label, class: "ccwb-choices" }, buttons),
      set: (v) => buttons.forEach((b) => b.setAttribute("aria-checked", String(b.dataset.value === String(v)))),
    };
  },
  slider: (field, id, locale, changed, helpId, refuse) => {
    const list = `${id}-mark`;
    const range = h("input", {
      type: "range",
      min: String(field.min),
      max: String(field.max),
      step: String(field.step),
      "aria-label": field.label,
      "aria-describedby": described(field, helpId),
      list: field.default === undefined ? null : list,
    });
    const { input, show, keep } = numberInput(field, id, locale, changed, helpId, refuse);
    const back = h(
      "button",
      { type: "button", class: "ccwb-link ccwb-back", title: field.back_label, "aria-label": field.back_label, onclick: () => changed(field.default, true) },
      "↺"
    );
    range.addEventListener("input", () => {
      range.dataset.moved = performance.now();
      input.value = formatNumber(Number(range.value), locale, field.digits);
      range.setAttribute("aria-valuetext", `${input.value} ${unitOf(field, locale)}`); // heard at once, as it is seen
      changed(Number(range.value), false);
    });
    range.addEventListener("change", () => changed(Number(range.value), true));
    return {
      head: h("span", { class: "ccwb-with-unit" }, input, h("span", { class: "ccwb-unit" }, unitOf(field, locale)), field.default === undefined ? null : back),
      element: h(
        "div",
        {},
        range,
        field.default === undefined ? null : h("datalist", { id: list }, h("option", { value: String(field.default) }))
      ),
      keep,
      set: (v) => {
        show(v);
        if (document.activeElement !== range || Number(range.value) !== v) setQuietly(range, String(v ?? field.default ?? field.min), true);
        range.setAttribute("aria-valuetext", `${formatNumber(v, locale, field.digits)} ${unitOf(field, locale)}`);
        back.hidden = v === field.default;
      },
    };
  },
};

const typing = (element) => {
  // From the first key to the committed change, what stands in the field is the person's.
  element.addEventListener("input", () => (element.dataset.typed = "yes"));
  element.addEventListener("change", () => delete element.dataset.typed);
  return element;
};

const setQuietly = (element, value, sliding = false) => {
  // What somebody is typing or dragging right now is theirs: it is not overwritten from the kernel.
  if (document.activeElement === element && (sliding ? element.matches(":active") : element.dataset.typed === "yes")) return;
  if (element.value !== value) element.value = value;
};

export default { render };
