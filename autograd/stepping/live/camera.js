// What of the picture is in sight: all of it where that can be read, else what the step is about; or as moved by hand.

const WIDTH = svg.width.baseVal.value;
const READABLE = 0.74; // scale
const LARGEST = 1.5;
const [X0, Y0] = layer.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
let view = { x: 0, y: 0, w: WIDTH, h: HEIGHT };
let follows = true;
let gliding = 0;

const room = () => ({ w: svg.clientWidth || 600, h: svg.clientHeight || 300 });
const look = (next) => {
  view = next;
  placeInside();
  svg.setAttribute("viewBox", `${next.x} ${next.y} ${next.w} ${next.h}`);
};
const framed = ([left, top, right, bottom], largest = LARGEST, smallest = 0) => {
  const { w, h } = room();
  const scale = Math.max(smallest, Math.min(largest, w / (right - left), h / (bottom - top)));
  const size = { w: w / scale, h: h / scale };
  return { x: (left + right - size.w) / 2, y: (top + bottom - size.h) / 2, ...size };
};
const everything = () => framed([8, 8, WIDTH - 8, HEIGHT - 8]);
const around = (shown, margin) => [
  Math.min(...shown.map(({ x, half }) => x - half)) + X0 - margin,
  Math.min(...shown.map(({ y }) => y)) + Y0 - 25 - margin,
  Math.max(...shown.map(({ x, half }) => x + half)) + X0 + margin,
  Math.max(...shown.map(({ y }) => y)) + Y0 + 25 + margin,
];

const moveTo = (target, atOnce) => {
  cancelAnimationFrame(gliding);
  if (atOnce || calm.matches || document.hidden) return look(target);
  const from = view;
  const begin = performance.now();
  const tick = (time) => {
    const t = Math.max(0, Math.min(1, (time - begin) / 380));
    const s = 1 - (1 - t) ** 3;
    look(Object.fromEntries(["x", "y", "w", "h"].map((key) => [key, from[key] + s * (target[key] - from[key])])));
    if (t < 1) gliding = requestAnimationFrame(tick);
  };
  gliding = requestAnimationFrame(tick);
};

const follow = (atOnce) => {
  if (!follows) return;
  const whole = everything();
  const { kind, node, nodes } = stepAt(now);
  const shown = kind === "update" ? parameters : node === undefined ? [] : [node, ...edgesTo(nodes).map(tailOf)];
  if (room().w / whole.w >= READABLE || !shown.length) return moveTo(whole, atOnce);
  const about = [...new Set(shown.map(cardOf))];
  let target = framed(around(about, 16), 1.1);
  if (room().w / target.w < 0.5) target = framed(around(about.slice(0, 1), 90), 0.74); // no room for all: the node itself
  const kept = (low, size, most) => (size >= most ? (most - size) / 2 : Math.max(0, Math.min(low, most - size)));
  moveTo({ ...target, x: kept(target.x, target.w, WIDTH), y: kept(target.y, target.h, HEIGHT) }, atOnce);
};
const setFollows = (on) => {
  follows = on;
  following.setAttribute("aria-pressed", on);
  if (on) follow();
};
const zoom = (by, [cx, cy] = [0.5, 0.5]) => {
  setFollows(false);
  const { w, h } = room();
  const scale = Math.min(4, Math.max(0.1, (w / view.w) * by));
  const size = { w: w / scale, h: h / scale };
  look({ x: view.x + cx * (view.w - size.w), y: view.y + cy * (view.h - size.h), ...size });
};
const showAll = () => {
  setFollows(false);
  moveTo(everything());
};
const showNode = (node) => {
  setFollows(false);
  moveTo(framed(around([node], 110), 1.1));
};

let onScreen;
addEventListener("beforeprint", () => {
  cancelAnimationFrame(gliding);
  onScreen = view;
  look({ x: 0, y: 0, w: WIDTH, h: HEIGHT }); // all of it on paper
});
addEventListener("afterprint", () => look(onScreen));

const following = button("follow", () => setFollows(!follows), "the view follows the steps (0)", { "aria-pressed": true });
canvas.append(
  make("div", { class: "zoom" }, button("−", () => zoom(0.8), "smaller"), button("+", () => zoom(1.25), "larger"), button("all", showAll, "the whole picture"), following),
);

const fraction = (event) => {
  const { left, top, width, height } = svg.getBoundingClientRect();
  return [(event.clientX - left) / width, (event.clientY - top) / height];
};
canvas.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), fraction(event));
  },
  { passive: false },
);
const fingers = new Map();
svg.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".node, .edge, .chip")) return;
  fingers.set(event.pointerId, event);
  svg.setPointerCapture(event.pointerId);
});
svg.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
  const other = [...fingers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
  const apart = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
  if (other) zoom(apart(event) / Math.max(1, apart(before)), fraction(event));
  else if (Math.hypot(dx, dy) < 3 && !canvas.classList.contains("moving")) return;
  else {
    setFollows(false);
    canvas.classList.add("moving");
    look({ ...view, x: view.x - (dx * view.w) / room().w, y: view.y - (dy * view.h) / room().h });
  }
  fingers.set(event.pointerId, event);
});
for (const end of ["pointerup", "pointercancel"]) {
  svg.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    canvas.classList.remove("moving");
  });
}
svg.addEventListener("dblclick", (event) => event.target.closest(".node, .edge, .chip") || setFollows(true));
