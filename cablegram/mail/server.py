"""Which mail server, under which name, and who letters come from: out of the settings. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cablegram.mail.address import domain_of
from cablegram.runtime.settings import Settings

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `starts_tls`: True it must, False it does not, None it does where it can."""

    host: str
    port: int
    user: str | None
    password: str | None
    is_tls: bool
    starts_tls: bool | None

    @property
    def name(self) -> str:
        """Return its address for people, without login."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who letters come from. `header` is written with the name, `address` is where refusals go."""

    header: str
    address: str
    reply_to: str | None

    @property
    def domain(self) -> str:
        """Return the domain of Message-IDs, and the name that we greet servers with."""
        return domain_of(self.address)


def server_of(settings: Settings) -> Server | None:
    """Return the mail server of the settings; None where there is none.

    A password never leaves in the clear: with one, TLS is asked for, but on this machine itself, where certificates
    are nobody's.
    """
    if settings.smtp_url is None:
        return None
    parts = urlsplit(settings.smtp_url)
    host, user = parts.hostname or "", unquote(parts.username) if parts.username else None
    is_tls = parts.scheme == "smtps"
    starts_tls = False if is_tls or _is_here(host) else True if user else None
    password = unquote(parts.password) if parts.password else None
    return Server(host, parts.port or _PORTS[parts.scheme], user, password, is_tls, starts_tls)


def sender_of(settings: Settings) -> Sender:
    """Return who letters come from: as set, else `cablegram@` the public host."""
    header = settings.mail_from or f"Cablegram <cablegram@{_public_host(settings)}>"
    address = header[header.index("<") + 1 : -1] if header.endswith(">") else header
    return Sender(header, address, settings.mail_reply_to)


def _public_host(settings: Settings) -> str:
    host = urlsplit(settings.public).hostname or ""
    return "localhost" if _is_number(host) else host


def _is_here(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
