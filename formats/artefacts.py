"""Which official schemas and rules there are, and which packages carry them: a table, no I/O.

The table is `artefacts.toml` beside this file; who fetches what it names is not said here.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import msgspec


class Package(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wheel that carries artefacts; only files are taken from it, no code is run."""

    name: str
    version: str
    sha256: str
    licence: str

    @property
    def folder(self) -> str:
        """Name of its folder in a cache."""
        return f"{self.name}-{self.version}"


class Artefact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An official schema or stylesheet; in a package or, where `file` is set, placed by hand."""

    name: str
    provenance: str
    package: str = ""
    member: str = ""
    file: str = ""
    licence: str = ""
    sha256: str = ""


def _named(table: Mapping[str, Mapping[str, Any]], kind: Any) -> dict[str, Any]:
    return {name: msgspec.convert({"name": name, **each}, kind) for name, each in table.items()}


_TABLE: Final = tomllib.loads(files("formats").joinpath("artefacts.toml").read_text("utf-8"))
PACKAGES: Final[Mapping[str, Package]] = _named(_TABLE["packages"], Package)
ARTEFACTS: Final[Mapping[str, Artefact]] = _named(_TABLE["artefacts"], Artefact)
