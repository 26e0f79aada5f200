"""The EPC QR code: a credit transfer to scan."""

import re
from decimal import Decimal

import segno
from segno import helpers

from formats.letter.heading import is_iban
from formats.model import ZERO, CreditTransfer

AMOUNT_AT_MOST = Decimal("999999999.99")
CREDITOR_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")  # ISO 11649


def payment_code(
    *,
    transfer: CreditTransfer,
    name: str,
    amount: Decimal,
    currency: str | None,
    reference: str,
) -> str | None:
    """Return the QR code as a data URI of a 1-bit PNG, or None where the scheme has no room.

    None: not EUR, no valid IBAN, no name, no reference, nothing to pay, fractions of a cent.
    A `reference` by ISO 11649 is written as a structured one.

    Source:
        EPC069-12 version 2.1: service tag BCD, version 002, UTF-8, error correction level M.
    """
    iban = (transfer.account or "").replace(" ", "").upper()
    if currency != "EUR" or not is_iban(iban) or not ZERO < amount <= AMOUNT_AT_MOST:
        return None
    holder = _one_line(transfer.account_name or name)[:70]
    quoted = _one_line(reference)[:140]
    if not holder or not quoted or amount != round(amount, 2):
        return None
    return _drawn(iban=iban, holder=holder, bank=transfer.bank, amount=amount, quoted=quoted)


def _drawn(*, iban: str, holder: str, bank: str | None, amount: Decimal, quoted: str) -> str | None:
    structured = CREDITOR_REFERENCE.fullmatch(compact := quoted.replace(" ", "").upper())
    try:
        code: segno.QRCode = helpers.make_epc_qr(
            name=holder,
            iban=iban,
            amount=amount,
            bic=bank if bank and len(bank) in {8, 11} else None,
            encoding="utf-8",
            **({"reference": compact} if structured else {"text": quoted}),
        )
    except ValueError:  # more than 331 bytes
        return None
    return str(code.png_data_uri(scale=4, border=4))


def _one_line(text: str) -> str:
    return " ".join(text.split())
