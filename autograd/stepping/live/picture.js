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

const cards = data.cards.map(([called, members, outlets], i) => {
  const element = drawn.get(`n${i}`);
  const [, key] = element.querySelectorAll(".ag-key");
  const [x, y] = element.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const half = element.querySelector(".ag-face").width.baseVal.value / 2;
  element.classList.add("node");
  element.setAttribute("role", "button");
  const card = { kind: "node", i: outlets.length === 1 ? outlets[0] : undefined, called, members, element, key, x, y, half };
  return Object.assign(card, { value: element.querySelector(".ag-value"), grad: element.querySelector(".ag-grad") });
});
const cardOf = (i) => cards[home[i]];
const isGroup = ({ members }) => members.length > 1;

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

// An arrow stands for an edge, or for all edges between two cards.
const linkOf = [];
const links = data.arrows.map(([of, isPartial], i) => {
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
  const link = { kind: "edge", i: of[0], edges: of, isPartial, element, line, chip, text: chip?.querySelector("text").textContent, ...turn };
  for (const e of of) linkOf[e] = link;
  if (of.length) Object.assign(link, { tail: cardOf(tailOf(of[0])), head: cardOf(headOf(of[0])) });
  return link;
});
// Where edges are very many, their numbers would hide each other: there are those of the step, and of what is pointed at.
canvas.classList.toggle("crowded", links.length > 4 * cards.length);
const isSingle = (link) => link.edges.length === 1 && !isGroup(link.head);
const intoCard = (card) => links.filter(({ head }) => head === card);
const items = cards.flatMap((card) => [card, ...intoCard(card)]);
for (const { element } of items) element.setAttribute("tabindex", -1);

// The derivative of a group's node that others read, by an argument of the group.
const through = ({ edges: of, head, isPartial }, d) => {
  if (of.length === 1 && !isGroup(head)) return d[of[0]];
  if (!isPartial || head.i === undefined) return null;
  const found = { [head.i]: 1 };
  for (const node of head.members.toReversed()) {
    for (const e of needs[node]) found[tailOf(e)] = (found[tailOf(e)] ?? 0) + (found[node] ?? 0) * d[e];
  }
  return found[tailOf(of[0])];
};

const classes = (element, flags) => {
  for (const [flag, on] of Object.entries(flags)) element.classList.toggle(flag, !!on);
};

// How wide an edge is that the gradient has passed: by the square root of the part's size.
const flows = ({ part }) => {
  const sizes = links.map(({ edges: of }) => Math.abs(of.reduce((sum, e) => sum + part[e], 0)));
  const largest = Math.max(1e-300, ...sizes.filter(Number.isFinite));
  return sizes.map((size) => (1 + 3.2 * Math.sqrt(Math.min(1, size / largest || 0))).toFixed(2));
};

const drawCard = (card, state, step, asked) => {
  const { element, value, grad, key, half, i, members } = card;
  const back = isBackward(step);
  const touches = step.kind === "backward" ? edgesTo(step.nodes).some((e) => members.includes(tailOf(e))) : step.kind === "update" && members.some((j) => parameters.includes(j));
  const pending = members.some((j) => state.values[j] === null);
  const active = members.length > 0 && step.node !== undefined && home[step.node] === home[members[0]];
  const isEdited = members.some((j) => edited.has(j));
  classes(element, { pending, active, touched: !active && touches, edited: isEdited, locked: i !== undefined && locked(i) });
  if (i === undefined) return;
  const known = (x, hidden) => (x === null ? "·" : hidden ? "?" : valueText(x));
  const [x, slope] = [known(state.values[i], asked && !back), known(state.grads[i], asked && back)];
  const parts = progress(i, state.parts[i]);
  const gradKey = parts ? `grad ${parts}` : "grad";
  fit(value, x, NUMBER_SIZE, 2 * half - 44);
  fit(key, gradKey, KEY_SIZE, half);
  fit(grad, slope, NUMBER_SIZE, 2 * half - 2 * INSET - 5 - Math.min(half, KEY_SIZE * widthOf(gradKey)));
  classes(value, { off: x === "·" });
  classes(grad, { off: slope === "·" });
  if (card.was) write(card.was, edited.has(i) ? valueText(edited.get(i)) : "");
};

const drawLink = (link, state, step, width) => {
  const { element, chip, line, edges: of } = link;
  const passes = step.kind === "forward" || step.kind === "backward";
  const hot = passes && of.some((e) => step.nodes.includes(headOf(e)));
  const passedBy = of.length > 0 && step.kind !== "check" && of.every((e) => arrives[e] <= step.place);
  const pending = of.some((e) => state.partials[e] === null);
  classes(element, { hot, flowed: passedBy && !(isBackward(step) && hot), pending });
  if (passedBy) element.style.setProperty("--w", `${width}px`);
  put(line, "d", passedBy ? link.whole : link.there);
  const partial = pending || !of.length ? null : through(link, state.partials);
  if (chip) classes(chip, { hot, pending });
  if (chip && !pending) label(link, partial === null ? link.text : partialText(partial), partial !== null && step.kind === "backward" && hot);
  put(element, "aria-label", inWords(link, partial));
};
const inWords = (link, partial) => {
  if (!link.edges.length) return "a constant";
  if (!isSingle(link)) return `${link.edges.length} edge${link.edges.length > 1 ? "s" : ""} from ${link.tail.called} to ${link.head.called}`;
  const [, , rule, called] = edges[link.i];
  return `${called} = ${rule}${partial === null || partialText(partial) === rule ? "" : ` = ${partialText(partial)}`}`;
};

// hidden: the nodes whose new number is still to be said.
const drawStep = (k, hidden = new Set()) => {
  const step = stepAt(k);
  const state = stateAt(k);
  const back = isBackward(step);
  classes(canvas, { backward: back, forward: !back });
  for (const card of cards) drawCard(card, state, step, hidden.has(card.i));
  const widths = flows(result(k));
  links.forEach((link, n) => drawLink(link, state, step, widths[n]));
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
