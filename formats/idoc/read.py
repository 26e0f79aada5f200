"""IDocs to invoices: both forms of a file become segments, and a profile says what they mean."""

from collections.abc import Sequence

from msgspec.structs import replace

from formats.codec import Guide, Reader, Reading, Unreadable
from formats.findings import Finding
from formats.idoc import cancelling, conditions, faults, hierarchy, signs, texts, totals, vat
from formats.idoc.code_pages import start_of
from formats.idoc.files import idocs_of
from formats.idoc.making import in_currency, profile
from formats.idoc.mapping import Index, fill, fill_from_lines, index_of
from formats.idoc.profile import Profile
from formats.idoc.segments import IDoc, Segment
from formats.model import Invoice
from formats.model.paths import Draft, term

_CURRENCY = term("currency")


def claims(head: bytes, name: str) -> bool:
    """Whether this is an IDoc, of whatever message; only `read` tells whether it is an INVOIC.

    >>> claims(b"EDI_DC40  800", ""), claims(b"<INVOIC02><IDOC BEGIN='1'>", "")
    (True, True)
    """
    del name  # says nothing: SAP's ports name files as they like
    text = start_of(head)
    return text.startswith("EDI_DC") or (text.startswith("<") and "<IDOC" in text)


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return an invoice for each IDoc in the file.

    Each is read by the first of the sender's IDoc guides that fits its control record, else by the
    shipped profile. An IDoc that is none of INVOIC beside others becomes an empty invoice with a
    fatal notice.

    Raises:
        Unreadable: no IDoc is here, none is an INVOIC, or a guide is faulty (IN-GUIDE).
    """
    profiles = [profile(guide) for guide in guides if guide.format == READER.name]
    profiles.append(profile(None))
    readings: list[Reading] = []
    foreign: list[Finding] = []
    for idoc in idocs_of(data, profiles):
        fault = _foreign(idoc, profiles)
        if fault is not None:
            foreign.append(fault)
        readings.append(_unread(idoc, fault) if fault else _reading(idoc, profiles))
    if len(foreign) == len(readings):
        raise Unreadable(foreign[0])
    return tuple(readings)


READER = Reader(
    name="idoc", words="SAP IDoc", media_type="application/xml", claims=claims, read=read
)


def _foreign(idoc: IDoc, profiles: Sequence[Profile]) -> Finding | None:
    """Return the fault of an IDoc that is no invoice."""
    fields = idoc.control.fields
    message, basic = fields.get("MESTYP", ""), fields.get("IDOCTYP", "")
    wanted = _chosen(idoc, profiles).messages
    if not fields or message in wanted or (not message and any(each in basic for each in wanted)):
        return None
    return faults.no_invoice(fields.get("DOCNUM", "(no number)"), message, basic)


def _unread(idoc: IDoc, fault: Finding) -> Reading:
    """Return an empty invoice for an IDoc of another message, which is answered all the same."""
    envelope = idoc.envelope
    return Reading(
        document=Invoice(),
        notices=(fault,),
        reference=envelope.get("DOCNUM", ""),
        envelope=envelope,
    )


def _reading(idoc: IDoc, profiles: Sequence[Profile]) -> Reading:
    chosen = _chosen(idoc, profiles)
    draft = Draft()
    index = index_of([idoc.control, *idoc.segments])
    found = [
        *idoc.faults,
        *hierarchy.check(idoc, chosen.layouts),
        *_fill(draft, idoc, index, chosen),
    ]
    if idoc.control.fields.get("TEST"):
        found.append(faults.only_a_test(idoc.control.fields.get("DOCNUM", "(no number)")))
    invoice, incomplete = draft.build(Invoice)
    found += [faults.incomplete(path) for path in incomplete]
    invoice = _without_itself(invoice, draft.sources)
    found += cancelling.check(invoice, index, chosen)
    return Reading(
        document=invoice,
        sources=draft.sources,
        unmapped=_unmapped(idoc),
        notices=(*found, *_unknown(idoc)),
        reference=idoc.envelope.get("DOCNUM", ""),
        envelope=idoc.envelope,
    )


def _chosen(idoc: IDoc, profiles: Sequence[Profile]) -> Profile:
    said = idoc.control.fields
    return next(
        each
        for each in profiles
        if all(said.get(field) == value for field, value in each.match.items())
    )


def _fill(draft: Draft, idoc: IDoc, index: Index, chosen: Profile) -> list[Finding]:
    """Put all that the IDoc says to the draft; return its faults."""
    fill(draft, chosen.currency, index)
    chosen = in_currency(chosen, str(draft.get(_CURRENCY)))
    found = fill(draft, chosen.invoice, index)
    fill_from_lines(draft, chosen.from_lines, index.get(("E1EDP01", None), ()))
    found += _put_partners(draft, index, chosen)
    found += _put_banks(draft, index, chosen)
    texts.put_texts(draft, index.get(("E1EDKT1", None), ()), chosen.texts, chosen.text_language)
    texts.put_payment_terms(draft, index.get(("E1EDK18", None), ()), chosen)
    texts.put_due_date(draft, index.get(("E1EDK18", None), ()), chosen)
    turned = signs.are_turned(draft, chosen)
    if turned:
        signs.turn_totals(draft)
        found.append(faults.turned_signs(idoc.control.fields.get("DOCNUM", "(no number)")))
    return found + _fill_amounts(draft, index, chosen, turned=turned)


def _fill_amounts(draft: Draft, index: Index, chosen: Profile, *, turned: bool) -> list[Finding]:
    """Put lines, allowances, charges and VAT."""
    rows, found = vat.stated(index, chosen)
    lines: list[tuple[Draft, Index]] = []
    for head in index.get(("E1EDP01", None), ()):
        line, of_line = draft.add("lines"), index_of(head.below())
        found += _fill_line(line, of_line, chosen, turned=turned)
        vat.settle_line(line, rows)
        lines.append((line, of_line))
    rows = rows or vat.of_lines(lines, chosen)
    if turned:
        for row in rows:
            signs.turn_tax(row)
    totals.settle(draft, index, chosen, turned=turned)
    drafts = [line for line, _ in lines]
    added, more = conditions.add_to_invoice(draft, index, drafts, chosen, turned=turned)
    signed = [(each.item, -1 if each.kind == "allowances" else 1) for each in added]
    vat.put_breakdown(draft, rows, drafts, signed)
    totals.put_accounting_currency(draft, index, chosen)
    return found + more


def _fill_line(line: Draft, index: Index, chosen: Profile, *, turned: bool) -> list[Finding]:
    found = vat.settle(line, vat.LINE, fill(line, chosen.line, index), chosen)
    if turned:
        signs.turn_line(line)
    found += conditions.price_line(line, index, chosen, turned=turned)
    texts.put_texts(line, index.get(("E1EDPT1", None), ()), chosen.line_texts, chosen.text_language)
    return found


def _put_partners(draft: Draft, index: Index, chosen: Profile) -> list[Finding]:
    found: list[Finding] = []
    for partner in chosen.partners:
        heads = (index.get(("E1EDKA1", function)) for function in partner.functions)
        head = next((segments[0] for segments in heads if segments), None)
        if head is not None:
            found += fill(draft, partner.rules, index_of(head.below()))
    return found


def _put_banks(draft: Draft, index: Index, chosen: Profile) -> list[Finding]:
    wanted = {place.field for rule in chosen.bank for place in rule.places}
    found: list[Finding] = []
    for segment in index.get(("E1EDK28", None), ()):
        if wanted & segment.fields.keys():
            item = draft.add("payment.credit_transfers")
            found += fill(item, chosen.bank, index_of([segment]))
    return found


def _without_itself(invoice: Invoice, sources: dict[str, str]) -> Invoice:
    """Return the invoice without a preceding one (BG-3) that is itself, as SAP likes to name it."""
    others = tuple(each for each in invoice.preceding if each.number != invoice.number)
    if len(others) < len(invoice.preceding):
        for path in [path for path in sources if path.startswith("preceding[")]:
            del sources[path]
    return replace(invoice, preceding=others)


def _unmapped(idoc: IDoc) -> dict[str, str]:
    return {
        segment.place(field): text
        for segment in (idoc.control, *idoc.segments, *idoc.statuses)
        for field, text in segment.fields.items()
        if field not in segment.taken and field != segment.qualified_by
    }


def _unknown(idoc: IDoc) -> list[Finding]:
    """Return a warning for each segment type that is not SAP's and that nothing was taken from."""
    strangers: dict[str, list[Segment]] = {}
    for segment in idoc.segments:
        if segment.type not in idoc.layouts and not segment.taken:
            strangers.setdefault(segment.type, []).append(segment)
    return [
        faults.unknown_segment(kind, segments[0].name, len(segments))
        for kind, segments in strangers.items()
    ]
