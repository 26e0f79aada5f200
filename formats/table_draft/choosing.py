"""One reading of all columns: what headers mean, held against what the columns hold."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from formats.model.codes import VatCategory
from formats.table_draft.amounts import Amounts, Chosen
from formats.table_draft.contents import NOTATIONS, Content, content_of
from formats.table_draft.naming import LIKELY, POSSIBLE, Meaning, meanings
from formats.table_draft.rates import rate_columns, rates_of
from formats.table_draft.shape import Shape

_ENOUGH = 40
_MOST_RATES = 5
_ITEM_NAME, _ITEM_NUMBER = "item.name", "item.seller_id"
_LINE_AMOUNTS = ("lines[].net", "lines[].price.net")
_ID = re.compile(r"[A-Z]{0,4}[-./]?[0-9][0-9A-Z./-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a whole table is taken for.

    Attributes:
        columns: in their order.
        by_line: a row is a line of an invoice; else an invoice.
        key: column that tells invoices apart.
        notation: decimal and thousands sign.
        date: pattern of most dates.
        totals_stated: the table says the totals of an invoice; else its lines are summed up.
        rate: the only VAT rate, where no column says one but the amounts do.
        categories: what the values of the column of VAT categories mean, by their rates.
        vat_rates: those that have columns of their own.
        lines_stated: the table says amounts of lines.
    """

    columns: tuple[Chosen, ...]
    by_line: bool
    key: str
    notation: tuple[str, str]
    date: str
    totals_stated: bool
    rate: str
    categories: Mapping[str, str]
    vat_rates: tuple[str, ...]
    lines_stated: bool


def choose(shape: Shape) -> Choice:
    """Return what the columns of a table are taken for."""
    contents = {name: content_of(shape.column(name)) for name in shape.header}
    notation = _notation(contents.values())
    of_rates = rate_columns(contents)
    best = _best({name: each for name, each in contents.items() if name not in of_rates})
    best |= {name: meaning for name, meaning in of_rates.items() if meaning}
    found = _with_item_name(_with_number(_with_buyer(best), contents), contents)
    key = next((name for name, m in found.items() if m.word == "number"), "")
    groups = _groups(shape, key)
    several = any(len(group) > 1 for group in groups)
    by_line = bool(key) and (several or any(m.room == "line" for m in found.values()))
    words = {each.word: name for name, each in found.items()}
    factors = (words.get("quantity", ""), words.get("price.net", ""))
    amounts = Amounts(shape, contents, notation, groups, factors)
    chosen = [
        _chosen(name, contents[name], found.get(name), amounts, by_line=by_line)
        for name in shape.header
    ]
    chosen = list(_once(list(amounts.proven(chosen, by_line=by_line))))
    chosen = list(amounts.single_lines(chosen, by_line=by_line))
    at = {path: each.column for each in chosen for path in each.paths}
    return Choice(
        columns=tuple(chosen),
        by_line=by_line,
        key=key,
        notation=notation,
        date=_date(contents.values()),
        totals_stated="totals.without_vat" in at,
        rate="" if "lines[].vat_rate" in at else amounts.rate(at),
        categories=_categories(shape, at),
        vat_rates=rates_of(at),
        lines_stated=several or not at.keys().isdisjoint(_LINE_AMOUNTS),
    )


def fits(meaning: Meaning, content: Content) -> bool:
    """Whether a column can mean this, by what it holds."""
    word = meaning.word
    kinds = _KINDS_OF.get(word, frozenset())
    if kinds or not content.filled or "email" in content.kinds:
        return not kinds.isdisjoint(content.kinds) or not content.filled
    if word.endswith(("_date", "_on", "period.start", "period.end")):
        return bool(content.dates)
    if meaning.room == "amounts" or word in {"quantity", "price.net"}:
        return bool(content.numbers) and not (word == "vat" and "vat_rate" in content.kinds)
    if meaning.bare and word in {"name", "identifiers[0].value"}:
        return _are_ids(content) is (word != "name")
    if word in {_ITEM_NAME, "name", "address.city"}:
        return not content.numbers and not content.dates
    return True


_KINDS_OF: Mapping[str, frozenset[str]] = {
    "vat_rate": frozenset({"rate", "named_rate"}),
    "vat_identifier": frozenset({"vat"}),
    "address.country": frozenset({"country"}),
    "currency": frozenset({"currency"}),
    "payment.credit_transfers[0].account": frozenset({"iban"}),
    "contact.email": frozenset({"email"}),
}
"""What the values of a field must be one of."""


def _are_ids(content: Content) -> bool:
    return all(_ID.fullmatch(text) for text in content.distinct)


def _best(contents: Mapping[str, Content]) -> dict[str, Meaning]:
    """Return the likeliest meaning of each column; each meaning goes to one, but for amounts."""
    offers = sorted(
        (
            (each, name)
            for name, content in contents.items()
            for each in (*meanings(name), *_by_content(content))
            if each.score >= _ENOUGH and fits(each, content)
        ),
        key=lambda offer: -offer[0].score,
    )
    found: dict[str, Meaning] = {}
    taken: set[tuple[str, str, str]] = set()
    for meaning, name in offers:
        said = (meaning.room, meaning.word, meaning.party)
        if name not in found and (meaning.room == "amounts" or said not in taken):
            found[name] = meaning
            taken.add(said)
    return found


def _with_number(found: dict[str, Meaning], contents: Mapping[str, Content]) -> dict[str, Meaning]:
    """Return the meanings with the first column that could be the number, if none says so."""
    rows = max((content.filled for content in contents.values()), default=0)
    free = (
        name
        for name, content in contents.items()
        if name not in found and content.filled == rows and not content.dates
    )
    name = next(free, "")
    if not name or any(each.word == "number" for each in found.values()):
        return found
    why = "nothing else could tell invoices apart"
    number = Meaning(room="invoice", word="number", party="", level="", score=30, why=why)
    return {**found, name: number}


def _with_buyer(found: dict[str, Meaning]) -> dict[str, Meaning]:
    """Return the meanings, the buyer's contact as his name, if no other column is that."""
    named = {(each.word, each.party): name for name, each in found.items()}
    name = named.get(("contact.name", "buyer"), "")
    if not name or ("name", "buyer") in named:
        return found
    why = f"{found[name].why}; no other column names the buyer"
    return {**found, name: replace(found[name], word="name", why=why)}


def _with_item_name(
    found: dict[str, Meaning], contents: Mapping[str, Content]
) -> dict[str, Meaning]:
    """Return the meanings, an article that is no number as the item's name, if none else is."""
    if any(each.word == _ITEM_NAME for each in found.values()):
        return found
    for name, content in contents.items():
        for each in meanings(name):
            free = name not in found or found[name].word == _ITEM_NUMBER
            why = f"{each.why}; no number, and no other column names the item"
            named = replace(each, word=_ITEM_NAME, why=why)
            is_article = each.word == _ITEM_NUMBER and each.score >= LIKELY and free
            if is_article and fits(named, content) and not _are_ids(content):
                return {**found, name: named}
    return found


def _by_content(content: Content) -> Iterator[Meaning]:
    """Yield what a column may be whatever its header says."""
    for kind, room, word, score in (
        ("iban", "invoice", "payment.credit_transfers[0].account", LIKELY + 10),
        ("vat", "party", "vat_identifier", LIKELY),
        ("currency", "invoice", "currency", LIKELY + 10),
        ("country", "party", "address.country", POSSIBLE),
        ("email", "party", "contact.email", POSSIBLE),
    ):
        if kind in content.kinds:
            party = "buyer" if room == "party" else ""
            why = f"its values look like {_KINDS[kind]}"
            yield Meaning(room=room, word=word, party=party, level="", score=score, why=why)
    for kind, score, why in (
        ("named_rate", LIKELY, "its values name VAT rates"),
        ("vat_rate", _ENOUGH, "its values are VAT rates"),
    ):
        if kind in content.kinds and len(content.distinct) <= _MOST_RATES:
            yield Meaning(room="line", word="vat_rate", party="", level="", score=score, why=why)
    if content.dates and content.dates != ("YYYYMMDD",):
        why = "it holds dates"
        yield Meaning(room="invoice", word="issue_date", party="", level="", score=_ENOUGH, why=why)


_KINDS = {
    "iban": "account numbers (IBAN)",
    "vat": "VAT numbers",
    "currency": "currency codes",
    "country": "country codes",
    "email": "email addresses",
}


def _chosen(
    name: str, content: Content, meaning: Meaning | None, amounts: Amounts, *, by_line: bool
) -> Chosen:
    if meaning is None:
        why = "it is empty" if not content.filled else "nothing tells what it means"
        return Chosen(column=name, content=content, paths=(), score=0, why=why)
    score, why = meaning.score, meaning.why
    if len(content.dates) > 1 and {"DD", "MM"} == {content.dates[0][:2], content.dates[1][:2]}:
        score, why = score - 20, f"{why}; day and month could be the other way round"
    paths: tuple[str, ...]
    match meaning.room:
        case "amounts":
            paths, reason = amounts.paths(name, meaning, by_line=by_line)
            why = f"{why}; {reason}"
        case "party":
            paths = (f"{meaning.party}.{meaning.word}",)
        case "line":
            paths = (f"lines[].{meaning.word}",)
        case _:
            paths = (meaning.word,)
    return Chosen(column=name, content=content, paths=paths, score=score, why=why)


def _once(columns: Sequence[Chosen]) -> Iterator[Chosen]:
    """Yield the columns, each path with the likeliest alone."""
    owner: dict[str, Chosen] = {}
    for each in columns:
        for path in each.paths:
            if path not in owner or owner[path].score < each.score:
                owner[path] = each
    for each in columns:
        kept = tuple(path for path in each.paths if owner[path] is each)
        if each.paths and not kept:
            better = owner[each.paths[0]].column
            yield replace(each, paths=(), score=0, why=f"`{better}` says the same better")
        else:
            yield replace(each, paths=kept)


def _notation(contents: Iterable[Content]) -> tuple[str, str]:
    """Return the signs by which most columns of numbers are numbers."""
    votes = dict.fromkeys(NOTATIONS, 0)
    for content in contents:
        plain = "whole" in content.kinds or content.dates
        for signs in content.numbers if not plain else ():
            votes[signs] += 1
    return max(votes, key=lambda signs: votes[signs])


def _date(contents: Iterable[Content]) -> str:
    votes: dict[str, int] = {}
    for content in contents:
        for pattern in content.dates[:1]:
            votes[pattern] = votes.get(pattern, 0) + 1
    return max(votes, key=lambda pattern: votes[pattern], default="YYYY-MM-DD")


def _categories(shape: Shape, at: Mapping[str, str]) -> dict[str, str]:
    """Return what a sender's own VAT codes mean: S where all their rates are above 0."""
    if not {"lines[].vat_category", "lines[].vat_rate"} <= at.keys():
        return {}
    rates: dict[str, set[bool]] = {}
    codes, figures = (shape.column(at[f"lines[].{n}"]) for n in ("vat_category", "vat_rate"))
    for code, rate in zip(codes, figures, strict=True):
        rates.setdefault(code.strip(), set()).add(any(sign in "123456789" for sign in rate))
    return {
        code: "S" for code, above in rates.items() if above == {True} and code not in _CATEGORIES
    }


def _groups(shape: Shape, key: str) -> list[list[int]]:
    """Return the rows of each invoice, by number."""
    if not key:
        return [[number] for number in range(len(shape.rows))]
    groups: dict[str, list[int]] = {}
    for number, text in enumerate(shape.column(key)):
        groups.setdefault(text, []).append(number)
    return list(groups.values())


_CATEGORIES = frozenset(VatCategory)
