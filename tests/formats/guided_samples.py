"""What the readers that follow a guide owe their sample folders in tests/samples."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from formats.codec import Guide, Reader, Reading
from formats.guide import parse
from formats.model import Document

SAMPLES = Path(__file__).parents[1] / "samples"


def folders(format_name: str) -> list[Path]:
    return sorted(SAMPLES.joinpath(format_name).iterdir())


def guides_of(folder: Path) -> tuple[Guide, ...]:
    toml = folder / "guide.toml"
    return (parse("guide", toml.read_text("utf-8")),) if toml.exists() else ()


def readings_of(folder: Path, reader: Reader) -> tuple[Reading, ...]:
    file = next(folder.glob("in.*"))
    assert reader.claims(file.read_bytes()[:4096], file.name)
    return reader.read(file.read_bytes(), guides_of(folder))


def assert_read_as_told(folder: Path, readings: Sequence[Reading]) -> None:
    """Each document is as document.json has it, in a list where there are several.

    What was left over and found fault with is left.json; where there is none, there are no faults.
    """
    told = (folder / "document.json").read_text("utf-8")
    assert _pretty([reading.document for reading in readings]) == told
    left = [{"unmapped": each.unmapped, "notices": each.notices} for each in readings]
    if (folder / "left.json").exists():
        assert _pretty(left) == (folder / "left.json").read_text("utf-8")
    else:
        assert [each.notices for each in readings] == [()] * len(readings)


def fields_of(document: Document) -> set[str]:
    """The paths of all values in a document, but for the schemes that a guide sets beside them."""
    return {path for path in _paths(msgspec.to_builtins(document), "") if path != "kind"}


def _paths(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name != "scheme":
                yield from _paths(value, f"{path}.{name}" if path else name)
    elif isinstance(node, list | tuple):
        for place, value in enumerate(node):
            yield from _paths(value, f"{path}[{place}]")
    else:
        yield path


def _pretty(parts: list[Any]) -> str:
    part = parts[0] if len(parts) == 1 else parts
    return msgspec.json.format(msgspec.json.encode(part)).decode() + "\n"
