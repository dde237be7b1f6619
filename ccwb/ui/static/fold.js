// The head of a fold: a real button, so that it opens by keyboard and a screen reader hears whether it is open.
// What it opens is the box after it (page.css hides that box while aria-expanded is false).

function render({ model, el }) {
  const id = uid("fold");
  const sign = h("span", { class: "ccwb-fold-sign", "aria-hidden": "true" });
  const title = h("span", {});
  const button = h("button", { type: "button", class: "ccwb-fold-button", onclick: () => {
    model.set("opened", !model.get("opened"));
    model.save_changes();
  } }, sign, title);
  const show = () => {
    title.textContent = model.get("title");
    button.setAttribute("aria-expanded", String(model.get("opened")));
    const body = el.closest(".ccwb-fold")?.querySelector(":scope > .ccwb-fold-body");
    if (!body) return;
    body.id ||= id;
    button.setAttribute("aria-controls", body.id);
    if (model.get("opened")) globalThis.dispatchEvent(new Event("resize")); // a chart drawn unseen takes its width now
  };
  model.on("change:title", show);
  model.on("change:opened", show);
  el.replaceChildren(button);
  show();
}

export default { render };
