// The paths from a node to the root: the best ones follow from those of the nodes that use it.

const MOST_PATHS = 12;

const pathsFrom = (i, partials) => {
  const best = { [root]: [{ number: 1, along: [] }] };
  const counts = { [root]: 1 };
  for (let j = root - 1; j >= i; j--) {
    const found = uses[j].flatMap((e) => (best[headOf(e)] ?? []).map(({ number, along }) => ({ number: partials[e] * number, along: [e, ...along] })));
    best[j] = found.sort((a, b) => Math.abs(b.number) - Math.abs(a.number)).slice(0, MOST_PATHS);
    counts[j] = uses[j].reduce((sum, e) => sum + (counts[headOf(e)] ?? 0), 0);
  }
  return { best: best[i], count: counts[i] };
};

const aboutPaths = (i, { partials }) => {
  if (i === root) return [];
  if (waysOf([i]).some((e) => partials[e] === null)) return [quiet("Its paths have numbers once the forward pass is done.")];
  const { best, count } = pathsFrom(i, partials);
  const sum = best.reduce((whole, { number }) => whole + number, 0);
  const texts = short(...best.map(({ number }) => number), sum);
  const ways = make("div", { class: "ways" });
  best.forEach(({ along }, n) => {
    const trail = button([names[i], ...along.map((e) => names[headOf(e)])].join(" → "), () => light(along), "light it up");
    for (const event of ["pointerenter", "focus"]) trail.addEventListener(event, () => light(along));
    for (const event of ["pointerleave", "blur"]) trail.addEventListener(event, relight);
    const factors = along.filter((e) => edges[e][2] !== "1").map((e) => partialText(partials[e]));
    const product = factors.map((text, k) => (k ? factor(text) : text)).join(" · ") || "1";
    ways.append(make("span", { class: "grad right" }, texts[n]), trail, make("span", { class: "quiet" }, `= ${product}`));
  });
  const number = count.toLocaleString("en").replaceAll(",", " ");
  const which = count > best.length ? `The ${best.length} largest of ${number} paths` : count > 1 ? `The ${count} paths` : "The one path";
  const added = count > 1 && count === best.length ? `; together ${texts.at(-1)}` : "";
  return [make("p", {}, `${which} from ${names[i]} to ${names[root]}, and what each adds to ${plain(byNode(i))}${added}:`), ways];
};
