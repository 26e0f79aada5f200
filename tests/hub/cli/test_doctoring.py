import json
import re
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hub.cli.doctoring import address_of
from hub.keys import create_seal
from hub.wiring.clock import now
from tests.hub.cli.conftest import Facteur, Hub
from tests.servers.simulators import simulator


def by_name(facteur: Facteur) -> dict[str, tuple[bool, str]]:
    checks = facteur("doctor", "--json").json
    return {check["name"]: (check["good"], check["words"]) for check in checks}


SFTP_KEYS = f'["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{"A" * 43} erp"]'
ON_SFTP = "FOLDER/data/sftp/erp/status"


def test_what_init_has_written_is_good(facteur: Facteur) -> None:
    facteur("init")
    shown = facteur("doctor")
    lines = shown.out.splitlines()
    assert shown.code == 0, shown.out
    heads = [line for line in lines if not line.startswith(" ")]
    unclosed, noted = (line for line in heads if not line.startswith("good  "))
    assert unclosed.startswith("note  closings of the archive: days are closed without a time")
    assert max(map(len, lines)) < 300
    (lacking,) = (line for line in lines if "no channel `print`" in line)
    assert noted.startswith("note  rules: ")
    assert lacking in lines[lines.index(noted) :], "not under what is good"
    assert lacking.endswith(
        "asked for by de-b2b-2025, fr-letter, fr-invoice, default-claim, default-invoice"
    )


def test_every_part_is_examined_although_others_are_bad(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    settings = (tmp_path / "facteur.toml").read_text()
    with simulator("sftp_partner", tmp_path / "peer", "--password", "company:x") as partner:
        keys = [
            (partner.folder / f"{name}.fingerprint").read_text()
            for name in ("next_host_key", "host_key")
        ]
        settings = settings.replace("port = 9\n", f"port = {partner.port}\n", 1)
        settings = re.sub("host_key = .*", f"host_keys = {json.dumps(keys)}", settings, count=1)
        (tmp_path / "facteur.toml").write_text(settings)
        shown = facteur("doctor")
        checks = by_name(facteur)
    assert shown.code == 1
    good = {name for name, (fine, _) in checks.items() if fine}
    assert good >= {"settings", "disk", "libraries", "port", "database", "rules", "channel post"}
    fine, words = checks["channel second"]
    assert not fine
    _, told = checks["channel post"]
    assert told.startswith(f"sftp://127.0.0.1:{partner.port} lets us in\n")
    assert f'its next key, drop the old one: host_key = "{keys[1]}"' in told
    assert words.startswith("sftp://127.0.0.1:9: [Errno 111] Connection refused; parcels wait")
    assert f"BAD   channel second: {words}" in shown.out.splitlines()
    assert checks["seal of nordwind"] == (True, "none: roads that ask for a signature are closed")
    assert hub.outboxes["post"].sent == []


def spoil_settings(folder: Path) -> None:
    (folder / "facteur.toml").write_text("[hub]\ndata = 3\n[clouds]\n")


def fill_disk(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    (folder / "facteur.toml").write_text(text.replace("min_free_mb = 0", "min_free_mb = 999999999"))


def name_preferences(folder: Path) -> None:
    with (folder / "facteur.toml").open("a") as settings:
        settings.write('[runs]\npreferences = "runs.toml"\n')


def lose_key(folder: Path) -> None:
    (folder / "keys/archive.key").unlink()


def ask_for_official_rules(folder: Path) -> None:
    with (folder / "facteur.toml").open("a") as settings:
        settings.write("[check]\nofficial = true\n")


def seal_that_ends(folder: Path, days: int = -3_640) -> None:
    """Of 3,650 days, begun so many days from now."""
    begun = now() + timedelta(days=days)
    create_seal(folder / "a.p12", password=b"x", name="N", valid_from=begun)
    (folder / "word").write_text("x")
    text = (folder / "facteur.toml").read_text()
    (folder / "facteur.toml").write_text(
        text.replace(
            "[sender.erp]", 'seal_key = "a.p12"\nseal_password_file = "word"\n[sender.erp]'
        )
    )


def let_others_read(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "keys").chmod(0o755)
    (folder / "keys/archive.key").chmod(0o644)


def listen(where: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        text = (folder / "facteur.toml").read_text()
        (folder / "facteur.toml").write_text(text.replace("[hub]", f'[hub]\nlisten = "{where}"'))

    return write


def name_guide(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    named = text.replace("[sender.erp]", '[sender.erp]\nguides = ["csv.toml"]')
    (folder / "facteur.toml").write_text(named)


def ask_nobody_for_the_time(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    nobody = 'time_stamp_url = "http://127.0.0.1:9/"'
    text = text.replace("[tenant.nordwind]", f"[tenant.nordwind]\n{nobody}")
    (folder / "facteur.toml").write_text(f"{text}[archive]\n{nobody}\n")


def name_roots(folder: Path) -> None:
    with (folder / "facteur.toml").open("a") as settings:
        settings.write('[trust]\nroots = ["trust"]\n')


def name_rules(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    (folder / "facteur.toml").write_text(text.replace('rules = ["', 'rules = ["own.toml", "'))


def name_tariff(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    named = text.replace("[routing]", '[routing]\ntariff = ["own-tariff.toml"]')
    (folder / "facteur.toml").write_text(named)


def name_database(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    named = text.replace("[hub]", '[hub]\ndatabase_file = "database.url"')
    (folder / "facteur.toml").write_text(named)


def drop_host(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    (folder / "facteur.toml").write_text(text.replace('host = "127.0.0.1"\n', "", 1))


def mistake_kind(folder: Path) -> None:
    text = (folder / "facteur.toml").read_text()
    wrong = text.replace('[channel.second]\nkind = "sftp"', '[channel.second]\nkind = "pigeon"')
    (folder / "facteur.toml").write_text(wrong)


BAD = {
    "keys": (
        let_others_read,
        "archive.key: FOLDER/keys/archive.key can be read by others; chmod 600 ",
    ),
    "settings": (
        spoil_settings,
        "facteur.toml:3: clouds: unknown table; known: hub, archive, sftp_door, ",
    ),
    "disk": (fill_disk, "hub.min_free_mb is 999999999"),
    "preferences of runs": (name_preferences, "/runs.toml: [Errno 2] No such file or directory"),
    "tariff": (name_tariff, "routing.tariff: FOLDER/own-tariff.toml: [Errno 2] No such file"),
    "official rules": (ask_for_official_rules, "en16931-ubl-xslt: not fetched; run `facteur"),
    "archive": (lose_key, "archive.key: FOLDER/keys/archive.key: cannot be read: No such file"),
    "seal of nordwind": (seal_that_ends, "tenant.nordwind.seal_key: a.p12 ends on "),
    "trusted roots": (name_roots, "trust.roots: FOLDER/trust: No such file or directory"),
    "time stamps of nordwind": (
        ask_nobody_for_the_time,
        "tenant.nordwind.time_stamp_url: http://127.0.0.1:9/: cannot be reached",
    ),
    "guides": (name_guide, "sender.erp.guides: FOLDER/csv.toml: No such file"),
    "rules": (name_rules, "routing.rules: FOLDER/own.toml: No such file"),
    "database": (name_database, "hub.database_file: FOLDER/database.url: No such file"),
    "channel post": (drop_host, "channel.post.host: is missing"),
    "channel second": (mistake_kind, "channel.second.kind: unknown 'pigeon'; known: email, "),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_is_named_with_what_to_do(
    name: str, facteur: Facteur, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FACTEUR_ARTEFACTS", raising=False)
    spoil, words = BAD[name]
    spoil(tmp_path)
    checks = by_name(facteur)
    good, said = checks[name]
    assert not good
    assert words.replace("FOLDER", str(tmp_path)) in said
    if name != "settings":
        bad = {each for each, (fine, _) in checks.items() if not fine}
        assert bad - {name} <= {"channel post", "channel second", "time stamps of the archive"}
    assert facteur("doctor").code == 1
    assert hub.outboxes["post"].sent == []


@pytest.mark.parametrize("days", [-3_651, 1])
def test_a_seal_that_nobody_would_believe_is_bad(
    days: int, facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    assert hub.outboxes
    seal_that_ends(tmp_path, days)
    good, said = by_name(facteur)["seal of nordwind"]
    assert not good
    assert "tenant.nordwind.seal_key: a.p12: CN=N,O=N is valid from " in said


def test_what_keeps_the_archive_shut_is_said(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    settings = tmp_path / "facteur.toml"
    store = 's3 = {bucket = "packs", endpoint = "http://127.0.0.1:9"}'
    settings.write_text(f"{settings.read_text()}[archive]\nencrypt = true\n{store}\n")
    good, said = by_name(facteur)["archive"]
    assert not good
    assert said.startswith(
        f"archive.master_key: {tmp_path}/keys/archive-master.key: cannot be read"
    )
    assert said.endswith("let `facteur archive rekey` make the first one")
    assert facteur("archive", "rekey").code == 0
    checks = by_name(facteur)
    good, said = checks["archive"]
    assert good
    assert said.startswith("can be opened; what comes new is encrypted; index.db and the hub's")
    assert said.endswith("in clear: encrypt their disk")
    good, said = checks["object store"]
    assert not good
    assert said.startswith("s3://packs: the store does not answer: ")
    assert hub.outboxes["post"].sent == []


@pytest.mark.parametrize(
    ("doors", "words"),
    [
        ('folder = "in"', "back in FOLDER/in/status"),
        (f"sftp_keys = {SFTP_KEYS}", f"back in {ON_SFTP}"),
        (
            f'folder = "in"\nsftp_keys = {SFTP_KEYS}',
            f"back in FOLDER/in/status; to have them on SFTP, set its folder to {ON_SFTP}",
        ),
    ],
    ids=["folder", "SFTP", "both"],
)
def test_where_answers_lie_is_said(
    facteur: Facteur, hub: Hub, tmp_path: Path, doors: str, words: str
) -> None:
    path = tmp_path / "facteur.toml"
    text = path.read_text().replace('folder = "in"', doors)
    path.write_text(f'{text}\n[answer.back]\nsender = "erp"\nform = "csv"\n')
    assert by_name(facteur)["answers"] == (True, words.replace("FOLDER", str(tmp_path)))
    assert hub.outboxes["post"].sent == []


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("127.0.0.1:99999", "cannot be listened on here: ports end at 65535"),
        ("192.0.2.1:8480", "cannot be listened on here: Cannot assign requested address"),
        ("no-such-host.invalid:8480", "cannot be listened on here: "),
    ],
)
def test_a_port_that_cannot_be_had_is_bad(
    where: str, words: str, facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    listen(where)(tmp_path)
    assert hub.outboxes["post"].sent == []
    good, said = by_name(facteur)["port"]
    assert (good, said[: len(where) + 12]) == (False, f"hub.listen: {where}")
    assert words in said


def test_a_port_that_another_program_has_is_bad(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = f"127.0.0.1:{other.getsockname()[1]}"
        listen(where)(tmp_path)
        assert by_name(facteur)["port"] == (
            False,
            f"hub.listen: {where} is taken by another program; name another",
        )
    assert by_name(facteur)["port"] == (True, f"{where} is free")
    assert hub.outboxes["post"].sent == []


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("sftp://127.0.0.1:9", ("127.0.0.1", 9)),
        ("https://ap.example", ("ap.example", 443)),
        ("https://ap.example/gateway", ("ap.example", 443)),
        ("http://ap.example:8080/gateway", ("ap.example", 8080)),
        ("smtp://[::1]:587", ("::1", 587)),
    ],
)
def test_an_endpoint_without_a_port_is_looked_for_where_its_kind_listens(
    endpoint: str, address: tuple[str, int]
) -> None:
    assert address_of(endpoint) == address


CHANNELS = {
    "a stranger's key": ({"host_key": f"SHA256:{'A' * 43}"}, "shows the host key SHA256:"),
    "wrong password": ({"password": "y"}, "does not accept our user name, key or password"),
    "no such folder": ({"folder": "invoices"}, "has no folder invoices"),
    "no folder of jobs": ({"kind": "print", "jobs": "jobs"}, "has no folder jobs"),
}


@pytest.mark.parametrize("name", CHANNELS)
def test_a_partner_who_would_refuse_is_found_out_before_anything_leaves(
    facteur: Facteur, tmp_path: Path, name: str
) -> None:
    changes, words = CHANNELS[name]
    facteur("init")
    with simulator("sftp_partner", tmp_path / "peer", "--password", "company:x") as partner:
        table = {
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": partner.port,
            "username": "company",
            "password": "x",
            "host_key": (partner.folder / "host_key.fingerprint").read_text(),
            **changes,
        }
        with (tmp_path / "facteur.toml").open("a") as settings:
            settings.write("[channel.partner]\n")
            settings.writelines(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
        fine, said = by_name(facteur)["channel partner"]
    assert not fine
    assert words in said
