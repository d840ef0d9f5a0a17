"""Take secrets out of what is kept of requests and answers, however they are written there. Pure.

A secret may stand as it is, in a query or a form (percent-encoded), in JSON (escaped), or in a Basic login (base64 of
user and password). Logins and cookies among headers are left out whole, whatever they say.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "[secret]"
_SHORTEST = 4  # characters: a shorter one would be found in words that are none
_PRIVATE = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


class Redactor:
    """Knows the secrets of one connector."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = [one for one in secrets if len(one) >= _SHORTEST]
        forms = {form for secret in known for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._found = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return self._found.sub(HIDDEN, text) if self._found else text

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers without secrets."""
        return [(name, HIDDEN if name.lower() in _PRIVATE else self.text(value)) for name, value in headers]


def _forms(secret: str) -> Iterator[str]:
    yield secret
    for form in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield form
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), form)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield b64encode(secret.encode()).decode()
