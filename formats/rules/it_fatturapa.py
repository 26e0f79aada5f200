"""FPA-*: what FatturaPA 1.2.3 needs of an invoice beyond EN 16931. Our own ids.

Each says what SdI or its schema would refuse; where SdI has a code for it, the sentence's rule
names it in its comment.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from formats.findings import Actor, Severity
from formats.latin import ascii_only, is_latin, latin
from formats.model import (
    AllowanceCharge,
    Invoice,
    PostalAddress,
    VatBreakdown,
)
from formats.rules.engine import Context, Rule, RuleSet, stated
from formats.rules.it_codes import (
    KNOWN_NATURES,
    buyer_tax_code,
    description,
    document_type,
    italy,
    nature,
    payment_means,
    recipient_code,
    street,
)
from formats.rules.national import adds_up, fits
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_allowance,
    each_charge,
    each_line,
    each_preceding,
    each_row,
    each_supporting_document,
    lay_out,
    the_buyer,
    the_buyer_address,
    the_invoice,
    the_representative,
    the_seller,
    the_seller_address,
    the_seller_contact,
    the_totals,
)

SYNTAX = "FatturaPA"
REGIMES = frozenset(f"RF{number:02}" for number in range(1, 21)) - {"RF03"}
STREET_SIZE = 60
LARGEST = Decimal(10) ** 11
"""Amounts have eleven digits before the point."""

_VAT_IDENTIFIER = re.compile(r"[A-Z]{2}\s*\S(?:\s*\S){0,27}")
_CODE = re.compile("[A-Z0-9]{6,7}")
_TAX_CODE = re.compile("[A-Z0-9]{11,16}")
_POST_CODE = re.compile("[0-9]{5}")
_BIC = re.compile("[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?")
_IBAN = re.compile("[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{11,30}")


def _identifiers(sheet: Worksheet) -> Places[str]:
    """Return the numbers and references that are written: FatturaPA has ASCII for them."""
    invoice = sheet.invoice
    fields = ("number", "purchase_order", "contract", "tender", "receiving_advice")
    more = ("despatch_advice", "accounting_reference")
    found = [(field, getattr(invoice, field)) for field in (*fields, *more)]
    if invoice.payment:
        found.append(("payment.remittance", invoice.payment.remittance))
    found += [(f"preceding[{n}].number", each.number) for n, each in enumerate(invoice.preceding)]
    for path, line in sheet.lines:
        found.append((f"{path}.order_line", line.order_line))
        found.append((f"{path}.accounting_reference", line.accounting_reference))
    return [(path, value) for path, value in found if value]


def _texts(sheet: Worksheet) -> Places[str]:
    """Return the texts that are written: FatturaPA has Latin-1 for them."""
    return [(path, value) for path, value in _written(sheet) if value]


def _written(sheet: Worksheet) -> Iterator[tuple[str, str | None]]:
    invoice = sheet.invoice
    yield "project", invoice.project
    yield "payment_terms", invoice.payment_terms
    yield from _parties(invoice)
    yield from _attached(invoice)
    for number, note in enumerate(invoice.notes):
        yield f"notes[{number}].text", note.text
    for path, row in sheet.rows:
        yield f"{path}.exemption_reason", row.exemption_reason
    for path, part in (*sheet.allowances, *sheet.charges):
        yield f"{path}.reason", part.reason
    for path, line in sheet.lines:
        yield f"{path}.note", line.note
        if line.item:
            yield f"{path}.item.name", line.item.name
            yield f"{path}.item.description", line.item.description


def _parties(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    for role, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if party:
            yield f"{role}.name", party.name
            yield from _address(role, party.address)
    if invoice.payee:
        yield "payee.name", invoice.payee.name
    if invoice.tax_representative:
        yield "tax_representative.name", invoice.tax_representative.name


def _attached(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    for number, document in enumerate(invoice.supporting_documents):
        if document.attachment:
            path = f"supporting_documents[{number}]"
            yield f"{path}.reference", document.reference
            yield f"{path}.description", document.description
            yield f"{path}.attachment.file_name", document.attachment.file_name


def _address(role: str, address: PostalAddress | None) -> Iterator[tuple[str, str | None]]:
    if address:
        for field in ("line_1", "line_2", "line_3", "city"):
            yield f"{role}.address.{field}", getattr(address, field)


each_text: Context[str] = Context(name="each text", find=_texts)
each_identifier: Context[str] = Context(name="each number and reference", find=_identifiers)


def _in_italy(address: PostalAddress) -> bool:
    return address.country == "IT"


def _post_code(address: PostalAddress) -> bool | None:
    if not _in_italy(address):
        return None
    return _POST_CODE.fullmatch(address.post_code or "") is not None


def _street(address: PostalAddress) -> bool:
    return 1 <= len(street(address)) <= STREET_SIZE


def _two_decimals(value: Decimal | None) -> bool:
    return value is None or value == value.quantize(Decimal("0.01"))


def _buyer_is_named(invoice: Invoice) -> bool | None:
    """Whether the buyer has an identifier; abroad a substitute will do. SdI 00417."""
    buyer = invoice.buyer
    if buyer is None or buyer.address is None or not _in_italy(buyer.address):
        return None
    return stated(buyer.vat_identifier) or stated(buyer_tax_code(invoice))


def _nature(invoice: Invoice, row: VatBreakdown) -> bool | None:
    """SdI 00400, 00401, 00445: a Natura in its detailed form where, and only where, no VAT is."""
    found = nature(invoice, row.category)
    if row.category in {"S", "B"}:
        return found is None and row.rate is not None and row.rate > 0
    return found in KNOWN_NATURES


def _rows(sheet: Worksheet) -> Places[tuple[Invoice, VatBreakdown]]:
    return [(path, (sheet.invoice, row)) for path, row in sheet.rows]


each_row_of_invoice: Context[tuple[Invoice, VatBreakdown]] = Context(name="each row", find=_rows)


def _payable(invoice: Invoice) -> bool | None:
    if invoice.payment is None and italy(invoice).payment_means is None:
        return None
    return payment_means(invoice) is not None


def _account(matches: re.Pattern[str], field: str) -> Callable[[Invoice], bool | None]:
    def predicate(invoice: Invoice) -> bool | None:
        transfers = invoice.payment.credit_transfers if invoice.payment else ()
        value = getattr(transfers[0], field) if transfers else None
        return None if not value else matches.fullmatch("".join(value.split())) is not None

    return predicate


def _references(invoice: Invoice) -> bool | None:
    data = italy(invoice)
    if not (stated(data.project_code) or stated(data.tender_code) or stated(invoice.tender)):
        return None
    return stated(invoice.purchase_order) or stated(invoice.contract)


def _withholdings(invoice: Invoice) -> bool | None:
    found = italy(invoice).withholdings
    if not found:
        return None
    return all(w.kind and w.amount is not None and w.rate is not None and w.reason for w in found)


def _contributions(invoice: Invoice) -> bool | None:
    found = italy(invoice).contributions
    if not found:
        return None
    numbers = [c.charge for c in found]
    if None in numbers:
        return False
    known = {Decimal(n) for n in range(1, len(invoice.charges) + 1)}
    return len(set(numbers)) == len(numbers) and all(
        c.charge in known and c.kind and invoice.charges[int(c.charge) - 1].percent is not None
        for c in found
        if c.charge is not None
    )


def _phone(phone: str | None) -> bool | None:
    return None if not phone else 5 <= len("".join(c for c in phone if c in "+0123456789")) <= 12


def _not_too_large(value: Decimal | None) -> bool | None:
    return None if value is None else abs(value) < LARGEST


def _reason(part: AllowanceCharge) -> bool:
    return stated(part.reason) or stated(part.reason_code)


NEEDED: tuple[Rule, ...] = (
    the_invoice(
        "FPA-01",
        "BT-3",
        "the type of document leads to a TipoDocumento",
        lambda invoice: document_type(invoice) is not None,
        at="type_code",
        fix="state TipoDocumento (TD01 to TD29) in extensions.it.document_type; correct by a credit"
        " note and a new invoice",
    ),
    the_invoice(
        "FPA-02",
        "extensions.it.regime",
        "the seller's RegimeFiscale is stated",
        lambda invoice: italy(invoice).regime in REGIMES,
        at="extensions.it.regime",
        fix="state RegimeFiscale, RF01 for the ordinary regime, among the tenant's master data",
        actor=Actor.OPERATOR,
    ),
    the_seller(
        "FPA-03",
        "BT-31",
        "the seller has a VAT identifier with its country code",
        lambda seller: _VAT_IDENTIFIER.fullmatch(seller.vat_identifier or "") is not None,
        at="vat_identifier",
        fix="state BT-31 with its country code",
    ),
    the_representative(
        "FPA-24",
        "BT-63",
        "the tax representative has a VAT identifier with its country code",
        lambda party: _VAT_IDENTIFIER.fullmatch(party.vat_identifier or "") is not None,
        at="vat_identifier",
        fix="state BT-63 with its country code",
    ),
    the_buyer(
        "FPA-25",
        "BT-48",
        "a VAT identifier begins with its country code",
        lambda buyer: (
            _VAT_IDENTIFIER.fullmatch(buyer.vat_identifier) is not None
            if buyer.vat_identifier
            else None
        ),
        at="vat_identifier",
        fix="state BT-48 with its country code",
    ),
    the_invoice(
        "FPA-04",
        "BT-48",
        "an Italian buyer has a VAT identifier or a codice fiscale",
        _buyer_is_named,
        at="buyer.vat_identifier",
        fix="state BT-48, or the codice fiscale in extensions.it.buyer_tax_code",
    ),
    the_invoice(
        "FPA-05",
        "BT-49",
        "the CodiceDestinatario has six or seven letters and digits",
        lambda invoice: _CODE.fullmatch(recipient_code(invoice) or "") is not None,
        at="buyer.electronic_address.value",
        fix="state the code in BT-49 with scheme 0205, 0201 for a public office",
    ),
    the_invoice(
        "FPA-06",
        "extensions.it.buyer_tax_code",
        "the buyer's codice fiscale has 11 to 16 letters and digits",
        lambda invoice: (
            _TAX_CODE.fullmatch(code) is not None if (code := buyer_tax_code(invoice)) else None
        ),
        fix="correct the codice fiscale",
    ),
    *(
        place(
            f"FPA-{number}",
            term,
            sentence,
            predicate,
            at=at,
            fix=fix,
        )
        for number, place, term, at, sentence, predicate, fix in (
            (
                "07",
                the_seller_address,
                "BT-35",
                "line_1",
                "the seller's street has 1 to 60 characters",
                _street,
                "state the street in BT-35, at most 60 characters with BT-36 and BT-162",
            ),
            (
                "08",
                the_buyer_address,
                "BT-50",
                "line_1",
                "the buyer's street has 1 to 60 characters",
                _street,
                "state the street in BT-50, at most 60 characters with BT-51, BT-163, post code",
            ),
            (
                "09",
                the_seller_address,
                "BT-38",
                "post_code",
                "an Italian post code has five digits",
                _post_code,
                "state the CAP in BT-38",
            ),
            (
                "10",
                the_buyer_address,
                "BT-53",
                "post_code",
                "an Italian post code has five digits",
                _post_code,
                "state the CAP in BT-53",
            ),
        )
    ),
    the_seller_address.states(
        "FPA-11", "BT-37", "the seller's town is named", "city", fix="state BT-37"
    ),
    the_buyer_address.states(
        "FPA-12", "BT-52", "the buyer's town is named", "city", fix="state BT-52"
    ),
    the_seller.has("FPA-13", "BG-5", "the seller has an address", "address", fix="state BG-5"),
    the_buyer.has("FPA-14", "BG-8", "the buyer has an address", "address", fix="state BG-8"),
    each_row_of_invoice(
        "FPA-15",
        "BT-118",
        "a category without VAT leads to a detailed Natura, a taxed one has a rate",
        lambda pair: _nature(*pair),
        at="category",
        fix="state the Natura (N1 to N7) in extensions.it.natures[category=…].code",
    ),
    the_invoice(
        "FPA-16",
        "BT-81",
        "the payment means leads to a ModalitaPagamento",
        _payable,
        at="payment.means_code",
        fix="state ModalitaPagamento (MP01 to MP23) in extensions.it.payment_means",
    ),
    the_invoice(
        "FPA-17",
        "BT-84",
        "the account is an IBAN",
        _account(_IBAN, "account"),
        fix="state an IBAN in BT-84",
    ),
    the_invoice(
        "FPA-18",
        "BT-86",
        "the bank is named by its BIC",
        _account(_BIC, "bank"),
        fix="state a BIC in BT-86",
    ),
    the_invoice(
        "FPA-19",
        "BT-13",
        "a CUP or CIG belongs to an order or a contract",
        _references,
        at="purchase_order",
        fix="state BT-13 or BT-12, or leave out CUP, CIG and BT-17",
    ),
    the_invoice(
        "FPA-20",
        "extensions.it.withholdings",
        "a withholding has kind, amount, rate and reason",
        _withholdings,
        at="extensions.it.withholdings",
        fix="complete extensions.it.withholdings",
    ),
    the_invoice(
        "FPA-21",
        "extensions.it.contributions",
        "a fund contribution has its kind and is a charge (BG-21) with a percentage",
        _contributions,
        at="extensions.it.contributions",
        fix="name in extensions.it.contributions the charge, counted from 1, and its TipoCassa",
    ),
    each_allowance("FPA-22", "BT-97", "the allowance has a reason", _reason, fix="state BT-97"),
    each_charge("FPA-23", "BT-104", "the charge has a reason", _reason, fix="state BT-104"),
)

SUMS: tuple[Rule, ...] = (
    # SdI 00423
    each_line(
        "FPA-30",
        "BT-131",
        "the line's net amount is price times quantity with allowances and charges, to the cent",
        adds_up,
        at="net",
        fix="correct BT-131, BT-129, BT-146 or the line's allowances and charges",
    ),
    each_line(
        "FPA-31",
        "BT-152",
        "the VAT rate has two decimals",
        lambda line: _two_decimals(line.vat_rate),
        at="vat_rate",
        fix="state BT-152 with two decimals",
    ),
    each_row(
        "FPA-32",
        "BT-119",
        "the VAT rate has two decimals",
        lambda row: _two_decimals(row.rate),
        at="rate",
        fix="state BT-119 with two decimals",
    ),
    the_totals(
        "FPA-33",
        "BT-112",
        "the total has at most eleven digits before the point",
        lambda totals: _not_too_large(totals.with_vat),
        at="with_vat",
        fix="split the invoice",
    ),
    each_line(
        "FPA-34",
        "BT-131",
        "an amount has at most eleven digits before the point",
        lambda line: _not_too_large(line.net),
        at="net",
        fix="split the line",
    ),
)

TEXTS: tuple[Rule, ...] = (
    each_text(
        "FPA-40",
        "BG-2",
        "the text is of letters that FatturaPA has (Latin-1)",
        lambda text: is_latin(latin(text)),
        fix="write the text in Latin letters",
    ),
    each_identifier(
        "FPA-44",
        "BG-2",
        "the reference is of ASCII characters",
        lambda text: ascii_only(text).isascii(),
        fix="write the reference in plain letters and digits",
    ),
    each_line(
        "FPA-45",
        "BT-154",
        "name and description of an item have at most 1,000 characters together",
        lambda line: len(description(line) or "") <= 1000,
        at="item.description",
        fix="shorten BT-154",
    ),
    the_invoice(
        "FPA-41",
        "BT-1",
        "the number holds a digit",  # SdI 00425
        lambda invoice: None if not invoice.number else any(c.isdigit() for c in invoice.number),
        at="number",
        fix="number the invoice with at least one digit",
    ),
    the_seller_contact(
        "FPA-42",
        "BT-42",
        "the phone number has 5 to 12 digits, else it is left out",
        lambda contact: _phone(contact.phone),
        at="phone",
        severity=Severity.WARNING,
        private=True,
        fix="state the number without separators",
    ),
    the_invoice(
        "FPA-43",
        "BT-16",
        "a despatch advice has its date, else it is left out",
        lambda invoice: (
            italy(invoice).despatched_on is not None if invoice.despatch_advice else None
        ),
        at="extensions.it.despatched_on",
        severity=Severity.WARNING,
        fix="state DataDDT in extensions.it.despatched_on",
    ),
)

LIMITS = fits(
    "FPA-5",
    SYNTAX,
    (
        (the_invoice, "BT-1", "number", 20),
        (the_seller, "BT-27", "name", 80),
        (the_buyer, "BT-44", "name", 80),
        (the_seller_address, "BT-37", "city", 60),
        (the_buyer_address, "BT-52", "city", 60),
        (the_invoice, "BT-13", "purchase_order", 20),
        (the_invoice, "BT-12", "contract", 20),
        (the_invoice, "BT-15", "receiving_advice", 20),
        (the_invoice, "BT-16", "despatch_advice", 20),
        (the_invoice, "BT-11", "project", 100),
        (the_invoice, "BT-19", "accounting_reference", 20),
        (each_preceding, "BT-25", "number", 20),
        (each_line, "BT-132", "order_line", 20),
        (each_line, "BT-133", "accounting_reference", 20),
        (the_representative, "BT-62", "name", 80),
        (the_invoice, "BT-59", "payee.name", 200),
        (each_line, "BT-155", "item.seller_id", 35),
        (each_line, "BT-156", "item.buyer_id", 35),
        (each_supporting_document, "BT-125-2", "attachment.file_name", 60),
        (each_supporting_document, "BT-122", "reference", 60),
        (each_row, "BT-120", "exemption_reason", 100),
        (the_invoice, "BT-17", "tender", 15),
        (the_invoice, "BT-83", "payment.remittance", 60),
        (each_supporting_document, "BT-123", "description", 100),
    ),
    written=latin,
)

FATTURAPA = RuleSet(
    key="it-fatturapa",
    version="1.2.3",
    source="Agenzia delle Entrate, Specifiche tecniche FatturaPA 1.9",
    lay_out=lay_out,
    rules=(*NEEDED, *SUMS, *TEXTS, *LIMITS),
)
