"""What doctor says of companies whose settings lack what the format of their country needs."""

from collections.abc import Iterator, Mapping
from typing import Final

from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from hub.cli.output import Noted
from hub.config.companies import Tenant
from hub.config.config import Config
from hub.enrichment.seller import add_seller, add_tax_regime

_NATIONAL: Final[Mapping[str, tuple[str, str]]] = {
    "ES": ("Facturae", "es-facturae"),
    "IT": ("FatturaPA", "it-fatturapa"),
    "PL": ("FA(3), for KSeF", "pl-ksef-fa3"),
}
"""Country to its format, and the rules that this must obey."""
_SETTINGS: Final[Mapping[str, str]] = {
    "seller.vat_identifier": "vat_identifier",
    "seller.address": "street",
    "seller.address.line_1": "street",
    "seller.address.post_code": "post_code",
    "seller.address.city": "city",
    "extensions.it.regime": "tax_regime",
}
"""Path that such a rule is about to the setting that it is filled from."""


def companies(config: Config) -> str:
    """Say which settings of a company its country's format wants, unless its files say the same."""
    lacking = [line for key, own in config.tenants.items() for line in _lacking(key, own)]
    if lacking:
        raise Noted("\n".join(lacking))
    return "nothing lacks that the format of a company's country needs"


def _lacking(key: str, own: Tenant) -> Iterator[str]:
    country = own.country or own.vat_identifier[:2]
    if country not in _NATIONAL:
        return
    name, rules = _NATIONAL[country]
    invoice, _ = add_seller(Invoice(), own, key)
    invoice, _ = add_tax_regime(invoice, own, key)
    for finding in check(invoice, RULESETS[rules]):
        setting = _SETTINGS.get(finding.path or "")
        if setting:
            yield (
                f"tenant.{key}.{setting}: {name} needs it where the file does not say it: "
                f"{finding.message}; {finding.fix} ({finding.rule})"
            )
