// The frame around every page: who and where we are, what is saved, the stages, the theme, and whether anybody answers.

const root = document.documentElement;
const inVoila = Boolean(document.querySelector("[data-voila]"));

const remembered = (key) => {
  try {
    return localStorage.getItem(`ccwb-${key}`);
  } catch {
    return null; // a browser that keeps nothing: the page works, it just asks again
  }
};
const remember = (key, value) => {
  try {
    localStorage.setItem(`ccwb-${key}`, value);
  } catch {
    return;
  }
};

const setTheme = (theme) => {
  root.dataset.ccwbTheme = theme;
  if (inVoila) document.body.dataset.jpThemeLight = String(theme !== "dark");
  globalThis.dispatchEvent(new Event("ccwb-theme"));
};

const followLab = () => {
  // In JupyterLab the page takes the lab's theme.
  const follow = () => setTheme(document.body.dataset.jpThemeLight === "false" ? "dark" : "light");
  new MutationObserver(follow).observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  follow();
};

function render({ model, el }) {
  if (!inVoila) followLab();
  const build = () => {
    const f = model.get("frame");
    if (inVoila) {
      root.lang = f.language;
      root.dir = f.direction;
      document.title = f.title;
    }
    el.dir = f.direction;
    const back = focused(el);
    el.replaceChildren(header(f, model, saved), stages(f, model), banner(f));
    back();
    address(f);
    state();
    showRest();
  };
  const saved = h("span", { class: "ccwb-saved", role: "status" });
  const state = () => {
    if (saved.textContent !== model.get("saved")) saved.textContent = model.get("saved");
    saved.dataset.state = model.get("saved_state");
  };
  model.on("change:frame", build);
  model.on("change:saved", state);
  model.on("change:saved_state", state);
  build();
  const who = remembered("person");
  if (who && !model.get("person")) {
    model.set("person", who);
    model.save_changes();
  }
  const language = remembered("language");
  if (inVoila && language && language !== model.get("frame").language && !new URLSearchParams(location.search).get("lang")) {
    model.send({ type: "pick", name: "lang", value: language });
  }
  watch(model);
  floatMessages(el);
}

const focused = (el) => {
  // The frame is drawn anew whenever something in it changes: whoever was in it is put back to where they were.
  const was = document.activeElement;
  if (!was || !el.contains(was)) return () => {};
  const stage = was.dataset.stage;
  const name = stage ? `[data-stage="${stage}"]` : [...was.classList].map((c) => `.${c}`).join("");
  const { value, selectionStart, selectionEnd } = was;
  return () => {
    const now = name && el.querySelector(name);
    if (!now) return;
    if (now.tagName === "INPUT") now.value = value; // a name half typed is theirs
    now.focus({ preventScroll: true });
    if (now.tagName === "INPUT") now.setSelectionRange(selectionStart, selectionEnd);
  };
};

const header = (f, model, saved) => {
  const l = f.labels;
  const pick = (name, label, options, value) => {
    const select = h("select", { "aria-label": label, title: label, class: `ccwb-pick pick-${name}` }, options.map((o) => h("option", { value: o.value }, o.label)));
    select.value = value;
    select.addEventListener("change", () => {
      if (name === "lang") remember("language", select.value);
      model.send({ type: "pick", name, value: select.value });
    });
    return h("label", { class: "ccwb-pick-label" }, h("span", {}, label), select);
  };
  const name = h("input", { type: "text", class: "ccwb-person", "aria-label": l.person, placeholder: l.person, value: model.get("person") || remembered("person") || "", autocomplete: "name" });
  name.addEventListener("change", () => {
    remember("person", name.value.trim());
    model.set("person", name.value.trim());
    model.save_changes();
  });
  const theme = h("button", { type: "button", class: "ccwb-icon", "aria-label": l.theme, title: l.theme, onclick: () => {
    const other = root.dataset.ccwbTheme === "dark" ? "light" : "dark";
    remember("theme", other);
    setTheme(other);
  } }, "◐");
  const mark = h("a", { class: "ccwb-mark", href: f.home }, h("span", { "aria-hidden": "true", class: "ccwb-logo" }), h("span", {}, l.workbook));
  return h(
    "header",
    { class: "ccwb-header" },
    h("a", { class: "ccwb-skip", href: "#ccwb-question" }, l.skip),
    mark,
    h("div", { class: "ccwb-picks" },
      f.cycles.length ? pick("cycle", l.cycle, f.cycles, String(f.cycle)) : null,
      f.projects.length ? pick("project", l.project, f.projects, f.project) : null),
    h("div", { class: "ccwb-header-end" },
      saved,
      name,
      f.languages.length > 1 ? pick("lang", l.language, f.languages, f.language) : null,
      inVoila ? theme : null)
  );
};

const stages = (f) =>
  h(
    "nav",
    { class: "ccwb-stages", "aria-label": f.labels.stages },
    h(
      "ol",
      {},
      f.stages.map((s) =>
        h(
          "li",
          { class: s.apart ? "apart" : null },
          h(
            "a",
            { href: s.href, "data-state": s.state, "data-stage": s.key, "aria-current": s.key === f.stage ? "page" : null, title: s.hint },
            h("span", { class: "ccwb-state-mark", "aria-hidden": "true" }, { approved: "✓", blocked: "✗", "in work": "…" }[s.state] ?? ""),
            s.label,
            s.state_label ? h("small", {}, s.state_label) : null
          )
        )
      )
    )
  );

const banner = (f) =>
  h("div", { class: "ccwb-asleep", role: "alert", hidden: true, "data-asleep": f.labels.asleep, "data-away": f.labels.away },
    h("span"), " ",
    h("button", { type: "button", class: "ccwb-button", onclick: () => location.reload() }, f.labels.reload));

const address = (f) => {
  if (!inVoila) return;
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(f.query)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
};

// Whether anybody answers: "" while the page lives, "away" while the server does not answer, "asleep" for good.
let rest = "";
const showRest = () => {
  document.querySelectorAll(".ccwb-asleep").forEach((b) => {
    const words = rest ? b.dataset[rest] : "";
    if (b.firstChild.textContent !== words) b.firstChild.textContent = words;
    b.lastChild.hidden = rest !== "asleep";
    b.hidden = !rest;
  });
  document.body.classList.toggle("ccwb-is-asleep", Boolean(rest));
};

const BUSY_S = 60; // a kernel that computes answers nothing meanwhile; after that it is taken for gone
const watch = (model) => {
  // A dead or culled kernel answers nothing and says nothing: ask it from time to time, and ask the server for it.
  if (!inVoila || globalThis.ccwbWatch) return;
  const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");
  const every = model.get("watch_s");
  let missed = 0;
  let answered = true;
  let asked = 0;
  let slow = 0;
  let left = 0;
  const become = (now) => {
    if (rest === "asleep" || rest === now) return;
    rest = now;
    if (rest === "asleep") clearInterval(globalThis.ccwbWatch);
    showRest();
  };
  const look = async () => {
    asked = Date.now();
    try {
      const signal = AbortSignal.timeout(1000 * every);
      const reply = await fetch(`${config.baseUrl}ccwb/alive/${config.kernelId}`, { cache: "no-store", signal });
      slow = 0;
      become(reply.status === 404 ? "asleep" : "");
    } catch (error) {
      // One slow answer is a busy server; and a page that is being left asks nothing any more.
      slow = error.name === "TimeoutError" ? slow + 1 : 2;
      if (slow > 1 && Date.now() - left > 3000) become("away");
    }
  };
  model.on("msg:custom", (content) => {
    if (content.type === "pong") answered = true;
  });
  globalThis.ccwbWatch = setInterval(async () => {
    // A restarted kernel keeps its id but has forgotten this page, so it is the page's own widget that is asked.
    missed = answered || rest ? 0 : missed + 1;
    answered = false;
    try {
      model.send({ type: "ping" });
    } catch {
      missed += 1;
    }
    await look();
    if (missed * every >= BUSY_S) become("asleep");
  }, 1000 * every);
  addEventListener("beforeunload", () => (left = Date.now()));
  // Whoever begins to change something hears at once that nobody listens, not after it was typed in vain.
  for (const act of ["focusin", "change"]) {
    document.addEventListener(act, () => rest !== "asleep" && Date.now() - asked > 1000 && look(), true);
  }
};

const READ_MS = 6000; // a sentence afloat stays at least so long, then until the next press or key
const floatMessages = (el, tries = 100) => {
  // A sentence above the page that comes while its place is out of sight floats at the top of what is in sight. The
  // focus stays where it is, and so does the page: whoever pressed a button is still at it.
  const page = el.closest(".ccwb-page");
  const place = page?.querySelector(":scope > .ccwb-messages");
  if (!place) {
    if (tries) setTimeout(() => floatMessages(el, tries - 1), 50);
    return;
  }
  let since = 0;
  const hidden = () => {
    const { top, bottom } = place.getBoundingClientRect();
    return top < 0 || bottom > innerHeight;
  };
  const sink = () => place.classList.remove("ccwb-afloat");
  const arrived = () => {
    if (!place.textContent.trim()) return sink();
    since = Date.now();
    if (!hidden()) return;
    place.classList.add("ccwb-afloat");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // Where the page scrolls inside something else, as in JupyterLab, nothing floats: there it is scrolled to.
    if (hidden()) place.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  };
  place.setAttribute("aria-live", "polite");
  new MutationObserver(() => requestAnimationFrame(arrived)).observe(place, { childList: true, subtree: true, characterData: true });
  for (const act of ["pointerdown", "keydown"]) {
    page.addEventListener(act, (event) => {
      if (event.key === "Escape" || (Date.now() - since > READ_MS && !place.contains(event.target))) sink();
    });
  }
};

export default { render };
