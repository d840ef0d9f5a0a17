"""Letters that tell of numbers, services, people, jobs and calls (R58-R83, R97, R160)."""

from __future__ import annotations

from cablegram.mail.model import LetterKind, Words

_URL = "https://sms.example.com"

NUMBER_ASSIGNED = LetterKind(
    name="number_assigned",
    about="An account has a number now (R58).",
    sample={"account": "Café Lavapiés", "number": "34600000001", "country": "ES", "by": "Inés", "url": _URL},
    en=Words(
        subject="{account} has the number {number}",
        lead="The number {number} belongs to {account} now.",
        rows=(("Country", "{country}"), ("By", "{by}")),
        button="Look at the number",
        line="{number} was assigned",
    ),
    es=Words(
        subject="{account} tiene el número {number}",
        lead="El número {number} ya es de {account}.",
        rows=(("País", "{country}"), ("Quién", "{by}")),
        button="Ver el número",
        line="{number} se ha asignado",
    ),
)

NUMBER_RELEASED = LetterKind(
    name="number_released",
    about="An account gave a number up, or lost it (R59).",
    sample={"account": "Café Lavapiés", "number": "34600000001", "reason": "by_hand", "by": "Inés", "url": _URL},
    en=Words(
        subject="{account} has no longer the number {number}",
        lead="The number {number} was given back.",
        body=("Texts to it reach {account} no more.",),
        rows=(("Reason", "{reason}"), ("By", "{by}")),
        button="Look at the numbers",
        line="{number} was given back: {reason}",
    ),
    es=Words(
        subject="{account} ya no tiene el número {number}",
        lead="El número {number} se ha devuelto.",
        body=("Los mensajes que lleguen a él ya no son de {account}.",),
        rows=(("Motivo", "{reason}"), ("Quién", "{by}")),
        button="Ver los números",
        line="{number} se ha devuelto: {reason}",
    ),
)

SERVICE_APPROVED = LetterKind(
    name="service_approved",
    about="The operator said yes to an SMS service (R83).",
    sample={"account": "Café Lavapiés", "keyword": "COFFEE", "short_code": "24420", "url": _URL},
    en=Words(
        subject="Your service {keyword} is approved",
        lead="The service {keyword} is approved, and its keyword is heard.",
        rows=(("Short code", "{short_code}"), ("Account", "{account}")),
        button="Go to the service",
        line="The service {keyword} is approved",
    ),
    es=Words(
        subject="Tu servicio {keyword} está aprobado",
        lead="El servicio {keyword} está aprobado y ya se escucha su palabra clave.",
        rows=(("Número corto", "{short_code}"), ("Cuenta", "{account}")),
        button="Ir al servicio",
        line="El servicio {keyword} está aprobado",
    ),
)

SERVICE_REJECTED = LetterKind(
    name="service_rejected",
    about="The operator said no to an SMS service, or suspended it.",
    sample={"account": "Café Lavapiés", "keyword": "COFFEE", "status": "rejected", "reason": "No terms", "url": _URL},
    en=Words(
        subject="Your service {keyword}: {status}",
        lead="The operator decided on the service {keyword}: {status}.",
        rows=(("Why", "{reason}"), ("Account", "{account}")),
        button="Go to the service",
        line="The service {keyword}: {status}. {reason}",
    ),
    es=Words(
        subject="Tu servicio {keyword}: {status}",
        lead="El operador ha decidido sobre el servicio {keyword}: {status}.",
        rows=(("Por qué", "{reason}"), ("Cuenta", "{account}")),
        button="Ir al servicio",
        line="El servicio {keyword}: {status}. {reason}",
    ),
)

STORE_DECIDED = LetterKind(
    name="store_decided",
    about="The operator said yes or no to a store that was opened in the panel (R125).",
    sample={"account": "Café Lavapiés", "name": "Café", "state": "open", "note": "Welcome", "url": _URL},
    en=Words(
        subject="Your store {name}: {state}",
        lead="The operator decided on the store {name}: {state}.",
        rows=(("Word", "{note}"), ("Account", "{account}")),
        button="Go to the stores",
        line="The store {name}: {state}. {note}",
    ),
    es=Words(
        subject="Tu tienda {name}: {state}",
        lead="El operador ha decidido sobre la tienda {name}: {state}.",
        rows=(("Mensaje", "{note}"), ("Cuenta", "{account}")),
        button="Ir a las tiendas",
        line="La tienda {name}: {state}. {note}",
    ),
)

OPTED_IN = LetterKind(
    name="opted_in",
    about="Somebody subscribed to an SMS service or store (R83).",
    sample={"account": "Café Lavapiés", "number": "34600000002", "program": "Coffee news", "how": "text", "url": _URL},
    en=Words(
        subject="Somebody subscribed to {program}",
        lead="{number} subscribed to {program}.",
        rows=(("How", "{how}"), ("Account", "{account}")),
        button="Look at the subscribers",
        line="{number} subscribed to {program}",
    ),
    es=Words(
        subject="Alguien se ha suscrito a {program}",
        lead="{number} se ha suscrito a {program}.",
        rows=(("Cómo", "{how}"), ("Cuenta", "{account}")),
        button="Ver los suscriptores",
        line="{number} se ha suscrito a {program}",
    ),
    is_private=True,
)

OPTED_OUT = LetterKind(
    name="opted_out",
    about="Somebody left an SMS service or store (R83).",
    sample={"account": "Café Lavapiés", "number": "34600000002", "program": "Coffee news", "how": "text", "url": _URL},
    en=Words(
        subject="Somebody left {program}",
        lead="{number} left {program}.",
        rows=(("How", "{how}"), ("Account", "{account}")),
        button="Look at the subscribers",
        line="{number} left {program}",
    ),
    es=Words(
        subject="Alguien ha dejado {program}",
        lead="{number} ha dejado {program}.",
        rows=(("Cómo", "{how}"), ("Cuenta", "{account}")),
        button="Ver los suscriptores",
        line="{number} ha dejado {program}",
    ),
    is_private=True,
)

JOB_FINISHED = LetterKind(
    name="job_finished",
    about="A job is over that took more than two minutes, or of which its starter wanted to be told (R97).",
    sample={"account": "Café Lavapiés", "about": "customers.csv into Customers", "state": "finished", "url": _URL},
    en=Words(
        subject="Done: {about} ({state})",
        lead="A job of yours is over: {about}.",
        rows=(("State", "{state}"), ("Account", "{account}")),
        button="Look at the result",
        line="{about}: {state}",
    ),
    es=Words(
        subject="Terminado: {about} ({state})",
        lead="Ha terminado un trabajo tuyo: {about}.",
        rows=(("Estado", "{state}"), ("Cuenta", "{account}")),
        button="Ver el resultado",
        line="{about}: {state}",
    ),
)

CALLS_STOPPED = LetterKind(
    name="calls_stopped",
    about="A campaign of calls stopped as too few reached anybody (R160). This version makes no calls yet.",
    sample={"account": "Café Lavapiés", "campaign": "Reminders", "ner": "16 %", "url": _URL},
    en=Words(
        subject="The calls of {campaign} were stopped",
        lead="The calls of {campaign} were stopped: too few reached anybody.",
        rows=(("Reached (NER)", "{ner}"), ("Account", "{account}")),
        button="Look at the campaign",
        line="The calls of {campaign} were stopped: {ner} reached anybody",
    ),
    es=Words(
        subject="Se han parado las llamadas de {campaign}",
        lead="Se han parado las llamadas de {campaign}: muy pocas llegaban a alguien.",
        rows=(("Llegaban (NER)", "{ner}"), ("Cuenta", "{account}")),
        button="Ver la campaña",
        line="Se han parado las llamadas de {campaign}: llegaba un {ner}",
    ),
)

SPAM_REPORTED = LetterKind(
    name="spam_reported",
    about="Somebody reported a text from a number of the account as spam (R63).",
    sample={"account": "Café Lavapiés", "number": "34600000001", "source": "7726", "url": _URL},
    en=Words(
        subject="A text from {number} was reported as spam",
        lead="Somebody reported a text from {number} as spam.",
        body=("Look at what went out from it, and to whom: carriers block numbers after a few such reports.",),
        rows=(("Reported by", "{source}"), ("Account", "{account}")),
        button="Look at the number",
        line="A text from {number} was reported as spam ({source})",
    ),
    es=Words(
        subject="Han denunciado como spam un mensaje de {number}",
        lead="Alguien ha denunciado como spam un mensaje de {number}.",
        body=("Mira qué ha salido de él y para quién: tras unas pocas denuncias, los operadores lo bloquean.",),
        rows=(("Denunciado por", "{source}"), ("Cuenta", "{account}")),
        button="Ver el número",
        line="Han denunciado como spam un mensaje de {number} ({source})",
    ),
)

TEXT_RECEIVED = LetterKind(
    name="text_received",
    about="Somebody wrote to a number of the account (R66).",
    sample={
        "account": "Café Lavapiés",
        "number": "34600000002",
        "to": "34600000001",
        "text": "Are you open on Sunday?",
        "at": "2026-01-15T12:00:00+00:00",
        "url": f"{_URL}/inbox",
    },
    en=Words(
        subject="A text came in for {account}",
        lead="{number} wrote to {to}:",
        body=("{text}",),
        rows=(("When", "{at:time}"),),
        button="Answer in the inbox",
        line="{number}: {text}",
    ),
    es=Words(
        subject="Ha llegado un mensaje para {account}",
        lead="{number} ha escrito a {to}:",
        body=("{text}",),
        rows=(("Cuándo", "{at:time}"),),
        button="Responder en el buzón",
        line="{number}: {text}",
    ),
    is_private=True,
)

KINDS = (
    *(NUMBER_ASSIGNED, NUMBER_RELEASED, SERVICE_APPROVED, SERVICE_REJECTED, STORE_DECIDED, OPTED_IN, OPTED_OUT),
    *(JOB_FINISHED, CALLS_STOPPED, SPAM_REPORTED, TEXT_RECEIVED),
)
