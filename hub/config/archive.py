"""Where the archive lies, what encrypts and stamps it: `[archive]`."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from archive.law.residency import country_of
from hub.config.section import Amount, CountryOrNone, Section

Origin = Annotated[
    str,
    msgspec.Meta(pattern=r"^[^\s+]+$", description="a name like company.example/facteur"),
]
AuthorityName = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}$", description="names like first")
]


class StampAuthority(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[archive.authorities.NAME]`: a time-stamp authority (RFC 3161) for the archive's closings.

    Attributes:
        url: where it answers.
        policy: object identifier under which it must stamp; empty: any.
        roots: certificates (PEM or DER) of which one must stand above its time stamps, or folders
            of such; without, those of `[trust]`.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://", description="like http://tsa.example")]
    policy: Annotated[
        str, msgspec.Meta(pattern=r"^(\d+(\.\d+)+)?$", description="a policy like 1.2.3.4")
    ] = ""
    roots: tuple[str, ...] = ()


class ObjectStore(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[archive.s3]`: an object store for packs; logs and keys stay in the archive's folder.

    Attributes:
        endpoint: URL; empty for Amazon's of the region.
        bucket: made with versions and Object Lock, if packs are to be locked.
        prefix: of all keys.
        credentials_file: access key and secret key, two words; without, those of the environment.
        path_style: whether the bucket stands in the path, as own servers want it.
        lock: whether the store refuses to remove packs, to all (compliance) or to most.
        lock_years: to the end of so many years after that of the log.
        ca_file: certificates above the server's; without, those of the system.
        place: country in which it stores (ISO 3166-1); of Amazon's regions it is known.
    """

    bucket: Annotated[str, msgspec.Meta(min_length=3, description="name of a bucket")]
    endpoint: Annotated[
        str, msgspec.Meta(pattern=r"^(https?://.+)?$", description="like https://s3.example")
    ] = ""
    prefix: str = ""
    region: str = "us-east-1"
    credentials_file: str = ""
    path_style: bool = True
    lock: Literal["", "governance", "compliance"] = ""
    lock_years: Amount = 10
    ca_file: str = ""
    place: CountryOrNone = ""

    @property
    def country(self) -> str:
        """Where it stores; empty where nobody has said so and its region does not tell."""
        return self.place or ("" if self.endpoint else country_of(self.region))


class ArchiveSection(Section, frozen=True, kw_only=True):
    """`[archive]`.

    Attributes:
        key: signs the log.
        encrypt: whether what comes new is encrypted, and so can be erased.
        master_key: under which it is encrypted; made by `facteur init`, or by `archive rekey`.
        s3: where packs go, if not into its folder.
        time_stamp_url: of one authority, if there are no `authorities`.
        authorities: each stamps each day's closing; two who know nothing of each other are best.
        index: where what it is asked by lies: `sqlite`, a file beside it, or `postgresql`, a schema
            of the hub's database.
        place: country in which it is stored (ISO 3166-1), as an auditor is told, and as the
            `residency` of companies is held against.
    """

    root: str = ""
    origin: Origin = "facteur.example/archive"
    key: str = "keys/archive.key"
    encrypt: bool = False
    master_key: str = "keys/archive-master.key"
    s3: ObjectStore | None = None
    time_stamp_url: str = ""
    authorities: Mapping[AuthorityName, StampAuthority] = {}
    index: Literal["sqlite", "postgresql"] = "sqlite"
    place: CountryOrNone = ""

    @property
    def places(self) -> dict[str, str]:
        """Setting to country of all that something of the archive is stored in."""
        store = {"archive.s3.place": self.s3.country} if self.s3 else {}
        return {"archive.place": self.place, **store}
