// What if: a leaf's number is dragged, typed or nudged, and all else follows.

const edited = new Map(); // leaves that were changed by hand: what they were before
let base = null; // the run before the first of these changes
let dragging = null;

const unit = (x) => 10 ** Math.floor(Math.log10(Math.max(Math.abs(x), 0.1)));
const tidy = (x, grain) => +(Math.round(x / grain) * grain).toFixed(Math.max(0, 1 - Math.floor(Math.log10(grain))));

// Why a leaf cannot be changed now; empty if it can.
const locked = (i) => {
  if (data.problem) return `Numbers can be read here, not changed: ${data.problem}.`;
  const { kind, round } = stepAt(now);
  if (!parameters.includes(i) || (kind !== "update" && kind !== "check" && !round)) return "";
  return `${names[i]} shows what the update made of it. To change what it was before, go back to an earlier step.`;
};

const change = (i, x) => {
  if (!Number.isFinite(x) || locked(i)) return;
  base ??= runs[0];
  if (!edited.has(i)) edited.set(i, given[i]);
  given[i] = x;
  if (x === edited.get(i)) edited.delete(i);
  if (!edited.size) base = null;
  compute();
  remember();
  show(now, false);
};
const forget = () => {
  edited.clear();
  base = null;
};

// What was changed, what that made of the root, and what the gradients foretold.
const whatIf = () => {
  const changes = [...edited].flatMap(([i, before]) => {
    const [a, b] = short(before, given[i]);
    return [make("span", { class: "change" }, make("b", {}, names[i]), ` ${a} → ${b}`), " "];
  });
  const after = runs[0].x[root];
  const [p, q] = short(base.x[root], after);
  const hoped = [...edited].reduce((sum, [i, before]) => sum + base.g[i] * (given[i] - before), 0);
  const [really, foretold] = short(after - base.x[root], hoped);
  const box = make("div", { class: "whatif" }, ...changes, make("span", { class: "change" }, make("b", {}, names[root]), ` ${p} → ${q}`));
  if (!Number.isFinite(after)) {
    const where = forward.find((node) => !Number.isFinite(runs[0].x[node]));
    box.append(make("br"), `${names[where]} = ${filled(where, runs[0].x)} has no value: the program goes on with nan.`);
    return box;
  }
  box.append(make("br"), "changed by ", make("b", {}, signed(really)), make("span", { class: "quiet" }, "; the gradient foretold ", make("span", { class: "grad" }, signed(foretold))));
  return box;
};

// place: what stands where the field is to be; back: what has the focus afterwards.
const type = (i, place, back, first) => {
  const { left, top, width } = place.getBoundingClientRect();
  const home = canvas.getBoundingClientRect();
  const style = `left:${left - home.left}px;top:${top - home.top - 3}px;width:${Math.max(width, 84)}px`;
  const field = make("input", { class: "edit", inputmode: "decimal", "aria-label": `value of ${names[i]}`, style });
  field.value = first ?? String(given[i]);
  let done = false;
  const leave = (keep, returns) => {
    if (done) return;
    done = true;
    const x = parsed(field.value);
    field.remove();
    if (keep) change(i, x);
    if (returns) back().focus();
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // else Enter would press the button that gets the focus
    leave(event.key === "Enter", true);
  });
  field.addEventListener("blur", () => leave(true));
  canvas.append(field);
  field.focus();
  if (!first) field.select();
};
const nudge = (node, way) => change(node.i, tidy(given[node.i] + (way * unit(given[node.i])) / 20, unit(given[node.i]) / 20));

const drags = (node) => {
  const { knob, i } = node;
  knob.addEventListener("pointerdown", (event) => {
    if (event.button || locked(i)) return;
    event.preventDefault();
    node.element.focus({ preventScroll: true });
    knob.setPointerCapture(event.pointerId);
    dragging = { i, x: event.clientX, from: given[i], moved: false };
  });
  knob.addEventListener("pointermove", (event) => {
    if (dragging?.i !== i) return;
    const way = event.clientX - dragging.x;
    if (!dragging.moved && Math.abs(way) < 3) return;
    dragging.moved = true;
    node.element.classList.add("dragging");
    const grain = unit(dragging.from) / (event.shiftKey ? 200 : 20);
    change(i, tidy(dragging.from + way * grain, grain));
  });
  const drop = () => {
    const clicked = dragging && !dragging.moved;
    dragging = null;
    node.element.classList.remove("dragging");
    if (clicked) type(i, knob, () => node.element);
  };
  knob.addEventListener("pointerup", drop);
  knob.addEventListener("lostpointercapture", () => (dragging = null));
};

for (const node of cards) {
  if (node.i === undefined || isGroup(node) || !isLeaf(node.i) || data.problem) continue;
  const right = node.half - INSET;
  node.rail = make("line", { class: "rail", x1: right - 40, x2: right, y1: 8.2, y2: 8.2 });
  node.was = make("text", { class: "was ag-name", x: right, y: -12.6, "text-anchor": "end" });
  node.knob = make("rect", { class: "knob", x: right - 40, y: -8, width: 47, height: 17 });
  node.element.append(node.rail, node.was, node.knob);
  node.element.classList.add("leaf");
  node.was.addEventListener("click", () => change(node.i, edited.get(node.i)));
  drags(node);
}
