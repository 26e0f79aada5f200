"""The report of a closing or renewal: canonical JSON for programs, a signed note for people.

The note is signed as a checkpoint is, under the log's name; its last line names the SHA-256 of the
JSON, so that one signature is over both.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from archive.archive import Archive


def written(archive: Archive, log: str, facts: Mapping[str, Any]) -> dict[str, bytes]:
    """Return both files of a report."""
    data = msgspec.json.encode(facts, order="sorted") + b"\n"
    digest = hashlib.sha256(data).hexdigest()
    lines = [*_lines(facts), f"report.json sha256 {digest}"]
    text = "".join(f"{_plain(line)}\n" for line in lines)
    return {"report.txt": archive.sign(log, text).encode(), "report.json": data}


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    heads = {
        "closing": "Closing of {day}: log {log}",
        "renewal": "Time stamps renewed on {day}: log {log}",
        "rehash": "Evidence rehashed on {day} by {digest}: log {log}",
    }
    yield heads[facts["kind"]].format_map(facts)
    if facts["kind"] == "closing":
        yield from _of_entries(facts)
        yield from _of_files(facts["files"])
        yield from _of_numbers(facts["numbers"])
    else:
        yield f"Covers {facts['covers']} time stamps and groups"
    for stamp in facts["stamps"]:
        yield _of_stamp("Time stamp over the checkpoint", stamp)
    if evidence := facts["evidence"]:
        yield _of_stamp(f"Time stamp over the hash tree {evidence['root']}", evidence)
        files = ", ".join(facts["revocation"]) or "nobody told"
        yield f"Whether certificates of time stamps were revoked: {files}"


def _of_entries(facts: Mapping[str, Any]) -> Iterator[str]:
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(facts["counts"].items()))
    last = facts["end"] - 1
    yield f"Entries from {facts['start']} to {last}: {facts['entries']} ({kinds})"
    if erased := facts["end"] - facts["start"] - facts["entries"]:
        yield f"Erased since: {erased}"
    yield f"Closed before: {facts['previous'] or 'nothing'}"
    yield f"Root of the log over {facts['end']} entries: {facts['root']}"


def _of_files(files: Mapping[str, Any] | None) -> Iterator[str]:
    if files is None:
        yield "Files: nobody told how many were accepted"
        return
    sign = "=" if files["whole"] else "DIFFERS FROM"
    parts = "accepted {accepted} {sign} archived {archived} + parked {parked}"
    yield f"Files: {parts.format(sign=sign, **files)}"
    for missing in files["missing"]:
        yield f"Accepted, but not in the archive: {missing}"


def _of_numbers(numbers: Sequence[Mapping[str, Any]] | None) -> Iterator[str]:
    if numbers is None:
        yield "Numbers: nobody looked for gaps"
        return
    if not numbers:
        yield "Numbers: no gap, none twice"
    for series in numbers:
        yield f"Numbers {series['series']}, {series['first']} to {series['last']}: " + "; ".join(
            [
                f"{series['count']} documents",
                *(f"missing {gap}" for gap in series["gaps"]),
                *(f"{number} more than once" for number in series["duplicates"]),
            ]
        )


def _of_stamp(what: str, stamp: Mapping[str, Any]) -> str:
    off = stamp["seconds_off"]
    clock = f", its clock {off:+d} s" if off else ""
    until = stamp["holds_until"][:10]
    return f"{what}: {stamp['authority']} at {stamp['at'][:19]}Z, holds until {until}{clock}"


def _plain(line: str) -> str:
    """Return a line as a note may have it: numbers come from outside, controls do not belong."""
    return "".join(c if c.isprintable() else "?" for c in line)
