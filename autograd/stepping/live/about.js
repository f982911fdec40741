// A closer look: what is pointed at or selected, else the node of the step. Its curve, its derivation, its paths.

const onEdge = (e, partial) => {
  const [, , rule, called] = edges[e];
  const number = partial === null || partialText(partial) === rule ? "" : ` = ${partialText(partial)}`;
  const name = data.factors[e];
  const whole = !name ? called : called.startsWith("part ") ? called.replace(/∂.*/, name) : `${name} = ${called}`;
  return `${whole} = ${spaced(rule)}${number}`;
};

// What a name such as R3 stands for: edges, or a gradient, whose node it is then.
const lookUp = (factor, { d, g }) => {
  const [i, formula] = data.products[factor] ?? [];
  if (formula) return { things: [cardOf(i)], words: `${factor} = ${plain(byNode(i))} = ${spaced(formula)} = ${shortest(g[i])}` };
  const of = Object.keys(data.factors).filter((e) => data.factors[e] === factor).map(Number);
  return { things: of.map((e) => linkOf[e] ?? cardOf(headOf(e))), words: of.map((e) => onEdge(e, d[e])).join("; ") };
};

const productsOf = (i) => data.gradients[i] ?? Object.values(data.products).find(([node]) => node === i)?.[1];

// A gradient as a product of factors: each name lights up its place in the picture, and is looked up below.
const derivation = (i, k) => {
  const outcomes = result(k);
  const seen = new Map();
  const content = productsOf(i).split(/(R\d+)/).map((piece) => {
    const { things, words } = /^R\d/.test(piece) ? lookUp(piece, outcomes) : { things: [] };
    if (!things.length) return spaced(piece);
    seen.set(piece, { things, words });
    const lit = (on) => () => things.forEach(({ element }) => classes(element, { over: on }));
    return make("span", { class: "factor", title: words, onpointerenter: lit(true), onpointerleave: lit(false) }, piece);
  });
  const where = make("div", { class: "where" });
  for (const { things, words } of seen.values()) {
    const [thing] = things;
    const about = thing.kind === "edge" ? { "data-edge": thing.i } : { "data-about": thing.members[0] };
    where.append(make("div", { class: "eq quiet", ...about, ...pointing(thing) }, words));
  }
  return [make("p", {}, ratio(byNode(i)), " = ", ...content, " = ", strong(shortest(outcomes.g[i]), true)), where];
};

const ofEdge = (link, state) => {
  const heading = (from, to) => make("h3", {}, `${from} → ${to}`);
  if (!link.edges.length) return [quiet("A constant: nothing goes back to it.")];
  const { i, tail, head } = link;
  if (!isSingle(link)) return [heading(tail.called, head.called), make("p", {}, inWords(link)), quiet("In the backward pass each gives its part.")];
  const { kind, place, round } = stepAt(now);
  const [from, to, , called] = edges[i];
  const partial = state.partials[i];
  const outcomes = runs[kind === "check" ? round + 1 : round];
  const slope = partial === null ? null : slopeBetween(to, from, outcomes);
  const passedOn = to === root ? called : `${plain(byNode(to))} · ${called}`;
  const hides = hiddenNodes().size > 0;
  return [
    heading(names[from], names[to]),
    data.problem || partial === null || hides ? null : curve(to, from, outcomes, { slope, gradient: false }),
    make("p", {}, onEdge(i, hides ? null : partial), partial === null ? make("span", { class: "quiet" }, "   not computed yet") : ""),
    quiet(`In the backward pass ${names[from]} gets ${passedOn}`, kind !== "check" && arrives[i] <= place && !predicting ? make("span", {}, " = ", strong(shortest(outcomes.part[i]), true)) : "", "."),
  ];
};

// All lines of a round that are about a node, with their numbers as far as they are known.
const linesAbout = (i) => {
  const { round, place } = stepAt(now);
  const found = [];
  cycle.forEach(({ kind, nodes }, at) => {
    const about = kind === "backward" ? edgesTo(nodes).some((e) => tailOf(e) === i) : kind === "update" ? at <= place && parameters.includes(i) : nodes?.includes(i);
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

const ofGroup = (card) => {
  const operations = card.members.filter((i) => !isLeaf(i)).length;
  const leaves = card.members.length - operations;
  const counted = (n, word, words) => `${n} ${n === 1 ? word : words}`;
  const words = `${counted(operations, "operation", "operations")}${leaves ? `, ${counted(leaves, "leaf", "leaves")}` : ""}`;
  return [make("h3", {}, card.called, make("span", { class: "quiet light" }, `  ${words}`)), selected === card ? null : quiet("Click it to see them.")];
};

const ofNode = (card, state, closely) => {
  const { i } = card;
  if (isGroup(card)) return ofGroup(card);
  const { kind } = stepAt(now);
  const complete = kind !== "check" && state.parts[i] === partsOf(i);
  const role = data.kinds[i];
  const formula = isLeaf(i) ? `  ${role || "leaf"}` : ` = ${spaced(data.formulas[i])}`;
  const content = [make("h3", {}, names[i], make("span", { class: "quiet light" }, formula))];
  const [product, where] = complete && productsOf(i) && !predicting ? derivation(i, now) : [];
  content.push(product, curveOf(i, now), closely || edited.has(i) ? where : null);
  if (locked(i) && isLeaf(i) && closely) content.push(quiet(locked(i)));
  if (closely) {
    content.push(linesAbout(i));
    for (const e of needs[i].slice(0, 12)) content.push(quiet(onEdge(e, state.partials[e])));
  }
  if (selected === card && !predicting) content.push(...aboutPaths(i, state));
  return content;
};

const describe = () => {
  const { kind, node } = stepAt(now);
  const state = stateAt(now);
  const lastChanged = [...edited.keys()].at(-1);
  const pointed = over ?? selected;
  const subject = pointed ?? (lastChanged !== undefined ? cardOf(lastChanged) : node === undefined ? null : cardOf(node));
  const content = edited.size ? [whatIf()] : [];
  classes(side, { busy: edited.size || selected });
  classes(about, { idle: !subject && !edited.size });
  if (!subject) content.push(...(kind === "check" || kind === "update" ? [quiet(FORESEES)] : [quiet(LOOKS)]));
  else if (subject.kind === "edge") content.push(...ofEdge(subject, state));
  else content.push(...ofNode(subject, state, !!pointed || about.clientHeight > ROOMY));
  about.replaceChildren(...content.filter(Boolean));
};
const ROOMY = 420; // pixels
const LOOKS = "Point at a node or an edge of the picture, and its curve, its slope and its derivation are shown here.";
const FORESEES = "The curve below foretells (dashed) what this rate will do in the next rounds. Move the rate and see it bend.";
