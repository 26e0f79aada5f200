"""UBL: CEN's rules on UBL 2.1 invoices and credit notes, and those that need a function."""

from typing import Final

from formats.model.codes import (
    ALLOWANCE_REASONS,
    CHARGE_REASONS,
    COUNTRIES,
    CREDIT_NOTE_TYPES,
    CURRENCIES,
    INVOICE_TYPES,
    PAYMENT_MEANS,
    VAT_CATEGORIES,
)
from formats.rules.codes import PREFIXES
from formats.syntax.codes import coded
from formats.syntax.rules import Own, Sheet, SyntaxRules, load, text
from formats.syntax.ubl_vat import VAT_OWN
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_SELLER: Final = "cac:AccountingSupplierParty/cac:Party"
_SELLER_NAME: Final = f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName"
_BUYER: Final = "cac:AccountingCustomerParty/cac:Party"
_SUPPORTING: Final = "cac:AdditionalDocumentReference"
_TAX_NUMBER: Final = "cac:PartyTaxScheme/cbc:CompanyID"
_DOCUMENT_TYPE: Final = tag("cbc:DocumentTypeCode")
_INVOICE_TYPE: Final = tag("cbc:InvoiceTypeCode")
_MEANS: Final = tag("cbc:PaymentMeansCode")
_INDICATOR: Final = tag("cbc:ChargeIndicator")
_CREDIT_NOTE: Final = "}CreditNote"
_COMPANY_ID: Final = tag("cbc:CompanyID")
_ID: Final = tag("cbc:ID")
_TAX_SCHEME: Final = tag("cac:TaxScheme")
_OBJECT: Final = "130"
_PROJECT: Final = "50"


def _type(reference: Element | None, sheet: Sheet) -> frozenset[str]:
    return sheet.values(reference, _DOCUMENT_TYPE)


def _of_object(element: Element, sheet: Sheet) -> bool:
    """Whether what an element belongs to refers to the invoiced object (BT-18)."""
    return _OBJECT in _type(element.getparent(), sheet)


def _of_other(element: Element, sheet: Sheet) -> bool:
    found = _type(element.getparent(), sheet)
    return not found or found != {_OBJECT}


def _scheme_or_type(reference: Element, sheet: Sheet) -> bool:
    found = _type(reference, sheet)
    if _OBJECT in found or (_PROJECT in found and _in_credit_note(sheet)):
        return False
    return bool(found) or any(
        child.get("schemeID") is not None for child in reference.iterchildren(tag("cbc:ID"))
    )


def _in_credit_note(sheet: Sheet) -> bool:
    return str(sheet.root.tag).endswith(_CREDIT_NOTE)


def _in_invoice(_element: Element, sheet: Sheet) -> bool:
    return not _in_credit_note(sheet)


def _other_version(version: Element, sheet: Sheet) -> bool:
    return "2.1" not in sheet.values(version.getparent(), str(version.tag))


def _elsewhere(element: Element, _sheet: Sheet) -> bool:
    return element.tag != tag("cbc:PaymentMeansCode")


def _schemes(group: Element) -> frozenset[str]:
    """Return the tax schemes of a cac:PartyTaxScheme; empty text for one without ID."""
    return frozenset((each.findtext(_ID) or "").upper() for each in group.iterchildren(_TAX_SCHEME))


def _of_vat(number: Element, sheet: Sheet) -> bool:
    group = number.getparent()
    return group is not None and "VAT" in sheet.once(_schemes, group)


def _of_other_tax(number: Element, sheet: Sheet) -> bool:
    group = number.getparent()
    return group is not None and bool(sheet.once(_schemes, group) - {"VAT"})


def _for_debits(identifier: Element, _sheet: Sheet) -> bool:
    return (identifier.get("schemeID") or "").upper() == "SEPA"


def _unfinished(scheme: Element, sheet: Sheet) -> bool:
    named = any(
        sheet.values(each, tag("cbc:ID")) for each in scheme.iterchildren(tag("cac:TaxScheme"))
    )
    return not named or not sheet.values(scheme, tag("cbc:CompanyID"))


def _too_fine(amount: Element, sheet: Sheet) -> bool:
    if len(text(amount).partition(".")[2]) <= 2 or str(amount.tag).endswith("PriceAmount"):
        return False
    return not any(
        sheet.values(price, tag("cac:AllowanceCharge"))
        for price in amount.iterancestors(tag("cac:Price"))
    )


def _unknown_currency(amount: Element, _sheet: Sheet) -> bool:
    given = amount.get("currencyID")
    return given not in CURRENCIES and (given or "").strip(WHITE_SPACE) not in CURRENCIES


def _unidentified(supplier: Element, _sheet: Sheet) -> bool:
    """Whether a seller has neither VAT identifier nor identifier nor legal registration."""
    for party in supplier.iterchildren(tag("cac:Party")):
        schemes = party.iterchildren(tag("cac:PartyTaxScheme"))
        numbers = (each for each in schemes if each.find(_COMPANY_ID) is not None)
        identifiers = party.findall(f"{tag('cac:PartyIdentification')}/{tag('cbc:ID')}")
        if (
            any("VAT" in _schemes(each) for each in numbers)
            or any(each.get("schemeID") != "SEPA" for each in identifiers)
            or party.find(f"{tag('cac:PartyLegalEntity')}/{tag('cbc:CompanyID')}") is not None
        ):
            return False
    return True


def _sellers(document: Element) -> frozenset[str]:
    found = document.iterfind("/".join(map(tag, _SELLER_NAME.split("/"))))
    return frozenset(text(name) for name in found)


def _not_the_seller(payee: Element, sheet: Sheet) -> bool:
    """Whether a payee's name is another than the seller's, as the official test wants it."""
    names = {
        name
        for each in payee.iterchildren(tag("cac:PartyName"))
        for name in sheet.values(each, tag("cbc:Name"))
    }
    document = payee.getparent()
    sellers = frozenset() if document is None else sheet.once(_sellers, document)
    if not names or not sellers:
        return False
    return len(names) > 1 or len(sellers) > 1 or names != sellers


def _named_twice(payee: Element, sheet: Sheet) -> bool:
    names = payee.findall(f"{tag('cac:PartyName')}/{tag('cbc:Name')}")
    return len(names) > 1 or not _not_the_seller(payee, sheet)


def _identified_twice(payee: Element, sheet: Sheet) -> bool:
    found = payee.findall(f"{tag('cac:PartyIdentification')}/{tag('cbc:ID')}")
    return sum(not _for_debits(each, sheet) for each in found) > 1 or not _not_the_seller(
        payee, sheet
    )


def _registered_twice(payee: Element, sheet: Sheet) -> bool:
    found = payee.findall(f"{tag('cac:PartyLegalEntity')}/{tag('cbc:CompanyID')}")
    return len(found) > 1 or not _not_the_seller(payee, sheet)


def _unknown_type(code: Element, _sheet: Sheet) -> bool:
    known = INVOICE_TYPES if code.tag == _INVOICE_TYPE else CREDIT_NOTE_TYPES
    return text(code).strip(WHITE_SPACE) not in known


def _nowhere_to_pay(means: Element, sheet: Sheet) -> bool:
    codes = {each.strip(WHITE_SPACE) for each in sheet.values(means, _MEANS)}
    if codes.isdisjoint({"30", "58"}):
        return False
    accounts = means.iterchildren(tag("cac:PayeeFinancialAccount"))
    return not any(sheet.values(each, tag("cbc:ID")) for each in accounts)


def _indicates(charge: Element, *texts: str) -> bool:
    for child in charge:
        if child.tag == _INDICATOR and text(child).strip(WHITE_SPACE) in texts:
            return True
    return False


def _belongs_to(reason: Element, *texts: str) -> bool:
    charge = reason.getparent()
    return charge is not None and _indicates(charge, *texts)


OWN: Final = {
    **VAT_OWN,
    "UBL-SR-43": Own(
        path=".",
        only=_scheme_or_type,
        sentence="a supporting document has a type code or a scheme of its identifier, which only"
        " the invoiced object may have",
        fix="leave out cbc:DocumentTypeCode and schemeID, or write the type code 130",
        term="BT-18",
    ),
    "UBL-DT-01": Own(
        path=".",
        only=_too_fine,
        sentence="an amount has more than two decimals",
        fix="round the amount to two decimals",
    ),
    "UBL-SR-53": Own(
        path=".",
        only=_unfinished,
        sentence="a tax number and the ID of its tax scheme do not stand together",
        fix="give cbc:CompanyID and cac:TaxScheme/cbc:ID, or leave out cac:PartyTaxScheme",
    ),
    "UBL-CR-002": Own(
        path="cbc:UBLVersionID",
        only=_other_version,
        sentence="the UBL version is stated, and not as 2.1",
        fix="leave out cbc:UBLVersionID, or write 2.1",
    ),
    "UBL-CR-412": Own(
        path="cac:PaymentMeans/cbc:PaymentDueDate",
        only=_in_invoice,
        sentence="an invoice has its due date in cac:PaymentMeans, where only credit notes have it",
        fix="write the date to cbc:DueDate",
        term="BT-9",
    ),
    "UBL-CR-665": Own(
        path=f"//{_SUPPORTING}/cbc:ID/@schemeID",
        only=_of_other,
        sentence="the reference of a supporting document has a scheme",
        fix="leave out the attribute schemeID",
        term="BT-122",
    ),
    "UBL-CR-666": Own(
        path=f"//{_SUPPORTING}/cac:Attachment",
        only=_of_object,
        sentence="an invoiced object has a file attached",
        fix="put the file into a cac:AdditionalDocumentReference of its own",
        term="BT-18",
    ),
    "UBL-CR-673": Own(
        path=f"//{_SUPPORTING}/cbc:DocumentDescription",
        only=_of_object,
        sentence="an invoiced object has a description",
        fix="leave out cbc:DocumentDescription",
        term="BT-18",
    ),
    "UBL-DT-18": Own(
        path="//@name",
        only=_elsewhere,
        sentence="the attribute name stands elsewhere than at cbc:PaymentMeansCode",
        fix="leave out the attribute name",
    ),
    "UBL-SR-04": Own(
        path=f"{_SUPPORTING}/cbc:ID",
        only=_of_object,
        most=1,
        sentence="there is more than one invoiced object",
        fix="keep one",
        term="BT-18",
    ),
    "UBL-SR-12": Own(
        path=f"{_SELLER}/{_TAX_NUMBER}",
        only=_of_vat,
        most=1,
        sentence="the seller has more than one VAT identifier",
        fix="keep one",
        term="BT-31",
    ),
    "UBL-SR-13": Own(
        path=f"{_SELLER}/{_TAX_NUMBER}",
        only=_of_other_tax,
        most=1,
        sentence="the seller has more than one tax registration",
        fix="keep one",
        term="BT-32",
    ),
    "UBL-SR-18": Own(
        path=f"{_BUYER}/{_TAX_NUMBER}",
        only=_of_vat,
        most=1,
        sentence="the buyer has more than one VAT identifier",
        fix="keep one",
        term="BT-48",
    ),
    "UBL-SR-29": Own(
        path="//cac:PartyIdentification/cbc:ID",
        only=_for_debits,
        most=1,
        sentence="there is more than one identifier of a creditor, with the scheme SEPA",
        fix="keep one",
        term="BT-90",
    ),
    "UBL-SR-44": Own(
        path="//cbc:PaymentID",
        alike=text,
        most=1,
        sentence="there is more than one remittance information",
        fix="write the same cbc:PaymentID to all cac:PaymentMeans",
        term="BT-83",
    ),
    "UBL-SR-47": Own(
        path="//cbc:PaymentMeansCode",
        alike=text,
        most=1,
        sentence="there is more than one code of payment means",
        fix="write the same cbc:PaymentMeansCode to all cac:PaymentMeans",
        term="BT-81",
    ),
    "UBL-SR-19": Own(
        path=".",
        only=_named_twice,
        sentence="the payee has more than one name, or none but the seller's",
        fix="give one name other than the seller's, or leave out cac:PayeeParty",
        term="BT-59",
    ),
    "UBL-SR-20": Own(
        path=".",
        only=_identified_twice,
        sentence="the payee has more than one identifier, or no name but the seller's",
        fix="give one identifier and a name other than the seller's, or leave out cac:PayeeParty",
        term="BT-60",
    ),
    "UBL-SR-21": Own(
        path=".",
        only=_registered_twice,
        sentence="the payee has more than one legal registration, or no name but the seller's",
        fix="give one registration and a name other than the seller's, or leave out cac:PayeeParty",
        term="BT-61",
    ),
    "BR-CO-09": Own(
        path=".",
        only=lambda number, _sheet: (number.findtext(_COMPANY_ID) or "")[:2] not in PREFIXES,
        sentence="a VAT identifier does not begin with the country that issued it",
        fix="write the VAT identifier with its country prefix, e.g. DE or EL",
        term="BT-31",
    ),
    "BR-CO-26": Own(
        path=".",
        only=_unidentified,
        sentence="the seller has neither VAT identifier nor identifier nor legal registration",
        fix="give cbc:CompanyID or cac:PartyIdentification of the seller",
        term="BT-29",
    ),
    "BR-61": Own(
        path=".",
        only=_nowhere_to_pay,
        sentence="a credit transfer names no account",
        fix="give cbc:ID in cac:PayeeFinancialAccount",
        term="BT-84",
    ),
    "BR-CL-01": Own(
        path=".",
        only=_unknown_type,
        sentence="the type is no code of UNTDID 1001 for a document with this root element",
        fix="write a type that fits, e.g. 380 to an Invoice, 381 to a CreditNote",
        term="BT-3",
    ),
    "BR-CL-04": coded(CURRENCIES, "the currency of the invoice", "BT-5"),
    "BR-CL-14": coded(COUNTRIES, "the country of an address", "BT-40"),
    "BR-CL-15": coded(COUNTRIES, "the country of origin of an item", "BT-159"),
    "BR-CL-16": coded(PAYMENT_MEANS, "the payment means", "BT-81"),
    "BR-CL-17": coded(
        VAT_CATEGORIES, "the VAT category of a row, an allowance or a charge", "BT-118"
    ),
    "BR-CL-18": coded(VAT_CATEGORIES, "the VAT category of a line, or of a part of one", "BT-151"),
    "BR-CL-19": coded(ALLOWANCE_REASONS, "the reason of an allowance", "BT-98"),
    "BR-CL-20": coded(CHARGE_REASONS, "the reason of a charge", "BT-105"),
    "BR-CL-03": Own(
        path=".",
        only=_unknown_currency,
        sentence="the currency of an amount is no code of ISO 4217",
        fix="write the currency's three letters to the attribute currencyID",
        shows="currencyID",
    ),
}

UBL: Final[SyntaxRules] = load(
    "ubl.toml",
    key="en16931-ubl-syntax",
    own=OWN,
    conditions={
        "allowance": lambda charge: _indicates(charge, "false", "0"),
        "charge": lambda charge: _indicates(charge, "true", "1"),
        "vat": lambda number: "VAT" in _schemes(number),
        "of_allowance": lambda reason: _belongs_to(reason, "false", "0"),
        "of_charge": lambda reason: _belongs_to(reason, "true", "1"),
    },
)
