"""The container image, as far as it can be tried without a container: its steps, in a folder."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
pytestmark = pytest.mark.scenario


def steps(word: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [
        line.removeprefix(word).strip() for line in joined.splitlines() if line.startswith(word)
    ]


def test_it_does_not_run_as_root_and_says_whether_it_is_well() -> None:
    assert steps("USER")[-1] not in {"root", "0"}
    (health,) = steps("HEALTHCHECK")
    assert "/health" in health
    assert not re.search(r"FROM \S+:latest", DOCKERFILE)


def test_everything_it_copies_is_there() -> None:
    copies = [c for c in steps("COPY") if not c.startswith("--from")]
    sources = [source for copy in copies for source in copy.split()[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_its_install_steps_give_a_working_command(tmp_path: Path) -> None:
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    if not Path(uv).exists():
        pytest.skip("uv is not installed")
    for copy in steps("COPY"):
        *sources, _target = copy.split()
        for source in (s for s in sources if not s.startswith("--")):
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / source)
            elif (ROOT / source).is_file():
                shutil.copy(ROOT / source, tmp_path / source)
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    for step in steps("RUN"):
        if step.startswith("uv "):
            run([uv, *step.split()[1:]], tmp_path, environment)
    facteur = str(tmp_path / ".venv" / "bin" / "facteur")
    home = tmp_path / "home"
    home.mkdir()
    run(
        [facteur, "init", "--tenant", "acme", "--name", "ACME", "--sender", "erp"],
        home,
        environment,
    )
    run([facteur, "doctor"], home, environment)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    result = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    assert result.returncode == 0, (command, result.stdout, result.stderr)
