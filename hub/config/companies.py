"""Companies, the ERPs that send for them, and how these are told what became of it."""

from typing import Annotated, Literal

import msgspec

from formats.model import Contact, Identifier, Party, PostalAddress
from hub.config.keeping import Keeping
from hub.config.section import Pause, Section, Size, Time

TaxRegime = Annotated[
    str, msgspec.Meta(pattern=r"^(RF(0[1-9]|1\d|20))?$", description="one of RF01 to RF20")
]


class Tenant(Section, frozen=True, kw_only=True):
    """`[tenant.KEY]`: a company that sends documents, and what is added to what its ERP says.

    Attributes:
        tax_regime: of an Italian company: RegimeFiscale, RF01 for the ordinary one.
        email_needs_consent: whether its invoices go by email only to recipients who have agreed to
            that (directive 2006/112/EC article 232); a road required by law needs no consent.
        self_service: whether emails with invoices, and letters that the hub writes, invite their
            recipients to choose road and address themselves; needs `[links] url`.
        archive: how its documents are kept.
    """

    name: str
    vat_identifier: str = ""
    tax_registration: str = ""
    legal_registration: str = ""
    legal_information: str = ""
    street: str = ""
    city: str = ""
    post_code: str = ""
    country: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    endpoint_scheme: str = ""
    endpoint: str = ""
    iban: str = ""
    bic: str = ""
    account_name: str = ""
    language: str = "en"
    seal_key: str = ""
    seal_password_file: str = ""
    time_stamp_url: str = ""
    trusted_roots: tuple[str, ...] = ()
    tax_regime: TaxRegime = ""
    email_needs_consent: bool = False
    self_service: bool = False
    archive: Keeping = Keeping()

    @property
    def party(self) -> Party:
        """The company as a Party (BG-4)."""
        return Party(
            name=self.name,
            vat_identifier=self.vat_identifier or None,
            tax_registration=self.tax_registration or None,
            legal_registration=Identifier(value=self.legal_registration)
            if self.legal_registration
            else None,
            legal_information=self.legal_information or None,
            electronic_address=Identifier(value=self.endpoint, scheme=self.endpoint_scheme)
            if self.endpoint
            else None,
            address=PostalAddress(
                line_1=self.street or None,
                city=self.city or None,
                post_code=self.post_code or None,
                country=self.country or None,
            ),
            contact=Contact(
                name=self.contact_name or None, phone=self.phone or None, email=self.email or None
            ),
        )


class Sender(Section, frozen=True, kw_only=True):
    """`[sender.KEY]`: an ERP, its doors and how its files are to be understood.

    Attributes:
        guides: TOML files with mappings and layouts.
        folder: watched folder, or empty.
        complete: how a file in the folder is known to be whole: `close` (its writer has closed it;
            in a folder, where nobody sees that, as `stable`), `rename` (names ending in .part,
            .tmp or .filepart are not taken), `marker` (a file NAME.ok, .done or .ctl, which may
            say count, sums and hashes), `stable` (size and time unchanged for `stable_seconds`).
        marker_seconds: how long a marker in the folder waits for files that it stands for; then it
            lies in `error`. Files that come after it are whole as with `stable`.
        sftp_complete: the same on SFTP, where the door sees who closes: `rename` and `stable` are
            as `close` there, and names ending in .part, .tmp or .filepart never taken.
        listing: whether `processed` and `error` have a CSV listing of each day, and each file a
            NAME.status.csv beside it, for the ERP to read back.
        names: patterns like `*.xml` of names that are taken; empty: all.
        duplicates: what becomes of a document whose number another one has, with other content:
            `first` (it stays; the new one goes nowhere, unless the first is parked itself), `park`
            (a person decides), `version` (the new one replaces it, if it has not left the house).
            The same content goes out once.
        sftp_keys: OpenSSH public key lines that may log in to the SFTP door as this sender.
        quota_mb: what may lie in its SFTP root.
        tags: words that routing rules may ask for, e.g. `small-issuer`.
    """

    tenant: str
    guides: tuple[str, ...] = ()
    folder: str = ""
    complete: Literal["close", "rename", "marker", "stable"] = "close"
    sftp_complete: Literal["close", "rename", "marker", "stable"] = "close"
    stable_seconds: Time = 2
    marker_seconds: Time = 3600
    listing: bool = False
    names: tuple[str, ...] = ()
    duplicates: Literal["first", "park", "version"] = "park"
    sftp_keys: tuple[str, ...] = ()
    quota_mb: Size = 1024
    tags: tuple[str, ...] = ()


class Answer(Section, frozen=True, kw_only=True):
    """`[answer.KEY]`: how a sender's system is told what became of its documents.

    Attributes:
        sender: key of the sender.
        form: `csv`, `aleaud01`, `aleaud01-xml`, `application-response`: a file in `status/` of the
            sender's own folder or SFTP root; `webhook`: a request to `url`.
        states: what is told; empty for all.
        every_seconds: how often; what came together goes in one file.
        folder: another folder for the files.
        url: of the webhook.
        secret_file: holds its secret, `whsec_` and base64, as Standard Webhooks has it.
    """

    sender: str
    form: str
    states: tuple[str, ...] = ()
    every_seconds: Pause = 60
    folder: str = ""
    url: str = ""
    secret_file: str = ""
