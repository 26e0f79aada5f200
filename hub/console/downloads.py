"""Kept files to be saved, however large they are."""

from fastapi.responses import Response, StreamingResponse

from archive.kept import Kept
from hub.console.pages import download
from hub.pipeline.contents import HELD_BYTES_MAX


def download_kept(kept: Kept, name: str, media_type: str) -> Response:
    """Return a kept file to be saved; a large one piece by piece.

    One that was changed since it was filed breaks off before its end.
    """
    if kept.size_bytes <= HELD_BYTES_MAX:
        return download(kept.read(), name, media_type)
    headers = dict(download(b"", name, media_type).headers)
    headers["content-length"] = str(kept.size_bytes)
    return StreamingResponse(kept.pieces(), headers=headers)
