"""Whether the sender's own system has been told of a parked document, when, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from formats.answers.catalogue import FORMS
from formats.answers.notice import Notice, State
from hub.pipeline.house import House
from hub.store import notices
from hub.store.notices import Kept, NoticeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer to the sender about one document or file.

    Attributes:
        by: what people call its form: `CSV`, `webhook`.
        state: of the notice; empty before there is one.
        faults: how many findings it names.
        file: in which it went.
        reason: why nobody took it.
    """

    receiver: str
    by: str
    state: str = ""
    faults: int = 0
    file: str = ""
    reason: str = ""


def told_of(house: House, sender: str, subject: str) -> list[Told]:
    """Return what each answer of the sender has said of what is parked; empty if none is set."""
    answers = {key: each for key, each in house.config.answers.items() if each.sender == sender}
    with house.database.transaction() as connection:
        kept = notices.of_subjects(connection, [subject])[subject]
    return [
        _told(key, FORMS[table.form].words, [each for each in kept if each.receiver == key])
        for key, table in answers.items()
        if table.form in FORMS and (not table.states or State.PARKED in table.states)
    ]


def _told(receiver: str, by: str, kept: Sequence[Kept]) -> Told:
    for each in reversed(kept):
        notice = msgspec.json.decode(each.content, type=Notice)
        if notice.state is State.PARKED:
            return Told(
                receiver=receiver,
                by=by,
                state=each.state,
                faults=len(notice.findings),
                file=each.file,
                reason=each.reason if each.state != NoticeState.TOLD else "",
            )
    return Told(receiver=receiver, by=by)
