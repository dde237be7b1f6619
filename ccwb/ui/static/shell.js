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

// The language is a cookie: the server reads it, and makes the page in it at once.
const LANGUAGE = "ccwb_language";
const rememberedLanguage = () => document.cookie.match(new RegExp(`(?:^|; )${LANGUAGE}=([a-z]+)`))?.[1];
const rememberLanguage = (language) => (document.cookie = `${LANGUAGE}=${language}; path=/; max-age=31536000; samesite=lax`);

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
    } else turn(el, f);
    const back = focused(el);
    el.replaceChildren(header(f, model, saved), stages(f, model), banner(f));
    back();
    fitted();
    address(f);
    state();
    showRest();
  };
  const fitted = () => {
    const list = el.querySelector(".ccwb-stages ol");
    if (!list.firstElementChild) return;
    fit(list);
    inSightOf(list);
  };
  new ResizeObserver(fitted).observe(el);
  const saved = h("span", { class: "ccwb-saved", role: "status" });
  const state = () => {
    if (saved.textContent !== model.get("saved")) saved.textContent = model.get("saved");
    saved.dataset.state = model.get("saved_state");
  };
  model.on("change:frame", build);
  model.on("change:saved", state);
  model.on("change:saved_state", state);
  model.on("change:person", () => {
    // Also a name that was given further down on the page is the person's.
    const input = el.querySelector(".ccwb-person");
    if (input && input !== document.activeElement) input.value = model.get("person");
    remember("person", model.get("person"));
  });
  build();
  const who = remembered("person");
  if (who && !model.get("person")) {
    model.set("person", who);
    model.save_changes();
  }
  const language = rememberedLanguage();
  if (!inVoila && language && language !== model.get("frame").language) model.send({ type: "pick", name: "lang", value: language });
  watch(model);
  ways(model);
  floatMessages(el);
}

const fit = (list) => {
  // Where the stages do not fit on one line, their signs say how they stand; the words are still there to be heard.
  list.classList.remove("tight");
  const more = list.scrollWidth > list.clientWidth + 1 || list.clientHeight > 1.5 * list.firstElementChild.offsetHeight;
  list.classList.toggle("tight", more);
};

const inSightOf = (list) => {
  // On a phone the stages are wider than the window: the one we are at is brought into sight, the page stays.
  const here = list.querySelector("[aria-current]")?.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  if (here && (here.left < frame.left || here.right > frame.right)) list.scrollLeft += (here.left + here.right - frame.left - frame.right) / 2;
};

const turn = (el, f, tries = 100) => {
  // In JupyterLab the output that holds the page turns, not the lab around it.
  const holder = el.closest(".ccwb-page")?.parentElement;
  if (holder) Object.assign(holder, { lang: f.language, dir: f.direction });
  else if (tries) setTimeout(() => turn(el, f, tries - 1), 50);
};

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
      if (name === "lang") rememberLanguage(select.value);
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
      f.person === false ? null : name,
      f.languages.length > 1 ? pick("lang", l.language, f.languages, f.language) : null,
      inVoila ? theme : null)
  );
};

const stages = (f) =>
  h(
    "nav",
    { class: "ccwb-stages", "aria-label": f.labels.stages, hidden: !f.stages.length },
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
  h("div", { class: "ccwb-asleep", role: "alert", hidden: true, "data-asleep": f.labels.asleep, "data-away": f.labels.away, "data-typed": f.labels.typed },
    h("span"), " ",
    h("button", { type: "button", class: "ccwb-button", onclick: () => location.reload() }, f.labels.reload));

let went = 0; // how many ways within the page were followed so far
const HAND_MS = 15000; // so long after a press what the page is made anew with comes under the hand
const AWAY_PX = 40; // a pointer so far from where it pressed is on its way to something else
let hand = null; // the button that was pressed last, while whoever pressed it is still at it
let placed = false; // the address says where we are
const address = (f) => {
  if (!inVoila || f.went !== went) return; // a later way is being followed already
  const query = new URLSearchParams(location.search);
  const before = query.toString();
  for (const [key, value] of Object.entries(f.query)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const text = query.toString();
  if (text === before) placed = true;
  else {
    const to = location.pathname + (text ? `?${text}` : "") + location.hash;
    if (f.deep && placed) {
      history.pushState(null, "", to);
      hand = null;
      scrollTo({ top: 0, behavior: "instant" });
    } else history.replaceState(null, "", to);
    placed = true;
  }
};

const ways = (model) => {
  // On a page whose address says all that is in sight, a way within it opens at once, without a new page; and so does
  // the way back. A copied address opens the same.
  if (!inVoila || globalThis.ccwbWays) return;
  globalThis.ccwbWays = true;
  const go = (search) => {
    went += 1;
    model.send({ type: "go", query: Object.fromEntries(new URLSearchParams(search)), went });
  };
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("a[href]");
    const other = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!model.get("frame").deep || !way || way.target || way.hasAttribute("download") || other || rest) return;
    const to = new URL(way.href);
    if (to.origin !== location.origin || to.pathname !== location.pathname || to.hash) return;
    event.preventDefault();
    go(to.search);
  });
  addEventListener("popstate", () => model.get("frame").deep && go(location.search));
};

// Whether anybody answers: "" while the page lives, "away" while the server does not answer, "asleep" for good.
let rest = "";
const showRest = () => {
  document.querySelectorAll(".ccwb-asleep").forEach((b) => {
    const typed = rest === "asleep" && kept.any() ? ` ${b.dataset.typed}` : "";
    const words = rest ? b.dataset[rest] + typed : "";
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

const keepUnderHand = (content, moved) => {
  // A page that is made anew after a press shows the button that was pressed where it was: the one of the same words, at
  // the same place among those. So it stays until whoever pressed scrolls, types, presses elsewhere or leaves.
  const named = (button) => button.getAttribute("aria-label") || button.textContent.trim();
  const alike = (name) => [...content.querySelectorAll("button")].filter((one) => named(one) === name);
  const keep = () => {
    if (!hand || Date.now() > hand.until) return;
    if (hand.button.isConnected) return;
    const now = alike(hand.name)[hand.nth];
    if (!now) return;
    const by = now.getBoundingClientRect().top - hand.top;
    if (Math.abs(by) < 1) return;
    scrollBy({ top: by, behavior: "instant" });
    moved();
  };
  content.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("button");
      const name = button && named(button);
      const at = { x: event.clientX, y: event.clientY, until: Date.now() + HAND_MS };
      hand = name ? { button, name, nth: alike(name).indexOf(button), top: button.getBoundingClientRect().top, ...at } : null;
    },
    true,
  );
  const goes = () => (hand = null);
  for (const act of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(act, goes, { passive: true, capture: true });
  // A pointer that leaves for something else must find it where it is.
  const leaves = (event) => hand && Math.hypot(event.clientX - hand.x, event.clientY - hand.y) > AWAY_PX && goes();
  addEventListener("pointermove", leaves, { passive: true, capture: true });
  new ResizeObserver(keep).observe(content);
  new MutationObserver(keep).observe(content, { childList: true, subtree: true });
};

const keepInPlace = (page, place, moved) => {
  // What is said above the page, and the bar of long work, come and go without moving what is below them under the hand
  // that has just pressed there: the page is scrolled by as much. A browser that has done so itself leaves nothing to do.
  const content = page.querySelector(":scope > .ccwb-content");
  if (!content) return;
  let at = 0;
  let used = false;
  const look = () => (at = content.getBoundingClientRect().top);
  const keep = () => {
    const by = content.getBoundingClientRect().top - at;
    if (used && by) {
      scrollBy({ top: by, behavior: "instant" });
      moved();
    }
    look();
  };
  for (const act of ["pointerdown", "keydown"]) content.addEventListener(act, () => (used = true), true);
  addEventListener("scroll", look, { passive: true });
  keepUnderHand(content, () => {
    look();
    moved();
  });
  const seen = new ResizeObserver(keep);
  for (const above of page.children) {
    if (above === content) break;
    seen.observe(above);
  }
  look();
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
  keepInPlace(page, place, arrived);
  place.setAttribute("aria-live", "polite");
  new MutationObserver(() => requestAnimationFrame(arrived)).observe(place, { childList: true, subtree: true, characterData: true });
  for (const act of ["pointerdown", "keydown"]) {
    page.addEventListener(act, (event) => {
      if (event.key === "Escape" || (Date.now() - since > READ_MS && !place.contains(event.target))) sink();
    });
  }
};

export default { render };
