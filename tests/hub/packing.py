"""ZIP files as senders make them."""

import io
import zipfile


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP file of these names and contents."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return data.getvalue()
