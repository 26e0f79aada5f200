"""The peers of `facteur sim`: which simulator each is, and what the hub's settings say of it."""

from collections.abc import Mapping
from dataclasses import dataclass

_USER = "facteur"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A simulator, as a user meets it.

    Attributes:
        module: of `hub.simulators`.
        stands_for: whom, in two words.
        matched: what `match` of a fault plan is held against.
        port: where it listens unless told otherwise.
        options: words for its command line; `@DIR@` and `@SECRET@` are replaced.
        settings: what goes into facteur.toml; `@PORT@` and the host keys are replaced, too.
    """

    module: str
    stands_for: str
    matched: str
    port: int
    options: tuple[str, ...]
    settings: str


PEERS: Mapping[str, Peer] = {
    "email": Peer(
        module="mail",
        stands_for="mail server",
        matched="the recipient's address",
        port=2525,
        options=("--bounces", "@DIR@/bounces"),
        settings="""\
[channel.email]
kind = "email"
host = "127.0.0.1"
port = @PORT@
tls = "none"
sender = "invoices@company.example"
bounce_domain = "bounce.company.example"
bounce_secret_file = "@DIR@/secret"
bounce_maildir = "@DIR@/bounces"
""",
    ),
    "sftp": Peer(
        module="sftp_partner",
        stands_for="SFTP partner",
        matched="a file's name, without its folder; at login the user",
        port=2223,
        options=("--password", f"{_USER}:@SECRET@"),
        settings="""\
# A rule of yours leads to it: roads = [{ channel = "partner", format = "ubl" }]
[channel.partner]
kind = "sftp"
host = "127.0.0.1"
port = @PORT@
username = "facteur"
password_file = "@DIR@/secret"
host_keys = ["@HOST_KEY@", "@NEXT_HOST_KEY@"]
keeps_files = true

[channel.partner.answers]
folder = "answers"
lists = "*.csv"
""",
    ),
    "print": Peer(
        module="print_house",
        stands_for="print partner",
        matched="a document's number where at is piece, else a file's name",
        port=2224,
        options=("--password", f"{_USER}:@SECRET@"),
        settings="""\
[channel.print-house]
kind = "print"
host = "127.0.0.1"
port = @PORT@
username = "facteur"
password_file = "@DIR@/secret"
host_keys = ["@HOST_KEY@", "@NEXT_HOST_KEY@"]
keeps_files = true
""",
    ),
    "access-point": Peer(
        module="access_point",
        stands_for="access point",
        matched="the receiver: 9930:DE123456788",
        port=8490,
        options=("--token=@SECRET@",),
        settings="""\
[channel.access-point]
kind = "peppol"
base_url = "http://127.0.0.1:@PORT@"
token_file = "@DIR@/secret"
""",
    ),
}
