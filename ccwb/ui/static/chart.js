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
  font: "system-ui, -apple-system, 'Segoe UI', Roboto, Vazirmatn, 'Noto Sans', sans-serif",
  view: { stroke: null },
  axis: { labelColor: "$muted", titleColor: "$muted", gridColor: "$line", domainColor: "$line", tickColor: "$line", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, labelOverlap: true, titlePadding: 8 },
  legend: { labelColor: "$ink", titleColor: "$muted", labelFontSize: 12, titleFontSize: 12, orient: "top", symbolStrokeWidth: 2 },
  header: { labelColor: "$ink", titleColor: "$muted" },
  text: { color: "$ink", fontSize: 12 },
  line: { color: "$accent", strokeWidth: 2 },
  bar: { color: "$accent" },
  rule: { color: "$muted" },
  range: { category: ["$accent", "$c2", "$c3", "$c4", "$c5", "$c6"], heatmap: ["$heat-0", "$heat-1", "$heat-2", "$heat-3"], ramp: ["$heat-0", "$heat-1", "$heat-2", "$heat-3"] },
};

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
    const held = h("div");
    const made = await embed(held, coloured(spec, el), {
      actions: false,
      renderer: "canvas",
      config: coloured(config, el),
      tooltip: { theme: document.documentElement.dataset.ccwbTheme === "dark" ? "dark" : "light" },
      formatLocale: model.get("locale_forms").format ?? undefined,
      timeFormatLocale: model.get("locale_forms").time_format ?? undefined,
    });
    if (turn !== drawing) return made.finalize();
    const over = spec.vconcat ? Math.round(held.querySelector("canvas").width / devicePixelRatio - width) : 0;
    if (over !== 0 && tries < 3) {
      made.finalize();
      room += over;
      return draw(tries + 1);
    }
    if (result) result.finalize();
    result = made;
    view = made.view;
    place.replaceChildren(held); // the old picture stays until the new one is ready: no flicker
    place.dataset.width = String(width);
    for (const name of model.get("signals")) {
      view.addSignalListener(name, (signal, value) => model.send({ type: "signal", name: signal, value: JSON.parse(JSON.stringify(value ?? null)) }));
    }
    drawn();
  };
  const drawn = () => {
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
  details.addEventListener("toggle", () => details.open && model.send({ type: "table" }));
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
    globalThis.removeEventListener("beforeprint", catchUp);
    globalThis.removeEventListener("ccwb-theme", theme);
    if (result) result.finalize();
  };
}

export default { render };
