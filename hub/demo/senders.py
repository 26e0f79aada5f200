"""What the three systems of the sender do: upload by SFTP, post to the API, write into a folder."""

import base64
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx
import paramiko

from hub.demo.expected import SAMPLES, Drop
from hub.demo.setting_up import Stage

_TIMEOUT_SECONDS = 30
_MARKER = ".ok"


def drop(stage: Stage, what: Drop) -> None:
    """Put a sender's files through his door."""
    _DOORS[what.door](stage, what.sender, [SAMPLES / name for name in what.files])


def _by_sftp(stage: Stage, sender: str, files: Sequence[Path]) -> None:
    """Upload with the sender's key to a server whose key is pinned."""
    public = stage.root / "keys" / "sftp_host.key.pub"
    kind, key, *_ = public.read_text(encoding="ascii").split()
    pinned = paramiko.PKey.from_type_string(kind, base64.b64decode(key))
    with paramiko.SSHClient() as client:
        client.get_host_keys().add(f"[127.0.0.1]:{stage.sftp_port}", kind, pinned)
        client.connect(
            "127.0.0.1",
            stage.sftp_port,
            username=sender,
            pkey=stage.sftp_key,
            look_for_keys=False,
            allow_agent=False,
            timeout=_TIMEOUT_SECONDS,
        )
        with client.open_sftp() as sftp:
            for file in files:
                sftp.put(str(file), file.name)


def _by_api(stage: Stage, sender: str, files: Sequence[Path]) -> None:
    """Post, with a key that makes a second try of the same file harmless."""
    with httpx.Client(base_url=stage.url, timeout=_TIMEOUT_SECONDS) as client:
        for file in files:
            answer = client.post(
                "/v1/submissions",
                content=file.read_bytes(),
                headers={
                    "Authorization": f"Bearer {stage.api_key}",
                    "Content-Type": mimetypes.guess_type(file.name)[0] or "text/plain",
                    "Idempotency-Key": f"{sender} {file.name}",
                    "X-File-Name": file.name,
                },
            )
            answer.raise_for_status()


def _by_folder(stage: Stage, sender: str, files: Sequence[Path]) -> None:
    """Write under another name, rename, then say that it is whole."""
    folder = stage.root / "in" / sender
    for file in files:
        part = folder / f"{file.name}.part"
        part.write_bytes(file.read_bytes())
        part.rename(folder / file.name)
        (folder / f"{file.name}{_MARKER}").touch()


_DOORS: Mapping[str, Callable[[Stage, str, Sequence[Path]], None]] = {
    "sftp": _by_sftp,
    "api": _by_api,
    "folder": _by_folder,
}
