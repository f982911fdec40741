// Training in the page: rounds, the rate, and the error's curve with what this rate would do next.

const FORESIGHT = Math.min(200, Math.ceil(6000 / Math.max(1, edges.length))); // rounds: a few milliseconds
const LONGEST_TRAIL = 1500;
let trained = 0; // rounds
let trail = []; // what is behind: round, error and numbers
let training = 0;
let logarithmic = false;

const moment = () => ({ round: trained, error: runs[0].x[root], x: given.slice() });
const remember = () => {
  trail = [...trail.filter(({ round }) => round < trained), moment()];
};
const halt = () => {
  cancelAnimationFrame(training);
  training = 0;
  runner.textContent = "run";
};

const learn = (count) => {
  trail = trail.filter(({ round }) => round <= trained); // after a look back, it goes on from there
  let present = runs[0];
  for (let k = 0; k < count; k++) {
    const next = updated(present, rates);
    const after = run(next);
    if (!Number.isFinite(after.x[root])) {
      halt();
      break;
    }
    [given, present, runs] = [next, after, [after]];
    trained += 1;
    trail.push(moment());
  }
  if (trail.length > LONGEST_TRAIL) trail = trail.filter((_, k) => k % 2 === 0 || k > trail.length - 300);
  forget();
  compute();
};
const rounds = (count) => {
  rest();
  learn(count);
  show(Math.max(now, COMPLETE), false);
};
const tickTraining = () => {
  if (!host.isConnected) return halt();
  training = requestAnimationFrame(tickTraining);
  learn(Math.min(40, 1 + Math.floor(trained / 60)));
  show(now, false);
};
const runOrStop = () => {
  if (training) return halt();
  rest();
  runner.textContent = "stop";
  now = Math.max(now, COMPLETE);
  training = requestAnimationFrame(tickTraining);
};
const backTo = (moment) => {
  halt();
  [given, trained] = [moment.x.slice(), moment.round];
  forget();
  compute();
  show(now, false);
};

const setRate = (rate) => {
  if (!(rate >= 0) || !Number.isFinite(rate)) return writeRate();
  rates = rates.map(() => rate);
  compute();
  writeRate();
  show(now, false);
};
const writeRate = () => {
  if (!rated) return;
  slide.value = Math.log10(rates[0] || 1e-9);
  exactRate.value = +rates[0].toPrecision(3);
};
const reset = button(
  "reset",
  () => {
    halt();
    [given, trained, rates] = [origin.slice(), 0, data.rates.map(([, , rate]) => rate)];
    forget();
    compute();
    trail = [moment()];
    writeRate();
    show(now, false);
  },
  "all numbers as they were recorded",
);

const runner = button("run", runOrStop, "round after round, until stopped");
const readout = make("div", { class: "readout" });
const slide = make("input", { type: "range", min: -2, max: 2.3, step: 0.01, "aria-label": "rate" });
const exactRate = make("input", { class: "box", inputmode: "decimal", "aria-label": "rate, as a number" });
slide.addEventListener("input", () => setRate(+(10 ** +slide.value).toPrecision(2)));
exactRate.addEventListener("change", () => setRate(parsed(exactRate.value)));
for (const field of [slide, exactRate]) field.addEventListener("keydown", (event) => event.key === "Escape" || event.stopPropagation());

const errors = make("div", { class: "errors" });
const logs = button("log", () => ((logarithmic = !logarithmic), logs.setAttribute("aria-pressed", logarithmic), drawTraining()), "a logarithmic scale", { class: "logs", "aria-pressed": false });
const rateRow = make("div", { class: "row" }, ...(sameRate ? [make("span", {}, "rate"), slide, exactRate] : [quiet("each parameter has its own rate")]));
const roundRow = make("div", { class: "row" }, button("1 round", () => rounds(1), "one round"), button("10", () => rounds(10), "ten rounds"), button("100", () => rounds(100), "a hundred rounds"), runner);
train.append(make("div", { class: "set" }, readout, roundRow, rateRow), errors);

const foreseen = (most) => {
  const future = [];
  let present = runs[0];
  for (let k = 1; k <= Math.min(most, FORESIGHT); k++) {
    present = run(updated(present, rates));
    if (!Number.isFinite(present.x[root])) break;
    future.push([trained + k, present.x[root]]);
  }
  return future;
};

const drawTraining = () => {
  if (!frame.contains(train)) return;
  const { kind, round } = stepAt(now);
  const [W, H] = [errors.clientWidth || 600, errors.clientHeight || 96];
  const [L, R, T, B] = [46, 70, 8, 17];
  const past = trail.map((at) => [at.round, at.error]);
  const most = nice(Math.max(FORESIGHT / 2, 1.2 * trail.at(-1).round));
  const future = foreseen(most - trained);
  const all = [...past, ...future].filter(([, e]) => Number.isFinite(e) && (!logarithmic || e > 0)).map(([, e]) => e);
  const error = runs[0].x[root];
  const least = logarithmic ? Math.min(...all) : Math.min(0, ...all);
  const highest = Math.max(...past.map(([, e]) => e).filter(Number.isFinite), Math.min(3 * Math.abs(error), Math.max(...all)));
  const scale = logarithmic ? Math.log10 : (y) => y;
  const [low, high] = [scale(least), scale(highest) + 0.04 * Math.abs(scale(highest) - scale(least)) || 1];
  const px = (at) => L + (at / most) * (W - L - R);
  const height = (e) => (scale(logarithmic ? Math.max(e, 1e-300) : e) - low) / (high - low || 1);
  const py = (e) => T + (1 - Math.max(-0.05, Math.min(1.06, height(e)))) * (H - T - B);
  const line = (points) => points.map(([at, e], k) => `${k ? "L" : "M"}${px(at).toFixed(1)},${py(e).toFixed(1)}`).join("");
  const words = `${names[root]} by round: ${valueText(error)} after ${trained}`;
  const figure = make("svg", { class: "plot", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": words });
  const text = (x, y, content, anchor) => make("text", { x, y, "text-anchor": anchor }, content);
  figure.append(
    make("path", { class: "axis", d: `M${L},${T}V${H - B}H${W - R}` }),
    text(L - 6, T + 8, partialText(+highest.toPrecision(2)), "end"),
    text(L - 6, H - B, partialText(+least.toPrecision(2)), "end"),
    text(L, H - 3, "0"),
    text(W - R, H - 3, `round ${most}`, "end"),
    make("path", { class: "ghost", d: line([[trained, error], ...future]) }),
    make("path", { class: "curve", d: line(past) }),
  );
  const ahead = future[kind === "check" ? round : round - 1];
  const [at, e] = ahead ?? [trained, error];
  figure.append(make("circle", { class: "dot", cx: px(at), cy: py(e), r: 5 }));
  if (future.length) figure.append(text(W - R + 8, Math.max(34, Math.min(H - B, py(future.at(-1)[1]) + 4)), valueText(future.at(-1)[1])));
  figure.addEventListener("pointerdown", ({ clientX }) => {
    const wanted = ((clientX - figure.getBoundingClientRect().left - L) / (W - L - R)) * most;
    backTo(trail.reduce((best, other) => (Math.abs(other.round - wanted) < Math.abs(best.round - wanted) ? other : best)));
  });
  errors.replaceChildren(figure, logs);
  const after = trained + round + (kind === "check");
  const how = edited.size ? "changed by hand" : after ? `after ${after} round${after > 1 ? "s" : ""}` : "before training";
  readout.replaceChildren(make("b", {}, `${names[root]} ${valueText(e)}`), ` ${how}`);
};
