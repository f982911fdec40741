// The panel of a step: its sentence, and its equations with fractions.

const ratio = ({ top, bottom }) =>
  make("span", { class: "frac" }, make("span", {}, top), make("span", { class: "slash" }, "/"), make("span", {}, bottom));
const spaced = (text) => text.replaceAll("·", " · ");
const strong = (text, gradient) => make("b", gradient ? { class: "grad" } : {}, text);
const PASSES = { start: "start", forward: "forward pass", seed: "backward pass", backward: "backward pass", update: "update", check: "the new error" };

const row = (line, { kind }, hidden) => {
  const thing = (line.edge === undefined ? null : linkOf[line.edge]) ?? cardOf(line.about);
  const element = make("div", { class: "eq", "data-about": line.about, "data-edge": line.edge ?? "", ...pointing(thing) });
  const answer = hidden ? make("span", { class: "asked-for" }, "?") : strong(line.answer, isBackward({ kind }));
  const symbol = typeof line.symbol === "string" ? line.symbol : ratio(line.symbol);
  const rule = line.left ? [ratio(line.left), ` · ${spaced(line.rule)}`] : [spaced(line.rule)];
  element.append(make("span", {}, symbol), make("span", {}, ` ${line.sign} `));
  if (kind === "update") element.append(make("span", {}, `${spaced(line.numbers)} = `, answer));
  else element.append(make("span", { class: "rule" }, ...rule));
  if (kind !== "update" && (line.numbers !== line.rule || hidden)) {
    const trivial = line.numbers === line.answer;
    const middle = trivial && !hidden ? [] : [`${spaced(line.numbers)} = `];
    element.append(make("span", { class: "gap" }), make("span", {}, " = "), make("span", { class: "numbers" }, ...middle, answer));
  }
  if (line.note) element.append(make("span", { class: "sum" }, ` ${hidden ? line.note.replace(/:.*/, "") : line.note}`));
  return element;
};

// Of a forward step: how strongly the node answers to each argument, the numbers on the edges.
const answers = ({ node, nodes, round }) => {
  if (nodes.length > 1) return [];
  const list = make("div", { class: "eqs tight" });
  const outcomes = runs[round];
  for (const e of needs[node].slice(0, 12)) {
    const text = partialText(outcomes.d[e]);
    const rule = edges[e][2];
    const words = spaced(rule) + (text === rule ? "" : ` = ${text}`);
    list.append(make("div", { class: "eq quiet", "data-edge": e, ...pointing(linkOf[e]) }, make("span", {}, plain(local(e))), make("span", {}, " = "), make("span", {}, words)));
  }
  const many = needs[node].length > 1;
  return [quiet(many ? "How strongly it answers to each, the numbers on the edges:" : "How strongly it answers, the number on the edge:"), list];
};

const afterwards = ({ round }) => {
  const [before, after] = [runs[round], runs[round + 1]];
  const hoped = -parameters.reduce((sum, i, k) => sum + rates[k] * before.g[i] ** 2, 0);
  const [really, foretold] = short(after.x[root] - before.x[root], hoped);
  return [
    make("p", {}, `Changed by ${signed(really)}; the gradients foretold `, make("span", { class: "grad" }, signed(foretold)), "."),
    make("p", {}, "Gradients belong to the old values, so they are gone: the next round computes them anew."),
    button("next round", () => (rounds(data.rounds), go(1)), "take the new values and begin again"),
  ];
};

// What can be done, for those who open the page.
const HINTS = [
  ["Change", "any underlined number: drag it sideways, or click it and type. All else follows, at every step."],
  ["Look", "at a node or an edge by pointing at it, at all paths from a node by clicking it. In the backward pass edges turn pink, the wider the more of the gradient they carry."],
  ["Predict", "each number before you see it: the button “predict” hides them."],
  ["Train", "below: one round is a forward pass, a backward pass and an update."],
  ["Keys:", "← → steps, space plays, ↑ ↓ nodes and edges, Enter selects; on a leaf digits type, + − nudge."],
];
const hints = () => HINTS.filter(([word]) => !(word === "Change" && data.problem) && !(word === "Train" && !frame.contains(train)));
const opening = () => [
  make("p", {}, `Press → or play to go through the forward pass${rated ? ", the backward pass and the update" : " and the backward pass"}.`),
  ...(data.problem ? [quiet(locked(0))] : []),
  ...hints().map(([word, text]) => quiet(strong(word), ` ${text}`)),
];

const drawPanel = (k) => {
  const told = tell(k);
  const { kind, round } = told;
  const rounds = trained || data.rounds > 1 ? `round ${trained + round + 1} · ` : "";
  const kicker = make("div", { class: `kicker${isBackward(told) ? " grad" : ""}` }, PASSES[kind], make("span", { class: "count quiet" }, `${rounds}step ${k} of ${last}`));
  // Where a rule and its numbers have no room on one line, all of the step's stand on two.
  const longest = Math.max(0, ...told.lines.map(({ rule, numbers, answer }) => rule.length + numbers.length + answer.length));
  const stacked = 0.54 * parseFloat(getComputedStyle(panel).fontSize) * longest + 200 > panel.clientWidth ? " stacked" : "";
  const lines = make("div", { class: `eqs${kind === "update" ? " tight" : stacked}` }, ...told.lines.map((line, n) => row(line, told, isHidden(n, line))));
  const content = [kicker, make("h2", {}, told.sentence)];
  if (kind === "update") content.push(quiet(`w ← w − ${sameRate ? data.rates[0][1] : "rate"} · `, ratio({ top: `∂${quoted(root)}`, bottom: "∂w" })));
  if (predicting) content.push(...question(told));
  content.push(lines);
  if (kind === "forward" && !predicting) content.push(...answers(told));
  if (kind === "start") content.push(...opening());
  if (kind === "check") content.push(...afterwards(told));
  panel.replaceChildren(...content.filter(Boolean));
};
