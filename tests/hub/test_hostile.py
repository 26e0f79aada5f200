"""Files that mean harm, through rooms 1 and 2: each is parked or read in time, and nothing else.

What they try is in their names. A trap listens where they want to fetch from, and a secret lies
where they want to read; children are as bounded as the hub bounds them.
"""

import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from formats.catalogue import WRITERS
from formats.codec import Material
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.store import documents, submissions
from hub.store.database import Database
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission, SubmissionState
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import CLEAN, ubl

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
KINDS = ("pdf-hostile", "xml-attacks")
LISTS = {"EXPECTED.csv", "SOURCES.md"}
FOUND = sorted(
    path
    for kind in KINDS
    for path in (CORPORA / kind).rglob("*")
    if path.is_file() and path.name not in LISTS
)
SECRET = "hands off this line"
MEMORY_BYTES = 512 << 20
BOMB_MB = 700
TASK_SECONDS = 20
PATIENCE_SECONDS = TASK_SECONDS + 10


@dataclass(frozen=True, kw_only=True)
class Trap:
    """What an attacker wants to reach."""

    port: int
    secret: Path
    callers: list[object]


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    secret = tmp_path_factory.mktemp("trap") / "secret.txt"
    secret.write_text(SECRET)
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            try:
                while True:
                    callers.append(listener.accept()[1])
            except OSError:
                return

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield Trap(port=listener.getsockname()[1], secret=secret, callers=callers)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("hostile")
    database = Database(f"sqlite:///{folder / 'facteur.db'}")
    database.migrate()
    preload = ("hub.pipeline.read", "hub.pipeline.render")
    pool = Pool(1, memory_bytes=MEMORY_BYTES, timeout_seconds=TASK_SECONDS, preload=preload)
    with opened_house(folder, database, pool) as made:
        yield made
    pool.close()
    database.close()


def through(home: Home, data: bytes, name: str) -> tuple[Submission, Sequence[DocumentRow]]:
    """Take a file in and let it go as far as it goes; return it and its documents."""
    arrival = Arrival(data=data, name=name, tenant="nordwind", sender="shop", door="api")
    begun = time.monotonic()
    submission, _ = receive(home.house, arrival)
    home.run()
    assert time.monotonic() - begun < PATIENCE_SECONDS
    with home.house.database.transaction() as connection:
        settled = submissions.get(connection, submission.id)
        found = documents.of_submission(connection, submission.id)
    assert settled is not None
    return settled, found


def is_settled(settled: Submission, found: Sequence[DocumentRow]) -> bool:
    """Whether it gave documents, or is parked with a reason and a way to mend it."""
    if settled.state is SubmissionState.READ:
        return bool(found)
    parked = settled.state is SubmissionState.PARKED
    return parked and all(f.message and f.fix for f in settled.findings) and bool(settled.findings)


@pytest.mark.skipif(not FOUND, reason=f"no corpus at {CORPORA}: set FACTEUR_CORPORA")
@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_shared_hostile_files_are_settled_in_time(home: Home, path: Path) -> None:
    settled, found = through(home, path.read_bytes(), path.name)
    assert is_settled(settled, found), settled
    assert "IN-BUG" not in {finding.rule for finding in settled.findings}


def xml(doctype: str, body: str = "&x;") -> bytes:
    """Return a good UBL file with a DOCTYPE, whose note holds `body`."""
    text = ubl(notes=()).decode()
    head, _, rest = text.partition("?>")
    first = rest.index("<cbc:InvoiceTypeCode")
    end = rest.index(">", rest.index("</cbc:InvoiceTypeCode")) + 1
    assert first
    return f"{head}?>{doctype}{rest[:end]}<cbc:Note>{body}</cbc:Note>{rest[end:]}".encode()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
XML_ATTACKS = {
    "entity of a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>',
    "entity over HTTP": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/">]>',
    "external DTD over HTTP": '<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/a.dtd">',
    "external DTD of a file": '<!DOCTYPE a SYSTEM "file://{secret}">',
    "parameter entity": (
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p"> %p; <!ENTITY x "y">]>'
    ),
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY x "&l11;">]>',
    "quadratic": f'<!DOCTYPE a [<!ENTITY x "{"a" * 1_500}">]>',
    "harmless entity": '<!DOCTYPE a [<!ENTITY x "y">]>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("attack", XML_ATTACKS)
def test_a_document_type_is_refused_and_nothing_fetched(
    home: Home, trap: Trap, attack: str, encoding: str
) -> None:
    doctype = XML_ATTACKS[attack].replace("{secret}", str(trap.secret))
    body = "&x;" * (5_000 if attack == "quadratic" else 1)
    data = xml(doctype.replace("{port}", str(trap.port)), body)
    settled, _ = through(home, _encoded(data, encoding), f"{attack} {encoding}.xml")
    assert settled.state is SubmissionState.PARKED
    assert "DOCTYPE" in settled.findings[0].message
    assert trap.callers == []


def _encoded(data: bytes, encoding: str) -> bytes:
    return data.decode().replace("UTF-8", encoding.upper()).encode(encoding)


def test_included_and_linked_files_stay_where_they_are(home: Home, trap: Trap) -> None:
    include = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
        f'href="file://{trap.secret}"/>'
    )
    sheet = f'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:{trap.port}/a.xsl"?>'
    settled, found = through(home, xml(sheet, include), "included.xml")
    assert is_settled(settled, found)
    kept = [home.house.archive.get(row.content_sha256) for row in found]
    assert not any(SECRET.encode() in content for content in kept)
    assert trap.callers == []


XML_SHAPES = {
    "deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "wide": b"<a>" + b"<b/>" * 200_000 + b"</a>",
    "many attributes": b"<a " + b" ".join(b'b%d="c"' % n for n in range(50_000)) + b"/>",
    "many namespaces": b"<a " + b" ".join(b'xmlns:n%d="u"' % n for n in range(20_000)) + b"/>",
    "long name": b"<" + b"a" * 900_000 + b"/>",
    "broken encoding": b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>',
    "unknown encoding": b'<?xml version="1.0" encoding="x-none"?><a/>',
    "cut": ubl()[:-200],
    "two roots": b"<a/><b/>",
    "NUL": b"<a>\x00</a>",
    "only a mark": b"\xef\xbb\xbf",
    "deep UBL": ubl().replace(b"<cbc:ID>", b"<cac:Party>" * 5_000 + b"<cbc:ID>", 1),
    "ten million digits": ubl().replace(b">119.00<", b">" + b"9" * 500_000 + b"<"),
    "exponent": ubl().replace(b">119.00<", b">1E999999999<"),
    "year 0": ubl().replace(b">2026-11-20<", b">0000-00-00<"),
}


@pytest.mark.parametrize("shape", XML_SHAPES)
def test_odd_shapes_of_xml_are_settled_in_time(home: Home, shape: str) -> None:
    settled, found = through(home, XML_SHAPES[shape], f"{shape}.xml")
    assert is_settled(settled, found), settled
    assert "IN-BUG" not in {f.rule for row in found for f in row.findings}


def pdf(*, attached: bytes | None = None, content: bytes = b"", metadata: bytes = b"") -> bytes:
    """Return a PDF of one page with what is asked for inside."""
    made = pikepdf.Pdf.new()
    page = made.add_blank_page()
    if content:
        page.Contents = made.make_stream(content)
    if metadata:
        kind = {"Type": pikepdf.Name.Metadata, "Subtype": pikepdf.Name.XML}
        made.Root.Metadata = made.make_stream(metadata, **kind)
    if attached is not None:
        made.attachments["factur-x.xml"] = attached
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@cache
def packed() -> bytes:
    """Return much of nothing (RFC 1950): a megabyte, packed to stand alone and repeated."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    megabyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (BOMB_MB << 20) % 65_521 << 16 | 1
    return b"\x78\xda" + megabyte * BOMB_MB + packer.flush() + check.to_bytes(4, "big")


def bomb(*, layers: int) -> bytes:
    """Return a PDF whose attached invoice unpacks to more than a child may hold."""
    data = packed()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    plain = pdf(attached=b"here")
    made = pikepdf.Pdf.open(BytesIO(plain))
    stream = made.Root.Names.EmbeddedFiles.Names[1].EF.F
    stream.write(data, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * layers))
    buffer = BytesIO()
    made.save(buffer, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(buffer.getvalue()) < 1 << 20
    return buffer.getvalue()


CII = WRITERS["cii"].write(CLEAN, Material())
DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
PDF_ATTACKS: dict[str, Callable[[], bytes]] = {
    "invoice with a document type": lambda: pdf(attached=xml(DOCTYPE.decode())),
    "metadata with a document type": lambda: pdf(metadata=DOCTYPE + b"<a>&x;</a>", attached=CII),
    "invoice that is none": lambda: pdf(attached=b"\x00" * 1000),
    "empty invoice": lambda: pdf(attached=b""),
    "bomb": lambda: bomb(layers=1),
    "bomb in a bomb": lambda: bomb(layers=2),
    "deep array": lambda: pdf(content=b"[" * 200_000),
    "deep dictionary": lambda: b"%PDF-1.7\n1 0 obj\n" + b"<</A" * 50_000,
    "many operators": lambda: pdf(content=b"q 1 0 0 1 0 0 cm Q " * 50_000),
    "cut": lambda: pdf(attached=CII)[:-300],
    "only a head": lambda: b"%PDF-1.7",
    "endless cross references": lambda: b"%PDF-1.7\nxref\n0 99999999999\nstartxref\n9\n%%EOF",
}


@pytest.mark.parametrize("attack", PDF_ATTACKS)
def test_hostile_pdfs_are_settled_in_time(home: Home, trap: Trap, attack: str) -> None:
    build = PDF_ATTACKS[attack]
    settled, found = through(home, build(), f"{attack}.pdf")
    assert is_settled(settled, found), settled
    assert "IN-BUG" not in {f.rule for f in settled.findings}
    assert trap.callers == []


def test_after_all_that_the_house_still_works(home: Home) -> None:
    settled, found = through(home, ubl(number="R-LAST"), "last.xml")
    assert settled.state is SubmissionState.READ
    assert [row.state for row in found] == ["handed_over"]
    assert home.house.archive.verify().ok
