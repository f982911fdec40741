"""Two programs that draw an SVG, Chromium and rsvg, and how far apart their pictures are."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

needs_renderers = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("rsvg-convert")), reason="Chromium and rsvg-convert are not both installed"
)

COMPARE = """<!doctype html><meta charset="utf-8"><body>
IMAGES
<script>
function pixels(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.width / 4;
  canvas.height = image.height / 4;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}
function difference(a, b) {
  let sum = 0, far = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    sum += difference;
    far += difference > 64;
  }
  return `mean ${sum / a.length} far ${far / a.length} end`;
}
addEventListener("load", () => {
  const all = [...document.images].map(pixels);
  document.body.textContent = all.map((a, i) => i % 2 ? "" : difference(a, all[i + 1])).join(" ");
});
</script>"""


def differences(tmp_path, pairs):
    """Return how far Chromium's picture of one drawing is from rsvg's of another: on average, and in how many places much."""
    images = []
    for drawing, other in pairs:
        png = subprocess.run(["rsvg-convert", "--zoom=2"], input=other.svg.encode(), capture_output=True, check=True).stdout
        root = ElementTree.fromstring(drawing.svg)
        for kind, data in (("svg+xml", drawing.svg.encode()), ("png", png)):
            source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
            images.append(f'<img width="{root.get("width")}" height="{root.get("height")}" src="{source}">')
    (tmp_path / "page.html").write_text(COMPARE.replace("IMAGES", "\n".join(images)))
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--dump-dom", (tmp_path / "page.html").as_uri()]
    page = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    return [(float(mean), float(far)) for mean, far in re.findall(r"mean (\S+) far (\S+) end", page)]
