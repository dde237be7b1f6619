// A read-only table with its downloads, an upload, a progress line: the small widgets, chosen by `kind`.

const table = ({ model, el }) => {
  const build = () => {
    const rest = model.get("rest");
    el.replaceChildren(
      plainTable(model.get("columns"), model.get("rows")),
      h("div", { class: "ccwb-grid-foot" }, h("span", { class: "ccwb-muted" }, rest), downloads(model, model.get("labels")))
    );
  };
  model.on("change:rows", build);
  build();
};

const upload = ({ model, el }) => {
  const labels = model.get("labels");
  const said = h("p", { class: "ccwb-field-error", role: "alert" });
  const input = h("input", { type: "file", class: "ccwb-hidden", accept: model.get("accept"), "aria-label": labels.choose });
  const take = async (file) => {
    if (!file) return;
    said.textContent = "";
    if (file.size > model.get("limit")) {
      // Refused here, before it is sent: the connection would close on it without a word.
      said.textContent = labels.too_large.replace("{found}", (file.size / 1048576).toFixed(1));
      return;
    }
    drop.classList.add("busy");
    model.send({ type: "file", name: file.name }, undefined, [await file.arrayBuffer()]);
  };
  const drop = h(
    "div",
    { class: "ccwb-drop" },
    h("button", { type: "button", class: "ccwb-button", onclick: () => input.click() }, labels.choose),
    h("span", { class: "ccwb-muted" }, labels.drop),
    input
  );
  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = "";
  });
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  model.on("msg:custom", (content) => {
    if (content.type === "taken") drop.classList.remove("busy");
  });
  el.replaceChildren(drop, said);
};

const progress = ({ model, el }) => {
  const bar = h("progress", { max: "1", "aria-label": "progress" });
  const text = h("span", { role: "status" });
  const cancel = h("button", { type: "button", class: "ccwb-button quiet", onclick: () => model.send({ type: "cancel" }) });
  const box = h("div", { class: "ccwb-progress" }, bar, text, cancel);
  const show = () => {
    box.hidden = !model.get("running");
    cancel.textContent = model.get("labels").cancel;
    text.textContent = model.get("text");
    if (model.get("share") >= 0) bar.value = model.get("share");
    else bar.removeAttribute("value");
  };
  model.on("change", show);
  show();
  el.replaceChildren(box);
};

const download = ({ model, el }) => {
  model.on("msg:custom", (content, buffers) => {
    if (content.type === "file") save(content.name, buffers[0], content.mime);
  });
  const label = model.get("labels").download;
  el.replaceChildren(h("button", { type: "button", class: "ccwb-button quiet", onclick: () => model.send({ type: "download", kind: "" }) }, label));
};

const copy = ({ model, el }) => {
  const { label, copy: word, copied } = model.get("labels");
  const address = new URL(model.get("address"), document.baseURI).href;
  const input = h("input", { type: "text", class: "ccwb-address", readonly: "", dir: "ltr", value: address, "aria-label": label });
  input.addEventListener("focus", () => input.select());
  const act = async () => {
    input.select();
    // Without https a browser has no clipboard of its own to write to.
    if (navigator.clipboard) await navigator.clipboard.writeText(address);
    else document.execCommand("copy");
    button.textContent = copied;
  };
  const button = h("button", { type: "button", class: "ccwb-button quiet", onclick: act }, word);
  el.replaceChildren(h("div", { class: "ccwb-copy" }, h("label", {}, h("span", { class: "ccwb-muted" }, label), input), button));
};

function render(context) {
  ({ table, upload, progress, download, copy })[context.model.get("kind")](context);
}

export default { render };
