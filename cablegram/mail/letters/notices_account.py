"""Letters that tell of accounts and of who may do what in them (R1-R9)."""

from __future__ import annotations

from cablegram.mail.model import LetterKind, Words

_URL = "https://sms.example.com"

ACCOUNT_OPENED = LetterKind(
    name="account_opened",
    about="An account was opened: to its owners, as soon as their address is confirmed.",
    sample={"account": "Café Lavapiés", "credits": 100_000_000, "url": f"{_URL}/"},
    en=Words(
        subject="Your account {account} is open",
        lead="Welcome: the account {account} is open.",
        body=("The first page leads you to a first message in a minute.",),
        rows=(("Credits to begin with", "{credits:credits}"),),
        button="Go to the account",
    ),
    es=Words(
        subject="Tu cuenta {account} está abierta",
        lead="Te damos la bienvenida: la cuenta {account} está abierta.",
        body=("La primera página te lleva al primer mensaje en un minuto.",),
        rows=(("Créditos para empezar", "{credits:credits}"),),
        button="Ir a la cuenta",
    ),
)

PROFILE_CHANGED = LetterKind(
    name="profile_changed",
    about="What a person says of themselves was changed (R8).",
    sample={"what": "time zone, language", "by": "Inés Carrasco", "at": "2026-01-15T12:00:00+00:00", "url": _URL},
    en=Words(
        subject="Your profile was changed",
        lead="Your profile was changed.",
        body=("If that was not you, change your password and tell whoever runs this installation.",),
        rows=(("What", "{what}"), ("By", "{by}"), ("When", "{at:time}")),
        button="Look at your profile",
        line="Your profile was changed: {what}",
    ),
    es=Words(
        subject="Tu perfil ha cambiado",
        lead="Tu perfil ha cambiado.",
        body=("Si no has sido tú, cambia tu contraseña y avisa a quien lleva esta instalación.",),
        rows=(("Qué", "{what}"), ("Quién", "{by}"), ("Cuándo", "{at:time}")),
        button="Ver tu perfil",
        line="Tu perfil ha cambiado: {what}",
    ),
)

PASSWORD_CHANGED = LetterKind(
    name="password_changed",
    about="A person has a new password (R9).",
    sample={"login": "ines", "at": "2026-01-15T12:00:00+00:00", "url": _URL},
    en=Words(
        subject="Your password was changed",
        lead="The password of {login} was changed.",
        body=("All other sessions ended. If that was not you, ask for a new password at the log-in page at once.",),
        rows=(("When", "{at:time}"),),
        button="Go to the log-in page",
        line="The password of {login} was changed",
    ),
    es=Words(
        subject="Tu contraseña ha cambiado",
        lead="La contraseña de {login} ha cambiado.",
        body=("Las demás sesiones se han cerrado. Si no has sido tú, pide enseguida otra en la página de entrada.",),
        rows=(("Cuándo", "{at:time}"),),
        button="Ir a la página de entrada",
        line="La contraseña de {login} ha cambiado",
    ),
)

TWO_FACTOR_CHANGED = LetterKind(
    name="two_factor_changed",
    about="A person's second factor was switched on or off, or has new recovery codes.",
    sample={"what": "on", "at": "2026-01-15T12:00:00+00:00", "url": _URL},
    en=Words(
        subject="Your second factor was changed",
        lead="Your second factor for logging in was changed.",
        body=("If that was not you, change your password at once.",),
        rows=(("What", "{what}"), ("When", "{at:time}")),
        button="Look at your settings",
        line="Your second factor was changed: {what}",
    ),
    es=Words(
        subject="Tu segundo factor ha cambiado",
        lead="Tu segundo factor para entrar ha cambiado.",
        body=("Si no has sido tú, cambia enseguida tu contraseña.",),
        rows=(("Qué", "{what}"), ("Cuándo", "{at:time}")),
        button="Ver tus ajustes",
        line="Tu segundo factor ha cambiado: {what}",
    ),
)

ACCESS_LIST_CHANGED = LetterKind(
    name="access_list_changed",
    about="The addresses that keys may call from are others (R7).",
    sample={"account": "Café Lavapiés", "by": "Inés Carrasco", "at": "2026-01-15T12:00:00+00:00", "url": _URL},
    en=Words(
        subject="The access list of {account} was changed",
        lead="The addresses from which keys of {account} may call were changed.",
        rows=(("By", "{by}"), ("When", "{at:time}")),
        button="Look at the access list",
        line="The access list was changed by {by}",
    ),
    es=Words(
        subject="La lista de acceso de {account} ha cambiado",
        lead="Han cambiado las direcciones desde las que pueden llamar las claves de {account}.",
        rows=(("Quién", "{by}"), ("Cuándo", "{at:time}")),
        button="Ver la lista de acceso",
        line="{by} ha cambiado la lista de acceso",
    ),
)

ACCOUNT_SUSPENDED = LetterKind(
    name="account_suspended",
    about="The operator stopped an account.",
    sample={"account": "Café Lavapiés", "reason": "An unpaid invoice", "url": f"{_URL}/help"},
    en=Words(
        subject="{account} is suspended",
        lead="The operator suspended {account}: nothing of it is accepted or sent.",
        rows=(("Why", "{reason}"),),
        button="Ask for help",
        line="{account} is suspended: {reason}",
    ),
    es=Words(
        subject="{account} está suspendida",
        lead="El operador ha suspendido {account}: no se acepta ni se envía nada suyo.",
        rows=(("Por qué", "{reason}"),),
        button="Pedir ayuda",
        line="{account} está suspendida: {reason}",
    ),
)

WEBHOOK_DISABLED = LetterKind(
    name="webhook_disabled",
    about="A webhook endpoint was switched off: it took nothing for days, or said that it is gone.",
    sample={
        "account": "Café Lavapiés",
        "endpoint": "https://shop.example.com/news",
        "reason": "failing",
        "url": f"{_URL}/developers",
    },
    en=Words(
        subject="A webhook of {account} was switched off",
        lead="Nothing more is sent to {endpoint}.",
        body=(
            "It took nothing for days, or said that it is gone. What it missed is kept: switch it on and replay it.",
        ),
        rows=(("Reason", "{reason}"), ("Account", "{account}")),
        button="Look at the webhooks",
        line="{endpoint} was switched off: {reason}",
    ),
    es=Words(
        subject="Se ha desactivado un webhook de {account}",
        lead="Ya no se envía nada a {endpoint}.",
        body=("Llevaba días sin aceptar nada o dijo que ya no existe. Lo perdido se guarda: actívalo y repítelo.",),
        rows=(("Motivo", "{reason}"), ("Cuenta", "{account}")),
        button="Ver los webhooks",
        line="{endpoint} se ha desactivado: {reason}",
    ),
)

KINDS = (
    *(ACCOUNT_OPENED, PROFILE_CHANGED, PASSWORD_CHANGED, TWO_FACTOR_CHANGED, ACCESS_LIST_CHANGED),
    *(ACCOUNT_SUSPENDED, WEBHOOK_DISABLED),
)
