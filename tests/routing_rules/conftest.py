"""The house the routing tests live in: four channels, five formats, one signature."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from formats.model import DocumentKind
from routing_rules.roads import Vocabulary

INVOICES = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})


@pytest.fixture
def house() -> Vocabulary:
    return Vocabulary(
        channels={"mail": "email", "ap": "peppol", "lieferant-x": "sftp", "post": "print"},
        formats={
            "peppol-bis-3": INVOICES,
            "xrechnung-ubl": INVOICES,
            "facturx-en16931": INVOICES,
            "letter-din5008": frozenset(DocumentKind),
            "letter-nf": frozenset(DocumentKind),
        },
        signatures=frozenset({"pades-b-b"}),
    )


@pytest.fixture
def golden() -> Callable[[Path, str], None]:
    """Compare with the expectation on disk; `GOLDEN=write` rewrites it, then read the diff."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("GOLDEN") == "write":
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")

    return compare
