"""Letters to the operators of an installation: what waits for them."""

from __future__ import annotations

from cablegram.mail.model import LetterKind, Words

_URL = "https://sms.example.com/operator"

SERVICE_REQUESTED = LetterKind(
    name="service_requested",
    about="An account asks for an SMS service (R67).",
    sample={"account": "Café Lavapiés", "keyword": "COFFEE", "by": "Inés Carrasco", "url": f"{_URL}/approvals"},
    en=Words(
        subject="{account} asks for the service {keyword}",
        lead="{account} asks for the SMS service {keyword}.",
        rows=(("Asked by", "{by}"),),
        button="Decide",
        line="{account} asks for the service {keyword}",
    ),
    es=Words(
        subject="{account} pide el servicio {keyword}",
        lead="{account} pide el servicio SMS {keyword}.",
        rows=(("Lo pide", "{by}"),),
        button="Decidir",
        line="{account} pide el servicio {keyword}",
    ),
)

STORE_WAITING = LetterKind(
    name="store_waiting",
    about="A store waits to be let in.",
    sample={"account": "Café Lavapiés", "name": "Café", "by": "Inés Carrasco", "url": f"{_URL}/approvals"},
    en=Words(
        subject="{account} opened the store {name}",
        lead="The store {name} of {account} waits for your word.",
        rows=(("Opened by", "{by}"),),
        button="Decide",
        line="The store {name} of {account} waits",
    ),
    es=Words(
        subject="{account} ha abierto la tienda {name}",
        lead="La tienda {name} de {account} espera tu decisión.",
        rows=(("La ha abierto", "{by}"),),
        button="Decidir",
        line="La tienda {name} de {account} espera",
    ),
)

CONNECTOR_PAUSED = LetterKind(
    name="connector_paused",
    about="A connector carries nothing more: its provider refuses all that is sent.",
    sample={"name": "Carrier One", "reason": "The login was refused.", "url": f"{_URL}/links"},
    en=Words(
        subject="The connector {name} is paused",
        lead="The connector {name} carries nothing more.",
        rows=(("What its provider said", "{reason}"),),
        button="Look at the connector",
        line="{name} is paused: {reason}",
    ),
    es=Words(
        subject="El conector {name} está en pausa",
        lead="El conector {name} ya no transporta nada.",
        rows=(("Respuesta del proveedor", "{reason}"),),
        button="Ver el conector",
        line="{name} está en pausa: {reason}",
    ),
)

TASK_FAILING = LetterKind(
    name="task_failing",
    about="A task of a `work` process fails again and again; the others work on.",
    sample={"task": "closing of days", "error": "ValueError: 1 is not 2", "count": 3, "url": f"{_URL}/system"},
    en=Words(
        subject="A background task fails: {task}",
        lead="The task “{task}” has failed {count:number} times in a row.",
        body=("It is tried again by itself, at least every few minutes, and all other work goes on.",),
        rows=(("What went wrong", "{error}"), ("Where it stands", "the log of `cablegram work`")),
        button="Look at the system",
        line="The task “{task}” fails: {error}",
    ),
    es=Words(
        subject="Falla una tarea en segundo plano: {task}",
        lead="La tarea «{task}» ha fallado {count:number} veces seguidas.",
        body=("Se vuelve a intentar sola, al menos cada pocos minutos, y todo lo demás sigue su curso.",),
        rows=(("Qué ha fallado", "{error}"), ("Dónde consta", "el registro de `cablegram work`")),
        button="Ver el sistema",
        line="Falla la tarea «{task}»: {error}",
    ),
)

KINDS = (SERVICE_REQUESTED, STORE_WAITING, CONNECTOR_PAUSED, TASK_FAILING)
