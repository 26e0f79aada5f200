"""FPA-*: what FatturaPA 1.2.3 needs of an invoice beyond EN 16931. Our own ids.

Each says what SdI or its schema would refuse; where SdI has a code for it, the sentence's rule
names it in its comment. Parties, amounts and texts have modules of their own.
"""

import re
from collections.abc import Callable

from formats.findings import Severity
from formats.model import Invoice
from formats.rules.engine import Rule, RuleSet, stated
from formats.rules.it_amounts import AMOUNTS
from formats.rules.it_codes import document_type, italy, payment_means
from formats.rules.it_parties import PARTIES
from formats.rules.it_texts import LIMITS, TEXTS
from formats.rules.worksheet import lay_out, the_invoice

_BIC = re.compile("[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?")
_IBAN = re.compile("[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{11,30}")


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


DOCUMENT: tuple[Rule, ...] = (
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

FATTURAPA = RuleSet(
    key="it-fatturapa",
    version="1.2.3",
    source="Agenzia delle Entrate, Specifiche tecniche FatturaPA 1.9",
    lay_out=lay_out,
    rules=(*DOCUMENT, *PARTIES, *AMOUNTS, *TEXTS, *LIMITS),
)
