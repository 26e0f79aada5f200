from pathlib import Path

import pytest

from tests.archive.filing import draft, drafts, opened

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
