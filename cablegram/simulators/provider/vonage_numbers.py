"""Vonage's numbers as they are from outside: search, buy, list, cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cablegram.simulators.provider.shape import Answer, Door, Request, answer
from cablegram.simulators.provider.shelf import Sale, Shelf, fitting

_KINDS: Final = {"landline": ("local",), "mobile-lvn": ("mobile",), "landline-toll-free": ("toll_free",)}
_PLACES: Final = {"0": "start", "1": "anywhere", "2": "end"}
_SIZE: Final = 10


class Numbers:
    """The numbers of one account; `is_known` says whether a request shows the right login."""

    def __init__(self, *, is_known: Callable[[Request], bool]) -> None:
        self._is_known = is_known
        self.shelf = Shelf()

    def doors(self) -> Sequence[Door]:
        """Return what can be called."""
        return [
            Door("GET", "/number/search", self._guarded(self._search)),
            Door("POST", "/number/buy", self._guarded(self._buy)),
            Door("GET", "/account/numbers", self._guarded(self._list)),
            Door("POST", "/number/cancel", self._guarded(self._drop)),
        ]

    def _guarded(self, serve: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def guarded(request: Request) -> Answer:
            return serve(request) if self._is_known(request) else _said(401, "401", "authentication failed")

        return guarded

    def _search(self, request: Request) -> Answer:
        asked = dict(request.query())
        country, wanted = asked.get("country", ""), asked.get("type")
        # In North America a number that is local here is called mobile there.
        is_american = country in ("US", "CA")
        kinds = [wanted] if wanted else list(_KINDS)
        found = [
            {"country": country, "msisdn": one, "cost": "0.90", "type": _kind(kind, is_american), "features": _ABLE}
            for kind in kinds
            for its in _KINDS.get(kind, ())
            for one in fitting(self.shelf.has(country, its), asked.get("pattern", ""), _place(asked))
        ]
        return _page(found, asked)

    def _list(self, request: Request) -> Answer:
        asked = dict(request.query())
        owned = fitting(sorted(self.shelf.owned), asked.get("pattern", ""), _place(asked))
        return _page([_owned(one, self.shelf.owned[one]) for one in owned], asked)

    def _buy(self, request: Request) -> Answer:
        form = dict(request.form())
        match self.shelf.buy(form.get("msisdn", ""), lambda: form.get("country", "")):
            case Sale.SOLD:
                return _said(200, "200", "success")
            case Sale.GONE:
                return _said(420, "420", "method failed")
            case Sale.BROKEN:
                return _said(500, "500", "internal error")

    def _drop(self, request: Request) -> Answer:
        is_gone = self.shelf.drop(dict(request.form()).get("msisdn", ""))
        return _said(200, "200", "success") if is_gone else _said(420, "420", "method failed")


_ABLE: Final = ["VOICE", "SMS"]


def _owned(number: str, country: str) -> Mapping[str, Any]:
    return {"country": country, "msisdn": number, "type": "landline", "features": _ABLE}


def _kind(kind: str, is_american: bool) -> str:  # noqa: FBT001 - of the country
    return "mobile-lvn" if is_american and kind == "landline" else kind


def _place(asked: Mapping[str, str]) -> str:
    return _PLACES.get(asked.get("search_pattern", "0"), "start")


def _page(found: Sequence[Mapping[str, Any]], asked: Mapping[str, str]) -> Answer:
    size, index = int(asked.get("size", _SIZE)), int(asked.get("index", 1))
    if not found:
        return answer(200, {})
    return answer(200, {"count": len(found), "numbers": found[(index - 1) * size : index * size]})


def _said(status: int, code: str, label: str) -> Answer:
    return answer(status, {"error-code": code, "error-code-label": label})
