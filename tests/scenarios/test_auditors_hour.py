"""An auditor's hour: a code, 25 documents at random, a month, both taken away and checked alone.

The hub's own process has filed everything; `facteur auditor serve` is a process of its own; the
auditor has a real browser, and on his own machine a bare Python without anything of ours.
"""

import base64
import json
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from hub.engine.pool import Pool
from hub.keys import create_log_key, create_master_key
from hub.pipeline.receive import Arrival, receive
from tests.hub.auditor.bureau import invoice, named
from tests.hub.cli.conftest import CHANNEL, ROUTING, Hub
from tests.hub.console.browser import Browser, available, browser
from tests.hub.console.test_browser import STICKS_OUT
from tests.hub.console.town import PARIS, RULES
from tests.hub.houses import SETTINGS
from tests.servers.waiting import wait_for

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(not available(), reason="Chromium is not installed"),
]

FACTEUR = [sys.executable, "-c", "from hub.cli.main import main; raise SystemExit(main())"]
DOCUMENTS = 60
NAMES = ("Müller & Söhne GmbH", "Société Fictive", "Łódź Handel", "مطبعة النور")
PAGES = (
    *("/", "/?all=", "/?words=hammer", "/sample?seed=1", "/sums", "/numbers", "/picks"),
    *("/protocols", "/documents/none", "/?issued_from=x&amount=y"),
)


def set_up(folder: Path, port: int) -> None:
    channels = "".join(CHANNEL.format(name=name) for name in ("post", "second"))
    archive = "[archive]\nencrypt = true\n"
    auditor = f'[auditor]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
    (folder / "facteur.toml").write_text(SETTINGS + channels + ROUTING + archive + auditor)
    (folder / "rules.toml").write_text(RULES)
    (folder / "keys").mkdir()
    create_log_key(folder / "keys/archive.key")
    create_master_key(folder / "keys/archive-master.key")


def fill(folder: Path, pool: Pool) -> None:
    """File invoices from March to December, one number in twenty missing, a third to Paris."""
    with Hub(folder, pool).open() as home:
        for n in range(DOCUMENTS):
            if n % 20 == 13:
                continue
            at = PARIS if n % 3 == 1 else None
            buyer = named(NAMES[n % 4], f"C{n % 4}", **({"address": at} if at else {}))
            day = date(2026, 3, 1) + timedelta(days=5 * n)
            data = invoice(f"R-2026-{n + 1:04}", day, buyer=buyer)
            receive(
                home.house,
                Arrival(data=data, name="in.xml", tenant="nordwind", sender="erp", door="api"),
            )
        home.run()


def facteur(folder: Path, *arguments: str) -> str:
    command = [*FACTEUR, *arguments, "--config", str(folder / "facteur.toml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@contextmanager
def serving(folder: Path, port: int) -> Iterator[Path]:
    """Serve the auditors' pages; yields the file that the process logs to."""
    log = folder / "auditor.log"
    command = [*FACTEUR, "auditor", "serve", "--config", str(folder / "facteur.toml")]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
        try:
            wait_for(lambda: answers(port), seconds=60)
            yield log
        finally:
            process.terminate()
            process.wait(timeout=30)


def answers(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def press(window: Browser, key: str) -> None:
    for kind in ("keyDown", "keyUp"):
        window.call(
            "Input.dispatchKeyEvent", type=kind, key=key, text=key if kind == "keyDown" else ""
        )


def fetched(window: Browser, downloads: Path, selector: str) -> Path:
    """Click what gives a file, and return it once it is whole."""
    known = set(downloads.iterdir())
    window.script(f"document.querySelector({json.dumps(selector)}).click()")

    def new() -> list[Path]:
        return [path for path in downloads.glob("*.zip") if path not in known]

    (found,) = wait_for(new, seconds=60)
    return found


def unpacked(bundle: Path, target: Path) -> Path:
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(target)
    (found,) = target.glob("*/verify.py")
    return found.parent


def verified(bundle: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "verify.py"]
    return subprocess.run(command, cwd=bundle, capture_output=True, text=True, check=False)


def text_of(window: Browser) -> str:
    return " ".join(str(window.script("document.querySelector('main').innerText")).split())


def test_an_auditor_believes_it_without_believing_us(tmp_path: Path, pool: Pool) -> None:
    port = free_port()
    set_up(tmp_path, port)
    fill(tmp_path, pool)
    made = json.loads(
        facteur(
            tmp_path, "auditor", "invite", "--company", "nordwind", "--from", "2026-01-01",
            "--to", "2026-12-31", "--purpose", "VAT audit", "--expires", "2199-12-31",
            "--by", "Office", "--json",
        )
    )  # fmt: skip
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with serving(tmp_path, port) as log, browser() as window:
        window.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        window.size(1280)
        come_in(window, made["link_with_code"])
        by_keyboard(window)
        sample = take_sample(window, made["link"], downloads)
        month = take_month(window, made["link"], downloads)
        protocol = printed_protocol(window, made["link"], tmp_path)
        fits_everywhere(window, made["link"].removesuffix("/enter"))
        told = log.read_text()
    for words in (made["code"], *NAMES, "R-2026-0001", "hammer"):
        assert words not in told
    assert "4711" in protocol
    for bundle in (sample, month):
        check_alone(bundle)


def come_in(window: Browser, link: str) -> None:
    window.open(link)
    assert window.script("location.hash") == ""
    window.click("main button")
    assert window.script("location.pathname") == "/"


def by_keyboard(window: Browser) -> None:
    """Search, go down a list, select and open without a mouse."""
    press(window, "/")
    assert window.script("document.activeElement.id") == "number_fragment"
    window.script("document.activeElement.value = 'R-2026-000'")
    window.click(".asking button.strong")
    assert window.script("location.search") == "?number_fragment=R-2026-000"
    assert "9 documents" in text_of(window)
    for key in ("j", "j", "k", "j", "x"):
        press(window, key)
    assert window.script("document.querySelectorAll('tr.current input:checked').length") == 1
    assert window.script("document.activeElement.innerText") == "R-2026-0008"
    window.click("tr.current th a")
    wait_for(lambda: all(pixels(window)))
    text = text_of(window)
    for words in ("R-2026-0008", "119.00 EUR", "What happened", "Rendered", "Proof", "Kept until"):
        assert words in text, words


def pixels(window: Browser) -> list[int]:
    found: list[int] = window.script(
        "[...document.querySelectorAll('.sheets img')].map(each => each.naturalWidth)"
    )
    return found


def take_sample(window: Browser, link: str, downloads: Path) -> Path:
    window.open(link.replace("/enter", "/sample?seed=4711&size=25"))
    assert "25 of 57 documents" in text_of(window)
    window.click(".result form button")
    assert window.script("document.querySelector('.badge').innerText") == "25"
    return unpacked(fetched(window, downloads, ".answer button"), downloads / "sample")


def take_month(window: Browser, link: str, downloads: Path) -> Path:
    window.open(link.replace("/enter", "/?issued_from=2026-10-01&issued_to=2026-10-31"))
    assert "6 documents" in text_of(window)
    return unpacked(fetched(window, downloads, ".result form button"), downloads / "month")


def printed_protocol(window: Browser, link: str, folder: Path) -> str:
    """Print the protocol of the sample as the browser does; returns what stands on the paper."""
    window.open(link.replace("/enter", "/protocols"))
    row = "[...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes('Sample'))"
    path = window.script(f"{row}.querySelector('a').pathname")
    window.open(link.replace("/enter", path))
    paper = folder / "protocol.pdf"
    paper.write_bytes(base64.b64decode(window.call("Page.printToPDF")["data"]))
    return "\n".join(page.extract_text() for page in PdfReader(paper).pages)


def fits_everywhere(window: Browser, address: str) -> None:
    window.open(f"{address}/?country=FR")
    document = window.script("document.querySelector('tbody th a').pathname")
    for width in (1280, 390):
        window.size(width)
        for page in (*PAGES, document):
            window.open(address + page)
            assert window.script(STICKS_OUT) == [], (width, page)
            assert window.script("document.documentElement.scrollWidth") <= width, page
            assert window.script("document.querySelectorAll('h1').length") == 1, page


def check_alone(bundle: Path) -> None:
    """Check a bundle; then change one byte of each of a few files in turn: each is named."""
    good = verified(bundle)
    assert good.returncode == 0, good.stdout + good.stderr
    data = sorted(path for path in (bundle / "data").rglob("*") if path.is_file())
    for path in (data[0], data[len(data) // 2], data[-1]):
        true = path.read_bytes()
        path.write_bytes(bytes([true[0] ^ 1]) + true[1:])
        bad = verified(bundle)
        path.write_bytes(true)
        assert bad.returncode == 1, path
        assert path.relative_to(bundle).as_posix() in bad.stdout, (path, bad.stdout[:500])
    assert verified(bundle).returncode == 0
    shutil.rmtree(bundle)
