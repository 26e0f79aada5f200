"""Closings at the command line, stamped by two simulated authorities."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.store import closing_alarms
from hub.store.closing_alarms import ClosingAlarm
from hub.wiring.clock import now
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl
from tests.servers.simulators import simulator

AUTHORITY = """
[archive.authorities.{name}]
url = "http://127.0.0.1:{port}/"
roots = ["{name}/ca.pem"]
"""


@pytest.fixture
def stamped(facteur: Facteur, hub: Hub, tmp_path: Path) -> Iterator[Path]:
    """A hub with one invoice, and two authorities whose certificates end in a hundred days."""
    (tmp_path / "R-1.xml").write_bytes(ubl(number="R-1"))
    facteur("submit", "--sender", "erp", "R-1.xml")
    hub.work()
    with ExitStack() as stack, (tmp_path / "facteur.toml").open("a") as settings:
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            peer = stack.enter_context(simulator("time_stamp", tmp_path / name, "--days", "100"))
            settings.write(AUTHORITY.format(name=name, port=peer.port))
        settings.flush()
        yield tmp_path


@pytest.mark.usefixtures("stamped")
def test_a_day_is_closed_listed_renewed_and_rehashed(facteur: Facteur) -> None:
    assert facteur("archive", "close").out == "nothing to close\n"
    (waits,) = facteur("archive", "closings", "--json").json["waiting"]
    assert (waits["kind"], waits["log"], waits["day"]) == (
        "waiting",
        "nordwind/2026",
        f"{now():%F}",
    )
    assert f"waiting  nordwind/2026  {now():%F}" in facteur("archive", "closings").out
    closed = facteur("archive", "close", "--running")
    assert (closed.code, closed.out[:26]) == (0, "closing of nordwind/2026, ")
    listed = facteur("archive", "closings", "--json").json
    assert [each["kind"] for each in listed["closings"]] == ["closing"]
    assert [each["authority"] for each in listed["closings"][0]["stamps"]] == ["first", "second"]
    assert listed["closings"][0]["files"]["whole"]
    shown = facteur("archive", "closings").out
    assert "closing  nordwind/2026  " in shown
    assert "first, second" in shown
    renewed = facteur("archive", "renew")
    assert (renewed.code, "would hold until" in renewed.out) == (1, True)
    assert "rehash of nordwind/2026" in facteur("archive", "rehash", "--to", "sha512").out
    assert facteur("archive", "rehash").code == 2
    verified = facteur("archive", "verify")
    assert (verified.code, "0 faults" in verified.out) == (0, True), verified.out


def test_who_does_not_stamp_is_named(facteur: Facteur, stamped: Path) -> None:
    settings = stamped / "facteur.toml"
    text = settings.read_text()
    settings.write_text(text.replace("second/ca.pem", "first/ca.pem"))
    closed = facteur("archive", "close", "--running")
    assert closed.code == 1
    assert "OPEN  nordwind/2026: closings/" in closed.out
    assert "second: http://127.0.0.1:" in closed.out
    assert "not below a trusted certificate" in closed.out
    doctor = facteur("doctor").out
    assert "BAD   authority second: archive.authorities.second: authority second: http" in doctor
    assert "good  authority first: stamps under policy 2.25.3161" in doctor
    assert "note  closings of the archive: nobody outside gets checkpoints of nordwind" in doctor
    settings.write_text(text)
    assert facteur("archive", "close", "--running").code == 0


@pytest.mark.usefixtures("stamped")
def test_status_tells_what_is_wrong(facteur: Facteur, hub: Hub) -> None:
    wrong = ClosingAlarm(tenant="nordwind", log="nordwind/2026", fault="open", text="it is open")
    with hub.open() as home, home.house.database.transaction() as connection:
        closing_alarms.replace_all(connection, [wrong])
    status = facteur("status")
    assert (status.code, "ALARM  archive nordwind/2026: it is open" in status.out) == (1, True)
    facteur("archive", "close")
    assert "ALARM" not in facteur("status").out


@pytest.mark.usefixtures("stamped")
def test_a_new_key_signs(facteur: Facteur) -> None:
    rotated = facteur("archive", "rotate")
    assert (rotated.code, rotated.out.splitlines()[0][:20]) == (0, "nordwind/2026: entry")
    assert facteur("archive", "verify").code == 0
    assert facteur("archive", "find", "R-1").code == 0
    assert facteur("archive", "close", "--running").code == 0
