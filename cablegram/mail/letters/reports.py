"""Letters about reports that are sent by a plan."""

from __future__ import annotations

from cablegram.mail.model import LetterKind, Words

KINDS: tuple[LetterKind, ...] = (
    LetterKind(
        "report",
        "A report that is sent by a plan is due; goes to those who were chosen for it, with the report as CSV.",
        {
            "report": "Messages by country", "account": "Kiosko Luna", "since": "2026-11-16", "until": "2026-11-22",
            "messages": 12408, "segments": 17310, "delivered": "97.4 %", "received": 312, "credits": "16317.60",
            "url": "https://sms.example.com/reports",
        },
        en=Words(
            subject="{report}: {since} to {until}",
            lead="{account} sent {messages} messages from {since} to {until}.",
            body=("The attached file has all of it, line by line.",),
            rows=(
                ("Messages", "{messages}"), ("Segments", "{segments}"), ("Delivered", "{delivered}"),
                ("Received", "{received}"), ("Credits", "{credits}"),
            ),
            button="Open the reports",
            note="You get this because somebody of {account} chose you for it under Reports > Saved.",
        ),
        es=Words(
            subject="{report}: del {since} al {until}",
            lead="{account} envió {messages} mensajes del {since} al {until}.",
            body=("El archivo adjunto lo tiene todo, línea por línea.",),
            rows=(
                ("Mensajes", "{messages}"), ("Segmentos", "{segments}"), ("Entregados", "{delivered}"),
                ("Recibidos", "{received}"), ("Créditos", "{credits}"),
            ),
            button="Abrir los informes",
            note="Te llega porque alguien de {account} te eligió en Informes > Guardados.",
        ),
    ),
)  # fmt: skip
