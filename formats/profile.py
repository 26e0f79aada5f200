"""Profile: which specification a written invoice claims to follow (BT-24), and in which process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from formats.codec import Material, Writer
from formats.model import Document, DocumentKind, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One specification on top of EN 16931.

    Attributes:
        specification: BT-24.
        process: BT-23 where the invoice names none; None: it may stay unnamed.
        extensible: an invoice may claim an extension of it instead.
    """

    specification: str
    process: str | None = None
    extensible: bool = True


BILLING: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""Peppol's process identifier of billing, which XRechnung takes over."""

EN16931: Final = Profile(specification="urn:cen.eu:en16931:2017")
XRECHNUNG: Final = Profile(
    specification="urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    process=BILLING,
)
PEPPOL_BIS: Final = Profile(
    specification="urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    process=BILLING,
)
FR_CTC: Final = Profile(specification=EN16931.specification, extensible=False)
"""The French reform has no BT-24 of its own; BT-23 says which case it is, and no default can."""
FR_EXTENDED: Final = Profile(
    specification=f"{EN16931.specification}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
    extensible=False,
)
CIUS_RO: Final = Profile(
    specification="urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1",
    extensible=False,
)


def under(profile: Profile, invoice: Invoice) -> Invoice:
    """Return the invoice with BT-23 and BT-24 as the profile wants them.

    Its own BT-24 stays if it is the profile's, or an extension of it where those are welcome.

    >>> under(XRECHNUNG, Invoice(specification="urn:cen.eu:en16931:2017")).specification
    'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0'
    """
    own = invoice.specification
    kept = profile.extensible and own is not None and own.startswith(profile.specification)
    return msgspec.structs.replace(
        invoice,
        specification=own if kept else profile.specification,
        business_process=invoice.business_process or profile.process,
    )


def writer(name: str, profile: Profile, as_xml: Callable[[Invoice], bytes], *rules: str) -> Writer:
    """Return the writer of invoices and credit notes under a profile, as XML.

    Args:
        name: of the writer.
        profile: whose BT-23 and BT-24 are written.
        as_xml: writes an invoice as it is.
        rules: names of the rule sets that judge what is written.
    """

    def dress(document: Document) -> Document:
        assert isinstance(document, Invoice)
        return under(profile, document)

    def write(document: Document, material: Material) -> bytes:
        del material
        assert isinstance(document, Invoice)
        return as_xml(under(profile, document))

    return Writer(
        name=name,
        media_type="application/xml",
        suffix=".xml",
        kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
        write=write,
        rules=rules,
        dress=dress,
    )
