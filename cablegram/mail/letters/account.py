"""Letters about people and their accounts: confirming an address, a new password, invitations, tickets."""

from __future__ import annotations

from datetime import timedelta

from cablegram.mail.model import LetterKind, Words

CONFIRM = LetterKind(
    name="confirm_address",
    about="Somebody gave this address as theirs: at the sign-up, or in their profile.",
    sample={"login": "ines", "code": "4839 2071", "url": "https://sms.example.com/confirm/3kXo", "hours": 24},
    en=Words(
        subject="Confirm your address",
        lead="Is this your address? Then confirm it for the login {login}.",
        body=("Or type this code where you are asked for it: {code}",),
        button="Confirm the address",
        note="It works once, within {hours} hours. If you did not ask for it, do nothing.",
    ),
    es=Words(
        subject="Confirma tu dirección",
        lead="¿Es esta tu dirección? Confírmala para el usuario {login}.",
        body=("O escribe este código donde te lo pidan: {code}",),
        button="Confirmar la dirección",
        note="Vale una sola vez, durante {hours} horas. Si no lo has pedido, no hagas nada: quedará sin confirmar.",
    ),
    is_secret=True,
    life=timedelta(hours=24),
)

RESET = LetterKind(
    name="new_password",
    about="Somebody asked for a new password for a login with this address.",
    sample={"login": "ines", "url": "https://sms.example.com/reset/3kXo", "address": "203.0.113.7"},
    en=Words(
        subject="A new password for {login}",
        lead="Somebody asked for a new password for the login {login}.",
        body=("Choose it behind this link. All sessions of this login end then.",),
        rows=(("Asked from", "{address}"),),
        button="Choose a new password",
        note="The link works once, within an hour. If it was not you, do nothing: your password stays as it is.",
    ),
    es=Words(
        subject="Una contraseña nueva para {login}",
        lead="Alguien ha pedido una contraseña nueva para el usuario {login}.",
        body=("Elígela con este enlace. Todas las sesiones de este usuario se cerrarán.",),
        rows=(("Pedido desde", "{address}"),),
        button="Elegir una contraseña nueva",
        note="El enlace vale una sola vez, durante una hora. Si no has sido tú, no hagas nada: nada cambia.",
    ),
    is_secret=True,
    life=timedelta(hours=1),
)

INVITATION = LetterKind(
    name="invitation",
    about="Somebody of an account invites the person at this address.",
    sample={
        "account": "Acme",
        "by": "Inés Carrasco",
        "role": "marketer",
        "url": "https://sms.example.com/join-us/3kXo",
        "until": "2026-01-22T12:00:00+00:00",
    },
    en=Words(
        subject="{by} invites you to {account}",
        lead="{by} invites you to work in the account {account} on Cablegram.",
        rows=(("Your role", "{role}"), ("Open until", "{until:time}")),
        button="Take the invitation",
        note="The link is for you alone: whoever opens it can join. If you know nothing of it, do nothing.",
    ),
    es=Words(
        subject="{by} te invita a {account}",
        lead="{by} te invita a trabajar en la cuenta {account} en Cablegram.",
        rows=(("Tu papel", "{role}"), ("Abierta hasta", "{until:time}")),
        button="Aceptar la invitación",
        note="El enlace es solo para ti: quien lo abra puede entrar. Si no sabes nada de esto, no hagas nada.",
    ),
    is_secret=True,
    life=timedelta(days=5),
)

TICKET_OPENED = LetterKind(
    name="ticket_opened",
    about="An account opened a ticket, or wrote more to one: to the operators.",
    sample={
        "title": "A message was charged twice",
        "account": "Acme",
        "by": "Inés Carrasco",
        "text": "The message of Monday stands in the ledger twice.",
        "url": "https://sms.example.com/operator/tickets/1",
    },
    en=Words(
        subject="Ticket of {account}: {title}",
        lead="{by} of {account} wrote:",
        body=("{text}",),
        button="Open the ticket",
        line="{account}: {title}",
    ),
    es=Words(
        subject="Consulta de {account}: {title}",
        lead="{by}, de {account}, ha escrito:",
        body=("{text}",),
        button="Abrir la consulta",
        line="{account}: {title}",
    ),
)

TICKET_ANSWERED = LetterKind(
    name="ticket_answered",
    about="The operator answered a ticket, or closed it: to those of the account who wrote in it.",
    sample={
        "title": "A message was charged twice",
        "by": "Operator",
        "state": "answered",
        "text": "You are right; it was given back.",
        "url": "https://sms.example.com/help/tickets/1",
    },
    en=Words(
        subject="Answer to your ticket: {title}",
        lead="{by} wrote about your ticket “{title}”:",
        body=("{text}",),
        rows=(("State", "{state}"),),
        button="Open the ticket",
        note="Answer in the panel: mail to this address is not read.",
    ),
    es=Words(
        subject="Respuesta a tu consulta: {title}",
        lead="{by} ha escrito sobre tu consulta «{title}»:",
        body=("{text}",),
        rows=(("Estado", "{state}"),),
        button="Abrir la consulta",
        note="Responde en el panel: los correos a esta dirección no se leen.",
    ),
)

KINDS: tuple[LetterKind, ...] = (CONFIRM, RESET, INVITATION, TICKET_OPENED, TICKET_ANSWERED)
