// Light or dark: as the notebook says, else as the browser does.

const DARK = ".vscode-dark, .vscode-high-contrast, .dark, .theme-dark, [data-jp-theme-light=false], [data-theme=dark], [data-bs-theme=dark]";
const LIGHT = ".vscode-light, .light, .theme-light, [data-jp-theme-light=true], [data-theme=light], [data-bs-theme=light]";
const adopt = () => {
  const page = [document.documentElement, document.body];
  host.style.colorScheme = page.some((e) => e.matches(DARK)) ? "dark" : page.some((e) => e.matches(LIGHT)) ? "light" : "";
};
const watch = new MutationObserver(adopt);
for (const element of [document.documentElement, document.body]) watch.observe(element, { attributes: true });
adopt();
