"""Write formats/syntax/ubl.toml or cii.toml from the pinned official artefact.

    python tools/syntax_rules.py ubl EN16931-UBL-validation.xslt > formats/syntax/ubl.toml
    python tools/syntax_rules.py cii EN16931-CII-validation.xslt > formats/syntax/cii.toml

The artefacts are CEN's EN 16931 Schematron, compiled. Taken are facts: which rules there are, how
severe they are, at which elements they are judged, and how often something may stand there. A rule
that says more than that is marked `own` and must be judged by a function in ubl.py or cii.py.
"""  # noqa: INP001

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TERMS = Path(__file__).parents[1] / "formats/model/terms.toml"

STATED = re.compile(r"Schematron version (\S+) - Last update: (\S+)-->")
TEMPLATE = re.compile(
    r'<xsl:template match="([^"]*)" mode="(M\d+)" priority="\d+">(.*?)(?=<xsl:template)', re.DOTALL
)
ASSERT = re.compile(
    r'<svrl:failed-assert test="([^"]*)">\s*<xsl:attribute name="id">([\w-]+)</xsl:attribute>'
    r'\s*<xsl:attribute name="flag">(\w+)</xsl:attribute>'
)
OF_FILES = re.compile(r"(UBL|CII)-[A-Z]+-\d+|BR-CL-03")
OF_CATEGORIES = {f"BR-{name}-01" for name in ("S", "Z", "E", "AE", "IC", "G", "O", "AF", "AG")}
SHOW_MORE = {
    "ubl": {
        *("BR-32", "BR-37", "BR-61", "BR-CO-04", "BR-CO-09", "BR-CO-15", "BR-CO-26"),
        *(f"BR-CL-{number}" for number in ("01", "04", 14, 15, 16, 17, 18, 19, 20)),
        *("BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14", "BR-DEC-13", "BR-DEC-15", *OF_CATEGORIES),
    },
    "cii": {
        *("BR-03", "BR-29", "BR-30", "BR-32", "BR-37", "BR-47", "BR-48", "BR-49", "BR-62", "BR-63"),
        *("BR-CO-04", "BR-CO-09", "BR-CO-14", "BR-CO-15", "BR-CO-17", "BR-DEC-13", "BR-DEC-15"),
        *(f"BR-CL-{number}" for number in ("01", "04", "06", "08", 10, 11, 14, 16, 18)),
    },
}
"""Rules that are judged on the model as well, of which a file shows more: the root element that a
code belongs to, the tax that a category is of, how a date is written, each payment means, parts of
lines, a second total, which element has an identifier."""

_PART = "cac:AllowanceCharge"
_REASON = "cbc:AllowanceChargeReasonCode"
_TAX = "cac:PartyTaxScheme"
_NUMBER = "ram:SpecifiedTaxRegistration/ram:ID"
_VAT = "ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount"
_INVOICE = "rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction"
_SETTLEMENT = "ram:ApplicableHeaderTradeSettlement"
CONTEXTS = {
    "/ubl:Invoice | /cn:CreditNote": "/Invoice|/CreditNote",
    "//*[ends-with(name(), 'Amount') and not(ends-with(name(),'PriceAmount')) and"
    " not(ancestor::cac:Price/cac:AllowanceCharge)]": "*Amount",
    "//*[ends-with(name(), 'BinaryObject')]": "*BinaryObject",
    "cac:AllowanceCharge[cbc:ChargeIndicator = false()]": "cac:AllowanceCharge[allowance]",
    "cac:AllowanceCharge[cbc:ChargeIndicator = true()]": "cac:AllowanceCharge[charge]",
    **{
        " | ".join(
            f"/{root}/cac:AllowanceCharge[cbc:ChargeIndicator = {said}()]"
            for root in ("ubl:Invoice", "cn:CreditNote")
        ): f"/Invoice/cac:AllowanceCharge|/CreditNote/cac:AllowanceCharge[{name}]"
        for said, name in (("false", "allowance"), ("true", "charge"))
    },
    **{
        f"{_PART}[cbc:ChargeIndicator = {said}()]/{_REASON}": f"{_PART}/{_REASON}[of_{name}]"
        for said, name in (("false", "allowance"), ("true", "charge"))
    },
    f"//{_TAX}[cac:TaxScheme/normalize-space(upper-case(cbc:ID))='VAT']": f"{_TAX}[vat]",
    f"//{_NUMBER}[@schemeID='VA']": f"{_NUMBER}[vat]",
    f"//{_VAT}[@currencyID=/{_INVOICE}/{_SETTLEMENT}/ram:InvoiceCurrencyCode]": _VAT,
    "//ram:GlobalID[@schemeID][not(ancestor::ram:SpecifiedTradeProduct)"
    " and not(ancestor::ram:ShipToTradeParty)]": "ram:GlobalID[party]",
    "ram:ID[@schemeID][not(ancestor::ram:SpecifiedTaxRegistration)]": "ram:ID[schemed]",
    "//*[ends-with(name(), 'DocumentContextParameter')]": "*DocumentContextParameter",
    "//ram:*[ends-with(name(), 'ID')]": "ram:*ID",
    "//ram:*[ends-with(name(), 'ReferencedDocument')]": "ram:*ReferencedDocument",
    "//ram:*[ends-with(name(), 'Amount') and not (self::ram:TaxTotalAmount)]": "ram:*Amount[other]",
    "//ram:*[ends-with(name(), 'Quantity')]": "ram:*Quantity",
    "//ram:*[ends-with(name(), 'TradeTax')]": "ram:*TradeTax",
    "//udt:DateTimeString[@format = '102']": "udt:DateTimeString[102]",
    "ram:TaxTotalAmount[@currencyID]": "ram:TaxTotalAmount[currency]",
    **{
        "//ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeAllowanceCharge"
        f"/ram:ChargeIndicator[udt:Indicator='{said}']": "ram:ApplicableHeaderTradeSettlement"
        f"/ram:SpecifiedTradeAllowanceCharge/ram:ChargeIndicator[{name}]"
        for said, name in (("false", "allowance"), ("true", "charge"))
    },
}
"""Contexts that are more than a path, and how they are written here; [x] is a function's name."""

PATH = r"(?://)?(?:[\w:@()|]+/)*[\w:@]+"
TESTS = (
    (re.compile(rf"not ?\(({PATH})\)"), "0..0"),
    (re.compile(rf"\(?\s*count\(({PATH})\) ?<= ?(\d)\s*\)?"), "0..{}"),
    (re.compile(rf"not\(({PATH})\) or count\(\1\) = 1"), "0..1"),
    (re.compile(rf"\(?count\(({PATH})\) ?= ?1\)?"), "1..1"),
    (re.compile(rf"\(({PATH})\)"), "1..n"),
)


class Rule(NamedTuple):
    """A rule as the artefact has it: the fact that it states, or `own`."""

    context: str
    pattern: str
    id: str
    severity: str
    occurs: str
    path: str


def rules(text: str, syntax: str) -> Iterator[Rule]:
    """Yield the rules on files, in the order in which their contexts are tried."""
    for context, pattern, body in TEMPLATE.findall(text):
        for test, rule, severity in ASSERT.findall(body):
            if not OF_FILES.fullmatch(rule) and rule not in SHOW_MORE[syntax]:
                continue
            occurs, path = fact(" ".join(test.replace("&lt;", "<").split()))
            at = CONTEXTS.get(context.strip(), context)
            at = "|".join(part.strip().removeprefix("//") for part in at.split(" | "))
            yield Rule(at, pattern, rule, severity, occurs, path)


def fact(test: str) -> tuple[str, str]:
    """Return how often something may be there and its path, or that a function must judge."""
    for form, occurs in TESTS:
        found = form.fullmatch(test)
        if found and "|" not in re.sub(r"\([^()]*\)", "", found[1]):
            return occurs.format(*found.groups()[1:]), found[1]
    return "own", ""


def term(places: dict[str, str], rule: Rule) -> str:
    """Return the BT or BG number of what a rule counts; empty where that is not one term."""
    if rule.occurs in {"own", "0..0"} or "[" in rule.context:
        return ""
    ends = {f"{at.lstrip('/')}/{rule.path}" for at in rule.context.split("|")}
    found = {
        number
        for number, place in places.items()
        if any(f"/{place.lstrip('/')}".endswith(f"/{end}") for end in ends)
    }
    return found.pop() if len(found) == 1 else ""


def main(syntax: str, artefact: Path) -> str:
    """Return the whole table; raises ValueError where the artefact does not state its version."""
    data = artefact.read_bytes()
    text = data.decode("utf-8")
    stated = STATED.search(text)
    if stated is None:
        raise ValueError(f"{artefact} does not state its version")
    terms = tomllib.loads(TERMS.read_text("utf-8"))
    places = {number: row[syntax] for number, row in terms.items() if syntax in row}
    parts = [
        f"# CEN's rules on {syntax.upper()} files. Written by tools/syntax_rules.py; do not edit.",
        "# Rule, severity, how often, what from the context on, term; own: a function judges it.",
        f'source = "CEN validation artefacts for EN 16931, {syntax.upper()}, {artefact.name}"',
        f'version = "{stated[1]}"',
        f"date = {stated[2]}",
        f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
    ]
    opened = ""
    for rule in rules(text, syntax):
        if rule.context != opened:
            parts += ['"""'] if opened else []
            parts += ["\n[[contexts]]", f'at = "{rule.context}"', f'pattern = "{rule.pattern}"']
            parts += ['rules = """']
            opened = rule.context
        row = (rule.id, rule.severity, rule.occurs, rule.path, term(places, rule))
        parts.append(" ".join(part for part in row if part))
    return "\n".join([*parts, '"""']) + "\n"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], Path(sys.argv[2])))
