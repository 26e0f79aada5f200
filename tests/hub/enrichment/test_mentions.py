import pytest
from msgspec.structs import replace

from formats.model import Invoice, Note
from hub.enrichment.mentions import add_mentions, shipped
from tests.hub.invoices import CLEAN


def test_every_mention_names_its_law_and_no_two_say_the_same() -> None:
    table = shipped()
    assert all(mention.source and mention.text for mention in table)
    places = [(m.country, m.category, m.tag, m.term, m.code) for m in table]
    assert len(places) == len(set(places))


def french() -> Invoice:
    assert CLEAN.seller is not None
    assert CLEAN.seller.address is not None
    address = replace(CLEAN.seller.address, country="FR")
    return replace(CLEAN, seller=replace(CLEAN.seller, address=address))


@pytest.mark.parametrize(
    ("tags", "codes"), [((), []), (("small-issuer",), ["REG"])], ids=["usual", "small"]
)
def test_a_german_note_needs_its_tag(tags: tuple[str, ...], codes: list[str]) -> None:
    invoice, added = add_mentions(CLEAN, tags)
    assert [note.subject_code for note in invoice.notes] == codes
    assert len(added) == len(codes)


def test_a_mention_that_the_sender_made_stays_his() -> None:
    own = Note(text="Escompte 2 % sous 8 jours", subject_code="AAB")
    invoice = replace(french(), notes=(own,))
    filled, added = add_mentions(invoice, ())
    assert filled.notes[0] == own
    assert [note.subject_code for note in filled.notes] == ["AAB", "PMT", "PMD"]
    assert {addition.path for addition in added} == {"notes[1]", "notes[2]"}


def test_adding_twice_adds_once() -> None:
    once, _ = add_mentions(french(), ())
    assert add_mentions(once, ()) == (once, [])
