"""Headless Chromium, driven through the pipe of its DevTools protocol: no driver, no port."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from tests.servers.waiting import wait_for

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)

_OLD = "facteurLeft"
"""Marks the page that is being left."""


def available() -> bool:
    """Whether Chromium is installed."""
    return shutil.which("chromium") is not None


class Browser:
    """One window."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._last = 0
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol and return its result."""
        answer = self._ask(method, **parameters)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        request: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        self._requests.write(json.dumps(request).encode() + b"\0")
        self._requests.flush()
        while (answer := self._read()).get("id") != self._last:
            pass
        return answer

    def size(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Make the window as wide as a desktop or a telephone."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, url: str) -> None:
        """Go to a page and wait until it is there."""
        self.script(f"window.{_OLD} = true")
        self.call("Page.navigate", url=url)
        wait_for(self._is_there)

    def script(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def click(self, selector: str) -> None:
        """Click, and wait for the page that follows."""
        wanted = f"document.querySelector({json.dumps(selector)})"
        wait_for(lambda: self.script(f"{wanted} !== null"))
        self.script(f"window.{_OLD} = true")
        self.script(f"{wanted}.click()")
        wait_for(self._is_there)

    def choose(self, selector: str, file: Path) -> None:
        """Choose a file in a form; it is read when the form is sent."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        field = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=field, files=[str(file)])

    def picture(self, path: Path) -> None:
        """Keep the whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _is_there(self) -> bool:
        """Whether another page than the one that was left is loaded."""
        state = f"window.{_OLD} ? '' : document.readyState"
        answer = self._ask("Runtime.evaluate", expression=state, returnByValue=True)
        return bool(answer.get("result", {}).get("result", {}).get("value") == "complete")

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "Chromium has ended"
            data += byte
        message: dict[str, Any] = json.loads(data)
        return message


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium with an empty profile; end it and forget the profile."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with TemporaryDirectory(prefix="facteur-chromium-", ignore_cleanup_errors=True) as profile:
        script = f'exec chromium "$@" 3<&{theirs_in} 4>&{theirs_out}'
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        with os.fdopen(ours_out, "wb") as requests, os.fdopen(ours_in, "rb") as answers:
            try:
                yield Browser(requests, answers)
            finally:
                process.terminate()
                process.wait(timeout=20)
