"""Plivo's numbers as they are from outside: PhoneNumber to rent, Number for what is rented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cablegram.kit.ids import uuid7
from cablegram.simulators.provider.shape import Answer, Door, Request, answer
from cablegram.simulators.provider.shelf import Sale, Shelf, fitting

_CALL: Final = "a0000000-0000-4000-8000-000000000000"
_KINDS: Final = {"local": "local", "tollfree": "toll_free", "mobile": "mobile", "national": "national"}
_CODES: Final = {"US": "1", "ES": "34", "GB": "44"}
_MOST: Final = 20


class Numbers:
    """The numbers of one account. `is_known` says whether a request shows the right login; `refuse` writes errors."""

    def __init__(self, root: str, *, is_known: Callable[[Request], bool], refuse: Callable[[int, str], Answer]) -> None:
        self._root = root
        self._is_known = is_known
        self._refuse = refuse
        self.shelf = Shelf()

    def doors(self) -> Sequence[Door]:
        """Return what can be called."""
        return [
            Door("GET", f"{self._root}/PhoneNumber/", self._guarded(self._search)),
            Door("POST", f"{self._root}/PhoneNumber/{{number}}/", self._guarded(self._buy)),
            Door("GET", f"{self._root}/Number/{{number}}/", self._guarded(self._show)),
            Door("DELETE", f"{self._root}/Number/{{number}}/", self._guarded(self._drop)),
        ]

    def _guarded(self, serve: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def guarded(request: Request) -> Answer:
            return serve(request) if self._is_known(request) else self._refuse(401, "authentication failed")

        return guarded

    def _search(self, request: Request) -> Answer:
        asked = dict(request.query())
        country, kind = asked.get("country_iso", ""), asked.get("type", "local")
        limit, offset = min(int(asked.get("limit", _MOST)), _MOST), int(asked.get("offset", 0))
        there = self.shelf.has(country, _KINDS.get(kind, ""))
        # A pattern is what comes behind the country code.
        found = fitting(there, _CODES.get(country, "") + asked.get("pattern", ""), "start")
        meta = {"limit": limit, "next": None, "offset": offset, "previous": None, "total_count": len(found)}
        shown = [_offered(one, country, kind) for one in found[offset : offset + limit]]
        return answer(200, {"api_id": _CALL, "meta": meta, "objects": shown})

    def _buy(self, request: Request) -> Answer:
        number = request.path["number"]
        match self.shelf.buy(number, lambda: uuid7().hex):
            case Sale.SOLD:
                numbers = [{"number": number, "status": "Success"}]
                said = {"api_id": _CALL, "message": "created", "numbers": numbers, "status": "fulfilled"}
                return answer(201, said)
            case Sale.GONE:
                return self._refuse(404, "number is not available")
            case Sale.BROKEN:
                return self._refuse(500, "Internal server error.")

    def _show(self, request: Request) -> Answer:
        number = request.path["number"]
        if number not in self.shelf.owned:
            return self._refuse(404, "not found")
        said = {"number": number, "sms_enabled": True, "voice_enabled": True, "active": True, "alias": None}
        return answer(200, {"api_id": _CALL, **said, "number_type": "local", "sub_account": None})

    def _drop(self, request: Request) -> Answer:
        return Answer(204) if self.shelf.drop(request.path["number"]) else self._refuse(404, "not found")


def _offered(number: str, country: str, kind: str) -> Mapping[str, Any]:
    return {
        "city": "SPRINGFIELD",
        "country": country,
        "lata": None,
        "mms_enabled": country == "US",
        "monthly_rental_rate": "0.80000",
        "number": number,
        "prefix": number[1:4],
        "rate_center": None,
        "region": country,
        "restriction": None,
        "restriction_text": None,
        "setup_rate": "0.00000",
        "sms_enabled": True,
        "sub_type": kind,
        "type": "fixed" if kind == "local" else kind,
        "voice_enabled": True,
    }
