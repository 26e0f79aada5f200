from dataclasses import replace
from pathlib import Path

import pytest

from archive.index.comparing import difference
from archive.index.sqlite import Index
from tests.archive.filing import draft, drafts, opened
from tests.archive.index.asked import entries, fill

SPOILT = {
    "DELETE FROM entries WHERE entry & 3 = 2": "entry acme/2026 2",
    "UPDATE entries SET at = at + 1 WHERE entry & 3 = 2": "entry acme/2026 2",
    "UPDATE entries SET document = NULL WHERE entry & 3 = 1": "entry acme/2026 1",
    "UPDATE facts SET amount = 7 WHERE number = 'R-0002'": "fact acme d2",
    "UPDATE facts SET standing = 'parked' WHERE number = 'R-0002'": "fact acme d2",
    "DELETE FROM vat WHERE fact IN (SELECT fact FROM facts WHERE number = 'R-0004')": "vat acme",
    "DELETE FROM files WHERE rowid = 2": "file acme/2026",
    "UPDATE files SET offset = offset + 1 WHERE rowid = 2": "file acme/2026",
    "DELETE FROM shared": "shared acme/2026 3",
    "UPDATE logs SET size = size + 1": "it has read otherwise",
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_an_index_that_says_otherwise_than_the_packs_is_named(tmp_path: Path, spoil: str) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts(range(3)))
        archive.append([draft(4, fields={"number": "R-0004", "vat": "S 19 1.00 0.19"})])
        assert archive.verify().ok
        archive._index._db.execute(spoil)
        named = [str(fault) for fault in archive.verify().faults if fault.file == "index.db"]
        assert SPOILT[spoil] in " ".join(named), named
        archive.reindex()
        assert archive.verify().ok


def test_what_a_new_index_may_know_otherwise_is_not_compared(tmp_path: Path) -> None:
    """One of two entries about a document is erased; another document came against the logs."""
    index = Index(tmp_path / "index.db")
    filed = entries()
    back = replace(filed[9], id="1" * 64, log="acme/2025", position=3, key="back")
    erase = replace(filed[2], id="2" * 64, log="acme/2025", position=4, key="e", kind="erase")
    fill(index, [*filed, back, erase])
    index.forget([filed[0].id])
    ordered = [*filed[:3], back, erase, *filed[3:]]
    assert difference(index, lambda other: fill(other, ordered, filed[:1])) == ""
    index._db.execute("UPDATE facts SET amount = 7 WHERE number = 'G-2026-0001'")
    assert difference(index, lambda other: fill(other, ordered, filed[:1])).startswith(
        "it tells another fact"
    )
    index.close()
