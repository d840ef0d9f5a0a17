"""Client credentials of OAuth 2 (RFC 6749, section 4.4): the question for a token and what is said to it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest, LoginRefused, Token
from cablegram.connectors.providers.fields import read_object, word

_SECONDS = 3_600.0  # where the answer does not say
_LONGEST_WORDS = 300


def ask(url: str, client_id: str, client_secret: str, extra: Mapping[str, str]) -> HttpRequest:
    """Return the request for a token; `extra` are further pairs, such as `scope`, and may say another grant type."""
    pairs = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret, **extra}
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))
    return HttpRequest("POST", url, headers, urlencode(pairs).encode())


def read(answer: HttpAnswer) -> Token:
    """Return the token. Raises LoginRefused (`login_refused`) with what was said instead."""
    said = read_object(answer.body)
    token = word_of_token(said.get("access_token"))
    if 200 <= answer.status < 300 and token:
        return Token(token, _seconds(said.get("expires_in")))
    why = word(said.get("error_description")) or word(said.get("error")) or f"HTTP {answer.status}"
    message = f"The provider gave no token: {' '.join(why.split())[:_LONGEST_WORDS]}."
    raise LoginRefused("login_refused", message)


def word_of_token(value: object) -> str:
    """Return a token that can stand in a header, "" for anything else. Some are several thousand characters long."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def _seconds(value: object) -> float:
    try:
        seconds = float(word(value) or _SECONDS)
    except ValueError:
        return _SECONDS
    return seconds if 0 < seconds < 10 * 365 * 86_400 else _SECONDS
