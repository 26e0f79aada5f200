"""Throw-away environments below the user's cache, for who is measured beside us."""

import shutil
import subprocess
import sys
from pathlib import Path


def python_with(requirement: str) -> Path | None:
    """Return a Python that has `NAME==VERSION` and nothing else; None where none can be had."""
    python = Path.home() / ".cache/facteur" / requirement.replace("==", "-") / "bin/python"
    return python if python.exists() or _install(python, requirement) else None


def _install(python: Path, requirement: str) -> bool:
    uv = shutil.which("uv")
    if uv is None:
        return False
    folder = str(python.parents[1])
    make = [uv, "venv", "--quiet", "--python", sys.executable, folder]
    fill = [uv, "pip", "install", "--quiet", "--python", str(python), requirement]
    return all(subprocess.run(step, check=False).returncode == 0 for step in (make, fill))
