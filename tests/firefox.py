"""Firefox, where it is installed, by its own protocol: length:[0, id, command, parameters], and the same way back."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr")
PATIENCE = 60  # seconds, for a machine that is busy with other things
PREFERENCES = {"marionette.port": 0, "ui.prefersReducedMotion": 1}


class Firefox:
    """A window of it; all that is named is looked up in the shadow of the page's first stepper."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.answers = connection, connection.makefile("rb")
        self.read()  # who it is
        self.call("NewSession")
        self.call("SetWindowRect", width=1300, height=1000)

    def read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.answers.read(1) or b"0:"
        return json.loads(self.answers.read(int(length[:-1])))

    def call(self, command: str, **parameters: Any) -> Any:
        message = json.dumps([0, 1, f"WebDriver:{command}", parameters]).encode()
        self.connection.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self.read()
        assert error is None, error
        return result.get("value") if isinstance(result, dict) else result

    def run(self, script: str) -> Any:
        start = "const shadow = document.querySelector('div[data-step]').shadowRoot; return "
        return self.call("ExecuteScript", script=start + script, args=[])

    def press(self, keys: str) -> None:
        """Press keys one after the other; those without a character are as in WebDriver."""
        presses = [{"type": way, "value": key} for key in keys for way in ("keyDown", "keyUp")]
        self.call("PerformActions", actions=[{"type": "key", "id": "keys", "actions": presses}])

    def drag(self, element: str, dx: int, kind: str = "mouse") -> None:
        """Take hold of the middle of an element, given as a script, and move it; 0 is a click."""
        x, y = self.run(f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])(({element}).getBoundingClientRect())")
        at = [{"type": "pointerMove", "duration": 0, "x": int(x + way), "y": int(y)} for way in (0, dx / 2, dx)]
        taken = [at[0], {"type": "pointerDown", "button": 0}, *(at[1:] if dx else []), {"type": "pointerUp", "button": 0}]
        pointer = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": taken}
        self.call("PerformActions", actions=[pointer])


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """Start Firefox with a profile in an empty folder, and end it."""
    assert FIREFOX is not None
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines), "utf-8")
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port, end = profile / "MarionetteActivePort", time.monotonic() + PATIENCE
        while not (port.exists() and port.read_text()):
            assert time.monotonic() < end, "Firefox does not start"
            time.sleep(0.05)
        with socket.create_connection(("127.0.0.1", int(port.read_text())), PATIENCE) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.wait(PATIENCE)
