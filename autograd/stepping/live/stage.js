// The frame in the element's shadow, and the picture in it: the SVG that stood there as an image.

const host = [...document.querySelectorAll(`div.${name}`)].find((element) => !element.shadowRoot);
if (!host) return;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const image = host.querySelector("img");
const table = host.querySelector("details");
const shadow = host.attachShadow({ mode: "open" });

const header = make("header", { part: "header" }, make("slot", { name: "title" }));
const canvas = make("div", { class: "canvas graph", tabindex: 0, role: "group" });
const player = make("div", { class: "player", role: "toolbar", "aria-label": "steps", tabindex: -1 });
const panel = make("div", { class: "step panel", role: "region", "aria-label": "this step", "aria-live": "polite", tabindex: 0 });
const about = make("div", { class: "about panel", role: "region", "aria-label": "a closer look", id: "about", tabindex: 0 });
const train = make("section", { class: "train", "aria-label": "training" });
const side = make("div", { class: "side" }, panel, about);
const frame = make("div", { class: "frame" }, header, canvas, side, player);
if (rated && !data.problem) frame.append(train);
frame.classList.toggle("alone", data.alone);
frame.classList.toggle("plain", !train.isConnected && !frame.contains(train));

canvas.ariaLabel = `${image.alt}. Up and down go through nodes and edges, left and right through the steps.`;
const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (character) => character.charCodeAt(0));
canvas.innerHTML = new TextDecoder().decode(bytes);
const svg = canvas.firstElementChild;
for (const title of svg.querySelectorAll("title, desc")) title.remove(); // tooltips would hide what they are about
const HEIGHT = +svg.querySelector(".ag-legend text").getAttribute("y") - 9; // without the legend, which is written anew
svg.querySelector(".ag-legend").remove();
svg.setAttribute("role", "group");
svg.setAttribute("aria-label", names[root]);
svg.removeAttribute("aria-labelledby");
const drawn = new Map([...svg.querySelectorAll("[id]")].map((element) => [element.id.split("-").pop(), element]));
const layer = drawn.get("n0").parentNode.parentNode; // of edges, chips and cards; numbers in flight go on top

const legend = make("div", { class: "legend" });
const entries = new Map(Object.entries(data.legend).map(([role, text]) => [text, role]));
for (const [text, role] of entries) legend.append(make("span", {}, make("i", { style: `background:var(--role-${role})` }), text));
legend.append(make("span", { class: "notes" }, `on an edge: ∂(head)/∂(tail), grad: ∂${quoted(root)}/∂(node)`));
canvas.append(legend);

image.remove();
// On paper, all steps are there as a table, as long as its numbers are those that were recorded.
const paper = make("slot", { class: "table" });
shadow.append(make("style", {}, style), frame, paper);
addEventListener("beforeprint", () => (table.open = true));
