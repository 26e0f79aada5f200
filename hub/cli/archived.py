"""Commands on what is kept: find, get, verify, rekey."""

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

from archive.archive import Archive
from archive.entry import AsOf, Entry, Query
from archive.report import Report
from archive.verify import Progress, earlier_checkpoints
from archive.verify_archive import check_archive
from hub.cli.output import Misused, answer
from hub.config.config import Config
from hub.config.loading import load
from hub.keys import KeyFault
from hub.sealing.authorities import stamp_roots
from hub.wiring import archive as wiring
from hub.wiring.archive import open_archive
from hub.wiring.archive_store import pack_opener

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOLD_EVERY = 50_000
_REPORTED = ("faults", "notes", "stamped", "seals", "entries", "erased", "files", "size_bytes")


def find(options: Namespace) -> int:
    """Show what is kept of a document, and how it came in."""
    number = options.words[0] if options.words else None
    with closing(open_archive(load(options.config))) as kept:
        found = list(kept.find(Query(number=number, customer=options.customer)))
        found += _originals(kept, found) if number else []
    lines: list[str] = [] if found else ["nothing is kept that fits"]
    for entry in found:
        lines.append(f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.step:<8}  {_number(entry)}".rstrip())
        lines += [f"  {item.sha256}  {item.role:<11}  {item.name}" for item in entry.items]
    answer(options, found, lines)
    return 0 if found else 1


def _originals(kept: Archive, found: Sequence[Entry]) -> list[Entry]:
    """Return how the files came in that the documents found were in."""
    keys = {(entry.tenant, f"{entry.fields.get('submission', '')}/receive") for entry in found}
    return [entry for tenant, key in sorted(keys) for entry in kept.kept(tenant, [key]).values()]


def _number(entry: Entry) -> str:
    return entry.fields.get("number", "")


def get(options: Namespace) -> int:
    """Give out one kept file."""
    if len(options.words) != 1 or not _SHA256.fullmatch(options.words[0]):
        raise Misused("give one SHA-256, 64 hexadecimal digits as `archive find` shows them")
    with closing(open_archive(load(options.config))) as kept:
        data = kept.get(options.words[0])
    if options.output:
        options.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def verify(options: Namespace) -> int:
    """Check the whole archive."""
    config = load(options.config)
    root = config.archive_root
    if not root.is_dir():
        raise Misused(f"{root}: there is no archive yet")
    earlier = [each for path in options.earlier for each in earlier_checkpoints(path)]
    with NamedTemporaryFile(suffix=".pem") as believed:
        roots = stamp_roots(config)
        believed.write(roots)
        believed.flush()
        report = _checked(config, earlier, [Path(believed.name)] if roots else [])
    counted = sum(report.entries.values())
    lines = [*map(str, report.faults), *report.notes, *report.stamped, *report.seals]
    lines.append(f"{counted} entries, {report.files} files, {len(report.faults)} faults")
    answer(options, {name: getattr(report, name) for name in _REPORTED}, lines)
    return 0 if report.ok else 1


def _checked(
    config: Config, earlier: Sequence[tuple[str, str]], authorities: Sequence[Path]
) -> Report:
    """Check files and index; without the keys what lies there, and that is said."""
    try:
        kept = open_archive(config)
    except KeyFault as fault:
        report = check_archive(
            config.archive_root,
            earlier=earlier,
            authorities=authorities,
            open_pack=pack_opener(config),
            progress=Progress(),
        )
        report.notes.append(f"neither contents nor the index could be compared: {fault}")
        return report
    with closing(kept):
        return kept.verify(earlier=earlier, authorities=authorities, progress=Progress())


def reindex(options: Namespace) -> int:
    """Build the index anew, and say how far it is."""
    with closing(open_archive(load(options.config))) as kept:
        found = kept.reindex(_Progress())
        entries = {log: AsOf.of_checkpoint(kept.checkpoint(log)).size for log in kept.logs()}
    lines = [f"{log}: {count:,} packs found again at their store" for log, count in found.items()]
    lines += [f"{log}: {size:,}" for log, size in entries.items()]
    answer(options, {"entries": entries, "found_again": dict(found)}, lines)
    return 0


class _Progress:
    """Says on standard error every so many entries how far it is."""

    def __init__(self) -> None:
        self._done = 0

    def __call__(self, log: str, done: int, size: int) -> None:
        """Take the news of a commit."""
        self._done = 0 if done < self._done else self._done
        if done - self._done >= _TOLD_EVERY:
            self._done = done
            sys.stderr.write(f"{log}: {done:,} of {size:,} entries\n")


def rekey(options: Namespace) -> int:
    """Put what is encrypted under another master key."""
    named = wiring.rekey(load(options.config))
    words = "the one before lies beside it, for backups of its time; start the hub anew"
    answer(options, {"master_key": named}, [f"master key {named} is in force; {words}"])
    return 0
