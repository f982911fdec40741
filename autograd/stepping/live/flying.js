// Numbers in flight. A number leaves its card, becomes the product where it meets the chip, and arrives; then the sum changes.

const MOST_FLIGHTS = 24;
let flight = 0;
let pills = [];

const land = () => {
  cancelAnimationFrame(flight);
  for (const { group } of pills) group.remove();
  pills = [];
};

// Where along an edge its chip is.
const meeting = ({ line, chip }, length) => {
  if (!chip) return 0.5;
  const rect = chip.querySelector("rect");
  const [cx, cy] = [rect.x.baseVal.value + rect.width.baseVal.value / 2, rect.y.baseVal.value + 6.5];
  let [best, where] = [Infinity, 0.5];
  for (let t = 0.1; t <= 0.9; t += 0.05) {
    const { x, y } = line.getPointAtLength(t * length);
    const far = Math.hypot(x - cx, y - cy);
    if (far < best) [best, where] = [far, t];
  }
  return where;
};

const pillOn = (e, { kind, node, round }) => {
  const link = linkOf[e];
  const length = link.line.getTotalLength();
  const backward = kind === "backward";
  const outcomes = runs[round];
  const value = valueText(outcomes.x[tailOf(e)]);
  const texts = backward ? [shortest(outcomes.g[node]), predicting ? "?" : shortest(outcomes.part[e])] : [value, value];
  const [rect, text] = [make("rect", { rx: 7, height: 14, y: -7 }), make("text", { y: 3.6 })];
  const group = make("g", { class: `pill${backward ? " grad" : ""}` }, rect, text);
  layer.append(group);
  return { e, link, length, texts, rect, text, group, meet: meeting(link, length) };
};

// Says afterwards whether there was anything to fly.
const fly = (k, time, after = () => 0) => {
  land();
  const step = stepAt(k);
  const { kind, node, nodes } = step;
  const count = (kind === "forward" || kind === "backward") && nodes.length === 1 ? needs[node].length : 0;
  const whole = count > 0 && needs[node].every((e) => !isGroup(cardOf(tailOf(e))));
  if (!whole || calm.matches || document.hidden || !count || count > MOST_FLIGHTS) return after(false);
  const backward = kind === "backward";
  const before = stateAt(k - 1);
  pills = needs[node].map((e) => pillOn(e, step));
  const cards = backward ? needs[node].map(tailOf) : [node];
  for (const i of cards) {
    const parts = progress(i, before.parts[i]);
    const { value, grad, key } = cardOf(i);
    if (backward) fit(grad, before.grads[i] === null ? "·" : valueText(before.grads[i]), NUMBER_SIZE);
    if (backward) fit(key, parts ? `grad ${parts}` : "grad", KEY_SIZE);
    else fit(value, "·", NUMBER_SIZE);
  }
  const begin = performance.now();
  const tick = (clock) => {
    if (!host.isConnected) return land();
    const t = Math.max(0, Math.min(1, (clock - begin) / time));
    const s = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2;
    for (const { link, length, meet, rect, text, group, texts } of pills) {
      const along = backward ? 1 - s : s;
      const { x, y } = link.line.getPointAtLength(along * length);
      const words = texts[+(backward && along < meet)];
      const bump = backward ? 1 + 0.35 * Math.max(0, 1 - Math.abs(along - meet) / 0.12) : 1;
      write(text, words);
      const wide = CHIP_SIZE * widthOf(words) + 10;
      put(rect, "width", wide);
      put(rect, "x", -wide / 2);
      group.setAttribute("transform", `translate(${x},${y}) scale(${bump})`);
    }
    if (t < 1) return (flight = requestAnimationFrame(tick));
    land();
    show(k, false);
    after(true);
  };
  tick(begin);
};
