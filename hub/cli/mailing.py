"""The command `mail`, and what doctor says of email: who vouches for it, and links to the hub."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from hub.cli.output import Misused, Noted, answer, table
from hub.cli.traffic import house_of
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.links.fetching import withdraw
from hub.store import recipients
from hub.wiring.building import channels_of
from hub.wiring.clock import now
from hub.wiring.database import open_database
from hub.wiring.links import links_of
from hub.wiring.mailboxes import read_by_another
from outbound.channel import Deferred, Stray, StrayingChannel
from outbound.email import Email
from outbound.mail_dkim import DkimKey
from outbound.mail_encryption import certificate_of, faults_of
from routing_rules.recipient import Recipient

_RSA_BITS_MIN = 2048
_ENDS_SOON = timedelta(days=30)
_READ = "read it there, then mark it as seen, or delete it"
_HOW = (
    "no channel signs by DKIM; make a key, as by `openssl genrsa -out keys/dkim.pem 2048`, and set "
    'dkim_selector = "facteur" and dkim_key_file = "keys/dkim.pem" in [channel.…]'
)


def mail(options: Namespace) -> int:
    """List mail for a person, print DNS records of DKIM keys, or withdraw a document's link."""
    return _ACTIONS[options.action](options)


def _waiting(options: Namespace) -> int:
    config = load(options.config)
    shared = read_by_another(config)
    names = [options.name] if options.name else [n for n in config.channels if n not in shared]
    found = {name: strays for name in names if (strays := _strays(config, name))}
    rows = [
        (name, each.author, f"{each.sent:%Y-%m-%d}" if each.sent else "", each.subject, each.place)
        for name, strays in found.items()
        for each in strays
    ]
    lines = table(("channel", "from", "sent", "subject", "where"), rows)
    answer(options, found, [*lines, "", _READ] if rows else ["no mail waits for a person"])
    return 1 if rows else 0


def _strays(config: Config, name: str) -> Sequence[Stray]:
    if not is_email(config, name):
        return ()
    with closing(channels_of(config, [name])[name]) as channel:
        assert isinstance(channel, StrayingChannel)
        try:
            return channel.strays()
        except Deferred as error:
            raise Misused(f"channel.{name}: {error}") from error


def _records(options: Namespace) -> int:
    config = load(options.config)
    names = [options.name] if options.name else list(config.channels)
    if options.name and options.name not in config.channels:
        raise Misused(f"no [channel.{options.name}] in {config.file.name}")
    keys = [key for name in names for key in _keys(config, name)]
    if not keys:
        raise Misused(_HOW)
    value = [{"name": key.name, "type": "TXT", "value": key.record} for key in keys]
    answer(options, value, list(dict.fromkeys(key.zone_line for key in keys)))
    return 0


def _withdraw(options: Namespace) -> int:
    if not options.name:
        raise Misused("withdraw what? facteur mail withdraw DELIVERY, as `facteur status` names it")
    with house_of(options) as house:
        closed = withdraw(house, options.name, who="command line")
    if not closed:
        raise Misused(f"{options.name}: no delivery with a link that is open")
    answer(options, {"withdrawn": closed}, [f"withdrawn: {options.name}"])
    return 0


_ACTIONS = {"waiting": _waiting, "dkim-record": _records, "withdraw": _withdraw}


def signing(name: str) -> Callable[[Config], str]:
    """Look who vouches for what a channel for email sends, and whether From agrees."""

    def look(config: Config) -> str:
        with closing(channels_of(config, [name])[name]) as channel:
            assert isinstance(channel, Email)
            if not channel.dkim_keys:
                return "not signed here: the smart host must vouch for it by DKIM, or it is spam"
            odd = list(_odd(channel))
        if odd:
            raise Faulty("\n".join(odd))
        return "; ".join(f"{key.algorithm} as {key.name}" for key in channel.dkim_keys)

    return look


def links(config: Config) -> str:
    """Look whether recipients can be led to the hub."""
    maker = links_of(config)
    inviting = [key for key, company in config.tenants.items() if company.self_service]
    if maker is None and inviting:
        raise Faulty(f"tenant.{inviting[0]}.self_service: nobody is invited without [links] url")
    if maker is None:
        return "none: everything goes along with the email ([links] url)"
    if maker.url.startswith("http:") and not maker.url.startswith("http://127."):
        raise Faulty(f"links.url: {maker.url}: write https, or anyone on the way can read along")
    below = "/l/… and /s/…" if inviting else "/l/…"
    return f"{maker.url}{below}, for {maker.valid_days} days"


def mailboxes(config: Config) -> str:
    """Say which channels have one mailbox for what comes back."""
    shared = read_by_another(config)
    if not shared:
        return "none is read for two channels"
    said = [f"{first} reads what comes back to {name}, too" for name, first in shared.items()]
    raise Noted("; ".join(said))


def certificates(config: Config) -> str:
    """Look whether emails can be encrypted to all recipients who have a certificate, and go on."""
    with closing(open_database(config)) as database, database.transaction() as connection:
        entries = recipients.encrypted_to(connection)
    at = now()
    if ended := list(_unusable(entries, at)):
        raise Faulty("\n".join(ended))
    if ending := list(_unusable(entries, at + _ENDS_SOON)):
        raise Noted("\n".join(["within 30 days none can be encrypted to:", *ending]))
    return f"emails to {len(entries)} recipients are encrypted"


def _unusable(entries: Sequence[tuple[str, Recipient]], at: datetime) -> Iterator[str]:
    for tenant, entry in entries:
        certificate = certificate_of(entry.smime_certificate or "")
        if faults := faults_of(certificate, email=entry.email or "", at=at):
            said = "; ".join(faults)
            yield f"{entry.key} of {tenant}: {said}: ask for a new certificate, or clear it"


def is_email(config: Config, name: str) -> bool:
    """Whether a channel of the settings is one for email."""
    return bool(config.channels[name].get("kind") == "email")


def _keys(config: Config, name: str) -> tuple[DkimKey, ...]:
    if not is_email(config, name):
        return ()
    with closing(channels_of(config, [name])[name]) as channel:
        assert isinstance(channel, Email)
        return channel.dkim_keys


def _odd(channel: Email) -> Iterator[str]:
    domain = channel.sender_domain
    for key in channel.dkim_keys:
        if not _aligned(key.domain, domain):
            yield (
                f"d={key.domain} vouches for mail from {domain}: DMARC counts only a domain in "
                "common; set dkim_domain or sender"
            )
        if 0 < key.rsa_bits < _RSA_BITS_MIN:
            yield f"{key.name}: an RSA key of {key.rsa_bits} bits; make one of {_RSA_BITS_MIN}"
    if all(not key.rsa_bits for key in channel.dkim_keys):
        yield (
            "signed by Ed25519 alone, which many servers cannot check (RFC 8463): add an RSA key "
            "as dkim_second_key_file"
        )


def _aligned(one: str, other: str) -> bool:
    """Whether two domains are the same, or one lies in the other (RFC 7489 section 3.1.1)."""
    first, second = f".{one.lower()}", f".{other.lower()}"
    return first.endswith(second) or second.endswith(first)
