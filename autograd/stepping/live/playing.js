// The player: buttons, the track with its passes, play at a speed; and the head of the page.

const [PLAY, PAUSE] = ["M2 1l9 5-9 5z", "M2 1h3v10H2zM7 1h3v10H7z"];
const SPEEDS = { 1: 2, 2: 4, 4: 0.5, 0.5: 1 };
let timer = 0;
let playing = false;
let speed = 1;

const stop = () => {
  clearTimeout(timer);
  playing = false;
  play.replaceChildren(icon(PLAY));
  put(play, "aria-label", "play");
};
const beat = () => {
  if (!playing || !host.isConnected || now >= last) return stop();
  show(now + 1);
  const [flying, resting] = stepAt(now).kind === "backward" ? [1100, 700] : [650, 450];
  fly(now, flying / speed, (flew) => {
    if (playing) timer = setTimeout(beat, (resting + (flew ? 0 : flying)) / speed);
  });
};
const start = () => {
  if (now === last) show(0);
  playing = true;
  play.replaceChildren(icon(PAUSE));
  put(play, "aria-label", "pause");
  timer = setTimeout(beat, 100);
};
const playOrPause = () => (playing ? stop() : start());

// Nothing moves by itself any longer.
const rest = () => {
  stop();
  halt();
  land();
};

// lively: the numbers of the next step fly.
const go = (k, lively = false) => {
  const onward = k === now + 1 && k <= last;
  rest();
  show(k);
  if (onward && lively) fly(now, 480);
};

const control = (words, shape, action, title) => {
  const element = button("", action, title, { "aria-label": words });
  element.append(icon(shape));
  return element;
};
const play = control("play", PLAY, playOrPause, "play or pause (space)");
play.classList.add("play");
const first = control("first", "M2 1h2v10H2zM11 1L5 6l6 5z", () => go(0), "the first step (Home)");
const previous = control("back", "M9 1L3 6l6 5z", () => go(now - 1), "the step before (←)");
const next = control("next", "M3 1l6 5-6 5z", () => go(now + 1, true), "the next step (→)");
const final = control("end", "M8 1h2v10H8zM1 1l6 5-6 5z", () => go(last), "the last step (End)");

const slider = make("input", { type: "range", min: 0, max: last, value: 0, "aria-label": "step" });
slider.addEventListener("input", () => go(+slider.value));
const chapters = [];
for (let round = 0; round < data.rounds; round++) {
  const from = round * cycle.length;
  const update = from + COMPLETE + 1;
  chapters.push({ name: "forward", from, to: from + SEEDED - 1, shade: "var(--text)" });
  chapters.push({ name: "backward", from: from + SEEDED - 1, to: from + COMPLETE, shade: "var(--gradient)" });
  if (rated) chapters.push({ name: "update", from: from + COMPLETE, to: round === data.rounds - 1 ? last : update, shade: "var(--text)" });
}
for (const chapter of chapters) {
  const { from, to, shade, name } = chapter;
  // The words that name a pass lead to its beginning.
  chapter.band = make("button", { type: "button", class: "chapter", style: `flex:${Math.max(0.01, to - from)};--shade:${shade}`, title: `to the ${name} pass`, onclick: () => go(Math.min(last, from + 1)) }, data.rounds > 6 ? "" : name);
}
const pace = button(
  "1×",
  () => {
    speed = SPEEDS[speed];
    pace.textContent = speed === 0.5 ? "½×" : `${speed}×`;
  },
  "speed of play",
  { class: "pace" },
);
player.append(
  make("div", { class: "go" }, play, first, previous, next, final),
  make("div", { class: "track" }, make("div", { class: "chapters" }, ...chapters.map(({ band }) => band)), slider),
  pace,
);

const drawPlayer = (k) => {
  for (const { band, from, to } of chapters) {
    band.style.setProperty("--share", `${Math.max(0, Math.min(1, (k - from) / (to - from))) * 100}%`);
    classes(band, { on: k > from && k <= to });
  }
  slider.style.setProperty("--thumb", isBackward(stepAt(k)) ? "var(--gradient)" : "var(--text)");
  slider.value = k;
  slider.ariaValueText = `${k} of ${last}`;
  first.disabled = previous.disabled = k === 0;
  next.disabled = final.disabled = k === last;
};

// --- the head ---

const search = make("input", { class: "box search", type: "search", placeholder: "find a node", "aria-label": "find a node", list: `${name}-names` });
const find = () => {
  const wanted = search.value.trim();
  const i = names.includes(wanted) ? names.indexOf(wanted) : names.findIndex((other) => wanted && other.startsWith(wanted));
  classes(search, { missing: i < 0 && wanted });
  if (i < 0) return;
  if (selected !== cardOf(i)) select(cardOf(i));
  showNode(cardOf(i));
};
search.addEventListener("change", find);
search.addEventListener("keydown", (event) => {
  event.stopPropagation();
  if (event.key === "Enter") find(); // in Safari, the first Enter closes the list of names and changes nothing
});
if (names.length > 12) header.append(search, make("datalist", { id: `${name}-names` }, ...names.map((other) => make("option", { value: other }))));
header.append(predict);
if (!data.problem) header.append(reset);
