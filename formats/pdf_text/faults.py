"""What can be wrong with a PDF: every finding of this reader, in one place."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from formats.codec import Unreadable
from formats.findings import Actor, Finding, Severity, is_fatal

_SHOWN = 20
_in_layout = partial(Finding, actor=Actor.OPERATOR)


def not_opened(reason: str) -> Unreadable:
    """Return the error: broken, or locked."""
    if "password" in reason.lower():
        return Unreadable(
            Finding(
                rule="IN-PDF-LOCKED",
                message="the PDF opens with a password only",
                fix="send it without a password",
            )
        )
    return Unreadable(
        Finding(
            rule="IN-PDF-BROKEN",
            message=f"this is no PDF that can be opened: {reason}",
            fix="send the file whole, as the ERP wrote it",
        )
    )


def too_much(reason: str) -> Unreadable:
    """Return the error: beyond our bounds."""
    return Unreadable(
        Finding(
            rule="IN-PDF-SIZE",
            message=f"the PDF has {reason}",
            fix="send it in several files",
        )
    )


def scanned(count: int) -> Unreadable:
    """Return the error: pictures of pages."""
    return Unreadable(
        Finding(
            rule="IN-PDF-SCAN",
            message=f"the PDF has no text: {_pages(range(1, count + 1))} "
            f"{'is a picture' if count == 1 else 'are pictures'}, probably scanned",
            place=_pages(range(1, count + 1)),
            fix="send the PDF that the ERP made, or the invoice as XML, CSV or IDoc; "
            "pictures are not read",
        )
    )


def no_layout(reasons: Sequence[str]) -> Unreadable:
    """Return the error: no layout is for this PDF."""
    tried = "; ".join(reasons) or "the sender has none"
    return Unreadable(
        Finding(
            rule="IN-PDF-LAYOUT",
            message=f"no layout says where the values stand in this PDF: {tried}",
            fix="draft a layout with `facteur layout draft FILE.pdf --out layout.toml`, correct it "
            "as formats/guides/pdf-example.toml explains, and add it to the sender's guides",
            actor=Actor.OPERATOR,
        )
    )


def no_beginning(layout: str) -> Unreadable:
    """Return the error: nothing in the file parts one invoice from the next."""
    return Unreadable(
        Finding(
            rule="IN-PDF-SPLIT",
            message=f"no page begins an invoice as `split` of layout `{layout}` says",
            fix="correct `split` in the layout, or send whole invoices",
            actor=Actor.OPERATOR,
        )
    )


def nobodys(numbers: Sequence[int]) -> Finding:
    """Return the fault: pages of a spool file that belong to no invoice."""
    return _in_layout(
        rule="IN-PDF-NOBODYS",
        message=f"{_pages(numbers)} {'belongs' if len(numbers) == 1 else 'belong'} to no invoice",
        place=_pages(numbers),
        fix="correct `split` in the layout, let its `ignore` match such pages, or send whole "
        "invoices",
    )


def cut(stated: Sequence[int], count: int, first: int) -> Finding:
    """Return the fault: pages of an invoice are missing, or are too many."""
    says = ", ".join(str(number or "none") for number in stated)
    return Finding(
        rule="IN-PDF-CUT",
        message=f"the invoice from page {first} on is cut: its pages are numbered {says}, "
        f"and it should have {count}",
        place=f"page {first}",
        fix="send the whole invoice; if it is whole, correct `split` in the layout",
    )


def cut_short(found: int, wanted: int) -> Finding:
    """Return the fault: the file ends before the last invoice does."""
    return Finding(
        rule="IN-PDF-CUT",
        message=f"the last invoice is cut: it has {found} of {wanted} pages",
        fix="send the whole file; if it is whole, correct `split` in the layout",
    )


def twice(number: str, places: Sequence[str]) -> Finding:
    """Return the fault: several invoices of one file have the same number."""
    return Finding(
        rule="IN-PDF-TWICE",
        message=f"number {number} stands on several invoices of the file, which differ: "
        f"{'; '.join(places)}",
        term="BT-1",
        path="number",
        value=number,
        fix="correct `split` in the layout if they are one invoice; else give each its own number",
    )


def nothing_read(found: Sequence[Finding]) -> Unreadable:
    """Return the error that names all fatal faults of a file of which nothing could be read."""
    fatal = [fault for fault in found if is_fatal([fault])]
    first, shown = fatal[0], fatal[:_SHOWN]
    words = [
        f"{fault.message} ({fault.place})" if fault.place else fault.message for fault in shown
    ]
    if len(fatal) > _SHOWN:
        words.append(f"and {len(fatal) - _SHOWN} more")
    return Unreadable(
        Finding(
            rule=first.rule,
            message="; ".join(words),
            term=first.term,
            path=first.path,
            place=first.place,
            value=first.value,
            fix="; ".join(dict.fromkeys(fault.fix for fault in shown if fault.fix)),
            actor=first.actor,
        )
    )


def missing(path: str, where: str) -> Finding:
    """Return the fault: a value is not where the layout says."""
    return _in_layout(
        rule="IN-PDF-FIELD",
        message=f"{path} is not found: {where}",
        path=path,
        fix="correct the layout, or mark the field `optional`",
    )


def ambiguous(path: str, texts: Sequence[str], places: Sequence[str]) -> Finding:
    """Return the fault: several places say different things."""
    listed = ", ".join(f"`{text}` ({place})" for text, place in zip(texts, places, strict=True))
    return _in_layout(
        rule="IN-PDF-AMBIGUOUS",
        message=f"{path} may be {listed}",
        path=path,
        place=places[0],
        fix="make the label in the layout more exact, or give `page`, `box` or `take`",
    )


def wrong_value(path: str, text: str, place: str, error: ValueError) -> Finding:
    """Return the fault: the text is not what the field holds."""
    return _in_layout(
        rule="IN-PDF-VALUE",
        message=f"{path}: `{text}` {error}",
        path=path,
        place=place,
        value=text,
        fix="correct the place of the field, the notation or the meanings in the layout",
    )


def strange_row(items: str, text: str, place: str, reason: str) -> Finding:
    """Return the fault: a row inside a table is no item, no further text and not to be skipped."""
    return _in_layout(
        rule="IN-PDF-ROW",
        message=f"a row in the table of {items} is not understood: {reason}",
        place=place,
        value=text,
        fix="correct the columns in the layout, or let `skip` or `end` match the row",
    )


def empty_table(items: str) -> Finding:
    """Return the fault: no item was found."""
    return _in_layout(
        rule="IN-PDF-LINES",
        message=f"no {items} are found",
        path=items,
        fix="correct `start` and the columns of the table in the layout",
    )


def wrong_sum(term: str, path: str, stated: Decimal, computed: Decimal, how: str) -> Finding:
    """Return the fault: an amount on the page is not what others on it add up to."""
    return _in_layout(
        rule="IN-PDF-SUM",
        message=f"{path} is {stated}, but {how} is {computed}",
        term=term,
        path=path,
        value=str(stated),
        fix="if the page adds up, correct the layout; if it does not, correct the invoice",
    )


def unproven() -> Finding:
    """Return the fault: the page states no sum, so nothing shows that all lines were read."""
    return _in_layout(
        rule="IN-PDF-SUM",
        message="no total is read, so nothing proves that the lines are complete",
        path="totals",
        fix="say in the layout where totals.without_vat, totals.with_vat or totals.due stand",
    )


def incomplete(path: str) -> Finding:
    """Return the warning: a group lacks the value without which it means nothing."""
    return Finding(
        rule="IN-PDF-INCOMPLETE",
        message=f"{path} has no value, so what belongs to it was left out",
        severity=Severity.WARNING,
        path=path,
        fix="say in the layout where it stands, or leave its companions out",
        actor=Actor.OPERATOR,
    )


def page_without_text(number: int) -> Finding:
    """Return the warning: one page is a picture."""
    return Finding(
        rule="IN-PDF-SCAN",
        message=f"page {number} has no text and was not read",
        severity=Severity.WARNING,
        place=f"page {number}",
        fix="nothing, if the page is empty or for show; else send it as text",
    )


def _pages(numbers: Sequence[int]) -> str:
    """Return pages as people say it.

    >>> _pages([3]), _pages([3, 4, 5]), _pages([3, 5])
    ('page 3', 'pages 3 to 5', 'pages 3, 5')
    """
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    if list(numbers) == [*range(numbers[0], numbers[-1] + 1)]:
        return f"pages {numbers[0]} to {numbers[-1]}"
    listed = ", ".join(map(str, numbers[:_SHOWN]))
    return f"pages {listed}{' and more' if len(numbers) > _SHOWN else ''}"
