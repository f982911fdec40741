// Predict, then see: each new number is hidden until it is said, or shown on request; one question at a time.

let predicting = false;
let verdict = null;
let typed = ""; // and judged to be wrong
let said = new Set(); // the lines of this step that are there
const score = { right: 0, asked: 0 };

const isHidden = (n, line) => predicting && !said.has(n) && line.rule !== "1";
const hiddenNodes = () => new Set(predicting ? tell(now).lines.filter((line, n) => isHidden(n, line)).map((line) => line.about) : []);

const togglePredicting = () => {
  predicting = !predicting;
  predict.setAttribute("aria-pressed", predicting);
  classes(frame, { predicting });
  askAnew();
  show(now, false);
  askHere();
};
const askHere = () => panel.querySelector(".ask input")?.focus();
const askAnew = () => {
  said = new Set();
  verdict = null;
  typed = "";
};

const question = (told) => {
  const n = told.lines.findIndex((line, k) => isHidden(k, line));
  const words = () => make("span", { class: `verdict${verdict?.right ? " good" : ""}`, role: "status" }, verdict?.words ?? `${score.right} of ${score.asked} right so far`);
  if (n < 0) {
    if (!told.lines.length) return [];
    const onward = now < last ? button("next step", () => (go(now + 1), askHere()), "→") : null;
    return [make("div", { class: "ask" }, words(), onward)];
  }
  const line = told.lines[n];
  const field = make("input", { class: "box", inputmode: "decimal", "aria-label": "your number" });
  field.value = typed;
  const settle = (right) => {
    typed = "";
    said.add(n);
    score.right += right;
    score.asked += 1;
  };
  const again = () => {
    show(now, false);
    const onward = panel.querySelector(".ask input, .ask button");
    onward?.focus();
    onward?.select?.();
  };
  const check = () => {
    typed = field.value;
    verdict = judge(typed, line, told, result(now));
    if (verdict.right) settle(1);
    again();
  };
  const tellMe = () => {
    settle(0);
    verdict = { right: false, words: `It is ${line.answer}.` };
    again();
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Enter") return;
    event.preventDefault(); // else it would press the button that gets the focus
    check();
  });
  const symbol = typeof line.symbol === "string" ? line.symbol : ratio(line.symbol);
  const asks = told.kind === "backward" ? [`What does ${names[told.node]} pass on to `, symbol, "?"] : ["What is ", symbol, "?"];
  return [make("div", { class: "ask" }, make("label", {}, ...asks), field, button("check", check, "Enter"), button("show", tellMe, "tell me"), words())];
};

const predict = button("predict", togglePredicting, "hide each new number until you have said it", { "aria-pressed": false });
