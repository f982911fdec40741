// Judging a predicted number as the quiz does: right to the digits given, two at least and four at most, rounded or cut off.

const [AT_LEAST, ENOUGH] = [2, 4]; // digits

const digitsOf = (text) => text.replace(/e.*/i, "").replace(/[^\d]/g, "").replace(/^0+/, "").length;
const decimalsOf = (text) => {
  const [mantissa, exponent = 0] = text.toLowerCase().split("e");
  return (mantissa.split(".")[1] ?? "").length - exponent;
};
const rounded = (x) => {
  const whole = Math.round(x);
  return Math.abs(x % 1) === 0.5 && whole % 2 ? whole - 1 : whole; // a half to the even one
};
// Do two numbers agree, each rounded or cut off at a decimal place?
const agreeAt = (said, truth, decimals) => {
  const [a, b] = [said * 10 ** decimals, truth * 10 ** decimals];
  return Math.abs(a - b) < 2 && (rounded(a) === rounded(b) || Math.trunc(a + 1e-9 * Math.sign(a)) === Math.trunc(b));
};
const agrees = (text, truth) => {
  const said = Number(text);
  if (said === truth || Math.abs(said - truth) <= 1e-9 * Math.abs(truth)) return true;
  if (!Number.isFinite(truth) || Math.abs(said - truth) > 0.5 * Math.max(Math.abs(said), Math.abs(truth))) return false;
  const [digits, decimals] = [digitsOf(text), decimalsOf(text)];
  const least = Math.min(digits, ENOUGH);
  if (agreeAt(said, truth, decimals)) return digits >= AT_LEAST;
  for (let n = digits; n >= least && n >= ENOUGH; n--) if (agreeAt(said, truth, decimals - (digits - n))) return true;
  return false;
};

// What easily comes out instead, the likely slips first: numbers, each with what it is.
const slips = (line, { kind, node }, outcomes) => {
  const found = [[-line.exact, "The sign is wrong."]];
  if (kind === "backward") {
    const { g, d, part, total, x } = outcomes;
    const e = line.edge;
    if (line.note) found.push([total[e], `That is the sum so far; asked is this part alone.`]);
    found.push([g[node], `That is the gradient of ${names[node]} alone: times the local partial, ${edges[e][2]}, is missing.`]);
    found.push([d[e], `That is the local partial alone: the gradient of ${names[node]} is missing.`]);
    for (const other of needs[node]) {
      if (other !== e) found.push([part[other], `That goes to ${names[tailOf(other)]}: ${edges[other][2]} is the partial by it.`]);
    }
    found.push([g[node] + d[e], "The two are added, but they multiply."], [g[node] * x[tailOf(e)], `That is times ${names[tailOf(e)]} itself, not the partial by it.`]);
  }
  if (kind === "forward") {
    for (const e of needs[node]) {
      const i = tailOf(e);
      found.push([outcomes.x[i], `That is ${names[i]} itself: ${data.formulas[node]} is still to be computed.`]);
      if (data.kinds[node] === "Σ" || data.kinds[node] === "+") found.push([line.exact - outcomes.x[i] * outcomes.d[e], `The term with ${names[i]} is missing.`]);
    }
  }
  if (kind === "update") {
    const k = parameters.indexOf(line.about);
    const [x, step] = [outcomes.x[line.about], rates[k] * outcomes.g[line.about]];
    found.push([x + step, "It goes against the gradient: minus, not plus."], [step, "That is by how much it moves."], [x, "That is what it was."], [x - outcomes.g[line.about], "The rate is missing."]);
  }
  return [...found, [2 * line.exact, "That is twice the number."], [line.exact / 2, "That is half the number."], ...[-3, -2, -1, 1, 2, 3].map((n) => [line.exact * 10 ** n, "The decimal point is in the wrong place."])];
};

const judge = (typed, line, step, outcomes) => {
  const text = typed.trim().replace("−", "-");
  const number = Number(text);
  if (!text || Number.isNaN(number)) {
    const point = text.replace(",", ".");
    return { right: false, words: text.includes(",") && !Number.isNaN(Number(point)) ? `Write ${point}, with a point.` : "Write a number such as 0.0364." };
  }
  if (agrees(text, line.exact)) return { right: true, words: `Right: ${line.answer}.` };
  const slip = slips(line, step, outcomes).find(([wrong]) => Number.isFinite(wrong) && wrong !== line.exact && agrees(text, wrong));
  if (slip) return { right: false, words: slip[1] };
  if (agreeAt(number, line.exact, decimalsOf(text)) && digitsOf(text) < AT_LEAST) {
    return { right: false, words: "Right as far as it goes, but give two digits at least." };
  }
  return { right: false, words: number > line.exact ? "No: it is less." : "No: it is more." };
};
