"""What a rule may ask about the two parties. The address book's word goes before the document's."""

from formats.model import Identifier
from routing_rules.conditions.case import Case
from routing_rules.conditions.leitweg import SCHEME as LEITWEG
from routing_rules.conditions.leitweg import is_leitweg_id

PUBLIC_GROUP = "public"
PUBLIC_SCHEMES = frozenset({LEITWEG, "0201"})
"""Identifiers that only public bodies have: Leitweg-ID (DE), Codice univoco ufficio iPA (IT)."""


def country(case: Case) -> tuple[str, ...]:
    """Where the recipient is: address book, else the postal address there, else BT-55.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... country = ["DE", "AT"]
    ... ''', recipient=Recipient(country="AT"))
    True
    """
    recipient, buyer = case.recipient, case.document.buyer
    known = recipient.country or (recipient.address and recipient.address.country)
    found = known or (buyer and buyer.address and buyer.address.country)
    return (found,) if found else ()


def seller_country(case: Case) -> tuple[str, ...]:
    """Where the seller is established: BT-40.

    >>> from formats.model import Invoice, Party, PostalAddress
    >>> from routing_rules.conditions.catalogue import holds
    >>> seller = Party(address=PostalAddress(country="FR"))
    >>> holds('''
    ... seller_country = "FR"
    ... ''', document=Invoice(seller=seller))
    True
    """
    seller = case.document.seller
    found = seller and seller.address and seller.address.country
    return (found,) if found else ()


def identifiers(case: Case) -> tuple[str, ...]:
    """All identifiers known of the recipient, each with its scheme: `0204:991-…`, `vat:DE…`.

    From the address book (and its network endpoint) and from the document: BT-46, BT-47, BT-48,
    BT-49, and BT-10 where it is a Leitweg-ID by shape and check digits.

    >>> from formats.model import Invoice
    >>> from routing_rules.conditions.catalogue import holds
    >>> holds('''
    ... identifier_starts = "0204:04"
    ... ''', document=Invoice(buyer_reference="04011000-1234512345-06"))
    True
    """
    recipient, document = case.recipient, case.document
    known = [*recipient.identifiers, recipient.endpoint]
    if buyer := document.buyer:
        known += [*buyer.identifiers, buyer.legal_registration, buyer.electronic_address]
        if buyer.vat_identifier:
            known.append(Identifier(scheme="vat", value=buyer.vat_identifier))
    reference = getattr(document, "buyer_reference", None)
    if reference and is_leitweg_id(reference):
        known.append(Identifier(scheme=LEITWEG, value=reference))
    return tuple(dict.fromkeys(f"{one.scheme}:{one.value}" for one in known if one and one.scheme))


def identifier_schemes(case: Case) -> tuple[str, ...]:
    """The schemes of all identifiers: EAS or ICD codes, `vat` for a VAT identifier.

    >>> from formats.model import Invoice, Party
    >>> from routing_rules.conditions.catalogue import holds
    >>> holds('''
    ... has_identifier = "vat"
    ... ''', document=Invoice(buyer=Party(vat_identifier="BE0123456749")))
    True
    """
    return tuple(dict.fromkeys(one.split(":", 1)[0] for one in identifiers(case)))


def public_body(case: Case) -> bool:
    """Whether this is a public body: group `public`, or an identifier that only those have.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... public_body = true
    ... ''', recipient=Recipient(group="public"))
    True
    """
    if case.recipient.group == PUBLIC_GROUP:
        return True
    return not PUBLIC_SCHEMES.isdisjoint(identifier_schemes(case))


def accepts(case: Case) -> tuple[str, ...]:
    """What the recipient can receive, as the address book or a network's directory has it.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... accepts = "peppol-bis-3"
    ... ''', recipient=Recipient(capabilities=("xrechnung", "peppol-bis-3")))
    True
    """
    return case.recipient.capabilities


def wishes(case: Case) -> tuple[str, ...]:
    """The channels the recipient asked for.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... wishes = "email"
    ... ''', recipient=Recipient(wishes=("print",)))
    False
    """
    return case.recipient.wishes


def consents(case: Case) -> tuple[str, ...]:
    """What the recipient has agreed to and not withdrawn: email, link, network, print.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Consent, Recipient
    >>> holds('''
    ... consents = "email"
    ... ''', recipient=Recipient(consents=(Consent.EMAIL,)))
    True
    """
    return case.recipient.consents


def recipient(case: Case) -> tuple[str, ...]:
    """The customer number in the address book.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... recipient = ["4711", "4712"]
    ... ''', recipient=Recipient(key="4712"))
    True
    """
    return (case.recipient.key,) if case.recipient.key else ()


def group(case: Case) -> tuple[str, ...]:
    """The operator's own customer group.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... not_group = "key-account"
    ... ''', recipient=Recipient(group="retail"))
    True
    """
    return (case.recipient.group,) if case.recipient.group else ()


def language(case: Case) -> tuple[str, ...]:
    """The language letters to the recipient are in.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... language = ["fr", "nl"]
    ... ''', recipient=Recipient(language="nl"))
    True
    """
    return (case.recipient.language,) if case.recipient.language else ()


def known(case: Case) -> bool:
    """Whether the recipient is in the address book.

    >>> from routing_rules.conditions.catalogue import holds
    >>> from routing_rules.recipient import Recipient
    >>> holds('''
    ... known = false
    ... ''', recipient=Recipient(known=False))
    True
    """
    return case.recipient.known
