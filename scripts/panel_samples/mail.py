"""Sample pages about mail."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.alerts.kinds import KINDS
from cablegram.alerts.model import Choice, Person, Standing, To
from cablegram.alerts.outbox import Outbox
from cablegram.kit.ids import LetterId, TicketId, UserId
from cablegram.mail.catalogue import CATALOGUE
from cablegram.mail.model import LetterState, MailServer, OutboxCounts, OutboxLine, Posted
from cablegram.mail.render import write_out
from cablegram.panel.noticing import grouped
from cablegram.support.model import Mail
from panel_samples.frame import ID, NOW, account, ago, operator, outside

WORDS = write_out(CATALOGUE["credit_low"], "en", CATALOGUE["credit_low"].sample, notices_url="https://sms.example.com/")
ROWS: list[tuple[str, str, str, LetterState, int, str, int]] = [
    ("credit_low", "ines@mercadoluna.example", WORDS.subject, "waiting", 0, "", 20),
    (
        "job_finished",
        "kwame@nordlys.example",
        "Done: customers.csv into Customers (finished)",
        "sent",
        1,
        "",
        900,
    ),
    (
        "digest",
        "gone@baraka.example",
        "12,000 news of Baraka Foods",
        "failed",
        1,
        "550 5.1.1 no such user",
        7_200,
    ),
    (
        "ticket_opened",
        "ops@sms.example",
        "Ticket of Acme: Charged twice",
        "waiting",
        3,
        "450 4.2.0 greylisted",
        9_000,
    ),
]
LINES = [
    OutboxLine(LetterId(UUID(int=place)), kind, to, subject, state, tries, NOW, said, ago(age), None, False, True)
    for place, (kind, to, subject, state, tries, said, age) in enumerate(ROWS)
]
LETTER = Posted(
    LetterId(ID), "credit_low", "en", "ines@mercadoluna.example", WORDS.subject, WORDS.text, WORDS.html, False, "", 0,
    NOW + timedelta(days=5),
)  # fmt: skip
ABOUT = Outbox(
    "mail.example.com:587",
    "Cablegram <news@sms.example>",
    MailServer(None, "", ago(900)),
    OutboxCounts(2, 18_204, 1),
)
DOWN = Outbox(
    ABOUT.server,
    ABOUT.sender,
    MailServer(ago(4_000), "mail.example.com:587: Connection refused", ago(9_000)),
    OutboxCounts(214, 0, 0),
)
CAME = [
    Mail(UUID(int=9), ago(60), "ines@luna.example", "Re: Charged twice", 4_120, "answered", ticket_id=TicketId(ID)),
    Mail(UUID(int=8), ago(900), "daemon@mx.example.com", "Undelivered", 5_200, "returned", "550 5.1.1 No such user"),
    Mail(
        UUID(int=7), ago(9_000), "ben@example.com", "Question", 2_000, "stranger",
        "Nobody here has proved that this address is theirs.", text="How much is a text to Chile?",
    ),
]  # fmt: skip
READER = Person(UserId(UUID(int=1)), "", "ines@mercadoluna.example", True, "en", "Europe/Madrid")
OUTBOX = {"tabs": [("Outbox", "/operator/mail", True), ("How letters look", "/operator/mail/kinds", False)]}
SETTINGS = [("Profile", "/settings", False), ("Notices", "/settings/notices", True)]

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "mail": (
        "operator/mail.html",
        operator("mail", "Mail", **OUTBOX, about=ABOUT, rows=LINES, newer="", older="/x", state="", to=""),
    ),
    "mail-down": (
        "operator/mail.html",
        operator("mail", "Mail", **OUTBOX, about=DOWN, rows=[], newer="", older="", state="", to=""),
    ),
    "mail-received": (
        "operator/received.html",
        operator("mail", "Mail", **OUTBOX, rows=CAME, newer="", older="", support="support@sms.example"),
    ),
    "letter": (
        "operator/letter.html",
        operator("mail", WORDS.subject, letter=LETTER, state="waiting", is_hidden=False),
    ),
    "letters": ("operator/letters.html", operator("mail", "Mail", **OUTBOX, kinds=list(CATALOGUE.values()))),
    "letter-kind": (
        "operator/letter_kind.html",
        operator(
            "mail",
            "recharge",
            kind=CATALOGUE["recharge"],
            written=[
                (code, write_out(CATALOGUE["recharge"], code, CATALOGUE["recharge"].sample)) for code in ("en", "es")
            ],
        ),
    ),
    "notices": (
        "settings/notices.html",
        account(
            "settings",
            "Settings",
            tabs=SETTINGS,
            account=Row(name="Mercado Luna"),
            reader=READER,
            groups=grouped([Choice(kind, kind.pace) for kind in KINDS if kind.to is not To.OPERATORS]),
            standing=Standing(10_000_000, "desk@mercadoluna.example", is_inbound_confirmed=False),
            typed=("10", "desk@mercadoluna.example"),
        ),
    ),
    "end": ("settings/end.html", outside("Texts by mail", url="/notices/end", address="", why="")),
    "ended": ("settings/end.html", outside("Texts by mail", url="", address="desk@elsewhere.example", why="")),
    "agree": ("settings/agree.html", outside("Texts by mail", token=str(ID), address="", why="")),
}
