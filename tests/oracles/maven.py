"""Jars that only Maven has, pinned by SHA-256; mvn gets them into the cache of the artefacts."""

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.official.artefacts import folder_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One file of a Maven repository."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Its name there."""
        return f"{self.name}-{self.version}.jar"

    @property
    def path(self) -> Path:
        """Where it lies once it is fetched."""
        return folder_of() / "maven" / self.file

    def fetch(self) -> None:
        """Place the jar if it is missing; AssertionError says why that cannot be done."""
        if self.path.is_file():
            return
        mvn = shutil.which("mvn")
        assert mvn, f"{self.file} comes with mvn, which is not here"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".partial-") as made:
            self._copy(mvn, Path(made))
            found = Path(made) / self.file
            digest = hashlib.sha256(found.read_bytes()).hexdigest()
            assert digest == self.sha256, f"{self.file} is another, {digest}"
            found.rename(self.path)

    def _copy(self, mvn: str, folder: Path) -> None:
        coordinates = f"-Dartifact={self.group}:{self.name}:{self.version}"
        for goal, more in (("get", "-Dtransitive=false"), ("copy", f"-DoutputDirectory={folder}")):
            subprocess.run(
                [mvn, "-q", "-B", f"dependency:{goal}", coordinates, more],
                check=True,
                stdout=subprocess.DEVNULL,
                timeout=300,
            )
