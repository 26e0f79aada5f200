import json
from dataclasses import replace

import rfc8785

from archive.manifest import leaf, prepare, read_manifest, write_manifest
from tests.archive.filing import NOON, draft

SALT = bytes(range(32))


def test_a_manifest_says_all_and_reads_back() -> None:
    prepared = prepare(draft(1, fields={"customer_name": "Müller \u2028 \x00 \U0001f4ee"}))
    data = write_manifest(prepared, log="acme/2026", at=NOON, salt=SALT)
    said = json.loads(data)
    assert rfc8785.dumps(said) == data
    assert said["salt"] == SALT.hex()
    assert [len(item["sha512"]) for item in said["items"]] == [128, 128]
    entry = read_manifest(data, log="acme/2026", position=7)
    assert (entry.position, entry.at, entry.items) == (7, NOON, prepared.items)
    shared = ("key", "tenant", "subject", "kind", "step", "document", "fields")
    assert [getattr(entry, name) for name in shared] == [
        getattr(prepared.draft, name) for name in shared
    ]


def test_every_character_is_written_as_canonical_json_has_it() -> None:
    characters = "".join(chr(c) for c in range(0x11000) if not 0xD800 <= c < 0xE000)
    fields = {"customer_name": characters, "b": '"', "a_b": "", "a": "\\"}
    data = write_manifest(prepare(draft(1, fields=fields)), log="a/2026", at=NOON, salt=SALT)
    assert data == rfc8785.dumps(json.loads(data))
    assert read_manifest(data, log="a/2026", position=0).fields == fields


def test_a_leaf_tells_nothing_and_changes_with_everything() -> None:
    plain = draft(1)
    changed = (plain, replace(plain, step="read"), replace(plain, document=None), draft(2))
    manifests = [
        write_manifest(prepare(each), log=log, at=NOON, salt=salt)
        for each in changed
        for log in ("acme/2026", "acme/2027")
        for salt in (SALT, SALT[::-1])
    ]
    leaves = {leaf(manifest) for manifest in manifests}
    assert len(leaves) == len(manifests)
    for each in leaves:
        said = json.loads(each)
        assert rfc8785.dumps(said) == each
        assert (said.keys(), said["k"], said["v"]) == ({"id", "k", "sha512", "v"}, "evidence", 1)
        assert len(each) <= 250
