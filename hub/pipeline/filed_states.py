"""Each change of state has its entry: what no room files by what it does is filed by itself."""

from archive.entry import Draft
from hub.pipeline.evidence import fields_of, json_item
from hub.pipeline.house import House
from hub.store import documents, standings, submissions
from hub.store.database import Connection
from hub.store.standings import Standing

_AT_ONCE = 200


def file_states(house: House) -> None:
    """File the changes that were committed; what a dead process left is filed with the next."""
    while True:
        with house.database.transaction() as connection:
            found = standings.unfiled(connection, _AT_ONCE)
            drafts = _drafts(connection, found)
        if not found:
            return
        house.archive.append(drafts, first_stays=True)
        with house.database.transaction() as connection:
            standings.note_filed(connection, found)


def _drafts(connection: Connection, found: list[Standing]) -> list[Draft]:
    subjects = sorted({one.subject for one in found})
    if not subjects:
        return []
    rows = documents.many(connection, subjects)
    files = submissions.many(connection, subjects)
    return [
        Draft(
            key=f"{one.subject}/standing/{one.turn}",
            tenant=(rows.get(one.subject) or files[one.subject]).tenant,
            subject=one.subject,
            document=one.subject if one.subject in rows else None,
            kind="event",
            step="standing",
            fields=(fields_of(rows[one.subject]) if one.subject in rows else {})
            | {"standing": one.state},
            items=(json_item("standing", {"state": one.state, "turn": one.turn}),),
        )
        for one in found
    ]
