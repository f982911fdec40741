// A closer look: what is pointed at or selected, else the node of the step. Its curve, its derivation, its paths.

const HINTS = [
  "Every underlined number can be changed: drag it sideways, or click it and type. All else follows, at every step.",
  "Point at a node or an edge for its curve and slope; click a node for its paths.",
  "Keys: ← → steps, space plays, ↑ ↓ nodes and edges, Enter paths; on a leaf digits type, + − nudge.",
];

const onEdge = ({ i, called }, partial) => {
  const rule = edges[i][2];
  const number = partial === null || partialText(partial) === rule ? "" : ` = ${partialText(partial)}`;
  const name = data.factors[i];
  const whole = !name ? called : called.startsWith("part ") ? called.replace(/∂.*/, name) : `${name} = ${called}`;
  return `${whole} = ${spaced(rule)}${number}`;
};

// What a name such as R3 stands for: edges, or a gradient, whose node it is then.
const lookUp = (factor, { d, g }) => {
  const [card, formula] = data.products[factor] ?? [];
  if (formula) return { things: [nodes[card]], words: `${factor} = ${plain(byNode(card))} = ${spaced(formula)} = ${shortest(g[card])}` };
  const things = links.filter(({ i }) => data.factors[i] === factor);
  return { things, words: things.map((link) => onEdge(link, d[link.i])).join("; ") };
};

// A gradient as a product of factors: each name lights up its place in the picture, and is looked up below.
const derivation = (i, k) => {
  const outcomes = result(k);
  const seen = new Map();
  const content = data.gradients[i].split(/(R\d+)/).map((piece) => {
    const { things, words } = /^R\d/.test(piece) ? lookUp(piece, outcomes) : { things: [] };
    if (!things.length) return spaced(piece);
    seen.set(piece, { things, words });
    const lit = (on) => () => things.forEach(({ element }) => classes(element, { over: on }));
    return make("span", { class: "factor", title: words, onpointerenter: lit(true), onpointerleave: lit(false) }, piece);
  });
  const where = make("div", { class: "where" });
  for (const { things, words } of seen.values()) {
    const [thing] = things;
    const about = thing.kind === "edge" ? { "data-edge": thing.i } : { "data-about": thing.i };
    where.append(make("div", { class: "eq quiet", ...about, ...pointing(thing) }, words));
  }
  return [make("p", {}, ratio(byNode(i)), " = ", ...content, " = ", strong(shortest(outcomes.g[i]), true)), where];
};

const ofEdge = ({ i, tail, head, called }, state) => {
  const { kind, place, round } = stepAt(now);
  const partial = state.partials[i];
  const outcomes = runs[kind === "check" ? round + 1 : round];
  const slope = partial === null ? null : slopeBetween(head, tail, outcomes);
  const passedOn = head === root ? called : `${plain(byNode(head))} · ${called}`;
  return [
    make("h3", {}, `${names[tail]} → ${names[head]}`),
    data.problem || partial === null || hiddenNodes().size ? null : curve(head, tail, outcomes, { slope, gradient: false }),
    make("p", {}, onEdge(links[i], hiddenNodes().size ? null : partial), partial === null ? make("span", { class: "quiet" }, "   not computed yet") : ""),
    quiet(`In the backward pass ${names[tail]} gets ${passedOn}`, kind !== "check" && arrives[i] <= place && !predicting ? make("span", {}, " = ", strong(shortest(outcomes.part[i]), true)) : "", "."),
  ];
};

// All lines of a round that are about a node, with their numbers as far as they are known.
const linesAbout = (i) => {
  const { round, place } = stepAt(now);
  const found = [];
  cycle.forEach(({ kind, node }, at) => {
    const about = kind === "backward" ? needs[node].some((e) => tailOf(e) === i) : kind === "update" ? at <= place && parameters.includes(i) : node === i;
    if (!about) return;
    const told = tell(round * cycle.length + at);
    for (const line of told.lines.filter((line) => line.about === i)) found.push(at <= place ? row(line, told, predicting && at === place) : unknown(line));
  });
  return make("div", { class: "eqs tight" }, ...found);
};
const unknown = (line) => {
  const symbol = typeof line.symbol === "string" ? line.symbol : ratio(line.symbol);
  const rule = line.left ? [ratio(line.left), ` · ${spaced(line.rule)}`] : [spaced(line.rule)];
  const words = [make("span", {}, symbol), make("span", {}, ` ${line.sign} `), make("span", {}, ...rule, make("span", { class: "quiet" }, " not computed yet"))];
  return make("div", { class: "eq" }, ...words);
};

const ofNode = ({ i }, state, closely) => {
  const { kind } = stepAt(now);
  const complete = kind !== "check" && state.parts[i] === partsOf(i);
  const role = data.kinds[i];
  const formula = isLeaf(i) ? `  ${role || "leaf"}` : ` = ${spaced(data.formulas[i])}`;
  const content = [make("h3", {}, names[i], make("span", { class: "quiet light" }, formula)), curveOf(i, now)];
  if (locked(i) && isLeaf(i) && closely) content.push(quiet(locked(i)));
  if (complete && data.gradients[i] && !predicting) content.push(...derivation(i, now));
  if (closely) {
    content.push(linesAbout(i));
    for (const e of needs[i].slice(0, 12)) content.push(quiet(onEdge(links[e], state.partials[e])));
  }
  if (selected?.i === i && !predicting) content.push(...aboutPaths(i, state));
  return content;
};

const describe = () => {
  const { kind, node } = stepAt(now);
  const state = stateAt(now);
  const lastChanged = [...edited.keys()].at(-1);
  const pointed = over ?? selected;
  const subject = pointed ?? (lastChanged !== undefined ? nodes[lastChanged] : node === undefined ? null : nodes[node]);
  const content = edited.size ? [whatIf()] : [];
  classes(about, { busy: edited.size || selected, idle: !subject && !edited.size });
  if (!subject) content.push(...(kind === "check" || kind === "update" ? [quiet(FORESEES)] : [make("h3", {}, "Play with it"), ...hints()]));
  else if (subject.kind === "edge") content.push(...ofEdge(subject, state));
  else content.push(...ofNode(subject, state, !!pointed));
  about.replaceChildren(...content.filter(Boolean));
};
const FORESEES = "The curve below foretells (dashed) what this rate will do in the next rounds. Move the rate and see it bend.";
const hints = () => (data.problem ? HINTS.slice(1) : HINTS).map((text, n) => (n ? quiet(text) : make("p", {}, text)));
