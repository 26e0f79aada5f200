"""A notice as the JSON that a webhook carries: type, timestamp, data."""

from collections.abc import Sequence
from typing import Final

import msgspec

from formats.answers.notice import Cover, Form, Notice


def write(notices: Sequence[Notice], cover: Cover) -> bytes:
    """Return one event; `type` is what happened to what: `document.delivered`, `file.parked`."""
    del cover  # an event needs none
    (notice,) = notices
    subject = "document" if notice.document else "file"
    return msgspec.json.encode(
        {"type": f"{subject}.{notice.state}", "timestamp": notice.at, "data": notice}
    )


FORM: Final = Form(
    name="webhook",
    words="webhook",
    suffix=".json",
    media_type="application/json",
    most=1,
    write=write,
)
