"""Official XSLT, run by Saxon in a child process that is killed when it takes too long.

Saxon dies in threads and after forks, so it never comes into a process of ours: the child is a
fresh interpreter with one thread, which ends when its parent does. It needs the optional package
saxonche, in our own environment or in one that FACTEUR_SAXON names the Python of.
"""

import importlib.util
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final, NamedTuple

VERSION: Final = "13.1.1"
_CHILD: Final = Path(__file__).with_name("saxon_child.py")
_VARIABLE: Final = "FACTEUR_SAXON"


class NotAvailable(Exception):
    """There is no Saxon on this machine; the message says how to get one."""


class BrokenDown(Exception):
    """The stylesheet or its process broke down over this document: there is no verdict."""


class NothingJudged(BrokenDown):
    """No rule of the stylesheet looked at the document, which is not passed by that."""


class Fired(NamedTuple):
    """An assertion that does not hold, as the official rules say it."""

    rule: str
    flag: str
    location: str
    text: str


def python_with_saxon() -> Path:
    """Return the Python that can import saxonche.

    Raises:
        NotAvailable: none can.
    """
    given = os.environ.get(_VARIABLE)
    if not given and importlib.util.find_spec("saxonche"):
        return Path(sys.executable)
    python = Path(given) if given else environment() / "bin/python"
    if not python.exists():
        raise NotAvailable(f"saxonche is not installed; install saxonche=={VERSION}")
    return python


def environment() -> Path:
    """Return where an environment for Saxon alone is looked for."""
    return Path.home() / f".cache/facteur/saxonche-{VERSION}"


class Saxon:
    """One child, started when it is first needed; callers in several threads take turns."""

    def __init__(self, *, timeout_seconds: float = 60) -> None:
        self._timeout_seconds = timeout_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def run(self, stylesheet: Path, document: bytes) -> tuple[Fired, ...]:
        """Return what fires in a document.

        Args:
            stylesheet: a Schematron compiled to XSLT; compiled again in each new child.
            document: XML in UTF-8.

        Raises:
            NotAvailable: there is no Saxon.
            BrokenDown: it gives no verdict, or took longer than it may.
            NothingJudged: it has no rule on such a document.
        """
        asked = json.dumps({"xslt": str(stylesheet), "xml": document.decode("utf-8")})
        with self._turn:
            answer = json.loads(self._ask(asked.encode() + b"\n"))
        if "broken" in answer:
            raise BrokenDown(f"{stylesheet.name}: {answer['broken']}")
        if not answer["looked"] and not answer["fired"]:
            raise NothingJudged(f"{stylesheet.name}: none of its rules looks at such a document")
        return tuple(
            Fired(*(each.get(name, "") for name in ("id", "flag", "location", "text")))
            for each in answer["fired"]
        )

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _ask(self, line: bytes) -> bytes:
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        deadline = time.monotonic() + self._timeout_seconds
        answer = b""
        try:
            child.stdin.write(line)
            child.stdin.flush()
            while not answer.endswith(b"\n"):
                answer += self._more(child.stdout.fileno(), deadline)
        except (OSError, BrokenDown) as error:
            self._end()
            raise BrokenDown(f"Saxon gave no answer: {error}") from error
        return answer

    def _more(self, handle: int, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            raise BrokenDown(f"it took longer than {self._timeout_seconds:g} s")
        more = os.read(handle, 1 << 16)
        if not more:
            raise BrokenDown("its process died")
        return more

    def _start(self) -> "subprocess.Popen[bytes]":
        self._child = subprocess.Popen(  # noqa: S603  (our own child)
            [str(python_with_saxon()), "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()
