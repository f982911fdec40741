// The steps: what is known after each, and what it says. Nothing is stored of a step: all follows from its number and the runs.

// A step computes a node, or all nodes of a card: `node` is what others read of them, and where its gradient comes in.
const home = names.map(() => 0); // the card of each node
data.cards.forEach(([, members], card) => members.forEach((i) => (home[i] = card)));
const stepOf = (kind) => (nodes) => {
  const outlets = data.cards[home[nodes[0]]][2];
  return { kind, nodes, node: outlets.at(-1), card: home[nodes[0]], outlets };
};
const cycle = [{ kind: "start" }, ...data.forward.map(stepOf("forward")), { ...stepOf("seed")([root]), node: root }];
cycle.push(...data.backward.map(stepOf("backward")));
if (rated) cycle.push({ kind: "update" });
const SEEDED = data.forward.length + 1; // places in a round
const COMPLETE = SEEDED + data.backward.length;
const last = data.rounds * cycle.length - (rated && !data.problem ? 0 : 1);

const edgesTo = (nodes) => nodes.flatMap((node) => needs[node]);
const known = names.map(() => 0); // the place at which a node has its value, and an edge's part arrives
const arrives = [];
const order = []; // which part of its tail's gradient an edge brings
const met = names.map(() => 0);
cycle.forEach(({ kind, nodes }, place) => {
  if (kind === "forward") for (const node of nodes) known[node] = place;
  if (kind === "backward") for (const e of edgesTo(nodes)) [arrives[e], order[e]] = [place, ++met[tailOf(e)]];
});

const stepAt = (k) => {
  const round = Math.min(Math.floor(k / cycle.length), data.rounds - 1);
  const place = k - round * cycle.length;
  return { round, place, ...(cycle[place] ?? { kind: "check" }) };
};
const isBackward = ({ kind }) => kind === "seed" || kind === "backward";

// --- the numbers: those of the leaves, what is trained at which rates, and the runs of all rounds that are shown ---

const origin = recorded[0].length === 2 && Array.isArray(recorded[0][0]) ? recorded[0][0] : recorded[0];
let given = origin.slice();
let rates = data.rates.map(([, , rate]) => rate);
let runs = [];
const compute = () => {
  if (data.problem) {
    runs = recorded.map(([x, d]) => passed(x, d));
    if (rated) runs.push({ x: updated(runs.at(-1), rates) });
    return;
  }
  runs = [run(given)];
  for (let r = 0; r < data.rounds && rated; r++) runs.push(run(updated(runs[r], rates)));
};
const result = (k) => runs[stepAt(k).round];

const stateAt = (k) => {
  const { round, place, kind } = stepAt(k);
  const after = kind === "check";
  const source = runs[after ? round + 1 : round];
  const values = source.x.map((x, i) => (after || known[i] <= place ? x : null));
  if (kind === "update") for (const i of parameters) values[i] = runs[round + 1].x[i];
  const grads = names.map(() => null);
  const parts = names.map(() => 0);
  if (!after) {
    if (place >= SEEDED) [grads[root], parts[root]] = [1, 1];
    for (const node of backward) for (const e of needs[node]) if (arrives[e] <= place) {
      grads[tailOf(e)] = source.total[e];
      parts[tailOf(e)]++;
    }
  }
  const partials = edges.map(([, head], e) => (after || known[head] <= place ? source.d[e] : null));
  return { values, grads, parts, partials };
};
const partsOf = (i) => (i === root ? 1 : uses[i].length);
const progress = (i, parts) => (partsOf(i) > 1 && parts ? `${parts}/${partsOf(i)}` : "");

// --- what a step says ---

const quoted = (i) => data.quoted[i] ?? names[i];
const byNode = (i) => ({ top: `∂${quoted(root)}`, bottom: `∂${quoted(i)}` });
const local = (e) => ({ top: `∂${quoted(headOf(e))}`, bottom: `∂${quoted(tailOf(e))}` });
const plain = (ratio) => (typeof ratio === "string" ? ratio : `${ratio.top}/${ratio.bottom}`);
const filled = (i, x) =>
  data.filled[i].replace(/([#$])(\d+);/g, (_, kind, j) => {
    const text = numberText(x[j]);
    return kind === "$" && text.startsWith("−") ? `(${text})` : text;
  });

const runningSum = (e, { part, total, stopped }) => {
  const notes = [];
  const many = partsOf(tailOf(e));
  if (many > 1 && order[e] === 1) notes.push(`part 1 of ${many}: ${shortest(total[e])} so far`);
  else if (many > 1) {
    const before = uses[tailOf(e)].find((other) => order[other] === order[e] - 1);
    const [a, b, c] = short(total[before], part[e], total[e]);
    notes.push(`part ${order[e]} of ${many}: ${`${a} + ${b} = ${c}`.replace("+ −", "− ")}`);
  }
  if (stopped.has(e)) notes.push("nothing comes down here, so not even inf passes");
  return notes.join("; ");
};

const FEW = 4; // operations of a group whose equations are all shown; of more, those of what enters and leaves it
const passing = (e, outcome) => {
  const [i, node] = [tailOf(e), headOf(e)];
  const numbers = `${shortest(outcome.g[node])}·${factor(shortest(outcome.d[e]))}`;
  const [symbol, sign] = [byNode(i), partsOf(i) > 1 ? "+=" : "="];
  const rule = factor(edges[e][2]);
  return { about: i, edge: e, symbol, sign, left: byNode(node), rule, numbers, exact: outcome.part[e], note: runningSum(e, outcome) };
};

// The parts that a group gives to one of its arguments, as one equation.
const some = (texts) => (texts.length > FEW ? [...texts.slice(0, FEW / 2), "…", ...texts.slice(1 - FEW / 2)] : texts);
const summed = (texts) => some(texts).join(" + ").replaceAll("+ −", "− ");
const together = (lines, { total }) => {
  const [first] = lines;
  if (lines.length === 1) return first;
  const rule = summed(lines.map(({ left, rule }) => `${plain(left)}·${rule}`));
  const exact = lines.reduce((sum, line) => sum + line.exact, 0);
  const before = order[first.edge] === 1 ? "" : `; with those before, ${shortest(total[lines.at(-1).edge])}`;
  return { about: first.about, symbol: first.symbol, sign: first.sign, rule, numbers: summed(lines.map(({ numbers }) => numbers)), exact, note: `${lines.length} parts${before}` };
};

const LINES = {
  start: () => [],
  forward: ({ nodes, outlets }, { x }) =>
    (nodes.length > FEW ? nodes.filter((node) => outlets.includes(node)) : nodes).map((node) => (
      { about: node, symbol: names[node], sign: "=", rule: data.formulas[node], numbers: filled(node, x), exact: x[node] }
    )),
  seed: () => [{ about: root, symbol: byNode(root), sign: "=", rule: "1", numbers: "1", exact: 1 }],
  backward: ({ nodes, card }, outcome) => {
    const lines = edgesTo(nodes).map((e) => passing(e, outcome));
    if (data.cards[card][1].length === 1) return lines;
    const outside = [...new Set(lines.map(({ about }) => about))].filter((i) => home[i] !== card);
    const of = (i) => lines.filter(({ about }) => about === i);
    if (nodes.length > FEW) return outside.map((i) => together(of(i), outcome));
    return [...new Set([...nodes, ...outside, ...lines.map(({ about }) => about)])].flatMap(of);
  },
  update: ({ round }, { x, g }) =>
    parameters.map((i, k) => {
      const numbers = `${shortest(x[i])} − ${numberText(rates[k])}·${factor(shortest(g[i]))}`;
      return { about: i, symbol: names[i], sign: "←", rule: "", numbers, exact: runs[round + 1].x[i] };
    }),
  check: () => [],
};

const gain = ({ round }) => {
  const [before, after] = [runs[round].x[root], runs[round + 1].x[root]];
  const change = before - after;
  const verdict = change > 0 ? `${shortest(change)} less` : change < 0 ? `${shortest(-change)} more: the step was too long` : "the same";
  const [a, b] = short(before, after);
  return `With the new values ${names[root]} is ${b}. It was ${a}: ${verdict}.`;
};

const tell = (k) => {
  const step = stepAt(k);
  const outcome = runs[step.round];
  const number = step.kind === "update" ? numberText(rates[0]) : step.kind === "backward" ? shortest(outcome.g[step.node]) : "";
  const sentence = step.kind === "check" ? gain(step) : data.sentences[step.place].replace("\ue000", () => number);
  const lines = LINES[step.kind](step, outcome).map((line) => ({ ...line, answer: shortest(line.exact) }));
  return { ...step, sentence, lines };
};
