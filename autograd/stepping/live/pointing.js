// What is pointed at, and what is selected; the picture and the words show each other.

let over = null; // the node or edge under the pointer, or with the focus
let selected = null;
let argument = null; // the edge along which the curve of a node is drawn

// All edges by which nodes lead to the root.
const waysOf = (from) => {
  const reach = new Set(from);
  for (let j = Math.min(...from); j <= root; j++) if (reach.has(j)) for (const e of uses[j]) reach.add(headOf(e));
  return [...reach].flatMap((j) => uses[j]);
};
const light = (ways) => {
  const lit = new Set((ways ?? []).map((e) => linkOf[e]).filter(Boolean));
  const ends = new Set([...lit].flatMap(({ tail, head }) => [tail, head]));
  if (selected) ends.add(selected);
  classes(canvas, { selecting: selected });
  for (const card of cards) classes(card.element, { way: selected && ends.has(card) });
  for (const link of links) for (const element of [link.element, link.chip]) if (element) classes(element, { way: lit.has(link) });
};
const relight = () => light(selected && waysOf(selected.members));

const matches = (row, thing) =>
  !!thing && (thing.kind === "edge" ? thing.edges.includes(+(row.dataset.edge || NaN)) : thing.members.includes(+(row.dataset.about || NaN)));
const point = (thing) => {
  if (over === thing || dragging) return;
  over = thing;
  if (thing?.kind === "edge") argument = thing.i;
  for (const other of items) {
    classes(other.element, { over: other === thing });
    if (other.chip) classes(other.chip, { over: other === thing || (thing && other.head === thing) });
    other === thing ? put(other.element, "aria-describedby", "about") : other.element.removeAttribute("aria-describedby");
  }
  for (const row of side.querySelectorAll(".eq")) classes(row, { lit: matches(row, thing) });
  describe();
};
const select = (node) => {
  selected = selected === node ? null : node;
  for (const other of cards) put(other.element, "aria-pressed", other === selected);
  relight();
  describe();
  showInside();
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
    thing.element.addEventListener("click", ({ target }) => (target.closest(".knob, .was") && !locked(thing.i)) || (thing.members.length && select(thing)));
  }
}
