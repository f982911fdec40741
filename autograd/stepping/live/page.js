// All of it at a step, and the beginning.

let now = 0;
let noting = 0;

const show = (k, moved = true) => {
  if (moved) {
    askAnew();
    argument = null;
  }
  now = Math.max(0, Math.min(last, k));
  drawStep(now, hiddenNodes());
  drawPanel(now);
  describe();
  showInside();
  drawTraining();
  drawPlayer(now);
  host.dataset.step = now;
  paper.hidden = edited.size > 0 || trained > 0 || rates.some((rate, k) => rate !== data.rates[k][2]);
  if (!moved) return;
  follow();
  if (!data.alone || location.protocol === "about:") return;
  clearTimeout(noting); // Safari allows a hundred new addresses in half a minute, and then throws
  noting = setTimeout(() => history.replaceState(history.state, "", `#step=${now}`), 400);
};

frame.style.setProperty("--tallest", "300px");
const asked = () => +(/^#step=(\d+)$/.exec(location.hash)?.[1] ?? data.start);
compute();
trail = [moment()];
writeRate();
show(data.alone ? asked() : data.start);
follow(true);
if (data.alone) addEventListener("hashchange", () => go(asked()));

// Nothing below the panel moves between steps: it has always the height of its tallest one.
const CANDIDATES = 4;
const measure = () => {
  const length = (k) => tell(k).lines.reduce((sum, { note }) => sum + 2 + !!note, 0);
  const lengths = cycle.map((_, k) => [length(k), k]).sort(([a], [b]) => b - a);
  frame.classList.add("measuring");
  const heights = [[0, 0], ...lengths.slice(0, CANDIDATES)].map(([, k]) => (drawPanel(k), panel.scrollHeight));
  frame.classList.remove("measuring");
  frame.style.setProperty("--tallest", `${Math.max(...heights) + 1}px`);
};

let measured = 0;
new ResizeObserver(() => {
  if (measured !== frame.clientWidth) {
    measured = frame.clientWidth;
    measure();
    drawPanel(now);
  }
  follow(true);
  describe();
  drawTraining();
}).observe(canvas);
