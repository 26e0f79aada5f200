"""What documents are held against, and whose signatures are believed."""

from hub.config.section import Pause, Section


class CheckSection(Section, frozen=True, kw_only=True):
    """`[check]`.

    Attributes:
        official: whether the official schemas and rules judge as well, in child processes.
        official_seconds: how long they may take for one document.
        specifications: BT-24 of documents that may leave although no rules for them are here.
    """

    official: bool = False
    official_seconds: Pause = 60
    specifications: tuple[str, ...] = ()


class TrustSection(Section, frozen=True, kw_only=True):
    """`[trust]`: whose signatures and time stamps are believed.

    Attributes:
        roots: files with certificates (PEM or DER), or folders of such; `trusted_roots` of a
            company are added to them for that company.
    """

    roots: tuple[str, ...] = ()
