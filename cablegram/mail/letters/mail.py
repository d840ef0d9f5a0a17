"""Letters about letters: the test of a mail server."""

from __future__ import annotations

from cablegram.mail.model import LetterKind, Words

TEST = LetterKind(
    name="mail_test",
    about="The operator asked for a test of the mail server.",
    sample={"by": "Inés Carrasco", "at": "2026-01-15T12:00:00+00:00", "server": "mail.example.com:587"},
    en=Words(
        subject="A test letter from Cablegram",
        lead="Mail works: this letter reached you.",
        body=("{by} asked for it, to see whether this installation can send mail.",),
        rows=(("Mail server", "{server}"), ("Asked for", "{at:time}")),
    ),
    es=Words(
        subject="Un correo de prueba de Cablegram",
        lead="El correo funciona: este mensaje te ha llegado.",
        body=("Lo ha pedido {by} para ver si esta instalación puede enviar correo.",),
        rows=(("Servidor de correo", "{server}"), ("Pedido", "{at:time}")),
    ),
)

KINDS: tuple[LetterKind, ...] = (TEST,)
