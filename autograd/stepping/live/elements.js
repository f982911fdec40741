// Making and changing elements. All texts are set as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "g", "path", "rect", "line", "text", "circle"]);

const make = (tag, attributes = {}, ...content) => {
  const element = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...content.filter((part) => part !== null && part !== ""));
  return element;
};

// What is set anew is laid out anew, also where it is the same.
const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
const put = (element, key, value) => {
  if (element.getAttribute(key) !== String(value)) element.setAttribute(key, value);
};

const button = (text, action, title, more = {}) => make("button", { type: "button", title, onclick: action, ...more }, text);
const icon = (d) => make("svg", { width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true" }, make("path", { d }));
const quiet = (...content) => make("p", { class: "quiet" }, ...content);
