"""One file, all its faults at once, each with its line."""

import inspect
from dataclasses import dataclass
from pathlib import Path

import pytest

from formats.model import Contact, Identifier, Party, PostalAddress
from hub.config.faults import Faults, Faulty
from hub.config.hub import Hub
from hub.config.loading import load

SMALL = """
[tenant.nordwind]
name = "Nordwind"

[sender.erp]
tenant = "nordwind"
"""


def loading(folder: Path, text: str | bytes, name: str = "own.toml") -> list[str]:
    """Return what is said about a file; nothing if it is good."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        load(path)
    except Faulty as error:
        return str(error).splitlines()
    return []


def test_a_small_file_is_enough_and_its_paths_are_seen_from_it(tmp_path: Path) -> None:
    assert loading(tmp_path, SMALL) == []
    config = load(tmp_path / "own.toml")
    assert config.hub == Hub()
    assert config.data == tmp_path / "data"
    assert config.archive_root == tmp_path / "data/archive"
    assert config.database_url == f"sqlite:///{tmp_path}/data/facteur.db"
    assert config.path("/keys/a.key") == Path("/keys/a.key")
    assert config.senders["erp"].complete == "close"


def test_a_database_url_may_lie_in_a_file(tmp_path: Path) -> None:
    text = SMALL + '[hub]\ndatabase_file = "url"\n[archive]\nroot = "kept"\n'
    assert loading(tmp_path, text) == []
    config = load(tmp_path / "own.toml")
    assert config.archive_root == tmp_path / "kept"
    with pytest.raises(Faulty, match=r"hub\.database_file: .*/url: No such file"):
        _ = config.database_url
    (tmp_path / "url").write_text("postgresql+psycopg://u:p@h/d\n")
    assert config.database_url == "postgresql+psycopg://u:p@h/d"


def of(country: str) -> str:
    return f'[tenant.{country.lower()}]\nname = "{country}"\ncountry = "{country}"\n'


POSTING = """
[channel.first]
kind = "print"
[channel.second]
kind = "print"
[channel.second.stationery]
posted_in = "CH"
[channel.email]
kind = "email"
"""


@pytest.mark.parametrize(
    ("companies", "posted_in"), [(of("FR"), "FR"), (of("FR") + of("BE"), None), ("", None)]
)
def test_a_print_partner_posts_at_home_if_he_does_not_say_otherwise(
    companies: str, posted_in: str | None, tmp_path: Path
) -> None:
    assert loading(tmp_path, companies + POSTING) == []
    channels = load(tmp_path / "own.toml").channels
    said = {name: table.get("stationery", {}).get("posted_in") for name, table in channels.items()}
    assert said == {"first": posted_in, "second": "CH", "email": None}


def test_a_company_is_a_party(tmp_path: Path) -> None:
    loading(
        tmp_path,
        '[tenant.full]\nname = "N"\nvat_identifier = "DE1"\nlegal_registration = "HRB 1"\n'
        'city = "Kiel"\nemail = "a@n.example"\nendpoint = "1"\nendpoint_scheme = "0204"\n'
        '[tenant.bare]\nname = "B"\n',
    )
    tenants = load(tmp_path / "own.toml").tenants
    assert tenants["full"].party == Party(
        name="N",
        vat_identifier="DE1",
        legal_registration=Identifier(value="HRB 1"),
        electronic_address=Identifier(value="1", scheme="0204"),
        address=PostalAddress(city="Kiel"),
        contact=Contact(email="a@n.example"),
    )
    assert tenants["bare"].party == Party(name="B", address=PostalAddress(), contact=Contact())


FAULTS: dict[str, tuple[str | bytes, list[str]]] = {
    "all at once": (
        """
        [hub]
        data = 3
        colour = "red"

        [clouds]
        [tenant.nordwind]
        [sender.erp]
        tenant = "suedwind"
        complete = "somehow"
        """,
        [
            "own.toml:5: clouds: unknown table; known: hub, archive, sftp_door,",
            "own.toml:2: hub.data: Expected `str`, got `int`",
            f"own.toml:3: hub.colour: unknown; known: {', '.join(Hub.__struct_fields__)}",
            "own.toml:6: tenant.nordwind.name: is missing",
            "own.toml:9: sender.erp.complete: must be one of 'close', 'rename', 'marker', 'stable'",
            "own.toml:8: sender.erp.tenant: no [tenant.suedwind] in this file",
        ],
    ),
    "no such company": (
        SMALL + '[sender.shop]\ntenant = "suedwind"\n',
        ["own.toml:7: sender.shop.tenant: no [tenant.suedwind] in this file"],
    ),
    "a wrong value is not missing as well": (
        "[tenant.n]\nname = 3\n",
        ["own.toml:2: tenant.n.name: Expected `str`, got `int`"],
    ),
    "the line is that of its own table": (
        SMALL + '[sender.shop]\ntenant = "nordwind"\nquota_mb = "much"\n',
        ["own.toml:8: sender.shop.quota_mb: Expected `int`, got `str`"],
    ),
    "no tables": (
        "hub = 1\ntenant = 2\nchannel = 3\n[sender]\nerp = 4\n",
        [
            "own.toml:1: hub: must be a table",
            "own.toml:2: tenant: must be tables like [tenant.name]",
            "own.toml:5: sender.erp: must be a table",
            "own.toml:3: channel: must be tables like [channel.name]",
        ],
    ),
    "keys": (
        '[tenant."Nord Wind"]\nname = "N"\n[channel.POST]\nkind = "sftp"\n',
        [
            "own.toml:1: tenant.Nord Wind: keys are lower-case letters, digits and hyphens",
            "own.toml:3: channel.POST: keys are lower-case letters, digits and hyphens",
        ],
    ),
    "a channel of no kind": (
        "[channel.post]\nhost = 'h'\n",
        ["own.toml:1: channel.post: a channel needs `kind`"],
    ),
    "written otherwise": ("hub = {data = 3}", ["own.toml:1: hub.data: Expected `str`, got `int`"]),
    "no port": (
        '[hub]\nlisten = "localhost"\n[sftp_door]\nlisten = "2222"\n',
        [
            "own.toml:2: hub.listen: must be an address and port like 127.0.0.1:8480",
            "own.toml:4: sftp_door.listen: must be an address and port like 127.0.0.1:8480",
        ],
    ),
    "no time": (
        '[runs]\nprint_at = "25:00"\n',
        ["own.toml:2: runs.print_at: must be a time of day like 17:00"],
    ),
    "no pause": (
        "[polling]\nfolder_seconds = 0\n[hub]\nmax_file_mb = 4001\n",
        [
            "own.toml:4: hub.max_file_mb: Expected `int` <= 4000",
            "own.toml:2: polling.folder_seconds: Expected `float` > 0.0",
        ],
    ),
    "not TOML": (
        "[hub\n",
        ["FOLDER/own.toml: not a TOML file: Expected ']' at the end of a table declaration"],
    ),
    "not text": (b"\xff\xfe\x00", ["FOLDER/own.toml: not a TOML file: 'utf-8' codec"]),
}


@pytest.mark.parametrize("case", FAULTS)
def test_every_fault_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    text, messages = FAULTS[case]
    said = loading(tmp_path, inspect.cleandoc(text) if isinstance(text, str) else text)
    said = [line.replace(str(tmp_path), "FOLDER") for line in said]
    assert len(said) == len(messages), said
    for line, message in zip(said, messages, strict=True):
        assert line.startswith(message)


@pytest.mark.parametrize(
    ("name", "words"), [("none.toml", "`facteur init` writes one"), ("", "Is a directory")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(Faulty, match=words) as caught:
        load(tmp_path / name)
    assert str(tmp_path) in str(caught.value)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """As a channel declares them."""

    host: str
    name: str = "{key}"

    def __post_init__(self) -> None:
        if "{key}" not in self.name:
            raise ValueError("name must contain {key}")


def test_what_settings_say_of_themselves_is_a_fault_like_any_other() -> None:
    faults = Faults("own.toml", '[channel.a]\nname = "x"\n[channel.b]\nname = "x"\nhost = "h"\n')
    good = faults.fill(Settings, {"host": "h"}, "channel.c")
    assert good == Settings(host="h")
    for key, table in (("a", {"name": "x"}), ("b", {"name": "x", "host": "h"})):
        assert faults.fill(Settings, table, f"channel.{key}") is None
    with pytest.raises(Faulty) as caught:
        faults.raise_if_any()
    assert str(caught.value).splitlines() == [
        "own.toml:1: channel.a.host: is missing",
        "own.toml:3: channel.b: name must contain {key}",
    ]
