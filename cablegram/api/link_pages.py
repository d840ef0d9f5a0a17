"""The few pages that people see whom a text led here: in their language, without anything that has to be loaded.

They stand for themselves, since under the host name of short links nothing else is answered. No script, no cookie.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import jinja2

from cablegram.inbound.unsubscribing import Page

_HERE = Path(__file__).parent / "html"

_ENGLISH: Final = {
    "gone": "This link has ended",
    "gone_why": "It was made for a text message, and only for a while. Ask whoever wrote to you where to look now.",
    "unknown": "There is nothing here",
    "unknown_why": "No link has this address. If you copied it from a text message, see that it is whole.",
    "busy": "Just a moment",
    "busy_why": "This link can't be looked up right now. Try it again in a minute.",
    "leave": "No more texts?",
    "leave_all": "{name} sends no more texts to {number} once you press the button.",
    "leave_one": "{program} of {name} sends no more texts to {number} once you press the button.",
    "button": "Send me no more texts",
    "left": "You get no more texts",
    "left_all": "{name} sends nothing more to {number}.",
    "left_one": "{program} of {name} sends nothing more to {number}.",
    "back": "Changed your mind? Answer any of its texts with START.",
    "back_one": "Changed your mind? Text its keyword again, as you did when you joined.",
}
_SPANISH: Final = {
    "gone": "Este enlace ha caducado",
    "gone_why": "Se hizo para un mensaje de texto y por un tiempo. Pregunte a quien le escribió dónde mirar ahora.",
    "unknown": "Aquí no hay nada",
    "unknown_why": "Ningún enlace tiene esta dirección. Si la copió de un mensaje, compruebe que está completa.",
    "busy": "Enseguida",
    "busy_why": "Ahora mismo no se puede buscar este enlace. Inténtelo de nuevo en un minuto.",
    "leave": "¿No quiere más mensajes?",
    "leave_all": "{name} no enviará más mensajes a {number} cuando pulse el botón.",
    "leave_one": "{program} de {name} no enviará más mensajes a {number} cuando pulse el botón.",
    "button": "No quiero más mensajes",
    "left": "No recibirá más mensajes",
    "left_all": "{name} ya no envía nada a {number}.",
    "left_one": "{program} de {name} ya no envía nada a {number}.",
    "back": "¿Ha cambiado de idea? Responda ALTA a cualquiera de sus mensajes.",
    "back_one": "¿Ha cambiado de idea? Envíe otra vez la palabra clave, como cuando se apuntó.",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": _ENGLISH, "es": _SPANISH}


def language_of(accepted: str) -> str:
    """Return the language of a page from Accept-Language (RFC 9110, section 12.5.4): the first that there is."""
    for one in accepted.lower().split(","):
        name = one.partition(";")[0].strip()[:2]
        if name in _WORDS:
            return name
    return "en"


def gone(language: str) -> bytes:
    """Write the page of a link that led somewhere once."""
    return _told(language, "gone", "gone_why")


def unknown(language: str) -> bytes:
    """Write the page of a link that there is not."""
    return _told(language, "unknown", "unknown_why")


def busy(language: str) -> bytes:
    """Write the page of a link that can't be looked up."""
    return _told(language, "busy", "busy_why")


def leaving(language: str, page: Page) -> bytes:
    """Write the page on which somebody unsubscribes, or sees that it is done."""
    say = _WORDS[language]
    facts = {"name": page.account, "program": page.program or "", "number": page.number}
    which = "one" if page.program else "all"
    if page.is_out:
        back = say["back_one" if page.program else "back"]
        return _written(language, say["left"], [say[f"left_{which}"].format(**facts), back])
    return _written(language, say["leave"], [say[f"leave_{which}"].format(**facts)], button=say["button"])


def policy() -> str:
    """Return what a browser may load for these pages: their own style, and nothing else (CSP Level 3)."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    own = f"style-src 'sha256-{digest}'; form-action 'self'"
    return f"default-src 'none'; {own}; base-uri 'none'; frame-ancestors 'none'"


def _told(language: str, title: str, why: str) -> bytes:
    say = _WORDS[language]
    return _written(language, say[title], [say[why]])


def _written(language: str, title: str, lines: Sequence[str], *, button: str = "") -> bytes:
    return _template().render(language=language, title=title, lines=lines, button=button).encode()


@cache
def _style() -> str:
    return (_HERE / "short_link.css").read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    text = (_HERE / "short_link.html").read_text(encoding="utf-8")
    return environment.from_string(text, globals={"style": _style()})
