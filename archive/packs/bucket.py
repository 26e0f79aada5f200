"""Packs at an object store that speaks S3, locked there until a day if wished (Object Lock).

    <log>/packs/000000000.s3     a stub beside the log: where that pack lies, JSON

A stub names one object in one version, so that nobody changes what is read by writing another over
it. The stub is written after the object; a pack without one was never acknowledged. Packs that lie
in the folder from before are read from there.
"""

import base64
import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import msgspec
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ParamValidationError,
)

from archive.entry import ArchiveDamaged, ArchiveError, ArchiveUnavailable
from archive.packs.folder import FolderPacks
from archive.packs.source import Source, brought
from archive.store import Disk

_HELD_BYTES = 32 << 20
_KEY = re.compile(r"([0-9]{9})-[0-9a-f]{16}\.zip")
_NO_VERSION = "null"
_MISSING = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NoSuchVersion"})
_CANNOT_BE = frozenset({"InvalidArgument", "InvalidBucketName", "InvalidRange", "416"})
"""What a store says of a version, a bucket or a part that nothing there can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """An object store, and how its objects are locked.

    Attributes:
        endpoint: URL; empty for Amazon's own of the region.
        prefix: of all keys, with its slash.
        access_key: empty for those of the environment, as the vendor's tools find them.
        path_style: whether the bucket stands in the path, as own servers want it.
        lock: `GOVERNANCE`, `COMPLIANCE` or empty for none.
        lock_years: a pack is locked to the end of so many years after that of its log.
        ca_file: certificates that the server's must stand below; empty for the system's.
    """

    endpoint: str
    name: str
    prefix: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    path_style: bool = True
    lock: str = ""
    lock_years: int = 0
    ca_file: str = ""


class Stub(msgspec.Struct, frozen=True, kw_only=True):
    """Where a pack lies.

    Attributes:
        version: of the object; empty where the bucket keeps none.
        until: to when it is locked, ISO 8601; empty if it is not.
    """

    bucket: str
    key: str
    version: str
    sha256: str
    size_bytes: int
    until: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object, to be read from; another process makes a connection of its own."""

    bucket: Bucket
    stub: Stub

    @property
    def name(self) -> str:
        """Bucket and key."""
        return f"s3://{self.stub.bucket}/{self.stub.key}"

    def size_bytes(self) -> int:
        """Return its size, as the stub says."""
        return self.stub.size_bytes

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return a part of it.

        Raises:
            ArchiveDamaged: it is not there, or not of the size that the stub says.
            ArchiveUnavailable: the store does not answer.
        """
        end = min(offset + size_bytes, self.stub.size_bytes)
        if offset >= end:
            return b""
        with _told(self.name):
            answer = _client(self.bucket).get_object(
                **_named(self.stub), Range=f"bytes={offset}-{end - 1}"
            )
            data = bytes(answer["Body"].read())
        told = answer.get("ContentRange", "/*")
        if not told.endswith((f"/{self.stub.size_bytes}", "/*")):
            raise ArchiveDamaged(f"{self.name} is of another size than was kept")
        return data


class BucketPacks:
    """Packs in a bucket."""

    def __init__(self, root: Path, disk: Disk, bucket: Bucket) -> None:
        self._root = root
        self._disk = disk
        self._bucket = bucket
        self._folder = FolderPacks(root, disk)

    def keep(self, log: str, position: int, parts: Iterable[bytes]) -> None:
        """Store a pack, then its stub.

        Raises:
            ArchiveUnavailable: the store does not answer or did not take it. Nothing was kept, and
                it may be tried again at any time.
        """
        with tempfile.SpooledTemporaryFile(max_size=_HELD_BYTES, dir=str(self._root)) as spool:
            hashed, size_bytes = hashlib.sha256(), 0
            for part in parts:
                hashed.update(part)
                size_bytes += spool.write(part)
            stub = Stub(
                bucket=self._bucket.name,
                key=self._bucket.prefix + _key(log, position, hashed.hexdigest()),
                version="",
                sha256=hashed.hexdigest(),
                size_bytes=size_bytes,
                until=self._until(log),
            )
            spool.seek(0)
            stub = self._put(stub, spool, hashed.digest())
        self._disk.keep({self._path(log, position): [msgspec.json.encode(stub)]})
        self._folder.remove(log, position)

    def _put(self, stub: Stub, spool: Any, digest: bytes) -> Stub:
        lock = {"ObjectLockMode": self._bucket.lock, "ObjectLockRetainUntilDate": stub.until}
        with _told(f"s3://{stub.bucket}/{stub.key}", ArchiveUnavailable):
            answer = _client(self._bucket).put_object(
                Bucket=stub.bucket,
                Key=stub.key,
                Body=spool,
                ContentLength=stub.size_bytes,
                ChecksumSHA256=base64.b64encode(digest).decode(),
                **(lock if stub.until else {}),
            )
        return msgspec.structs.replace(stub, version=answer.get("VersionId", ""))

    def _until(self, log: str) -> str:
        if not self._bucket.lock:
            return ""
        year = int(log.rsplit("/", 1)[1]) + self._bucket.lock_years
        return datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC).isoformat()

    def has(self, log: str, position: int) -> bool:
        """Look for the stub, or for the pack in the folder."""
        return self._path(log, position).exists() or self._folder.has(log, position)

    def starts(self, log: str) -> list[int]:
        """Read the names of stubs, and of packs in the folder."""
        stubs = (self._root / log / "packs").glob("[0-9]*.s3")
        return sorted({*self._folder.starts(log), *(int(path.stem) for path in stubs)})

    def source(self, log: str, position: int) -> Source:
        """Return the object, or the file in the folder.

        Raises:
            ArchiveDamaged: the stub is not as it was written.
        """
        path = self._path(log, position)
        try:
            stub = msgspec.json.decode(path.read_bytes(), type=Stub)
        except FileNotFoundError:
            return self._folder.source(log, position)
        except msgspec.MsgspecError as error:
            raise ArchiveDamaged(f"{path} is not as it was written") from error
        if not stub.key.endswith(_key(log, position, stub.sha256)):
            raise ArchiveDamaged(f"{path} names another pack")
        return Stored(self._bucket, stub)

    def strays(self, log: str) -> Iterator[tuple[int, Source]]:
        """List the bucket for packs of which no stub is here, by position, the oldest first.

        Raises:
            ArchiveUnavailable: the store does not answer.
        """
        here, found = {*self.starts(log)}, list[tuple[int, datetime, Stub]]()
        prefix = f"{self._bucket.prefix}{log}/"
        with _told(f"s3://{self._bucket.name}/{prefix}", ArchiveUnavailable):
            pages = _client(self._bucket).get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=prefix):
                for each in page.get("Versions", ()):
                    name = _KEY.fullmatch(each["Key"][len(prefix) :])
                    if name and (position := int(name[1])) not in here:
                        found.append((position, each["LastModified"], self._listed(each)))
        for position, _, stub in sorted(found, key=lambda each: each[:2]):
            yield position, Stored(self._bucket, stub)

    def _listed(self, listed: Mapping[str, Any]) -> Stub:
        version = listed.get("VersionId", "")
        return Stub(
            bucket=self._bucket.name,
            key=listed["Key"],
            version="" if version == _NO_VERSION else version,
            sha256="",
            size_bytes=listed["Size"],
        )

    def adopt(self, log: str, position: int, stray: Source) -> bool:
        """Write the stub of a pack anew, unless it is not what its key says; it is read for that.

        Raises:
            OSError: the stub may be kept or not.
            ArchiveUnavailable: the store does not answer.
        """
        assert isinstance(stray, Stored), "it was listed here"
        sha256 = hashlib.sha256(brought(stray)).hexdigest()
        if not stray.stub.key.endswith(f"-{sha256[:16]}.zip"):
            return False
        stub = msgspec.structs.replace(
            stray.stub, sha256=sha256, until=_locked_until(self._bucket, stray.stub)
        )
        self._disk.keep({self._path(log, position): [msgspec.json.encode(stub)]})
        return True

    def holds(self, log: str, position: int, pack: bytes | memoryview) -> bool:
        """Compare a pack with the hash in its stub."""
        source = self.source(log, position)
        told = source.stub.sha256 if isinstance(source, Stored) else None
        return told in {None, hashlib.sha256(pack).hexdigest()}

    def look(self) -> str:
        """Return what people should know of a bucket that can be used.

        Raises:
            ArchiveUnavailable: it does not answer, not to us, is not there or cannot lock.
        """
        name = self._bucket.name
        with _told(f"s3://{name}", ArchiveUnavailable):
            client = _client(self._bucket)
            client.head_bucket(Bucket=name)
            if not self._bucket.lock:
                return f"s3://{name} answers; packs are not locked there"
        with _told(f"s3://{name}, asked for its Object Lock", ArchiveUnavailable):
            client.get_object_lock_configuration(Bucket=name)
        return f"s3://{name} answers; packs are locked ({self._bucket.lock})"

    def _path(self, log: str, position: int) -> Path:
        return self._root / log / "packs" / f"{position:09}.s3"


def _locked_until(bucket: Bucket, stub: Stub) -> str:
    """Return to when an object is locked; empty if it is not, or the store does not say."""
    if not bucket.lock:
        return ""
    try:
        told = _client(bucket).get_object_retention(**_named(stub))
    except ClientError:
        return ""
    until: datetime = told["Retention"]["RetainUntilDate"]
    return until.astimezone(UTC).isoformat()


def _key(log: str, position: int, sha256: str) -> str:
    """Return how the key of a pack ends, after the prefix of its bucket."""
    return f"{log}/{position:09}-{sha256[:16]}.zip"


def _named(stub: Stub) -> dict[str, str]:
    version = {"VersionId": stub.version} if stub.version else {}
    return {"Bucket": stub.bucket, "Key": stub.key, **version}


@contextmanager
def _told(name: str, missing: type[ArchiveError] = ArchiveDamaged) -> Iterator[None]:
    """Say in our words what went wrong."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING | _CANNOT_BE:
            raise missing(f"{name} is missing ({code})") from error
        raise ArchiveUnavailable(f"{name}: the store refuses: {code}") from error
    except ParamValidationError as error:
        raise missing(f"{name} is missing (no such name can be)") from error
    except BotoCoreError as error:
        raise ArchiveUnavailable(f"{name}: the store does not answer: {error}") from error


@cache
def _client(bucket: Bucket) -> Any:
    """Return a client, which threads may share."""
    return botocore.session.get_session().create_client(
        "s3",
        endpoint_url=bucket.endpoint or None,
        region_name=bucket.region,
        aws_access_key_id=bucket.access_key or None,
        aws_secret_access_key=bucket.secret_key or None,
        verify=bucket.ca_file or None,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path" if bucket.path_style else "auto"},
        ),
    )
