"""What does not fit together is said in one message, before anything is started or made."""

import re
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from hub.cli import starting
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.keys import KeyFault
from hub.store.database import Unreachable
from hub.wiring.building import channels_of, close, tool
from hub.wiring.clock import new_id, now
from outbound.catalogue import CHANNELS
from tests.outbound.sealing_keys import pem, rsa_key

SETTINGS = """
[tenant.nordwind]
name = "Nordwind"
seal_key = "keys/nordwind.p12"
seal_password_file = "keys/nordwind.password"

[sender.erp]
tenant = "nordwind"
guides = ["guide.toml"]

[channel.partner]
kind = "sftp"
host = "sftp.partner.example"
host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
username = "company"
private_key_file = "keys/partner.key"

[routing]
rules = ["own.toml"]
"""
RULE = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [{ channel = "partner", format = "ubl" }]
"""
MAIL = """
[channel.mail]
kind = "email"
host = "127.0.0.1"
sender = "post@nordwind.example"
bounce_domain = "nordwind.example"
"""
PRINT = """
[channel.{name}]
kind = "print"
host = "sftp.print.example"
host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
username = "company"
private_key_file = "keys/partner.key"
"""
GUIDE = 'format = "csv"\n'


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of a set-up that works; keys are made once."""
    folder = tmp_path_factory.mktemp("written")
    starting.write(folder / "facteur.toml", "nordwind", "Nordwind", "erp")
    texts = {"own.toml": RULE, "guide.toml": GUIDE, "keys/partner.key": "x", "hub.toml": SETTINGS}
    made = {f"keys/{path.name}": path.read_bytes() for path in (folder / "keys").iterdir()}
    return made | {name: text.encode() for name, text in texts.items()}


@pytest.fixture
def folder(tmp_path: Path, written: dict[str, bytes]) -> Path:
    (tmp_path / "keys").mkdir()
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_fits_together_is_built_and_let_go(folder: Path) -> None:
    house = tool(load(folder / "hub.toml"))
    try:
        assert house.channels["partner"].endpoint == "sftp://sftp.partner.example:22"
        assert [guide.format for guide in house.guides["erp"]] == ["csv"]
        assert house.rules.rules[0].name == "all"
        assert house.seals["nordwind"].key == folder / "keys/nordwind.p12"
    finally:
        close(house)
    assert files(folder) >= {"data/facteur.db", "data/archive"}


def delete(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def put(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def change(old: str, new: str) -> Callable[[Path], object]:
    return put("hub.toml", SETTINGS.replace(old, new))


FAULTS: dict[str, tuple[Callable[[Path], object], type[Exception], str]] = {
    "road to an unknown channel": (
        put("own.toml", RULE.replace('"partner"', '"pigeon"')),
        Faulty,
        "own.toml:6: rule `all`: unknown channel `pigeon`",
    ),
    "road in an unknown format": (
        put("own.toml", RULE.replace('"ubl"', '"telex"')),
        Faulty,
        "own.toml:6: rule `all`: unknown format `telex`",
    ),
    "rules that are no TOML": (put("own.toml", "[[rule"), Faulty, "own.toml"),
    "no rules": (delete("own.toml"), Faulty, "FOLDER/own.toml: No such file"),
    "guide that is no TOML": (
        put("guide.toml", "format = "),
        Faulty,
        "guide `guide.toml` cannot be used",
    ),
    "guide with an unknown word": (
        put("guide.toml", 'format = "idoc"\ncolour = 3'),
        Faulty,
        "guide `guide.toml` cannot be used: unknown word `colour`",
    ),
    "guide without its definitions": (
        put("guide.toml", 'format = "idoc"\ndefinitions = ["INVOIC02.txt"]'),
        Faulty,
        "guide `guide.toml` cannot be used: INVOIC02.txt: No such file",
    ),
    "no guide": (
        delete("guide.toml"),
        Faulty,
        "sender.erp.guides: FOLDER/guide.toml: No such file",
    ),
    "channel of an unknown kind": (
        change('"sftp"', '"pigeon"'),
        Faulty,
        "hub.toml:12: channel.partner.kind: unknown 'pigeon'; known: email, sftp, peppol, print",
    ),
    "channel with an unknown word": (
        change("username = ", "colour = 3\nusername = "),
        Faulty,
        "hub.toml:15: channel.partner.colour: unknown; known: host,",
    ),
    "answers with an unknown word": (
        change("[routing]", '[channel.partner.answers]\nfolder = "a"\ncolour = 3\n[routing]'),
        Faulty,
        "hub.toml:18: channel.partner.answers: Object contains unknown field `colour`",
    ),
    "folder of an unknown word": (
        change("username = ", 'folder = "{colour}"\nusername = '),
        Faulty,
        "hub.toml:11: channel.partner: folder: unknown {colour}; known: number, kind, tenant",
    ),
    "no key of a channel": (
        delete("keys/partner.key"),
        Faulty,
        "hub.toml:16: channel.partner.private_key_file: FOLDER/keys/partner.key: No such file",
    ),
    "no key of the archive": (
        delete("keys/archive.key"),
        KeyFault,
        "archive.key: FOLDER/keys/archive.key: cannot be read: No such file",
    ),
    "no seal": (
        delete("keys/nordwind.p12"),
        KeyFault,
        "tenant.nordwind.seal_key: FOLDER/keys/nordwind.p12: cannot be read: No such file",
    ),
    "no password of the seal": (
        delete("keys/nordwind.password"),
        KeyFault,
        "tenant.nordwind.seal_password_file: FOLDER/keys/nordwind.password: cannot be read: No",
    ),
    "no secret, where it is wanted": (
        put("hub.toml", SETTINGS + MAIL),
        Faulty,
        "hub.toml:21: channel.mail.bounce_secret_file: is missing",
    ),
    "a secret by a wrong word": (
        put("hub.toml", SETTINGS + MAIL + 'bounce_secret_file = "keys/partner.key"\nword = "x"\n'),
        Faulty,
        "username, password_file, ",
    ),
    "wrong password of the seal": (
        put("keys/nordwind.password", "guess"),
        KeyFault,
        "tenant.nordwind.seal_key: FOLDER/keys/nordwind.p12: not PKCS#12, or the password is wrong",
    ),
    "two print channels that read one folder of reports": (
        put("hub.toml", SETTINGS + PRINT.format(name="flat") + PRINT.format(name="folded")),
        Faulty,
        "channel.folded.returns: channel flat takes reports away there, too",
    ),
    "name that no log can have": (
        put("hub.toml", SETTINGS + '[archive]\norigin = "our archive"\n'),
        Faulty,
        "hub.toml:21: archive.origin: must be a name like company.example/facteur",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_does_not_fit_is_named_and_nothing_is_made(case: str, folder: Path) -> None:
    spoil, kind, words = FAULTS[case]
    spoil(folder)
    before = files(folder)
    with pytest.raises(kind) as caught:
        tool(load(folder / "hub.toml"))
    assert words in str(caught.value).replace(str(folder), "FOLDER")
    assert "\n" not in str(caught.value)
    assert files(folder) == before


def test_shared_reports_are_the_fault_of_the_second_channel_alone(folder: Path) -> None:
    put("hub.toml", SETTINGS + PRINT.format(name="flat") + PRINT.format(name="folded"))(folder)
    config = load(folder / "hub.toml")
    assert set(channels_of(config, ["partner", "flat"])) == {"partner", "flat"}
    with pytest.raises(Faulty, match=r"channel\.folded\.returns"):
        channels_of(config, ["folded"])


def test_one_print_partner_may_serve_two_channels(folder: Path) -> None:
    own = PRINT.format(name="folded") + 'returns = "return-folded"\n'
    put("hub.toml", SETTINGS + PRINT.format(name="flat") + own)(folder)
    house = tool(load(folder / "hub.toml"))
    close(house)
    assert {"flat", "folded"} < set(house.channels)


def test_every_channel_of_the_template_is_right_once_it_is_uncommented(folder: Path) -> None:
    folder /= "new"
    starting.write(folder / "facteur.toml", "company", "Company", "erp")
    settings = (folder / "facteur.toml").read_text()
    channels = re.findall(r"(?m)^# (\[channel\..*(?:\n# .*)*)", settings)
    text = "\n".join(channels).replace("\n# ", "\n").replace("SHA256:…", "SHA256:" + "A" * 43)
    for name in re.findall(r'_file = "(.*?)"', text):
        (folder / name).write_text(pem(rsa_key()) if name.endswith(".pem") else "secret")
    (folder / "facteur.toml").write_text(f"{settings}\n{text}\n")
    house = tool(load(folder / "facteur.toml"))
    close(house)
    assert len(house.channels) == len(channels) == len(CHANNELS)


def test_a_database_that_is_away_is_named(folder: Path) -> None:
    put("hub.toml", SETTINGS + '[hub]\ndatabase = "postgresql+psycopg://127.0.0.1:9/x"\n')(folder)
    with pytest.raises(Unreachable, match="Connection refused"):
        tool(load(folder / "hub.toml"))


def test_ids_are_distinct_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {len(one) for one in ids} == {32}
    times = [one[:12] for one in ids]
    assert times == sorted(times)
    assert now().tzinfo is UTC
