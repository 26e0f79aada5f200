"""The folder of a play: emptied, peers started, keys and settings written, the hub started."""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko

from hub.config.faults import Faulty
from hub.demo.expected import FOLDER, SAMPLES
from hub.demo.processes import Processes, answers, facteur, free_ports, simulator

TENANT = "nordwind"
API_SENDER = "nordwind-shop"
_MARK = ".facteur-demo"
_PASSWORD = "only-on-loopback"  # noqa: S105  (of partners that exist for a minute)
_PEERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "mail": (
        "mail",
        (
            "--faults",
            json.dumps(
                [
                    {"do": "bounce", "match": "compta@menuiserie-lorraine.example"},
                    {"do": "delivered", "match": "rechnung@hansekontor.example"},
                    {"do": "delivered", "match": "fatture@bellavista.example"},
                ]
            ),
        ),
    ),
    "sftp-partner": ("sftp_partner", ("--password", f"{TENANT}:{_PASSWORD}")),
    "access-point": (
        "access_point",
        (
            "--token",
            _PASSWORD,
            "--faults",
            json.dumps([{"do": "refuse", "match": "0208:0000000196"}]),
        ),
    ),
    "print-house": ("print_house", ("--password", f"{TENANT}:{_PASSWORD}")),
}
"""Name to simulator and options: one mailbox bounces, one participant is refused."""
_PARTNER_FOLDERS = ("cantieri-laguna", "doggerbank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that stands when the hub runs.

    Attributes:
        root: the folder of the play.
        url: of API and console.
        api_key: of API_SENDER.
        sftp_port: of the hub's SFTP door.
        sftp_key: with which `nordwind-sap` logs in.
    """

    root: Path
    url: str
    api_key: str
    sftp_port: int
    sftp_key: paramiko.PKey

    @property
    def settings(self) -> Path:
        """The hub's settings."""
        return self.root / "facteur.toml"


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """Lend a fresh folder, locked against a second play in it.

    Raises:
        Faulty: the folder holds something else than an earlier play, or a play that runs.
    """
    root = folder.resolve()
    mark = root / _MARK
    if root.exists() and not mark.exists() and any(root.iterdir()):
        raise Faulty(f"{root} is not empty and not of an earlier demo; give another with --data")
    root.mkdir(parents=True, exist_ok=True)
    with mark.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Faulty(f"a demo runs in {root}; end it, or give another with --data") from error
        for path in root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path != mark:
                path.unlink()
        yield root


def start_peers(root: Path, processes: Processes) -> dict[str, int]:
    """Start the four peers; returns their ports by name."""
    started = {}
    for name, (module, options) in _PEERS.items():
        folder = root / "peers" / name
        folder.mkdir(parents=True)
        more = ("--bounces", str(root / "peers" / "bounces")) if name == "mail" else ()
        started[name] = processes.start(name, simulator(module, folder, *options, *more))
    for partner in _PARTNER_FOLDERS:
        (root / "peers" / "sftp-partner" / "files" / partner).mkdir(parents=True)
    return {name: processes.port(name, process) for name, process in started.items()}


def start_hub(root: Path, processes: Processes) -> Stage:
    """Make keys with `facteur init` and start the peers meanwhile; then start the hub."""
    settings = root / "facteur.toml"
    words = ("init", "--json", "--tenant", TENANT, "--name", "Nordwind Werkzeuge GmbH")
    init = processes.start(
        "init", facteur(*words, "--sender", API_SENDER, "--config", str(settings))
    )
    peers = start_peers(root, processes)
    processes.until("init", init, lambda: init.poll() == 0)
    hub_port, sftp_port = free_ports(2)
    stage = Stage(
        root=root,
        url=f"http://127.0.0.1:{hub_port}",
        api_key=json.loads(processes.said("init"))["api_key"],
        sftp_port=sftp_port,
        sftp_key=paramiko.ECDSAKey.generate(),
    )
    _write_settings(stage, hub_port, peers)
    hub = processes.start("hub", facteur("serve", "--config", str(settings)))
    processes.until("hub", hub, lambda: answers(f"{stage.url}/health"))
    return stage


def _write_settings(stage: Stage, hub_port: int, peers: Mapping[str, int]) -> None:
    root = stage.root
    words: dict[str, str | int] = {
        "HUB": hub_port,
        "SFTP_DOOR": stage.sftp_port,
        "SAP_KEY": f"{stage.sftp_key.get_name()} {stage.sftp_key.get_base64()} nordwind-sap",
        "BOUNCES": "peers/bounces",
        "MAIL": peers["mail"],
        "ACCESS_POINT": peers["access-point"],
        "SFTP_PARTNER": peers["sftp-partner"],
        "PRINT_HOUSE": peers["print-house"],
        "SFTP_PARTNER_KEY": _fingerprint(root, "sftp-partner"),
        "PRINT_HOUSE_KEY": _fingerprint(root, "print-house"),
    }
    text = (FOLDER / "settings.toml").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", str(value))
    stage.settings.write_text(text, encoding="utf-8")
    for name in ("bounces.secret", "access-point.token", "sftp-partner.password"):
        (root / "keys" / name).write_text(_PASSWORD, encoding="utf-8")
    (root / "keys" / "print-house.password").write_text(_PASSWORD, encoding="utf-8")
    shutil.copytree(SAMPLES / "guides", root / "guides")
    (root / "rules").mkdir()
    shutil.copy(FOLDER / "rules.toml", root / "rules" / "nordwind.toml")


def _fingerprint(root: Path, peer: str) -> str:
    return (root / "peers" / peer / "host_key.fingerprint").read_text(encoding="ascii").strip()
