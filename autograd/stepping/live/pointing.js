// What is pointed at, and what is selected; the picture and the words show each other.

let over = null; // the node or edge under the pointer, or with the focus
let selected = null;
let argument = null; // the edge along which the curve of a node is drawn

const waysOf = (i) => {
  const reach = new Set([i]);
  for (let j = i; j <= root; j++) if (reach.has(j)) for (const e of uses[j]) reach.add(headOf(e));
  return links.filter(({ tail }) => reach.has(tail));
};
const light = (ways) => {
  const lit = new Set(ways);
  const ends = new Set((ways ?? []).flatMap(({ tail, head }) => [tail, head]));
  if (selected) ends.add(selected.i);
  classes(canvas, { selecting: selected });
  nodes.forEach(({ element }, i) => classes(element, { way: selected && ends.has(i) }));
  for (const link of links) for (const element of [link.element, link.chip]) if (element) classes(element, { way: lit.has(link) });
};
const relight = () => light(selected && waysOf(selected.i));

const matches = (row, thing) =>
  !!thing && (thing.kind === "edge" ? row.dataset.edge === String(thing.i) : row.dataset.about === String(thing.i));
const point = (thing) => {
  if (over === thing || dragging) return;
  over = thing;
  if (thing?.kind === "edge") argument = thing.i;
  for (const other of items) {
    classes(other.element, { over: other === thing });
    other === thing ? put(other.element, "aria-describedby", "about") : other.element.removeAttribute("aria-describedby");
  }
  for (const row of side.querySelectorAll(".eq")) classes(row, { lit: matches(row, thing) });
  describe();
};
const select = (node) => {
  selected = selected === node ? null : node;
  for (const other of nodes) put(other.element, "aria-pressed", other === selected);
  relight();
  describe();
};

// Words about a thing that light it up in the picture. Over them, the words below stay as they are: they may be these.
const pointing = (thing) => {
  const lit = (on) => () => classes(thing.element, { over: on });
  return { onpointerenter: lit(true), onpointerleave: lit(false) };
};

for (const thing of items) {
  for (const place of thing.chip ? [thing.element, thing.chip] : [thing.element]) {
    place.addEventListener("pointerenter", () => point(thing));
    place.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && point(null)); // a finger is lifted
  }
  thing.element.addEventListener("focus", () => point(thing));
  thing.element.addEventListener("blur", () => point(null));
  if (thing.kind === "node") {
    thing.element.setAttribute("aria-pressed", false);
    thing.element.addEventListener("click", ({ target }) => (target.closest(".knob, .was") && !locked(thing.i)) || select(thing));
  }
}
