"""The numbers of documents that were disposed of under law: they explain the gaps they left."""

import json
from collections.abc import Callable, Iterator, Sequence

from archive.entry import Entry, Query
from archive.index.series import DISPOSED, Numbered

_ALL = 1_000_000


def disposed(
    tenant: str, find: Callable[[Query], Sequence[Entry]], get: Callable[[str], bytes]
) -> Iterator[Numbered]:
    """Yield what approved disposals let go, as far as their lists have numbers.

    Args:
        tenant: whose.
        find: returns the entries that a query asks for.
        get: returns a kept file by its SHA-256.
    """
    acts = find(Query(tenant=tenant, kind="disposal", limit=_ALL))
    said = {entry.key: json.loads(get(entry.items[0].sha256)) for entry in acts if entry.items}
    for entry in acts:
        accepted = {*said.get(f"{entry.key}/approve", {}).get("accepted", ())}
        for each in said.get(entry.key, {}).get("listed", ()):
            if each["subject"] in accepted and each.get("number"):
                day = each.get("issue_date", "")
                yield Numbered("", each.get("sender", ""), each["number"], day, DISPOSED)
