// Draws a Vega-Lite specification in the page's own colours and width; new data go straight into the living view.

const vegaEmbed = (model) => {
  // An app has loaded Vega while its kernel worked; elsewhere (JupyterLab) the first chart asks the kernel for it.
  if (globalThis.ccwbVega) return Promise.resolve(globalThis.ccwbVega);
  return new Promise((resolve) => {
    globalThis.addEventListener("ccwb-vega", () => resolve(globalThis.ccwbVega), { once: true });
    if (!document.body.classList.contains("ccwb-app")) model.send({ type: "vega" });
  });
};

const coloured = (spec, element) => {
  // "$accent" in a specification means the page's --ccwb-accent, as it is now.
  const style = getComputedStyle(element);
  return JSON.parse(JSON.stringify(spec).replace(/"\$([a-z0-9-]+)"/g, (_, name) => JSON.stringify(style.getPropertyValue(`--ccwb-${name}`).trim())));
};

const config = {
  background: null,
  view: { stroke: null },
  axis: { labelColor: "$muted", titleColor: "$muted", gridColor: "$line", domainColor: "$line", tickColor: "$line", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, labelOverlap: true, labelSeparation: 6, titlePadding: 8 },
  legend: { labelColor: "$ink", titleColor: "$muted", labelFontSize: 12, titleFontSize: 12, orient: "top", symbolStrokeWidth: 2 },
  header: { labelColor: "$ink", titleColor: "$muted" },
  text: { color: "$ink", fontSize: 12 },
  line: { color: "$accent", strokeWidth: 2 },
  bar: { color: "$accent" },
  rule: { color: "$muted" },
  range: { category: ["$accent", "$c2", "$c3", "$c4", "$c5", "$c6"], heatmap: ["$heat-0", "$heat-1", "$heat-2", "$heat-3"], ramp: ["$heat-0", "$heat-1", "$heat-2", "$heat-3"] },
};

const persianTime = (specifier, zone) => (moment) => {
  const date = new Date(moment);
  const is = persianParts(date, zone);
  if (typeof specifier !== "string") specifier = is.hour + is.minute === "۰۰۰۰" ? "%e %b" : "%H:%M";
  // A Gregorian month begins within a Persian one: its mark says on which day.
  if (/%[bB]/.test(specifier) && !/%[de]/.test(specifier)) specifier = specifier.replace(/%[bB]/, "%e $&");
  const parts = { a: is.weekday, A: is.weekday, d: is.day, e: is.day, b: is.month, B: is.month, Y: is.year, y: is.year, H: is.hour, M: is.minute, S: is.second };
  return specifier.replace(/%([a-zA-Z])/g, (whole, part) => parts[part] ?? whole);
};

let persian = null;
const persianView = async (embed) => {
  // Vega's own clock knows neither the digits nor the calendar; its views can be told how to write a time.
  if (!persian) {
    const { view } = await embed(h("div"), { data: { values: [] }, mark: "point" }, { actions: false });
    const View = view.constructor;
    view.finalize();
    persian = class extends View {
      constructor(...given) {
        super(...given);
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        this.locale({ ...this.locale(), timeFormat: (form) => persianTime(form, zone), utcFormat: (form) => persianTime(form, "UTC") });
      }
    };
  }
  return persian;
};

const legendOf = (view, told, locale) => {
  // What the colours of a picture from right to left mean, in HTML: Vega's own legends run from left to right.
  const scale = view.scale("color");
  const domain = scale.domain();
  const patch = (kind, background) => {
    const made = h("span", { class: kind, "aria-hidden": "true" });
    made.style.background = background;
    return made;
  };
  const title = told.title ? h("span", { class: "ccwb-muted" }, told.title) : null;
  if (!told.ramp) return h("div", { class: "ccwb-legend" }, title, domain.map((one) => h("span", {}, patch("ccwb-swatch", scale(one)), String(one))));
  const [low, high] = [domain[0], domain[domain.length - 1]];
  const colours = [0, 0.25, 0.5, 0.75, 1].map((part) => scale(low + part * (high - low)));
  const ends = [low, high].map((value) => h("span", {}, formatNumber(value, locale, 0)));
  return h("div", { class: "ccwb-legend" }, title, ends[0], patch("ccwb-ramp", `linear-gradient(to left, ${colours.join(", ")})`), ends[1]);
};

const NARROW = 480; // pixels: below it what colours mean stands in two columns, as Vega would run out of the picture

const AXIS_ROOM = 88; // pixels beside pictures below each other, whose width Vega does not fit itself; then measured

const rowsOf = (columns) => {
  const names = Object.keys(columns);
  const rows = new Array(names.length ? columns[names[0]].length : 0);
  for (let i = 0; i < rows.length; i += 1) {
    const row = {};
    for (const name of names) row[name] = columns[name][i];
    rows[i] = row;
  }
  return rows;
};

function render({ model, el }) {
  const title = h("h3", { class: "ccwb-chart-title", id: uid("chart") });
  const place = h("div", { class: "ccwb-chart-place", role: "img", "aria-labelledby": title.id });
  const details = h("details", { class: "ccwb-chart-data" });
  el.replaceChildren(h("figure", { class: "ccwb-chart" }, title, place, details));

  let view = null;
  let result = null;
  let room = AXIS_ROOM;
  let drawing = 0;

  const say = () => (title.textContent = model.get("title"));
  const draw = async (tries = 0) => {
    const width = Math.floor(place.clientWidth);
    if (width < 40) return; // not laid out yet: the observer below calls again
    const turn = (drawing += 1);
    const embed = await vegaEmbed(model);
    const font = getComputedStyle(el).getPropertyValue("--ccwb-font").trim();
    const inPersian = model.get("locale") === "fa";
    if (inPersian) await document.fonts.load(`12px ${font}`, "آ۱").catch(() => []); // a picture waits for its letters
    if (turn !== drawing) return;
    const spec = structuredClone(model.get("spec"));
    const data = model.get("data");
    spec.datasets = { ...(spec.datasets ?? {}), ...Object.fromEntries(Object.entries(data).map(([name, c]) => [name, rowsOf(c)])) };
    if (spec.vconcat) {
      for (const part of spec.vconcat) part.width = part.width ?? Math.max(width - room, 120);
    } else {
      if (spec.width === undefined || spec.width === "container") spec.width = width;
      spec.autosize = spec.autosize ?? { type: "fit-x", contains: "padding" };
    }
    const held = h("div", { class: "ccwb-chart-held" });
    place.append(held);
    const legend = width < NARROW ? { ...config.legend, columns: 2, labelLimit: width / 2 - 40 } : config.legend;
    const style = { ...config, legend, font };
    const made = await embed(held, coloured(spec, el), {
      actions: false,
      renderer: "canvas",
      config: coloured(style, el),
      viewClass: inPersian ? await persianView(embed) : undefined,
      tooltip: { theme: document.documentElement.dataset.ccwbTheme === "dark" ? "dark" : "light" },
      formatLocale: model.get("locale_forms").format ?? undefined,
      timeFormatLocale: model.get("locale_forms").time_format ?? undefined,
    });
    if (turn !== drawing) {
      made.finalize();
      return held.remove();
    }
    const over = spec.vconcat ? Math.round(held.querySelector("canvas").width / devicePixelRatio - width) : 0;
    if (over !== 0 && tries < 3) {
      made.finalize();
      held.remove();
      room += over;
      return draw(tries + 1);
    }
    if (result) result.finalize();
    result = made;
    view = made.view;
    held.classList.remove("ccwb-chart-held");
    place.replaceChildren(held); // the old picture stays until the new one is ready: no flicker
    place.dataset.width = String(width);
    for (const name of model.get("signals")) {
      view.addSignalListener(name, (signal, value) => model.send({ type: "signal", name: signal, value: JSON.parse(JSON.stringify(value ?? null)) }));
    }
    drawn();
  };
  const explain = () => {
    const told = model.get("spec").usermeta?.legend;
    place.querySelector(".ccwb-legend")?.remove();
    if (told) place.prepend(legendOf(view, told, model.get("locale")));
  };
  const drawn = () => {
    explain();
    place.dataset.drawn = String(performance.now());
    place.dispatchEvent(new CustomEvent("ccwb-drawn", { bubbles: true }));
  };
  const update = async () => {
    if (!view) return draw();
    const data = model.get("data");
    for (const [name, columns] of Object.entries(data)) {
      try {
        view.data(name, rowsOf(columns));
      } catch {
        return draw(); // a data set the living view does not know
      }
    }
    await view.runAsync();
    drawn();
  };

  // What the reader sees moves first; pictures out of sight follow once the hand rests, or when they come into sight.
  let inSight = true;
  let stale = null;
  const catchUp = () => {
    if (stale === null) return;
    clearTimeout(stale);
    stale = null;
    update();
  };
  const moved = () => {
    clearTimeout(stale);
    stale = inSight ? null : setTimeout(catchUp, 200);
    if (inSight) update();
  };
  const sight = new IntersectionObserver(
    (entries) => {
      inSight = entries[entries.length - 1].isIntersecting;
      if (inSight) catchUp();
    },
    { rootMargin: "80px" }
  );
  sight.observe(place);
  globalThis.addEventListener("beforeprint", catchUp);

  model.on("change:title", say);
  model.on("change:spec", () => draw());
  model.on("change:data", moved);
  const theme = () => draw();
  globalThis.addEventListener("ccwb-theme", theme);
  let settle = null;
  const observer = new ResizeObserver(() => {
    if (Math.floor(place.clientWidth) === Number(place.dataset.width)) return;
    clearTimeout(settle);
    settle = setTimeout(() => draw(), view ? 80 : 0);
  });
  observer.observe(place);

  const labels = model.get("labels");
  details.append(h("summary", {}, labels.data));
  const holder = h("div");
  details.append(holder, downloads(model, labels));
  details.hidden = !model.get("has_table");
  const fill = () => details.open && model.send({ type: "table" });
  details.addEventListener("toggle", fill);
  let behind = null;  // an open table follows its picture, once the hand has stopped
  model.on("change:data", () => {
    clearTimeout(behind);
    behind = setTimeout(fill, 400);
  });
  model.on("msg:custom", (content, buffers) => {
    if (content.type === "vega" && !globalThis.ccwbVega) import(URL.createObjectURL(new Blob(buffers, { type: "text/javascript" })));
    if (content.type === "table") holder.replaceChildren(plainTable(content.columns, content.rows), h("p", { class: "ccwb-muted" }, content.rest));
  });

  say();
  draw();
  return () => {
    observer.disconnect();
    sight.disconnect();
    clearTimeout(stale);
    clearTimeout(behind);
    globalThis.removeEventListener("beforeprint", catchUp);
    globalThis.removeEventListener("ccwb-theme", theme);
    if (result) result.finalize();
  };
}

export default { render };
