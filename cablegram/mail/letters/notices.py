"""Letters that tell of events (R151): what the alerts room posts, one by one or several in one."""

from __future__ import annotations

from datetime import timedelta

from cablegram.mail.letters import notices_account, notices_money, notices_operator, notices_work
from cablegram.mail.model import LetterKind, Words

DIGEST = LetterKind(
    name="digest",
    about="Several things happened, and are told in one letter.",
    sample={
        "account": "Café Lavapiés",
        "count": 12_000,
        "lines": "34600000002 subscribed to Coffee news\n34600000003 subscribed to Coffee news",
        "more": "and 11,998 more",
        "url": "https://sms.example.com/",
    },
    en=Words(
        subject="{count:number} news of {account}",
        lead="{count:number} things happened in {account}.",
        body=("{lines}", "{more}"),
        button="Go to the account",
    ),
    es=Words(
        subject="{count:number} novedades de {account}",
        lead="Han pasado {count:number} cosas en {account}.",
        body=("{lines}", "{more}"),
        button="Ir a la cuenta",
    ),
    is_private=True,
)

CONFIRM_INBOX = LetterKind(
    name="confirm_inbox",
    about="An account wants every text that comes in sent to this address (R66), which has to agree.",
    sample={"account": "Café Lavapiés", "by": "Inés Carrasco", "url": "https://sms.example.com/notices/confirm/3kXo"},
    en=Words(
        subject="Shall texts to {account} come to this address?",
        lead="{by} of {account} wants every text that comes in sent to you.",
        body=("Nothing is sent before you agree.",),
        button="Agree",
        note="It works for three days. If you do not want it, do nothing.",
    ),
    es=Words(
        subject="¿Quieres recibir aquí los mensajes de {account}?",
        lead="{by}, de {account}, quiere que cada mensaje que llegue se te envíe.",
        body=("No se envía nada hasta que aceptes.",),
        button="Aceptar",
        note="Vale durante tres días. Si no lo quieres, no hagas nada.",
    ),
    is_secret=True,
    life=timedelta(days=3),
)

KINDS: tuple[LetterKind, ...] = (
    *notices_account.KINDS,
    *notices_money.KINDS,
    *notices_work.KINDS,
    *notices_operator.KINDS,
    DIGEST,
    CONFIRM_INBOX,
)
