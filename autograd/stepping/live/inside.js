// What is inside a group: its nodes in place of its card, as a table; numbers of leaves can be changed there.

const inside = make("div", { class: "inside", role: "region", "aria-label": "inside the group", tabindex: 0, hidden: "" });
canvas.append(inside);

const placeInside = () => {
  if (inside.hidden) return;
  const { left, top } = selected.element.getBoundingClientRect();
  const home = canvas.getBoundingClientRect();
  const within = (x, size, most) => Math.max(6, Math.min(x, most - size - 6));
  inside.style.left = `${within(left - home.left, inside.offsetWidth, home.width)}px`;
  inside.style.top = `${within(top - home.top, inside.offsetHeight, home.height)}px`;
};

const numberIn = (i, state) => {
  const text = state.values[i] === null ? "·" : valueText(state.values[i]);
  if (!isLeaf(i) || locked(i)) return make("td", {}, text);
  const was = edited.has(i) ? make("s", {}, valueText(edited.get(i))) : "";
  const field = button(text, () => type(i, field, () => inside.querySelector(`[data-leaf="${i}"]`)), "type another number", { "data-leaf": i });
  return make("td", {}, was, field);
};

const showInside = () => {
  inside.hidden = !selected || !isGroup(selected);
  if (inside.hidden) return;
  const state = stateAt(now);
  const step = stepAt(now);
  const operationsFirst = [...selected.members].sort((i, j) => isLeaf(i) - isLeaf(j));
  const rows = operationsFirst.map((i) => {
    const slope = state.grads[i] === null ? "·" : valueText(state.grads[i]);
    const parts = progress(i, state.parts[i]);
    const formula = isLeaf(i) ? data.kinds[i] || "leaf" : spaced(data.formulas[i]);
    const grad = make("td", { class: "grad" }, slope, parts ? make("small", {}, ` ${parts}`) : "");
    return make("tr", { class: step.nodes?.includes(i) ? "active" : "" }, make("th", { scope: "row" }, names[i]), make("td", { class: "formula" }, formula), numberIn(i, state), grad);
  });
  const head = make("tr", {}, ...[selected.called, "computed as", "value", "grad"].map((text) => make("th", { scope: "col" }, text)));
  const { scrollTop } = inside;
  inside.replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)), button("×", () => select(selected), "close (Escape)", { class: "close", "aria-label": "close" }));
  inside.scrollTop = scrollTop;
  placeInside();
};
