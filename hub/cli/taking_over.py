"""`facteur archive import`: take over an older archive, its folder and a CSV list of its files."""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from getpass import getuser
from pathlib import Path

from archive.entry import FileChanged
from archive.law.retention import fields_of
from archive.taking_over.old_list import OldList, read_list
from archive.taking_over.taking import Move, take_over
from hub.cli.output import Misused, answer
from hub.cli.stated import tenant_of
from hub.config.config import Config
from hub.config.loading import load
from hub.pipeline.retaining import policy_of
from hub.wiring.archive import open_archive

_SHOWN = 50


def import_(options: Namespace) -> int:
    """Take over what a list names, or say all that is wrong with it and take nothing."""
    config = load(options.config)
    folder, listed = _paths(options)
    tenant = tenant_of(options, config.tenants)
    old = read_list(listed, folder, progress=_told("measured", "files"))
    if old.amiss and not options.leave_out:
        _say(options, old, "nothing was taken over; --leave-out takes what is not amiss")
        return 1
    if options.dry_run:
        _say(options, old, "nothing was taken over: this was a trial")
        return 0
    further = _promised(config, tenant)
    who = options.who or getuser()
    move = Move(tenant=tenant, by=who, origin=options.reason or folder.name, further=further)
    with closing(open_archive(config)) as archive:
        try:
            end = take_over(archive, old, move, progress=_told("filed", "documents"))
        except (FileChanged, ValueError) as fault:
            raise Misused(f"{fault}; repeat the import, it goes on where it stopped") from fault
    _say(options, old, f"taken over and filed as {end.id}")
    return 0


def _paths(options: Namespace) -> tuple[Path, Path]:
    if len(options.words) != 2:
        raise Misused("give the folder and the CSV list of its files")
    folder, listed = map(Path, options.words)
    if not folder.is_dir() or not listed.is_file():
        raise Misused(f"{folder} must be a folder and {listed} a file")
    return folder, listed


def _promised(config: Config, key: str) -> Callable[[Mapping[str, str]], Mapping[str, str]]:
    """Return what says of a document until when it is kept, from its issue on and not from now."""
    policy = policy_of(config, key)

    def fields(stated: Mapping[str, str]) -> Mapping[str, str]:
        issued = date.fromisoformat(stated["issue_date"])
        return fields_of(policy.promise(issued, issued))

    return fields


def _told(done: str, what: str) -> Callable[[int], None]:
    """Return what says on a terminal, now and then, how far it is."""

    def tell(count: int) -> None:
        if sys.stderr.isatty() and count % 500 == 0:
            sys.stderr.write(f"{count} {what} {done}\n")

    return tell


def _say(options: Namespace, old: OldList, end: str) -> None:
    files = sum(len(each.files) for each in old.documents)
    lines = [*map(str, old.amiss[:_SHOWN])]
    if (more := len(old.amiss) - _SHOWN) > 0:
        lines.append(f"and {more} more")
    if old.unused:
        lines.append(f"columns that say nothing here (the list is kept): {', '.join(old.unused)}")
    lines += [f"{len(old.documents)} documents, {files} files, {len(old.amiss)} amiss", end]
    said = {"documents": len(old.documents), "files": files, "amiss": old.amiss, "said": end}
    answer(options, said, lines)
