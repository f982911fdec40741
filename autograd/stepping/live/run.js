// A run: all values and partials by the program, the gradients by one loop over the edges. Nodes and edges are numbers.

const { names, edges, needs } = data;
const [forward, backward] = [data.forward.flat(), data.backward.flat()];
const root = names.length - 1;
const isLeaf = (i) => !needs[i].length && !data.formulas[i];
const uses = names.map(() => []);
edges.forEach(([tail], e) => uses[tail].push(e));
const tailOf = (e) => edges[e][0];
const headOf = (e) => edges[e][1];
const isFlat = new Set(data.flat);
const parameters = data.rates.map(([i]) => i);
const rated = parameters.length > 0;
const sameRate = new Set(data.rates.map(([, called, rate]) => `${called} ${rate}`)).size === 1;
const real = (x) => (typeof x === "string" ? Number(x.replace("inf", "Infinity").replace("nan", "NaN")) : x);
const recorded = data.recorded.map((round) => round.map((x) => (Array.isArray(x) ? x.map(real) : real(x))));

const outcome = (x, node) => {
  const [which, of] = data.calls[node];
  return program[which](of.map((i) => x[i]));
};
const evaluate = (given) => {
  const x = given.slice();
  for (const node of forward) x[node] = outcome(x, node)[0];
  return x;
};

const run = (given) => {
  const [x, d] = [given.slice(), []];
  for (const node of forward) {
    const [value, ...partials] = outcome(x, node);
    x[node] = value;
    needs[node].forEach((e, k) => (d[e] = partials[k]));
  }
  return passed(x, d);
};

// The backward pass: part has what each edge brings, total the sum so far.
const passed = (x, d) => {
  const [g, part, total, stopped] = [names.map(() => 0), [], [], new Set()];
  const reached = new Set([root]);
  g[root] = 1;
  for (const node of backward) {
    for (const e of needs[node]) {
      const flat = isFlat.has(node) && (d[e] === 0 || !Number.isFinite(d[e]));
      const passes = reached.has(node) && !flat;
      if (passes) reached.add(tailOf(e));
      else if (!Number.isFinite(d[e])) stopped.add(e);
      part[e] = passes ? g[node] * d[e] : 0;
      total[e] = g[tailOf(e)] += part[e];
    }
  }
  return { x, d, g, part, total, stopped };
};

const updated = ({ x, g }, rates) => {
  const next = x.slice();
  parameters.forEach((i, k) => (next[i] -= rates[k] * g[i]));
  return next;
};
