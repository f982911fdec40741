// The cards and edges of the picture, and how they look at a step.

// A text on the picture is as wide as in Helvetica, which the cards are made for, whatever font there is.
const WIDTHS = { ".": 0.278, " ": 0.278, "/": 0.278, r: 0.333, "·": 0.62, "−": 0.584, "×": 0.584 };
const widthOf = (text) => [...text].reduce((sum, character) => sum + (WIDTHS[character] ?? 0.556), 0);
const fit = (element, text, size, most = Infinity) => {
  if (element.textContent === text) return;
  element.textContent = text;
  if ([...text].length > 1) {
    put(element, "textLength", Math.min(most, size * widthOf(text)).toFixed(1));
    put(element, "lengthAdjust", "spacingAndGlyphs");
  } else element.removeAttribute("textLength"); // a dot alone would be stretched
};
const [NUMBER_SIZE, KEY_SIZE, CHIP_SIZE, INSET] = [12, 8.5, 10, 7]; // as in the style sheet

const nodes = names.map((_, i) => {
  const element = drawn.get(`n${i}`);
  const [, key] = element.querySelectorAll(".ag-key");
  const [x, y] = element.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const half = element.querySelector(".ag-face").width.baseVal.value / 2;
  element.classList.add("node");
  element.setAttribute("role", "button");
  const node = { kind: "node", i, element, key, x, y, half };
  return Object.assign(node, { value: element.querySelector(".ag-value"), grad: element.querySelector(".ag-grad") });
});

// Turned around, an edge goes to the very end, and its arrowhead sits at its beginning.
const turned = (line, tip) => {
  const there = line.getAttribute("d");
  const points = there.slice(1).split(/[ C]/).map((point) => point.split(",").map(Number));
  const [left, top] = points[0];
  const [right, bottom] = points.find(([x, y]) => x !== left || y !== top) ?? [left + 1, top];
  const length = Math.hypot(right - left, bottom - top);
  const [x, y] = [(7 * (right - left)) / length, (7 * (bottom - top)) / length];
  const corner = (side) => `${left + x - 0.41 * side * y},${top + y + 0.41 * side * x}`;
  const back = tip.cloneNode();
  back.setAttribute("class", "back");
  back.setAttribute("points", `${left},${top} ${corner(1)} ${corner(-1)}`);
  return { there, back, whole: `${there}L${tip.getAttribute("points").split(" ")[0]}` };
};

const links = edges.map(([tail, head, rule, called], i) => {
  const element = drawn.get(`e${i}`);
  const line = element.querySelector("path");
  const hit = line.cloneNode();
  hit.setAttribute("class", "hit");
  const turn = turned(line, element.querySelector(".ag-tip"));
  element.append(hit, turn.back);
  element.classList.add("edge");
  element.setAttribute("role", "img");
  const chip = drawn.get(`c${i}`);
  chip?.classList.add("chip");
  return { kind: "edge", i, tail, head, rule, called, element, line, chip, ...turn };
});
const items = nodes.flatMap((node) => [node, ...needs[node.i].map((e) => links[e])]);
for (const { element } of items) element.setAttribute("tabindex", -1);

const classes = (element, flags) => {
  for (const [flag, on] of Object.entries(flags)) element.classList.toggle(flag, !!on);
};

// How wide an edge is that the gradient has passed: by the square root of the part's size.
const flows = ({ part }) => {
  const largest = Math.max(1e-300, ...part.map(Math.abs).filter(Number.isFinite));
  return (e) => (1 + 3.2 * Math.sqrt(Math.min(1, Math.abs(part[e]) / largest || 0))).toFixed(2);
};

// hidden: the nodes whose new number is still to be said.
const drawStep = (k, hidden = new Set()) => {
  const { kind, node, place } = stepAt(k);
  const state = stateAt(k);
  const back = isBackward({ kind });
  const hot = new Set(kind === "forward" || kind === "backward" ? needs[node] : []);
  const touched = new Set(kind === "backward" ? needs[node].map(tailOf) : kind === "update" ? parameters : []);
  classes(canvas, { backward: back, forward: !back });
  nodes.forEach((card, i) => {
    const { element, value, grad, key, half } = card;
    const known = (x, asked) => (x === null ? "·" : asked ? "?" : valueText(x));
    const [x, slope] = [known(state.values[i], hidden.has(i) && !back), known(state.grads[i], hidden.has(i) && back)];
    const parts = progress(i, state.parts[i]);
    const gradKey = parts ? `grad ${parts}` : "grad";
    fit(value, x, NUMBER_SIZE, 2 * half - 44);
    fit(key, gradKey, KEY_SIZE, half);
    fit(grad, slope, NUMBER_SIZE, 2 * half - 2 * INSET - 5 - Math.min(half, KEY_SIZE * widthOf(gradKey)));
    classes(value, { off: x === "·" });
    classes(grad, { off: slope === "·" });
    classes(element, { pending: x === "·", active: node === i, touched: node !== i && touched.has(i), edited: edited.has(i), locked: locked(i) });
    if (card.was) write(card.was, edited.has(i) ? valueText(edited.get(i)) : "");
  });
  const wide = flows(result(k));
  links.forEach((link, e) => {
    const { element, chip, line } = link;
    const passedBy = kind !== "check" && arrives[e] <= place;
    const pending = state.values[link.head] === null;
    classes(element, { hot: hot.has(e), flowed: passedBy && !(back && hot.has(e)), pending });
    if (passedBy) element.style.setProperty("--w", `${wide(e)}px`);
    put(line, "d", passedBy ? link.whole : link.there);
    const partial = state.partials[e];
    if (chip) classes(chip, { hot: hot.has(e), pending: partial === null });
    if (chip && partial !== null) label(link, partialText(partial), kind === "backward" && hot.has(e));
    const number = partial === null || partialText(partial) === link.rule ? "" : ` = ${partialText(partial)}`;
    put(element, "aria-label", `${link.called} = ${link.rule}${number}`);
  });
};

// A chip has just the width of its number: the sign of a multiplication needs some more.
const label = (link, number, times) => {
  const [text, rect] = [link.chip.querySelector("text"), link.chip.querySelector("rect")];
  link.middle ??= rect.x.baseVal.value + rect.width.baseVal.value / 2;
  const words = `${times ? "×" : ""}${number}`;
  fit(text, words, CHIP_SIZE);
  const wide = CHIP_SIZE * widthOf(words) + (times ? 9 : 5);
  put(rect, "x", (link.middle - wide / 2).toFixed(1));
  put(rect, "width", wide.toFixed(1));
  put(rect, "rx", times ? 6 : 3);
};
