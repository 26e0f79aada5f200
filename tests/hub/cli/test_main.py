import argparse
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from hub.cli import files
from hub.cli.main import EXPECTED, main, parser
from tests.hub.cli.conftest import Facteur
from tests.hub.invoices import ubl


@pytest.mark.parametrize(
    ("content", "command", "said"),
    [
        (b"\x89garbage", ["read"], "IN-FORMAT: scan.dat is in no format that is known here"),
        (None, ["read"], "scan.dat: No such file or directory"),
        (b"{}", ["convert", "--to", "telex", "-o", "out"], "unknown format 'telex'; known: ubl,"),
        (b"", ["submit", "--sender", "erp", "--config", "none.toml"], "`facteur init` writes one"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_with_exit_2(
    content: bytes | None,
    command: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "scan.dat"
    if content is not None:
        file.write_bytes(content)
    assert main([*command, str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.startswith("facteur: ")
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_expected_exists(name: str) -> None:
    module, _, species = name.rpartition(".")
    assert issubclass(getattr(import_module(module), species), Exception)


def parsers(of: argparse.ArgumentParser, name: str = "") -> dict[str, argparse.ArgumentParser]:
    """Return what takes arguments, by its words on the command line."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, made in action.choices.items():
                own = f"{name} {word}".strip()
                found |= {own: made} | parsers(made, own)
    return found


def commands() -> dict[str, str]:
    return {name: made.get_default("run") for name, made in parsers(parser()).items()}


def test_every_argument_says_what_it_is() -> None:
    silent = [
        (name, argument.dest)
        for name, made in parsers(parser()).items()
        for argument in made._actions
        if not argument.help
    ]
    assert silent == []


def test_each_command_is_carried_out_by_a_function_of_its_module() -> None:
    assert len(commands()) >= 14
    for run in filter(None, commands().values()):  # one that only has actions has none
        module, _, function = run.rpartition(".")
        assert callable(getattr(import_module(f"hub.cli.{module}"), function)), run


@pytest.mark.parametrize("command", sorted(commands()))
def test_each_command_helps(command: str, facteur: Facteur) -> None:
    shown = facteur(*command.split(), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"usage: facteur {command} [-h] [--json] [--config FILE]")


def test_without_a_command_the_commands_are_shown(facteur: Facteur) -> None:
    shown = facteur()
    assert (shown.code, shown.out) == (2, "")
    assert all(f"\n    {command}" in shown.err for command in commands() if " " not in command)


def test_the_version_is_that_of_the_package(facteur: Facteur) -> None:
    assert facteur("--version").out == f"facteur {version('facteur')}\n"


def test_a_bug_of_ours_is_no_fault_of_the_user(
    facteur: Facteur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "catalogue", None)
    (tmp_path / "a").write_bytes(b"?")
    with pytest.raises(AttributeError):
        facteur("read", "a")


def test_too_little_memory_is_said_in_one_line(
    facteur: Facteur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(_path: Path) -> bytes:
        raise MemoryError

    (tmp_path / "a").write_bytes(b"?")
    monkeypatch.setattr(Path, "read_bytes", exhausted)
    shown = facteur("validate", "a")
    assert (shown.code, shown.out, shown.err.count("\n")) == (2, "", 1)
    assert "not enough memory" in shown.err


def test_who_stops_listening_is_not_told_of_it(tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_bytes(ubl())
    facteur = Path(sys.executable).with_name("facteur")
    command = [str(facteur), "read", str(tmp_path / "in.xml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


HEAVY = frozenset(
    {
        "asyncssh",
        "dbos",
        "fastapi",
        "formats.catalogue",
        "httpx",
        "hub.wiring.building",
        "paramiko",
        "pyhanko",
        "sqlalchemy",
        "uvicorn",
        "weasyprint",
    }
)
"""What takes a tenth of a second or more to load."""
LOADED = {
    ("read", "a"): {"formats.catalogue"},
    ("status",): {"sqlalchemy"},
    ("status", "R-1"): {"sqlalchemy"},
    ("explain", "R-1"): {"sqlalchemy"},
    ("login",): {"httpx", "sqlalchemy"},
    ("archive", "find", "R-1"): {"httpx"},
}


@pytest.mark.parametrize("words", LOADED, ids=" ".join)
def test_a_command_loads_only_what_it_needs(
    words: tuple[str, ...], facteur: Facteur, tmp_path: Path
) -> None:
    facteur("init")
    (tmp_path / "a").write_bytes(b"?")
    program = (
        "import sys; from hub.cli.main import main; main(sys.argv[2:]); "
        "sys.stdout.write('\\n' + ' '.join({*sys.argv[1].split()} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", program, " ".join(HEAVY), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert {*done.stdout.splitlines()[-1].split()} == LOADED[words], done.stderr
