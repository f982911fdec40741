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
<img width="WIDTH" height="HEIGHT" src="ONE"><img width="WIDTH" height="HEIGHT" src="OTHER">
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
addEventListener("load", () => {
  const [a, b] = [...document.images].map(pixels);
  let sum = 0, far = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    sum += difference;
    far += difference > 64;
  }
  document.body.textContent = `mean ${sum / a.length} far ${far / a.length} end`;
});
</script>"""


def difference(tmp_path, drawing, other):
    """Return how far Chromium's picture of one drawing is from rsvg's of another: on average, and in how many places much."""
    png = subprocess.run(["rsvg-convert", "--zoom=2"], input=other.svg.encode(), capture_output=True, check=True).stdout
    svg_data, png_data = (base64.b64encode(data).decode() for data in (drawing.svg.encode(), png))
    root = ElementTree.fromstring(drawing.svg)
    page = COMPARE.replace("WIDTH", root.get("width")).replace("HEIGHT", root.get("height"))
    page = page.replace("ONE", f"data:image/svg+xml;base64,{svg_data}").replace("OTHER", f"data:image/png;base64,{png_data}")
    (tmp_path / "page.html").write_text(page)
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--dump-dom", (tmp_path / "page.html").as_uri()]
    page = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    mean, far = re.search(r"mean (\S+) far (\S+) end", page).groups()
    return float(mean), float(far)
