"""What an installation can be told: `CABLEGRAM_*` variables and options of the command line, read once at start.

Options win over the environment, the environment wins over the defaults. A variable that nobody knows is an error, so
that a typing mistake is never a silent default. Variables that begin with `CABLEGRAM_TEST_` belong to the test suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints
from urllib.parse import urlsplit

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.money import credits_to_micro
from cablegram.runtime import reading
from cablegram.runtime.setting_words import Told, address, sources, unknown, variable, written

SignUp = Literal["open", "invited", "closed"]
TooOften = Literal["warn", "block"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "plain", "json"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a process. The reference page of the docs is made from the sentences given here."""

    data_dir: Annotated[
        Path,
        Told(
            reading.path, "The folder with the embedded database, its log and the secret key; .data where one stands."
        ),
    ] = field(default_factory=lambda: Path(".data").absolute())
    database_url: Annotated[
        str | None,
        Told(
            reading.database,
            "Any PostgreSQL from 15 on instead of the embedded one: postgresql://user:pass@host:5432/name.",
        ),
    ] = field(default=None, repr=False)
    secret_key: Annotated[
        str | None,
        Told(
            reading.not_empty,
            "The key that seals carriers' passwords, 32 bytes in base64; else one is made in the data folder.",
        ),
    ] = field(default=None, repr=False)
    host: Annotated[str, Told(reading.not_empty, "The address on which the panel and the API listen.")] = "127.0.0.1"
    port: Annotated[int, Told(reading.port, "The port on which the panel and the API listen.")] = 8080
    public_url: Annotated[
        str | None,
        Told(reading.web_address, "The address that people and programs use from outside; else http://HOST:PORT."),
    ] = None
    link_url: Annotated[
        str | None,
        Told(
            reading.origin,
            "The address that short links in texts begin with, such as https://t.example.com; else the public address. "
            "Under a host name of its own nothing but short links and the pages to unsubscribe is answered.",
        ),
    ] = None
    simulator: Annotated[bool, Told(reading.flag, "Whether `cablegram up` starts the simulated carrier as well.")] = (
        True
    )
    carrier_host: Annotated[str, Told(reading.not_empty, "The address on which the simulated carrier listens.")] = (
        "127.0.0.1"
    )
    carrier_port: Annotated[int, Told(reading.port, "The SMPP port of the simulated carrier.")] = 2775
    handset_port: Annotated[
        int, Told(reading.port, "The HTTP port of the simulated carrier, where its handsets are.")
    ] = 2780
    handset_url: Annotated[
        str | None,
        Told(reading.web_address, "Where the panel finds the handsets; else http://CARRIER_HOST:HANDSET_PORT."),
    ] = None
    allow_private_providers: Annotated[
        tuple[str, ...],
        Told(
            reading.hosts,
            "Hosts, addresses and networks (CIDR), with commas, at which providers' APIs of the operator's connectors "
            "may be although they are not of the open internet, such as 10.1.0.0/16. None by default.",
        ),
    ] = ()
    allow_private_customers: Annotated[
        tuple[str, ...],
        Told(
            reading.hosts,
            "The same for addresses that customers give: webhooks, callbacks of stores, and connectors of their own. "
            "Whoever has an account here can then call what stands there, and read what it answers. None by default.",
        ),
    ] = ()
    outbound_addresses: Annotated[
        tuple[str, ...],
        Told(
            reading.hosts,
            "The addresses from which this installation calls out, for its firewall page; nobody can know them.",
        ),
    ] = ()
    smtp_url: Annotated[
        str | None,
        Told(
            reading.mail_server,
            "The mail server that letters go through: smtp://user:password@host:587 (STARTTLS) or smtps://... (TLS). "
            "Without one they stay in the outbox, where the operator reads them.",
        ),
    ] = field(default=None, repr=False)
    mail_from: Annotated[
        str | None,
        Told(reading.mail_sender, "Who letters come from: Name <name@example.com>; else cablegram@ the public host."),
    ] = None
    mail_reply_to: Annotated[
        str | None, Told(reading.mail_sender, "Where answers to letters go; else they go to nobody who reads them.")
    ] = None
    support_address: Annotated[
        str | None,
        Told(
            reading.support_address,
            "Where customers write for help, such as support@example.com: its mail server hands what comes there, and "
            "to support+anything@example.com, to `cablegram mail receive`. Without it no tickets come by mail.",
        ),
    ] = None
    mail_token: Annotated[
        str | None,
        Told(
            reading.token,
            "A word of 16 characters or more that opens /callbacks/mail/WORD to a mail provider which hands messages "
            "over by HTTP. Without one nobody can.",
        ),
    ] = field(default=None, repr=False)
    mail_authserv: Annotated[
        str | None,
        Told(
            reading.not_empty,
            "How the mail server that hands messages over calls itself in `Authentication-Results` (RFC 8601). Then a "
            "ticket is opened by mail only where DMARC proves its sender.",
        ),
    ] = None
    webhook_ports: Annotated[
        tuple[str, ...],
        Told(reading.ports, "The ports at which addresses of customers are called, for the firewall page (TCP)."),
    ] = ("80", "443")
    voice_ports: Annotated[
        tuple[str, ...],
        Told(
            reading.ports, "The ports that calls will take, for the firewall page (UDP). This version makes no calls."
        ),
    ] = ("5060", "10000-20000")
    trusted_proxies: Annotated[
        tuple[str, ...],
        Told(
            reading.networks,
            "Addresses and networks (CIDR), with commas, of the proxies before this installation: whom they say they "
            "call for (X-Forwarded-For) is believed. None by default.",
        ),
    ] = ()
    exchange_days: Annotated[
        int,
        Told(reading.count, "How many days requests and answers between us and providers are kept to be looked at."),
    ] = 14
    webhook_days: Annotated[
        int,
        Told(
            reading.count,
            "How many days events of webhooks are kept with their attempts, to be looked at and sent again.",
        ),
    ] = 14
    workers: Annotated[
        int, Told(reading.workers, "How many of each process `cablegram up` runs, to use more cores: from 1 to 8.")
    ] = 1
    pool_size: Annotated[int, Told(reading.count, "How many database connections a process holds at most.")] = 8
    database_patience: Annotated[
        int,
        Told(
            reading.count,
            "Seconds without an answer from the database, and without a sign that it works on one, before its "
            "connections are given up and requests are answered 503.",
        ),
    ] = 10
    resend_unknown: Annotated[
        tuple[str, ...],
        Told(
            reading.classes,
            "Classes (otp, transactional, marketing) whose messages in question are sent once more; a person may then "
            "get a text twice. Never by default. Give it to every process that dispatches.",
        ),
    ] = ()
    number_grace_days: Annotated[
        int,
        Told(
            reading.count,
            "Days that a number works on although its rent is not paid, and as many again in which it only receives, "
            "before it is taken back; also the days before an unpaid plan falls back to the free one.",
        ),
    ] = 7
    long_texts: Annotated[
        Path | None,
        Told(
            reading.long_texts,
            "A file of your own with the carriers that deliver texts over 160 characters whole and those that split "
            "them, in place of the one that comes along: CSV with country,carrier,arrives,consulted,note.",
        ),
    ] = None
    caller_name_price: Annotated[
        str,
        Told(
            reading.credits_of,
            "What an account pays for the name of a number that wrote to it, in credits, each time that one of the "
            "operator's connectors is asked for it (CNAM).",
        ),
    ] = "1"
    number_quarantine_days: Annotated[
        int, Told(reading.count, "Days that a number rests after an account gave it back, before another may have it.")
    ] = 30
    password_memory: Annotated[
        int,
        Told(reading.kibibytes, "KiB of memory that hashing a password takes (argon2id); old passwords keep working."),
    ] = 19_456
    password_rounds: Annotated[int, Told(reading.count, "How many times a password's hash goes over that memory.")] = 2
    stripe_key: Annotated[
        str | None,
        Told(
            reading.not_empty,
            "The secret key of a Stripe account, to take cards; without one the operator enters payments.",
        ),
    ] = field(default=None, repr=False)
    stripe_webhook_secret: Annotated[
        str | None,
        Told(
            reading.not_empty,
            "What Stripe signs its calls to /callbacks/stripe with (whsec_...); needed beside the key.",
        ),
    ] = field(default=None, repr=False)
    stripe_address: Annotated[
        str | None, Told(reading.web_address, "Another address of Stripe's API, for tests; else Stripe's own.")
    ] = None
    sign_up: Annotated[
        SignUp,
        Told(
            reading.one_of(get_args(SignUp)),
            "Who may make a login: open (anybody, with an account of their own, at /sign-up), invited (whoever has an "
            "invitation to an account), closed (nobody; the operator makes them).",
        ),
    ] = "invited"
    service_frequency: Annotated[
        TooOften,
        Told(
            reading.one_of(get_args(TooOften)),
            "What a campaign of an SMS service meets that would write to somebody more often in 30 days than the "
            "service declared: warn (the forecast says so), block (it does not start).",
        ),
    ] = "warn"
    short_code_carriers: Annotated[
        str | None,
        Told(
            reading.not_empty,
            "The carriers of US short codes, as the disclosure of an SMS service lists them; else those of 2026.",
        ),
    ] = None
    operator_two_factor: Annotated[
        bool,
        Told(
            reading.flag,
            "Whether operators must have a second factor; until they do, the panel shows them only where to set it up.",
        ),
    ] = False
    api_rate: Annotated[
        int,
        Told(
            reading.rate,
            "How many requests a second an API key may make, in each process that serves; twice as many at once. What "
            "is over is answered 429.",
        ),
    ] = 5_000
    log_level: Annotated[
        LogLevel, Told(reading.one_of(get_args(LogLevel)), "How much is logged: debug, info, warning or error.")
    ] = "info"
    log_format: Annotated[
        LogFormat,
        Told(reading.one_of(get_args(LogFormat)), "plain for people, json for machines, auto: plain on a terminal."),
    ] = "auto"
    metrics_token: Annotated[
        str | None,
        Told(
            reading.not_empty,
            "A word that opens GET /metrics as `Authorization: Bearer WORD`; an operator's key does so too.",
        ),
    ] = field(default=None, repr=False)
    failpoint: Annotated[
        str | None,
        Told(reading.failpoint, "For crash tests: NAME:HIT kills the process when it passes NAME for the HIT-th time."),
    ] = None
    fetch_loopback: Annotated[
        bool,
        Told(
            reading.flag, "For tests alone: lets pictures be fetched from this machine, which is never right otherwise."
        ),
    ] = False

    @classmethod
    def read(cls, environ: Mapping[str, str], **options: object) -> Settings:
        """Read settings from the environment and from command-line options; an option that is None was not given.

        Raises InvalidInput (`bad_setting`) with one fault for each variable or option that is unknown or wrong.
        """
        known = _told()
        faults: list[Fault] = []
        given: dict[str, Any] = {}
        for name, value, where in sources(environ, options):
            if name not in known:
                faults.append(unknown(where, known))
                continue
            try:
                given[name] = known[name].read(str(value))
            except ValueError as error:
                faults.append(Fault(where, "bad_value", f"{where} is wrong: {error}."))
        if faults:
            raise InvalidInput("bad_setting", " ".join(fault.message for fault in faults), faults=faults)
        return cls(**given)

    @property
    def public(self) -> str:
        """Return the address of the panel and the API as the world sees it."""
        return self.public_url or address(self.host, self.port)

    @property
    def links(self) -> str:
        """Return the address that short links in texts begin with."""
        return self.link_url or self.public

    @property
    def link_host(self) -> str | None:
        """Return the host name under which short links alone are answered; None where they have none of their own."""
        own = urlsplit(self.link_url).hostname if self.link_url else None
        return own if own != urlsplit(self.public).hostname else None

    @property
    def handsets(self) -> str:
        """Return the address at which the simulated handsets are found."""
        return self.handset_url or address(self.carrier_host, self.handset_port)

    @property
    def name_price(self) -> int:
        """Return what a name that is looked up costs, in micro-credits."""
        return credits_to_micro(self.caller_name_price)

    def private_hosts(self, *, of_customers: bool) -> tuple[str, ...]:
        """Return which hosts beside the open internet the operator's connectors may call, or customers' addresses."""
        return self.allow_private_customers if of_customers else self.allow_private_providers

    def environ(self) -> dict[str, str]:
        """Return these settings as variables, for a child process: `Settings.read` of them gives an equal value."""
        return {variable(name): written(value) for name in _told() if (value := getattr(self, name)) not in (None, ())}


@dataclass(frozen=True, slots=True)
class Described:
    """One setting, for the reference page and for `--help`."""

    variable: str
    default: str
    about: str


def describe() -> list[Described]:
    """List every setting with its default and its sentence, in the order of the class."""
    defaults = Settings()
    return [Described(variable(name), _default(name, defaults), told.about) for name, told in _told().items()]


def _told() -> dict[str, Told]:
    hints = get_type_hints(Settings, include_extras=True)
    return {each.name: hints[each.name].__metadata__[0] for each in fields(Settings)}


def _default(name: str, defaults: Settings) -> str:
    value = getattr(defaults, name)
    return "./.data" if name == "data_dir" else "" if value is None else written(value)
