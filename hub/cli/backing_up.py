"""`facteur archive backup` and `restore`: a copy that is an archive, and the way back from one."""

from argparse import Namespace
from pathlib import Path

from archive.backing_up import NoBackup, back_up
from archive.backing_up import restore as put_back
from archive.entry import AsOf
from archive.verify import check_archive, earlier_checkpoints
from hub.cli.output import Misused, answer
from hub.config.loading import load
from hub.wiring.archive import member_opener, open_archive
from hub.wiring.archive_store import pack_opener


def backup(options: Namespace) -> int:
    """Copy the archive into a folder, while it is in use."""
    config, target = load(options.config), _folder(options, "the folder to copy to")
    try:
        copied = back_up(config.archive_root, target)
    except NoBackup as fault:
        raise Misused(str(fault)) from fault
    lines = [f"{log}: {_size(note)} entries" for log, note in copied.checkpoints.items()]
    lines.append(f"{copied.files} files new, {copied.size_bytes} bytes, {copied.removed} removed")
    lines.append("the keys are not in it: keep those of [archive] apart from it")
    answer(options, copied, lines)
    return 0


def restore(options: Namespace) -> int:
    """Check a backup against checkpoints from outside, and put it where the archive is to be."""
    config, source = load(options.config), _folder(options, "the folder of the backup")
    earlier = [each for path in options.earlier for each in earlier_checkpoints(path)]
    report = check_archive(
        source,
        earlier=earlier,
        open_member=member_opener(config, source),
        open_pack=pack_opener(config, source),
    )
    if not report.ok and not options.accept_loss:
        lines = [*map(str, report.faults), "nothing was restored; --accept-loss takes it as it is"]
        answer(options, {"faults": report.faults}, lines)
        return 1
    try:
        put_back(source, config.archive_root)
    except NoBackup as fault:
        raise Misused(str(fault)) from fault
    with open_archive(config) as archive:
        logs = {log: _size(archive.checkpoint(log)) for log in archive.logs()}
    lines = [f"{log}: {size} entries" for log, size in logs.items()]
    if not earlier:
        lines.append(
            "give --earlier FILE with a checkpoint that was mailed, to know it is the last"
        )
    lines.append(f"restored, {len(report.faults)} faults")
    answer(options, {"logs": logs, "faults": report.faults}, lines)
    return 0


def _folder(options: Namespace, what: str) -> Path:
    if len(options.words) != 1:
        raise Misused(f"give {what}")
    return Path(options.words[0])


def _size(note: str) -> int:
    return AsOf.of_checkpoint(note).size
