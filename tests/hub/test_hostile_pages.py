"""PDFs that mean harm, through the reader of pages, the drafter and the painter, in one child."""

import csv
import os
from pathlib import Path

import pytest

from formats.codec import Guide, Unreadable
from formats.pdf.parts import parts
from formats.pdf_text.draft.draft import draft
from formats.pdf_text.pages import NotOpened
from formats.pdf_text.picture import NoPage, picture
from formats.pdf_text.read import read
from formats.pdf_text.words import TooMuch
from hub.engine.pool import ChildDied, Pool

HOSTILE = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora")) / "pdf-hostile"
LAYOUT = Guide(
    name="any",
    format="pdf_text",
    table={
        "anchors": ["."],
        "split": {"changes": "(.+)"},
        "fields": {"number": "(.+)"},
        "tables": {"lines": {"start": ".", "columns": {"item.name": [0, 1000]}}},
    },
)
LOCKED = "needs password"
OPEN = "encrypted, opens with empty user password"

OPENED_ALL_THE_SAME = {
    "enc-XI-R6,V5,U=attachment,encrypted-attachments.pdf",
    "nontrivial-crypt-filter.pdf",
    "unfilterable-with-crypt.pdf",
}
"""Their pages are not encrypted, only what else is in them."""
NOT_OPENED = {"r5-user-password.pdf", "r6-user-password.pdf"}
"""They have a password, as their names say; the table of the corpus errs."""

pytestmark = pytest.mark.skipif(not HOSTILE.exists(), reason="shared corpora are not here")


@pytest.fixture(scope="module")
def small() -> Pool:
    return Pool(1, memory_bytes=512 << 20, timeout_seconds=20)


def expected() -> dict[str, str]:
    if not HOSTILE.exists():
        return {}
    with (HOSTILE / "EXPECTED.csv").open(encoding="utf-8") as file:
        return {row["file"]: row["expected"] for row in csv.DictReader(file)}


def outcome(pool: Pool, function: object, *arguments: object) -> object:
    """Return the rule of the finding, or what it gave; a dead child is none of these."""
    try:
        return pool.submit(function, *arguments).result()  # type: ignore[arg-type]
    except Unreadable as error:
        return error.finding.rule if error.finding.fix else "no fix"
    except (NotOpened, NoPage, TooMuch) as error:
        return type(error).__name__


@pytest.mark.parametrize("name", expected())
def test_each_ends_in_a_finding_or_in_what_was_found(small: Pool, name: str) -> None:
    data = (HOSTILE / name).read_bytes()
    found = outcome(small, read, data, [LAYOUT])
    shown = outcome(small, picture, data, 1)
    outcome(small, draft, data, name)
    outcome(small, parts, data, [[1]])
    assert found != "no fix"
    if expected()[name] == LOCKED and name.rpartition("/")[2] not in OPENED_ALL_THE_SAME:
        assert (found, shown) == ("IN-PDF-LOCKED", "NotOpened")
    if expected()[name] == OPEN and name.rpartition("/")[2] not in NOT_OPENED:
        assert found == "IN-PDF-SCAN" or not isinstance(found, str)
        assert isinstance(shown, bytes)


def test_what_takes_too_long_ends(small: Pool) -> None:
    with pytest.raises(ChildDied, match="longer than"):
        small.submit(_for_ever, timeout_seconds=0.2).result()


def _for_ever() -> None:
    while True:
        pass
