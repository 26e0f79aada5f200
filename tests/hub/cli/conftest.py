"""The command as its user meets it: in a folder of his own, with words and exit code."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from hub.cli.main import main
from hub.config.loading import load
from hub.engine.pool import Pool
from hub.keys import create_log_key
from hub.wiring.building import build, close
from hub.wiring.clock import now
from tests.hub.houses import RULES, SETTINGS, Clock, Home, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Facteur = Callable[..., Answer]


@pytest.fixture
def facteur(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Facteur:
    """Run a command in the temporary folder, without a terminal whatever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments: object) -> Answer:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 2
        shown = capsys.readouterr()
        return Answer(code=code, out=shown.out, err=shown.err)

    return run


CHANNEL = """
[channel.{name}]
kind = "sftp"
host = "127.0.0.1"
port = 9
host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
username = "company"
password = "x"
"""
ROUTING = """
[routing]
rules = ["rules.toml"]
shipped = false
"""


class Hub:
    """A set-up in the temporary folder; `outboxes` stand where its channels would be."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self.outboxes = {"post": Outbox(), "second": Outbox()}
        self._config = load(folder / "facteur.toml")
        self._pool = pool

    @contextmanager
    def open(self) -> Iterator[Home]:
        """The house itself, as a hub that runs beside the commands has it."""
        house = build(self._config, children=1, nudge=lambda: None)
        clock = Clock()
        clock.now = now()
        replaced = replace(house, pool=self._pool, channels=self.outboxes, clock=clock)
        try:
            yield Home(replaced, clock, self.outboxes)
        finally:
            close(house)

    def work(self) -> None:
        """Do all that is waiting."""
        with self.open() as home:
            home.run()


@pytest.fixture
def hub(tmp_path: Path, pool: Pool) -> Hub:
    """The settings of tests/hub/houses.py as a file, with what they need."""
    channels = "".join(CHANNEL.format(name=name) for name in ("post", "second"))
    (tmp_path / "facteur.toml").write_text(SETTINGS + channels + ROUTING)
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "keys").mkdir()
    create_log_key(tmp_path / "keys/archive.key")
    return Hub(tmp_path, pool)
