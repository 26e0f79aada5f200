"""The command validate: judge a file and say so with a certificate."""

from argparse import Namespace
from dataclasses import replace
from importlib.metadata import version

import msgspec
from lxml import etree
from msgspec.structs import replace as change

from formats.certificate.file_rules import BY_READER
from formats.certificate.form import Certificate, Verdict, worst
from formats.certificate.judge import Terms, changes, judge_file, syntax_of
from formats.certificate.text import lines
from formats.facturx.read import invoice_xml
from formats.model import Document, Invoice
from formats.rules.catalogue import RULESETS
from formats.signatures.envelope import opened
from formats.xml.parsing import parse
from formats.xml.payload import payload
from hub.cli.artefacts import stock_of
from hub.cli.files import guides_of
from hub.cli.output import Misused, answer, width
from hub.engine.saxon import Saxon
from hub.enrichment.seller import add_specification
from hub.official.judge import Official
from hub.wiring.clock import now

_EXIT = {Verdict.ACCEPTED: 0, Verdict.REJECTED: 1, Verdict.NOT_JUDGED: 2}
_OWN_FORMATS = frozenset({"idoc", "edifact", "x12", "table", "pdf_text", "fatturapa"})
"""Readers of what names no specification: an ERP's own words, or a national syntax."""
_COMPLETED = (
    "judged as the ERP wrote it, with what every hub adds before its check: BT-24 is {}. Its "
    "company's own data and the buyer's from the address book it adds as well: what is found "
    "missing of these here is not yet wrong"
)


def validate(options: Namespace) -> int:
    """Judge every document of a file; exit 1 if one is rejected, 2 if it could not be judged."""
    for key in options.rules:
        if key not in RULESETS:
            raise Misused(f"unknown rule set {key!r}; known: {', '.join(RULESETS)}")
    data = options.file.read_bytes()
    at = now()
    terms = Terms(
        at=at,
        day=options.on or at.date(),
        by=f"facteur {version('facteur')}",
        keys=tuple(options.rules),
        guides=guides_of(options.guide),
        complete=_complete,
    )
    certificate = judge_file(data, options.file.name, terms)
    if terms.day != at.date():
        today = judge_file(data, options.file.name, replace(terms, day=at.date()))
        certificate = change(certificate, changes=changes(today, certificate))
    if options.official and certificate.reader is not None:
        certificate = _officially(options, certificate, data)
    if options.certificate:
        options.certificate.write_bytes(msgspec.json.encode(certificate) + b"\n")
    answer(options, certificate, lines(certificate, width()))
    return _EXIT[certificate.verdict]


def _complete(reader: str, document: Document) -> tuple[Document, tuple[str, ...]]:
    """State the specification for formats that cannot, as room 3 does."""
    if reader not in _OWN_FORMATS or not isinstance(document, Invoice):
        return document, ()
    invoice, added = add_specification(document)
    return invoice, tuple(_COMPLETED.format(each.value) for each in added)


def _officially(options: Namespace, certificate: Certificate, data: bytes) -> Certificate:
    """Add what the official schema and rules say of UBL, CII, or the CII in a Factur-X."""
    reader = certificate.reader or ""
    if reader not in BY_READER:
        raise Misused("--official judges UBL, CII and Factur-X; convert the file first")
    content = opened(data).content
    xml = invoice_xml(content) if reader == "facturx" else content
    root = payload(parse(xml, what="an invoice"), what="an invoice")
    syntax = syntax_of(reader)
    official = Official(stock_of(options), Saxon())
    try:
        documents = tuple(
            official.add(each, etree.tostring(root, encoding="UTF-8"), syntax)
            for each in certificate.documents
        )
    finally:
        official.close()
    verdict = worst(document.verdict for document in documents)
    return change(certificate, documents=documents, verdict=verdict)
