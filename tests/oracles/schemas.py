"""XML Schemas that import others by http addresses: those are taken from the same folder."""

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.oracles.artefacts import artefact


class _SameFolder(etree.Resolver):
    """Gives for any address the file of that name beside the schema."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def resolve(  # type: ignore[override]  # lxml passes a context that its stubs do not know
        self, system_url: str, public_id: str, context: Any
    ) -> Any:
        del public_id
        path = self._folder / system_url.rpartition("/")[2]
        give: Any = self.resolve_filename  # type: ignore[attr-defined]
        return give(str(path), context) if path.is_file() else None


@cache
def schema(name: str) -> etree.XMLSchema:
    """Return the schema of an artefact; skip the test where it was not fetched."""
    path = artefact(name)
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_SameFolder(path.parent))
    return etree.XMLSchema(etree.parse(str(path), parser))  # noqa: TID251 - a pinned file
