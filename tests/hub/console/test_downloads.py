"""A large file is saved by a browser as a small one is, only piece by piece."""

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from archive.kept import Kept
from archive.packs.source import LocalFile
from hub.console.downloads import download_kept
from hub.console.pages import download
from hub.pipeline.contents import HELD_BYTES_MAX
from tests.archive.filing import sha256_hex


@pytest.mark.parametrize("size_bytes", [0, 9, HELD_BYTES_MAX, HELD_BYTES_MAX + 1])
@pytest.mark.parametrize("media_type", ["application/pdf", "text/html"])
def test_a_file_of_any_size_is_saved_alike(
    tmp_path: Path, size_bytes: int, media_type: str
) -> None:
    data = bytes(range(256)) * (size_bytes // 256 + 1)
    data = data[:size_bytes]
    pack = tmp_path / "pack"
    pack.write_bytes(data)
    kept = Kept(source=LocalFile(pack), size_bytes=size_bytes, sha256=sha256_hex(data))
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    response = download_kept(kept, "Süß.bin", media_type)
    asyncio.run(response({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send))
    assert dict(sent[0]["headers"]) == dict(download(data, "Süß.bin", media_type).raw_headers)
    pieces = [message["body"] for message in sent[1:]]
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= HELD_BYTES_MAX
