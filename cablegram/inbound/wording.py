"""What is answered to somebody who opts out or comes back, in their language (R62). Pure.

It says who writes and how to undo it, and nothing else: no marketing stands in a confirmation. Each fits one segment
with a name of up to forty characters of GSM 03.38; no letter of ours is outside it.
"""

from __future__ import annotations

from collections.abc import Mapping

_LONGEST_NAME = 40
_ENGLISH = "en"

_OUT: Mapping[str, str] = {
    "en": "{name}: you will get no more texts from us. Reply START to get them again.",
    "es": "{name}: ya no le enviaremos mensajes. Responda START para volver a recibirlos.",
    "fr": "{name} : vous ne recevrez plus de messages de notre part. Répondez START pour en recevoir à nouveau.",
    "de": "{name}: Sie bekommen keine Nachrichten mehr von uns. Mit der Antwort START bekommen Sie wieder welche.",
    "pt": "{name}: deixamos de lhe enviar mensagens. Responda START para voltar a receber.",
    "it": "{name}: non riceverà più nostri messaggi. Risponda START per riceverli di nuovo.",
    "nl": "{name}: u krijgt geen berichten meer van ons. Antwoord START om ze weer te krijgen.",
}
_IN: Mapping[str, str] = {
    "en": "{name}: you get our texts again. Reply STOP to end them.",
    "es": "{name}: vuelve a recibir nuestros mensajes. Responda STOP para no recibirlos.",
    "fr": "{name} : vous recevez à nouveau nos messages. Répondez STOP pour ne plus en recevoir.",
    "de": "{name}: Sie bekommen wieder Nachrichten von uns. Mit der Antwort STOP enden sie.",
    "pt": "{name}: volta a receber as nossas mensagens. Responda STOP para deixar de receber.",
    "it": "{name}: riceverà di nuovo i nostri messaggi. Risponda STOP per non riceverli più.",
    "nl": "{name}: u krijgt onze berichten weer. Antwoord STOP om ze te stoppen.",
}


def opted_out(name: str, language: str) -> str:
    """Confirm to somebody that they get no more; `name` is the account's, `language` that of their answer."""
    return _said(_OUT, name, language)


def came_back(name: str, language: str) -> str:
    """Confirm to somebody that they get texts again."""
    return _said(_IN, name, language)


def _said(sentences: Mapping[str, str], name: str, language: str) -> str:
    return sentences.get(language, sentences[_ENGLISH]).format(name=name[:_LONGEST_NAME].strip())
