// Turns one stepper's picture into a picture that steps. Called with the class of its element, its data and its style sheet.
// All texts come from data and are set as text, never as HTML; the SVG is the one that draw/svg.py wrote.
(name, data, style) => {
  const host = [...document.querySelectorAll(`div.${name}`)].find((element) => !element.shadowRoot);
  if (!host) return;
  const image = host.querySelector("img");
  const shadow = host.attachShadow({ mode: "open" });
  const { steps, edges, names } = data;
  const root = names.length - 1;
  const last = steps.length - 1;

  const make = (tag, attributes = {}, ...content) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  };

  // What is set anew is laid out anew, also where it is the same: half the time of a step with 300 nodes.
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  // A text on the picture is as wide as in Helvetica, which the cards are made for, whatever font there is.
  const WIDTHS = { ".": 0.278, " ": 0.278, "/": 0.278, r: 0.333, "·": 0.62, "−": 0.584, "×": 0.584 };
  const fit = (element, text) => {
    if (element.textContent === text) return;
    element.textContent = text;
    const size = +element.closest("[font-size]").getAttribute("font-size");
    const width = [...text].reduce((sum, char) => sum + (WIDTHS[char] ?? 0.556), 0);
    if ([...text].length > 1) {
      put(element, "textLength", (size * width).toFixed(1));
      put(element, "lengthAdjust", "spacingAndGlyphs");
    } else element.removeAttribute("textLength"); // a dot alone would be stretched
  };
  const put = (element, key, value) => {
    if (element.getAttribute(key) !== String(value)) element.setAttribute(key, value);
  };

  // --- the picture ---

  const box = make("div", { class: "graph", tabindex: 0, role: "group" });
  box.ariaLabel = `${image.alt}. Up and down go through nodes and edges, left and right through the steps.`;
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (character) => character.charCodeAt(0));
  box.innerHTML = new TextDecoder().decode(bytes);
  const svg = box.firstElementChild;
  const width = svg.width.baseVal.value;
  svg.setAttribute("role", "group");
  svg.removeAttribute("aria-labelledby");
  const [least, most] = [0.8 * width, width * (width > 700 ? 1.35 : 1.1)];
  // Somewhat smaller where it then fits; where it does not, it is scrolled anyway, and may have its full size.
  svg.style.cssText = `width:100%;height:auto;min-width:clamp(${least}px,(${least}px - 100%)*999,${width}px);max-width:${most}px`;
  for (const title of svg.querySelectorAll("title, desc")) title.remove(); // tooltips would hide what they are about
  const drawn = new Map([...svg.querySelectorAll("[id]")].map((element) => [element.id.split("-").pop(), element]));

  const nodes = names.map((_, i) => {
    const element = drawn.get(`n${i}`);
    const [, key] = element.querySelectorAll(".ag-key");
    const item = { element, value: element.querySelector(".ag-value"), grad: element.querySelector(".ag-grad"), key };
    element.setAttribute("role", "button");
    return { ...item, uses: [], needs: [], show: () => aboutNode(i), kind: "node", i };
  });

  const links = edges.map(([tail, head, rule], i) => {
    const name = data.called[i];
    const element = drawn.get(`e${i}`);
    const line = element.querySelector("path");
    const tip = element.querySelector(".ag-tip");
    const hit = line.cloneNode();
    hit.setAttribute("class", "hit");
    element.append(hit);
    element.setAttribute("role", "img");
    const link = { element, line, tip, tail, head, rule, name, i, kind: "edge", show: () => aboutEdge(i), chip: drawn.get(`c${i}`) };
    nodes[tail].uses.push(link);
    nodes[head].needs.push(link);
    return link;
  });

  // The path to the very end of an edge, and an arrowhead at its beginning: what a backward step shows.
  const turnable = (link) => {
    if (link.back) return;
    link.forward = link.line.getAttribute("d");
    const points = link.forward.slice(1).split(/[ C]/).map((point) => point.split(",").map(Number));
    const [left, top] = points[0];
    const [right, bottom] = points.find(([x, y]) => x !== left || y !== top) ?? [left + 1, top];
    const length = Math.hypot(right - left, bottom - top);
    const [x, y] = [(7 * (right - left)) / length, (7 * (bottom - top)) / length];
    const corner = (side) => `${left + x - 0.41 * side * y},${top + y + 0.41 * side * x}`;
    link.back = link.tip.cloneNode();
    link.back.setAttribute("class", "back");
    link.back.setAttribute("points", `${left},${top} ${corner(1)} ${corner(-1)}`);
    link.element.append(link.back);
    link.whole = `${link.forward}L${link.tip.getAttribute("points").split(" ")[0]}`;
  };

  // --- controls ---

  const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "steps" });
  const button = (text, action, title) => {
    const element = make("button", { type: "button", title }, text);
    element.addEventListener("click", action);
    bar.append(element);
    return element;
  };
  const first = button("« first", () => go(0), "the first step (Home)");
  const back = button("‹ back", () => go(now - 1), "the step before (←)");
  const next = button("next ›", () => go(now + 1), "the next step (→)");
  const end = button("end »", () => go(last), "the last step (End)");
  const after = (kind) => {
    const later = steps.findIndex((step, k) => k > now && step.kind === kind);
    return later < 0 ? steps.findIndex((step) => step.kind === kind) : later;
  };
  button("backward pass", () => go(after("seed")), "to where the (next) backward pass begins");
  const play = button("play", () => (timer ? stop() : start()), "a step every second (space)");
  const slider = make("input", { type: "range", min: 0, max: last, value: 0, "aria-label": "step" });
  slider.addEventListener("input", () => go(+slider.value));
  const count = make("span", { class: "count" });
  bar.append(slider, count);

  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "play";
  };
  const start = () => {
    if (now === last) show(0);
    play.textContent = "pause";
    timer = setInterval(() => (now < last && host.isConnected ? show(now + 1) : stop()), 1100);
  };
  const go = (k) => {
    stop();
    show(k);
  };

  // --- the state at a step ---

  let now = 0;
  let state, partials, written; // by node: value, grad, parts; by edge: text, number; by node: the lines about it

  const replay = () => {
    state = names.map(() => ["·", "·", ""]);
    partials = edges.map(() => null);
    steps.slice(0, now + 1).forEach((step) => {
      if (step.kind === "start") partials.fill(null);
      for (const [node, ...shown] of step.changes) state[node] = shown;
      for (const [edge, text, number] of step.partials) partials[edge] = [text, Number(number.toString().replace("inf", "Infinity"))];
    });
    written = names.map(() => []);
    steps.forEach((step, k) => {
      if (step.round !== steps[now].round) return;
      for (const [node, ...texts] of step.lines) written[node].push({ texts, known: k <= now, kind: step.kind });
    });
  };

  const show = (k) => {
    now = Math.max(0, Math.min(last, k));
    const step = steps[now];
    const backward = step.kind === "seed" || step.kind === "backward";
    replay();
    box.className = `graph ${backward ? "backward" : "forward"}`;
    const hot = new Set(step.edges);
    const touched = new Set(step.kind === "start" ? [] : step.changes.map(([node]) => node));
    nodes.forEach(({ element, value, grad, key }, i) => {
      const [x, slope, parts] = state[i];
      fit(value, x);
      fit(grad, slope);
      fit(key, parts ? `grad ${parts}` : "grad");
      value.classList.toggle("off", x === "·");
      grad.classList.toggle("off", slope === "·");
      element.classList.add("node");
      element.classList.toggle("pending", x === "·");
      element.classList.toggle("active", step.node === i);
      element.classList.toggle("touched", step.node !== i && touched.has(i));
      const known = (number) => (number === "·" ? "not computed yet" : number);
      put(element, "aria-label", `${names[i]}: value ${known(x)}, gradient ${known(slope)}${parts ? `, ${parts} parts` : ""}`);
    });
    links.forEach((link, i) => {
      const isHot = hot.has(i);
      const turned = isHot && backward;
      if (turned) turnable(link);
      if (link.back) put(link.line, "d", turned ? link.whole : link.forward);
      for (const [element, kind] of [[link.element, "edge"], [link.chip, "chip"]]) {
        element?.classList.add(kind);
        element?.classList.toggle("hot", isHot);
        element?.classList.toggle("pending", kind === "chip" ? !partials[i] : state[link.head][0] === "·");
      }
      if (link.chip && partials[i]) label(link, turned);
      put(link.element, "aria-label", `${link.name} = ${link.rule}${partials[i] ? ` = ${partials[i][0]}` : ""}`);
    });
    const sentence = make("h2", {}, step.sentence);
    panel.replaceChildren(sentence, grid(step.lines.map(([, ...texts]) => ({ texts, known: true, kind: step.kind }))));
    const rounds = steps[last].round > 1 ? `round ${step.round}, ` : "";
    count.textContent = `${rounds}${step.kind}: ${now} of ${last}`;
    slider.value = now;
    slider.ariaValueText = `${now} of ${last}: ${step.sentence}`;
    first.disabled = back.disabled = now === 0;
    next.disabled = end.disabled = now === last;
    describe();
    host.dataset.step = now;
    reveal([step.node, ...touched, ...step.edges.map((i) => links[i].tail)].filter((i) => i >= 0));
  };

  // Scrolls the picture, never the page, to the nodes of a step; to the first where there is no room for all.
  const reveal = (about) => {
    if (!about.length) return;
    const view = box.getBoundingClientRect();
    const cards = about.map((i) => nodes[i].element.getBoundingClientRect());
    for (const [near, far, scroll] of [["left", "right", "scrollLeft"], ["top", "bottom", "scrollTop"]]) {
      const [start, end] = [view[near] + 24, view[far] - 24];
      let [from, to] = [Math.min(...cards.map((card) => card[near])), Math.max(...cards.map((card) => card[far]))];
      if (to - from > end - start) [from, to] = [cards[0][near], cards[0][far]];
      box[scroll] += Math.max(0, to - end) - Math.max(0, start - from);
    }
  };

  // A chip has just the width of its number: the sign of a multiplication needs some more.
  const label = (link, turned) => {
    const [text, rect] = [link.chip.querySelector("text"), link.chip.querySelector("rect")];
    link.place ??= { x: rect.x.baseVal.value, width: rect.width.baseVal.value, length: text.textContent.length };
    fit(text, (turned ? "×" : "") + partials[link.i][0]);
    const more = (turned ? 10 : 0) + 5 * (partials[link.i][0].length - link.place.length);
    put(rect, "x", link.place.x - more / 2);
    put(rect, "width", link.place.width + more);
    put(rect, "rx", turned ? 6 : 3);
  };

  // --- panels ---

  const panel = make("div", { class: "panel step", "aria-live": "polite" });
  const about = make("div", { class: "panel about", id: "about" });
  const rows = Math.max(...steps.map((step) => step.lines.length));
  panel.style.setProperty("--rows", Math.min(rows, 12));

  const grid = (lines) => {
    const element = make("div", { class: "grid" });
    for (const { texts, known, kind } of lines) {
      const [symbol, sign, rule, numbers, result, , note] = texts;
      const gradient = kind === "seed" || kind === "backward" ? { class: "grad" } : {};
      const filled = known && numbers !== rule && numbers !== result ? `= ${numbers}` : "";
      const outcome = known ? (result === rule ? "" : `= ${result}`) : "";
      element.append(
        make("span", {}, symbol),
        make("span", {}, `${sign} ${rule}`),
        make("span", {}, filled),
        make("span", gradient, outcome),
        make("span", { class: "note quiet" }, known ? note : "not computed yet"),
      );
    }
    return element;
  };

  const partial = (of, by) => `∂${names[of]}/∂${names[by]}`;

  const aboutNode = (i) => {
    const kind = data.kinds[i];
    const title = make("h2", {}, kind ? `${names[i]}  (${kind})` : names[i]);
    const lines = written[i].filter(({ kind, known }) => kind !== "update" || known);
    const content = [title, grid(lines)];
    if (!nodes[i].needs.length) content.splice(1, 0, make("p", {}, `${names[i]} = ${state[i][0]}, a leaf: no operation computes it`));
    if (data.gradients[i]) {
      const sum = lines.findLast(({ kind }) => kind === "backward");
      const result = make("span", { class: "grad" }, sum?.known ? ` = ${sum.texts[5]}` : "");
      content.push(make("p", {}, `${partial(root, i)} = ${data.gradients[i]}`, result));
    }
    for (const link of nodes[i].needs) content.push(make("p", { class: "quiet" }, onEdge(link)));
    return content;
  };

  const onEdge = ({ i, rule, name }) => {
    const number = partials[i] && partials[i][0] !== rule ? ` = ${partials[i][0]}` : "";
    const factor = data.factors[i];
    const called = !factor ? name : name.startsWith("part ") ? name.replace(/∂.*/, factor) : `${factor} = ${name}`;
    return `${called} = ${rule}${number}`;
  };

  const aboutEdge = (i) => {
    const link = links[i];
    const { head, tail, name } = link;
    const passed = head === root ? name : `${partial(root, head)} · ${name}`;
    return [
      make("h2", {}, `${names[tail]} → ${names[head]}`),
      make("p", {}, onEdge(link), partials[i] ? "" : make("span", { class: "quiet" }, "   not computed yet")),
      make("p", { class: "quiet" }, `In the backward pass ${names[tail]} gets ${passed}.`),
    ];
  };

  // --- paths: the best ones from each node to the root follow from those of the nodes that use it ---

  const MOST = 12;
  const pathsFrom = (i) => {
    const best = { [root]: [{ number: 1, links: [] }] };
    const counts = { [root]: 1 };
    for (let j = root - 1; j >= i; j--) {
      const found = nodes[j].uses.flatMap((link) =>
        (best[link.head] ?? []).map(({ number, links }) => ({ number: partials[link.i][1] * number, links: [link, ...links] })),
      );
      best[j] = found.sort((a, b) => Math.abs(b.number) - Math.abs(a.number)).slice(0, MOST);
      counts[j] = nodes[j].uses.reduce((sum, { head }) => sum + (counts[head] ?? 0), 0);
    }
    return { best: best[i], count: counts[i] };
  };

  const waysOf = (i) => {
    const reach = new Set([i]);
    for (let j = i; j <= root; j++) if (reach.has(j)) for (const { head } of nodes[j].uses) reach.add(head);
    return links.filter(({ tail }) => reach.has(tail));
  };

  // Numbers with the same decimals: four, more where all are small, none where they are exponents anyway.
  const column = (numbers) => {
    const largest = Math.max(...numbers.map(Math.abs).filter(Number.isFinite));
    const power = Math.floor(Math.log10(largest));
    const decimals = power < 0 ? Math.max(4, 2 - power) : Math.max(0, 4 - power);
    const written = (x) => (largest >= 1e-5 && largest < 1e6 ? x.toFixed(decimals) : x === 0 ? "0" : x.toExponential(3));
    const special = (x) => (Number.isNaN(x) ? "nan" : x > 0 ? "∞" : "-∞");
    return numbers.map((x) => (Number.isFinite(x) ? written(x) : special(x)).replaceAll("-", "−"));
  };

  const aboutPaths = (i) => {
    if (i === root) return [];
    if (waysOf(i).some((link) => !partials[link.i])) return [make("p", { class: "quiet" }, "Its paths have numbers once the forward pass is done.")];
    const { best, count: paths } = pathsFrom(i);
    const sum = best.reduce((sum, { number }) => sum + number, 0);
    const contributions = column([...best.map(({ number }) => number), sum]);
    const ways = make("div", { class: "ways" });
    best.forEach(({ links: along }, n) => {
      const trail = make("button", { type: "button" }, [names[i], ...along.map(({ head }) => names[head])].join(" → "));
      for (const [event, lit] of [["pointerenter", along], ["focus", along], ["pointerleave", null], ["blur", null]]) {
        trail.addEventListener(event, () => light(lit ?? waysOf(i)));
      }
      const factors = along.filter(({ rule }) => rule !== "1").map((link) => partials[link.i][0]);
      const product = factors.map((text, n) => (n && text.startsWith("−") ? `(${text})` : text)).join(" · ") || "1";
      ways.append(make("span", { class: "grad right" }, contributions[n]), trail, make("span", { class: "quiet" }, `= ${product}`));
    });
    const number = paths.toLocaleString("en").replaceAll(",", " ");
    const which = paths > best.length ? `The ${best.length} largest of ${number} paths` : paths > 1 ? `The ${paths} paths` : "The one path";
    const added = paths > 1 && paths === best.length ? `; together ${contributions.at(-1)}` : "";
    return [make("p", {}, `${which} from ${names[i]} to ${names[root]}, and what each adds to ${partial(root, i)}${added}:`), ways];
  };

  // --- pointing and selecting ---

  const HINT = `Point at a node for its derivation, at an edge for its rule; click a node for its paths.
    Keys: ← → steps, ↑ ↓ nodes and edges, Enter paths, space play.`;
  let over = null; // the node or edge that is pointed at, or has the focus
  let selected = null;

  const light = (ways) => {
    const lit = new Set(ways);
    const ends = new Set((ways ?? []).flatMap(({ tail, head }) => [tail, head]));
    if (selected) ends.add(selected.i);
    box.classList.toggle("selecting", !!selected);
    nodes.forEach(({ element }, i) => element.classList.toggle("way", !!selected && ends.has(i)));
    for (const link of links) for (const element of [link.element, link.chip]) element?.classList.toggle("way", lit.has(link));
  };

  let told = [];
  const describe = () => {
    const subject = over ?? selected;
    for (const other of items) {
      other.element.classList.toggle("over", other === over);
      other === over ? put(other.element, "aria-describedby", "about") : other.element.removeAttribute("aria-describedby");
    }
    for (const node of nodes) put(node.element, "aria-pressed", node === selected);
    light(selected && waysOf(selected.i));
    about.classList.toggle("idle", !subject);
    const asked = [now, subject, subject === selected];
    if (asked.every((part, i) => part === told[i])) return; // what is there stays: the pointer may be on it
    told = asked;
    const content = subject ? subject.show() : [make("p", { class: "quiet" }, HINT)];
    if (selected && subject === selected) content.push(...aboutPaths(selected.i));
    about.replaceChildren(...content);
  };

  const select = (node) => {
    selected = selected === node ? null : node;
    describe();
  };

  const items = nodes.flatMap((node) => [node, ...node.needs]);
  for (const thing of items) {
    thing.element.setAttribute("tabindex", -1);
    const places = thing.chip ? [thing.element, thing.chip] : [thing.element];
    const point = (to) => () => {
      over = to;
      describe();
    };
    for (const place of places) {
      place.addEventListener("pointerenter", point(thing));
      place.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && point(null)()); // a finger is lifted
    }
    thing.element.addEventListener("focus", point(thing));
    thing.element.addEventListener("blur", point(null));
    if (thing.kind === "node") thing.element.addEventListener("click", () => select(thing));
  }

  host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    const at = items.findIndex(({ element }) => element === target);
    const inGraph = at >= 0 || target === box;
    const isButton = target.tagName === "BUTTON";
    const keys = {
      ArrowRight: () => go(now + 1),
      ArrowLeft: () => go(now - 1),
      Home: () => go(0),
      End: () => go(last),
      Escape: () => selected && select(selected),
    };
    if (!isButton) keys[" "] = () => (timer ? stop() : start());
    if (inGraph) {
      keys.ArrowDown = () => items[Math.min(at + 1, items.length - 1)].element.focus();
      keys.ArrowUp = () => items[at < 0 ? items.length - 1 : Math.max(at - 1, 0)].element.focus();
      keys.Enter = () => items[at]?.kind === "node" && select(items[at]);
    }
    const action = Object.hasOwn(keys, event.key) && target.closest?.("details") === null && keys[event.key];
    event.stopPropagation();
    if (!action) return;
    event.preventDefault();
    action();
  });

  // --- light or dark: as the notebook says, else as the browser does ---

  const adopt = () => {
    const dark = ".vscode-dark, .vscode-high-contrast, .dark, .theme-dark, [data-jp-theme-light=false], [data-theme=dark], [data-bs-theme=dark]";
    const bright = ".vscode-light, .light, .theme-light, [data-jp-theme-light=true], [data-theme=light], [data-bs-theme=light]";
    const page = [document.documentElement, document.body];
    host.style.colorScheme = page.some((e) => e.matches(dark)) ? "dark" : page.some((e) => e.matches(bright)) ? "light" : "";
  };
  const watch = new MutationObserver(adopt);
  for (const element of [document.documentElement, document.body]) watch.observe(element, { attributes: true });
  adopt();

  image.remove();
  if (svg.height.baseVal.value > 700) box.style.maxHeight = "max(420px,60vh)"; // the words would be out of sight
  const frame = make("div", { class: data.alone ? "frame beside" : "frame" }, bar, box, make("div", { class: "panels" }, panel, about));
  shadow.append(make("style", {}, style), frame, make("slot"));
  const asked = () => /^#step=(\d+)$/.exec(location.hash)?.[1] ?? data.start;
  show(data.alone ? +asked() : data.start);
  if (data.alone) addEventListener("hashchange", () => go(+asked()));
};
