"""The official artefacts on this machine: where they lie, and how they get there.

Wheels are pinned by SHA-256; of each, only schemas and stylesheets are kept, and nothing is run.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from formats.artefacts import ARTEFACTS, PACKAGES, Artefact, Package

_KEPT = frozenset({".xsd", ".xsl", ".xslt", ".xml", ".sch"})
_VARIABLE = "FACTEUR_ARTEFACTS"


class NotFetched(Exception):
    """An artefact could not be had; the message says why, and what helps."""


def folder_of(data: Path | None = None) -> Path:
    """Return where artefacts lie: FACTEUR_ARTEFACTS, else a hub's data, else the user's cache."""
    given = os.environ.get(_VARIABLE)
    if given:
        return Path(given)
    return data / "artefacts" if data else Path.home() / ".cache/facteur/artefacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """A folder of artefacts.

    Attributes:
        folder: a folder for each package, and `by-hand` for files that come in none.
        artefacts: what should be there.
        packages: what they come in.
    """

    folder: Path
    artefacts: Mapping[str, Artefact] = field(default_factory=lambda: ARTEFACTS)
    packages: Mapping[str, Package] = field(default_factory=lambda: PACKAGES)

    def find(self, name: str) -> Path | None:
        """Return where the artefact of that name lies; None if it is not available.

        A file placed by hand counts only if it has the SHA-256 of the table, where that has one.
        """
        artefact = self.artefacts[name]
        path = self._place(artefact)
        if not path.is_file():
            return None
        return path if not artefact.sha256 or _sha256(path) == artefact.sha256 else None

    def missing(self) -> list[Artefact]:
        """Return what is not available."""
        return [each for each in self.artefacts.values() if self.find(each.name) is None]

    def licence(self, artefact: Artefact) -> str:
        """Return under which terms an artefact is handed on."""
        return artefact.licence or self.packages[artefact.package].licence

    def fetch(self) -> Iterator[str]:
        """Download each missing package from the index; yields a line on each.

        Raises:
            NotFetched: there is no installer, no network, or the wheel is not the pinned one.
        """
        for package in self._missing_packages():
            with _whole(self.folder / package.folder) as place:
                _install(package, place)
                _prune(place)
            yield f"{package.folder}: fetched"

    def take(self, given: Path) -> Iterator[str]:
        """Take wheels and single files from a folder, without a network; yields a line on each."""
        for package in self._missing_packages():
            wheel = _wheel(package, given)
            if wheel:
                with _whole(self.folder / package.folder) as place:
                    _unpack(wheel, place)
                yield f"{package.folder}: taken from {wheel.name}"
            elif other := _named(package, given):
                yield f"{package.folder}: not taken, {other.name} has not the SHA-256 of the table"
        for artefact in self.artefacts.values():
            found = given / artefact.file
            if artefact.file and found.is_file():
                yield _take_file(artefact, found, self._place(artefact))

    def _place(self, artefact: Artefact) -> Path:
        if artefact.file:
            return self.folder / "by-hand" / artefact.file
        return self.folder / self.packages[artefact.package].folder / artefact.member

    def _missing_packages(self) -> list[Package]:
        wanted = {artefact.package for artefact in self.artefacts.values() if artefact.package}
        packages = (self.packages[name] for name in sorted(wanted))
        return [package for package in packages if not (self.folder / package.folder).is_dir()]


def _take_file(artefact: Artefact, found: Path, place: Path) -> str:
    if artefact.sha256 and _sha256(found) != artefact.sha256:
        return f"{artefact.name}: not taken, {found.name} has not the SHA-256 of the table"
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, place)
    return f"{artefact.name}: taken from {found.name}"


def _wheel(package: Package, given: Path) -> Path | None:
    """Return the pinned wheel, known by its content, whatever its name."""
    return next((w for w in sorted(given.glob("*.whl")) if _sha256(w) == package.sha256), None)


def _named(package: Package, given: Path) -> Path | None:
    """Return a wheel that is called like the pinned one."""
    begins = f"{package.name.replace('-', '_')}-{package.version}-"
    return next((w for w in sorted(given.glob("*.whl")) if w.name.startswith(begins)), None)


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """Give a place to fill that becomes `folder` if all went well, and nothing otherwise."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".partial-") as made:
        place = Path(made) / "content"
        yield place
        place.rename(folder)


def _install(package: Package, place: Path) -> None:
    listed = place.with_name("requirements.txt")
    listed.write_text(
        f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", "utf-8"
    )
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet"]
    command = [*_installer(), *options, "--target", str(place), "-r", str(listed)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own)
    except (OSError, subprocess.CalledProcessError) as error:
        words = (getattr(error, "stderr", "") or str(error)).strip()
        raise NotFetched(
            f"{package.name} {package.version}: {words}\n"
            "without network: lay the wheel into a folder and name it with --from-dir"
        ) from error


def _installer() -> list[str]:
    """Return uv where there is one, as an environment made by uv has no pip."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


def _prune(place: Path) -> None:
    for path in place.rglob("*"):
        if path.is_file() and path.suffix not in _KEPT:
            path.unlink()


def _unpack(wheel: Path, place: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if Path(name).suffix in _KEPT:
                archive.extract(name, place)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
