"""Who changed the address book, and what was in it before, is in the archive."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from archive.entry import ArchiveError, Query
from hub.pipeline.master_data import Change, Changed, change_recipients
from hub.store import recipients
from outbound.mail_encryption import one_line
from routing_rules.recipient import Recipient
from tests.hub.houses import Home
from tests.outbound.test_mail_encryption import certificate, names

KNOWN = Recipient(key="K1", name="Buyer", country="DE", email="buyer@kunde.example")
MOVED = replace(KNOWN, email="other@kunde.example")
NEW = Recipient(key="K2", name="Söhne")


def change(home: Home, *entries: Recipient, source: bytes | None = None) -> int:
    made = Change(
        id=home.house.new_id(),
        at=home.clock.now,
        tenant="nordwind",
        who="api key 1a2b",
        entries=entries,
        source=source,
    )
    return change_recipients(home.house.database, home.house.archive, made).count


def book(home: Home) -> list[Recipient]:
    with home.house.database.transaction() as connection:
        return [entry for _, entry in recipients.listed(connection, "nordwind")]


def plain(entry: Recipient) -> Any:
    values = {name: getattr(entry, name) for name in ("key", "name", "country", "email")}
    return {name: value for name, value in values.items() if value}


def test_a_change_is_filed_with_who_made_it_and_what_was_before(home: Home) -> None:
    assert change(home, MOVED, NEW, source=b"key,name") == 2
    (entry,) = home.house.archive.find(Query(step="address-book"))
    assert entry.fields == {"who": "api key 1a2b", "new": "1", "changed": "1"}
    changes, original = entry.items
    assert (original.role, home.house.archive.get(original.sha256)) == ("original", b"key,name")
    assert json.loads(home.house.archive.get(changes.sha256)) == [
        {"key": "K1", "before": plain(KNOWN), "after": plain(MOVED)},
        {"key": "K2", "before": None, "after": plain(NEW)},
    ]
    assert book(home) == [MOVED, NEW]
    assert home.house.archive.verify().ok


def test_personal_data_stand_in_the_items_alone(home: Home) -> None:
    change(home, MOVED, NEW)
    (entry,) = home.house.archive.find(Query(step="address-book"))
    names = [(item.role, item.name) for item in entry.items]
    about = repr((entry.key, entry.subject, entry.document, entry.fields, names))
    assert [word for word in ("K1", "K2", "Buyer", "Söhne", "kunde") if word in about] == []


def test_what_changes_nothing_is_not_filed(home: Home) -> None:
    assert (change(home, KNOWN), change(home)) == (0, 0)
    assert change(home, NEW, KNOWN) == 1
    (entry,) = home.house.archive.find(Query(step="address-book"))
    assert entry.fields["new"] == "1"


def test_there_and_back_again_are_two_changes(home: Home) -> None:
    for entry in (MOVED, KNOWN, MOVED):
        change(home, entry)
    assert len(home.house.archive.find(Query(step="address-book"))) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_filed_is_not_changed(home: Home) -> None:
    home.house.archive.close()
    with pytest.raises(ArchiveError):
        change(home, MOVED)
    assert book(home) == [KNOWN]


CHOSEN = replace(KNOWN, email="chosen@kunde.example", wishes=("post",))


def by(
    home: Home, entry: Recipient, *, source: bytes | None = None, is_chosen: bool = False
) -> Changed:
    made = Change(
        id=home.house.new_id(),
        at=home.clock.now,
        tenant="nordwind",
        who="somebody",
        entries=[entry],
        source=source,
        is_chosen=is_chosen,
    )
    return change_recipients(home.house.database, home.house.archive, made)


def test_a_file_that_names_no_certificate_takes_none_away(home: Home) -> None:
    sealed = replace(KNOWN, smime_certificate="MIIB")
    by(home, sealed)
    assert by(home, KNOWN, source=b"erp") == Changed(count=0)
    assert book(home) == [sealed]
    newer = replace(KNOWN, smime_certificate="MIIC")
    assert by(home, newer, source=b"erp") == Changed(count=1)
    by(home, KNOWN)
    assert book(home) == [KNOWN]


def test_nothing_goes_in_clear_to_who_chooses_another_address(home: Home) -> None:
    """Email then refuses, and names the certificate: a person takes a new one, or clears it."""
    of_old = one_line(certificate(names("buyer@kunde.example")))
    sealed = replace(KNOWN, smime_certificate=of_old)
    chosen = replace(sealed, email="chosen@kunde.example")
    by(home, sealed, source=b"erp")
    by(home, chosen, is_chosen=True)
    assert book(home) == [chosen]
    of_new = one_line(certificate(names("chosen@kunde.example")))
    by(home, replace(sealed, smime_certificate=of_new), source=b"erp")
    assert book(home) == [replace(chosen, smime_certificate=of_new)]


def test_a_file_undoes_no_choice(home: Home) -> None:
    by(home, KNOWN, source=b"erp")
    by(home, CHOSEN, is_chosen=True)
    renamed = replace(KNOWN, name="Buyer and Sons")
    assert by(home, renamed, source=b"erp") == Changed(count=1, kept=("K1",))
    assert by(home, renamed, source=b"erp") == Changed(count=0, kept=("K1",))
    assert book(home) == [replace(CHOSEN, name="Buyer and Sons")]


def test_whoever_changes_it_by_hand_decides_from_then_on(home: Home) -> None:
    by(home, KNOWN, source=b"erp")
    by(home, CHOSEN, is_chosen=True)
    by(home, replace(CHOSEN, name="New name"))
    assert by(home, KNOWN, source=b"erp").kept == ("K1",)
    by(home, MOVED)
    assert by(home, KNOWN, source=b"erp") == Changed(count=1)
    assert book(home) == [KNOWN]
