// A curve with its tangent: an operation as one argument varies, or the root as a leaf varies.

const SQUASHING = /^(σ|tanh|relu|σ′|softplus|erf)/;
const nice = (x) => {
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].find((m) => m * power >= x * 0.999999) * power;
};
const slopeBetween = (head, tail, { d }) => needs[head].filter((e) => tailOf(e) === tail).reduce((sum, e) => sum + d[e], 0);

// Neither the slope nor the point is shown as long as it is not known; grab lets the point be dragged.
const curve = (of, varied, outcomes, { slope, gradient, grab, isKnown = true }) => {
  const [W, H] = [Math.max(240, about.clientWidth - 34), about.clientHeight > ROOMY ? 190 : about.clientHeight > 200 ? 118 : 104];
  const [L, T, B] = [8, 14, 18];
  const x0 = outcomes.x[varied];
  const y0 = outcomes.x[of];
  if (!Number.isFinite(x0)) return null;
  const middle = grab ? origin[varied] : 0;
  const least = grab ? Math.max(1, 1.5 * Math.abs(middle)) : SQUASHING.test(data.kinds[of]) ? 4 : 1;
  const half = nice(Math.max(least, 1.25 * Math.abs(x0 - middle)));
  const [low, high] = [middle - half, middle + half];
  const f = (x) => {
    const numbers = outcomes.x.slice();
    numbers[varied] = x;
    return grab ? evaluate(numbers)[of] : outcome(numbers, of)[0];
  };
  const count = Math.max(24, Math.min(80, Math.ceil(4000 / (grab ? forward.length + 1 : 1))));
  const points = Array.from({ length: count + 1 }, (_, k) => low + (k / count) * (high - low)).map((x) => [x, f(x)]);
  const heights = [...points.map(([, y]) => y), y0].filter(Number.isFinite);
  if (!heights.length) return null;
  let [bottom, top] = [Math.min(...heights, grab ? Infinity : 0), Math.max(...heights)];
  if (top - bottom < 1e-12) [bottom, top] = [bottom - 1, top + 1];
  const pad = 0.08 * (top - bottom);
  [bottom, top] = [bottom - pad, top + pad];
  const px = (x) => L + ((x - low) / (high - low)) * (W - 2 * L);
  const py = (y) => T + (1 - (y - bottom) / (top - bottom)) * (H - T - B);
  const inside = (x, a, b) => Math.max(a, Math.min(b, x));
  const path = points
    .map(([x, y], k) => (Number.isFinite(y) ? `${k && Number.isFinite(points[k - 1][1]) ? "L" : "M"}${px(x).toFixed(1)},${py(y).toFixed(1)}` : ""))
    .join("");
  const words = `${names[of]} as ${names[varied]} varies`;
  const figure = make("svg", { class: "plot", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": words });
  const axes = `M${L},${py(inside(0, bottom, top))}H${W - L}M${px(inside(0, low, high))},${T}V${H - B}`;
  figure.append(make("path", { class: "axis", d: axes }), make("path", { class: "line", d: path, style: `stroke:var(--role-${data.roles[of]})` }));
  const shade = gradient ? " grad" : "";
  const there = isKnown && Number.isFinite(y0);
  if (there) {
    figure.append(make("path", { class: "guide", d: `M${px(x0)},${py(y0)}V${H - B}` }));
    if (slope !== null && Number.isFinite(slope)) {
      const [dx, dy] = [(W - 2 * L) / (high - low), (H - T - B) / (top - bottom)];
      const reach = 62 / Math.hypot(dx, slope * dy);
      const ends = [-reach, reach].map((by) => `${px(x0 + by)},${py(y0 + by * slope)}`);
      figure.append(make("path", { class: `tangent${shade}`, d: `M${ends[0]}L${ends[1]}` }));
      figure.append(make("text", { class: `slope${shade}`, x: W - L, y: T - 4, "text-anchor": "end" }, `slope ${partialText(slope)}`));
    }
  }
  figure.append(make("text", { x: L, y: T - 4 }, isKnown ? `${names[of]} = ${valueText(y0)}` : names[of]));
  const anchor = px(x0) > W - 70 ? "end" : px(x0) < 70 ? "start" : "middle";
  figure.append(make("text", { x: px(x0), y: H - 5, "text-anchor": anchor }, `${names[varied]} = ${valueText(x0)}`));
  if (there) figure.append(make("circle", { class: `dot${shade}${grab ? " grab" : ""}`, cx: px(x0), cy: py(y0), r: 5 }));
  if (grab) draggable(figure, varied, (share) => tidy(low + ((share * W - L) / (W - 2 * L)) * (high - low), half / 100));
  return make("div", { class: "figure" }, figure);
};

// The curve is drawn anew while it is dragged, so that the window has to listen.
const draggable = (figure, varied, at) => {
  figure.addEventListener("pointerdown", (event) => {
    if (locked(varied)) return;
    event.preventDefault();
    const { left, width } = figure.getBoundingClientRect();
    dragging = { i: varied, moved: true };
    const move = ({ clientX }) => change(varied, at((clientX - left) / width));
    const drop = () => {
      dragging = null;
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
    };
    move(event);
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  });
};

// Of a leaf that can be changed, how the root answers; of an operation, how it answers to the argument pointed at.
const curveOf = (i, k) => {
  if (data.problem || isGroup(cardOf(i))) return null;
  const { round, place, kind } = stepAt(k);
  const outcomes = runs[kind === "check" ? round + 1 : round];
  const asked = hiddenNodes();
  const guessed = asked.size > 0;
  const knows = (j) => kind === "check" || (known[j] <= place && !(kind === "forward" && asked.has(j)));
  if (isLeaf(i)) {
    const complete = kind !== "check" && uses[i].every((e) => arrives[e] <= place);
    const slope = complete && !guessed ? outcomes.g[i] : null;
    return i === root ? null : curve(root, i, outcomes, { slope, gradient: true, grab: !round && !locked(i), isKnown: knows(root) });
  }
  const edge = argument !== null && headOf(argument) === i ? argument : needs[i][0];
  if (edge === undefined) return null;
  const varied = tailOf(edge);
  const slope = knows(i) && !guessed ? slopeBetween(i, varied, outcomes) : null;
  return knows(varied) ? curve(i, varied, outcomes, { slope, gradient: kind === "backward", isKnown: knows(i) }) : null;
};
