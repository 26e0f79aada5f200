"""How SQLite is asked for words and parts of names: by its full text tables."""

from collections.abc import Iterator

from archive.index import schema
from archive.index.folding import TRIGRAM, trigrams
from archive.index.search import Asked, Clause, Tongue


def _fragment(asked: Asked, column: str, fragment: str) -> Iterator[Clause]:
    """Yield the condition for a folded fragment; the trigram index needs three characters."""
    if len(fragment) >= TRIGRAM:
        among = "facts.fact IN (SELECT rowid FROM grams WHERE grams MATCH ?"
        match = " AND ".join(
            f'"{each.replace(chr(34), chr(34) * 2)}"' for each in trigrams(fragment)
        )
        if asked.tenant is None:
            yield f"{among})", (match,)
        else:
            span = schema.tenant_range(asked.tenant)
            yield f"{among} AND rowid BETWEEN ? AND ?)", (match, *span)
    yield f"instr(folded(facts.{column}), ?)", (fragment,)


def _match(phrases: list[tuple[str, bool]]) -> str:
    return " AND ".join(f'"{phrase}"{"*" if begins else ""}' for phrase, begins in phrases)


SQLITE = Tongue(has_words="words MATCH ?", match=_match, fragment=_fragment, common="+")
