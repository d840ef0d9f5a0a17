"""The address of requests: host as it stands, marks in path and query filled in and percent-encoded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from cablegram.connectors.providers.generic import marks
from cablegram.connectors.providers.generic.settings import GenericSettings, VariablesForm
from cablegram.connectors.providers.generic.tree import ABSENT, Loom, Node, Values, in_words

_SHAPE = re.compile(r"(https?)://([^/?#]+)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._%"  # what an author of an address may have written himself


@dataclass(frozen=True, slots=True)
class Address:
    """Everything up to the path as it is, the path's pieces, and the pairs of the query."""

    start: str
    path: tuple[Node | str, ...]
    query: tuple[tuple[str, Node], ...]

    def fill(self, values: Values, more: Iterable[tuple[str, str]] = ()) -> str:
        """Return the address with these values; `more` are pairs that go behind the query."""
        path = "".join(
            piece if isinstance(piece, str) else quote(in_words(_shown(piece(values)), "|"), safe="")
            for piece in self.path
        )
        pairs = [(name, in_words(value, "|")) for name, node in self.query if (value := node(values)) is not ABSENT]
        query = "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in (*pairs, *more))
        return f"{self.start}{path}?{query}" if query else f"{self.start}{path}"


def read_address(settings: GenericSettings, loom: Loom) -> Address | None:
    """Read the address; `base_url` stands for its scheme and host, where it is set. Faults go to the loom."""
    where = "settings.url"
    shape = _SHAPE.fullmatch(settings.url.strip())
    if shape is None:
        loom.fault(where, "bad_url", "An address is such as https://sms.example.com/send: http or https, no fragment.")
        return None
    scheme, written, path, query = shape.groups()
    host = loom.fixed(written, where)
    if not _is_host(host):
        message = f"{written[:80]!r} is no host to send to: a name or an address, and a port if need be."
        loom.fault(where, "bad_url", message)
        return None
    start = f"{scheme.lower()}://{host}"
    if settings.base_url and check(settings.base_url, "settings.base_url", loom):
        base = urlsplit(settings.base_url.strip())
        start = f"{base.scheme}://{base.netloc}{base.path.rstrip('/')}"
    return Address(start, _path(path, loom), _query(query or "", loom))


def check(address: str, where: str, loom: Loom) -> bool:
    """Tell whether an address can be called as it stands; if not, the loom's faults say why."""
    shape = _SHAPE.fullmatch(address.strip())
    if shape is None or not _is_host(shape[2]) or "$$" in address or "{{" in address:
        loom.fault(where, "bad_url", "An address here is such as https://sms.example.com, without marks.")
        return False
    return True


def _is_host(host: str) -> bool:
    """Tell whether a host, and its port if it names one, can be connected to."""
    try:
        return bool(_HOST.fullmatch(host)) and urlsplit(f"//{host}").port != 0
    except ValueError:  # no such port, or no address between the brackets
        return False


def _path(path: str, loom: Loom) -> tuple[Node | str, ...]:
    made: list[Node | str] = []
    for piece in marks.pieces(path):
        if isinstance(piece, str):
            made.append(quote(piece, safe=_SAFE_IN_PATH))
        elif isinstance(piece, marks.Setting) and piece.name != marks.CALLBACK:
            made.append(quote(loom.fixed(f"{{{{{piece.name}}}}}", "settings.url"), safe=""))
        elif isinstance(piece, marks.Setting):
            loom.name(path, "settings.url")
        else:
            made.append(loom.text(f"$${piece.name}", "settings.url", form=VariablesForm.TEXT))
    return tuple(made)


def _query(query: str, loom: Loom) -> tuple[tuple[str, Node], ...]:
    pairs: list[tuple[str, Node]] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        loom.name(name, "settings.url")
        pairs.append((name, loom.text(value, f"settings.url.{name}", form=VariablesForm.TEXT)))
    return tuple(pairs)


def _shown(value: Any) -> Any:  # noqa: ANN401 - what a node gave
    return "" if value is ABSENT else value
