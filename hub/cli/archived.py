"""Commands on what is kept: find, get, verify, export."""

import sys
from argparse import Namespace

from archive.entry import Query
from archive.export import export_documents
from archive.verify import check_archive
from hub.cli.output import Misused, answer, table
from hub.cli.traffic import house_of
from hub.config import load


def archive(options: Namespace) -> int:
    """Carry out one action on the archive."""
    actions = {"find": _find, "get": _get, "verify": _verify, "export": _export}
    return actions[options.action](options)


def _find(options: Namespace) -> int:
    number = options.words[0] if options.words else None
    with house_of(options) as house:
        found = house.archive.find(Query(number=number, customer=options.customer))
    rows = [
        [
            e.at.strftime("%Y-%m-%d %H:%M:%S"),
            e.fields.get("number", ""),
            e.step,
            e.id[:16],
            " ".join(item.role for item in e.items),
        ]
        for e in found
    ]
    answer(options, found, table(["filed", "number", "step", "entry", "items"], rows))
    return 0 if found else 1


def _get(options: Namespace) -> int:
    if len(options.words) != 1:
        raise Misused("give one SHA-256")
    with house_of(options) as house:
        data = house.archive.get(options.words[0])
    if options.output:
        options.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def _verify(options: Namespace) -> int:
    report = check_archive(load(options.config).archive_root)
    counted = sum(report.entries.values())
    lines = [*map(str, report.faults), *report.notes, *report.seals]
    lines.append(f"{counted} entries, {report.files} files, {len(report.faults)} faults")
    answer(options, report, lines)
    return 0 if report.ok else 1


def _export(options: Namespace) -> int:
    if not options.words or options.output is None:
        raise Misused("give document ids and -o FOLDER")
    with house_of(options) as house:
        export_documents(house.archive, options.words, options.output)
    answer(options, {"folder": str(options.output)}, [f"{options.output}: verify.py checks it"])
    return 0
