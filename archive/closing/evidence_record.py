"""Evidence records (RFC 4998): what proves for decades when a group of files was there.

    EvidenceRecord         version, digest algorithms, sequence of chains
    chain                  archive time stamps with one digest; each covers the one before
    archive time stamp     digest, the way from the group up to a root, time stamp over that root

Before the certificate of a time stamp ends, the next covers it. Before a digest is broken, a new
chain with a better one begins, over the files and over all chains before it. DER, written by hand:
time stamps must stay as they were signed, and asn1crypto's class for this knows no chains.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, parser  # type: ignore[import-untyped]

from archive.closing.token import BadStamp, Stamp, parts, read_stamp
from archive.closing.tree import Digest, group_hash

Judge = Callable[[Stamp, datetime], None]
"""Raises BadStamp unless a time stamp is signed by somebody trusted whose certificate held at an
instant."""
_UNIVERSAL, _CONTEXT = 0, 2
_SEQUENCE, _OCTETS, _INTEGER = 16, 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTimeStamp:
    """One time stamp, and the way up to what it is over.

    Attributes:
        lists: hashes of the group first, then what lies beside the way; empty if the time stamp is
            over the group itself.
        token: TimeStampToken (DER).
    """

    digest: Digest
    lists: tuple[tuple[bytes, ...], ...]
    token: bytes


Chain = tuple[ArchiveTimeStamp, ...]


def way_up(digest: Digest, group: Sequence[bytes], beside: Sequence[bytes]) -> ArchiveTimeStamp:
    """Return an archive time stamp that still lacks its token.

    Args:
        digest: of the tree.
        group: hashes of the files.
        beside: what lies beside the way up, as a Tree tells it.
    """
    own = tuple(sorted(set(group)))
    above = [(each,) for each in beside]
    if len(own) == 1 and above:  # a list of one hash would be hashed by some, and not by others
        own, above = tuple(sorted((*own, *above[0]))), above[1:]
    lists = () if len(own) == 1 else (own, *above)
    return ArchiveTimeStamp(digest=digest, lists=lists, token=b"")


def renewed_hash(digest: Digest, document: bytes, before: Sequence[Chain]) -> bytes:
    """Return the hash of a file in a new chain (RFC 4998 section 5.3, step 4).

    Args:
        digest: of the new chain.
        document: hash of the file by it.
        before: all chains until then.
    """
    return digest.of(document + digest.of(write_sequence(before)))


def write_record(chains: Sequence[Chain]) -> bytes:
    """Return the EvidenceRecord (DER)."""
    digests = sorted({stamp.digest for chain in chains for stamp in chain})
    return _sequence(
        parser.emit(_UNIVERSAL, 0, _INTEGER, b"\1"),
        _sequence(*map(_algorithm, digests)),
        write_sequence(chains),
    )


def write_sequence(chains: Sequence[Chain]) -> bytes:
    """Return the ArchiveTimeStampSequence (DER)."""
    return _sequence(*(_sequence(*map(_time_stamp, chain)) for chain in chains))


def read_record(data: bytes) -> tuple[Chain, ...]:
    """Return the chains in an EvidenceRecord.

    Raises:
        BadStamp: it is none, or one with what is never written here: attributes, encryption.
    """
    try:
        _, _, sequence = parts(_contents(data))
        chains = [list(parts(_contents(chain))) for chain in parts(_contents(sequence))]
        read = tuple(tuple(map(_read_time_stamp, chain)) for chain in chains)
    except (ValueError, LookupError, TypeError) as fault:
        raise BadStamp(f"is not an evidence record: {fault}") from fault
    if not all(read) or write_record(read) != data:
        raise BadStamp("is not an evidence record in canonical form")
    return read


def check_record(
    data: bytes, group: Callable[[Digest], Sequence[bytes]], judge: Judge, now: datetime
) -> datetime:
    """Return since when a group of files is proven to have been there (RFC 4998 section 5.3).

    Args:
        data: the EvidenceRecord.
        group: gives the hashes of all its files by a digest.
        judge: of each time stamp, as of the next one, and as of `now` for the last.
        now: aware.

    Raises:
        BadStamp: it proves nothing about these files; says why.
    """
    chains = read_record(data)
    stamps: list[Stamp] = []
    for number, chain in enumerate(chains):
        digest = chain[0].digest
        expected = group(digest)
        if number:
            expected = [renewed_hash(digest, each, chains[:number]) for each in expected]
        for each in chain:
            if each.digest != digest:
                raise BadStamp("one chain has two digests")
            stamps.append(_checked(each, expected))
            expected = [digest.of(each.token)]
    for stamp, at in zip(stamps, [*(each.at for each in stamps[1:]), now], strict=True):
        if at < stamp.at:
            raise BadStamp(f"a time stamp of {stamp.at} is followed by one of {at}")
        judge(stamp, at)
    return stamps[0].at


def _checked(own: ArchiveTimeStamp, expected: Sequence[bytes]) -> Stamp:
    """Check that the way leads from the expected hashes, and no others, to the time stamp."""
    stamp = read_stamp(own.token)
    if stamp.digest != own.digest or stamp.imprint != _climbed(own, set(expected)):
        raise BadStamp(f"the time stamp of {stamp.at} is over something else")
    return stamp


def _climbed(own: ArchiveTimeStamp, group: set[bytes]) -> bytes:
    first, *above = own.lists or (tuple(group),)
    foreign = set(first) - group
    if not group <= set(first) or (foreign and len(group) > 1):
        raise BadStamp("the evidence is of other files")
    root = group_hash(own.digest, first)
    for beside in above:
        root = own.digest.of(b"".join(sorted((root, *beside))))
    return root


def _time_stamp(own: ArchiveTimeStamp) -> bytes:
    lists = [_sequence(*(_octets(each) for each in hashes)) for hashes in own.lists]
    return _sequence(
        _context(0, _contents(_algorithm(own.digest))),
        *([_context(2, b"".join(lists))] if lists else []),
        own.token,
    )


def _read_time_stamp(data: bytes) -> ArchiveTimeStamp:
    algorithm, *middle, token = parts(_contents(data))
    oid = algos.DigestAlgorithmId.load(next(parts(_contents(algorithm))))
    lists = parts(_contents(middle[0])) if middle else ()
    return ArchiveTimeStamp(
        digest=Digest(oid.native),
        lists=tuple(tuple(map(_contents, parts(_contents(each)))) for each in lists),
        token=token,
    )


def _contents(data: bytes) -> bytes:
    return bytes(parser.parse(data, strict=True)[4])


def _algorithm(digest: Digest) -> bytes:
    return _sequence(algos.DigestAlgorithmId(digest.value).dump())


def _octets(data: bytes) -> bytes:
    return bytes(parser.emit(_UNIVERSAL, 0, _OCTETS, data))


def _sequence(*contents: bytes) -> bytes:
    return bytes(parser.emit(_UNIVERSAL, 1, _SEQUENCE, b"".join(contents)))


def _context(tag: int, contents: bytes) -> bytes:
    return bytes(parser.emit(_CONTEXT, 1, tag, contents))
