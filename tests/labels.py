"""Labels that mean something to Markdown, LaTeX or HTML."""

from __future__ import annotations

HOSTILE = [
    "$x$",
    "a}b{c",
    r"\input{/etc/passwd}",
    "50 % & more",
    "#_~^",
    "<script>alert(1)</script>",
    "a|b",
    "`code`",
    "[link](javascript:0)",
    "two\nlines",
    "误差",
    "σ",
    "_",
    "",
]
