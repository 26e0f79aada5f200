"""Where the archive's packs lie: beside their logs, or at an object store."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from archive.packs.holdings import open_pack
from archive.packs.keeping import Packs
from archive.store import Disk
from hub.config.archive import ObjectStore
from hub.config.config import Config
from hub.keys import KeyFault


def packs_of(config: Config, root: Path | None = None) -> Callable[[Disk], Packs] | None:
    """Return what puts packs at the object store of the settings; None if they name none.

    Their stubs lie in the archive's folder, or in that of a copy of it.

    Raises:
        KeyFault: the file with the credentials cannot be used, or the library is not installed.
    """
    if config.archive.s3 is None:
        return None
    try:
        from archive.packs.bucket import Bucket, BucketPacks  # noqa: PLC0415  (optional)
    except ImportError as fault:
        raise KeyFault("archive.s3 needs botocore: install facteur[s3]") from fault
    store = config.archive.s3
    access_key, secret_key = _credentials(config, store)
    bucket = Bucket(
        endpoint=store.endpoint,
        name=store.bucket,
        prefix=f"{store.prefix.rstrip('/')}/" if store.prefix else "",
        region=store.region,
        access_key=access_key,
        secret_key=secret_key,
        path_style=store.path_style,
        lock=store.lock.upper(),
        lock_years=store.lock_years,
        ca_file=str(config.path(store.ca_file)) if store.ca_file else "",
    )
    return lambda disk: BucketPacks(root or config.archive_root, disk, bucket)


def pack_opener(
    config: Config, root: Path | None = None
) -> Callable[[str, int], memoryview] | None:
    """Return what brings packs from the object store for the verifier; None if there is none.

    Raises:
        KeyFault: as `packs_of`.
    """
    make = packs_of(config, root)
    return partial(open_pack, make(Disk(root or config.archive_root))) if make else None


def look_at_store(config: Config) -> str:
    """Return what people should know of the object store, if there is one.

    Raises:
        KeyFault: as `packs_of`.
        ArchiveError: it cannot be used.
    """
    packs = packs_of(config)
    return packs(Disk(config.archive_root)).look() if packs else ""


def _credentials(config: Config, store: ObjectStore) -> tuple[str, str]:
    if not store.credentials_file:
        return "", ""
    path = config.path(store.credentials_file)
    try:
        access_key, secret_key = path.read_text("utf-8").split()
    except OSError as fault:
        raise KeyFault(f"archive.s3.credentials_file: {path}: {fault.strerror}") from fault
    except ValueError as fault:
        said = "needs two words, access key and secret key"
        raise KeyFault(f"archive.s3.credentials_file: {path}: {said}") from fault
    return access_key, secret_key
