// The keyboard. A page alone hears all keys at once; a stepper among others only its own, and lets none through.

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.composedPath()[0];
  const isField = target.tagName === "INPUT" && target !== slider;
  const at = items.findIndex(({ element }) => element === target);
  const node = items[at]?.kind === "node" ? items[at] : null;
  const canType = node?.knob && !locked(node.i);
  const keys = {
    ArrowRight: () => go(now + 1, true),
    ArrowLeft: () => go(now - 1),
    Home: () => go(0),
    End: () => go(last),
    Escape: () => selected && select(selected),
    0: () => setFollows(true),
  };
  if (target.tagName !== "BUTTON") keys[" "] = playOrPause;
  if (at >= 0 || target === canvas || data.alone) {
    keys.ArrowDown = () => items[Math.min(at + 1, items.length - 1)].element.focus();
    keys.ArrowUp = () => items[at < 0 ? items.length - 1 : Math.max(at - 1, 0)].element.focus();
  }
  if (node) keys.Enter = () => select(node);
  if (canType) {
    keys["+"] = () => nudge(node, 1);
    keys["-"] = () => nudge(node, -1);
    if (/^[\d.]$/.test(event.key)) keys[event.key] = () => type(node.i, node.knob, () => node.element, event.key);
  }
  const scrolls = target === panel || target === about;
  const action = !isField && Object.hasOwn(keys, event.key) && !(scrolls && /Up|Down/.test(event.key)) && keys[event.key];
  if (!data.alone) event.stopPropagation();
  if (!action || target.closest?.("details")) return;
  event.preventDefault();
  action();
};
(data.alone ? window : host).addEventListener("keydown", onKey);
