"""Twilio's numbers as they are from outside: AvailablePhoneNumbers and IncomingPhoneNumbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cablegram.kit.ids import uuid7
from cablegram.simulators.provider.shape import Answer, Door, Request, answer
from cablegram.simulators.provider.shelf import Sale, Shelf

_KINDS: Final = {"Local": "local", "TollFree": "toll_free", "Mobile": "mobile", "National": "national"}
_MOST: Final = 50
Refuse = Callable[[int, int, str], Answer]


class Numbers:
    """The numbers of one account. `is_known` says whether a request shows the right login; `refuse` writes errors."""

    def __init__(self, root: str, *, is_known: Callable[[Request], bool], refuse: Refuse) -> None:
        self._root = root
        self._is_known = is_known
        self._refuse = refuse
        self.shelf = Shelf()

    def doors(self) -> Sequence[Door]:
        """Return what can be called."""
        ours = f"{self._root}/IncomingPhoneNumbers"
        return [
            Door("GET", f"{self._root}/AvailablePhoneNumbers/{{country}}/{{kind}}.json", self._guarded(self._search)),
            Door("GET", f"{ours}.json", self._guarded(self._list)),
            Door("POST", f"{ours}.json", self._guarded(self._buy)),
            Door("DELETE", f"{ours}/{{sid}}.json", self._guarded(self._drop)),
        ]

    def _guarded(self, serve: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def guarded(request: Request) -> Answer:
            return serve(request) if self._is_known(request) else self._refuse(401, 20003, "Authenticate")

        return guarded

    def _search(self, request: Request) -> Answer:
        asked, country = dict(request.query()), request.path["country"]
        kind = _KINDS.get(request.path["kind"])
        there = self.shelf.has(country, kind) if kind else []
        if not there:
            return self._refuse(404, 20404, f"The requested resource {request.path['kind']} was not found")
        pattern = re.compile(asked.get("Contains", "").replace("*", "[0-9]"))
        found = [one for one in there if pattern.search(one)][: int(asked.get("PageSize", _MOST))]
        return answer(200, {"available_phone_numbers": [_offered(one, country) for one in found], "uri": request.url})

    def _list(self, request: Request) -> Answer:
        wanted = dict(request.query()).get("PhoneNumber", "").removeprefix("+")
        found = [one for one in self.shelf.owned.items() if not wanted or one[0] == wanted]
        listed = [_owned(number, sid) for number, sid in found]
        return answer(200, {"incoming_phone_numbers": listed, "page": 0, "page_size": _MOST, "next_page_uri": None})

    def _buy(self, request: Request) -> Answer:
        number = dict(request.form()).get("PhoneNumber", "").removeprefix("+")
        match self.shelf.buy(number, lambda: f"PN{uuid7().hex}"):
            case Sale.SOLD:
                return answer(201, _owned(number, self.shelf.owned[number]))
            case Sale.GONE:
                return self._refuse(400, 21422, f"+{number} is not available.")
            case Sale.BROKEN:
                return self._refuse(500, 20500, "Internal server error.")

    def _drop(self, request: Request) -> Answer:
        number = next((one for one, sid in self.shelf.owned.items() if sid == request.path["sid"]), "")
        gone = self.shelf.drop(number)
        return Answer(204) if gone else self._refuse(404, 20404, "The requested resource was not found")


def _offered(number: str, country: str) -> Mapping[str, Any]:
    return {
        "friendly_name": f"+{number}",
        "phone_number": f"+{number}",
        "lata": None,
        "locality": "Springfield",
        "rate_center": None,
        "latitude": None,
        "longitude": None,
        "region": "MA" if country == "US" else None,
        "postal_code": None,
        "iso_country": country,
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "SMS": True, "MMS": country == "US", "fax": False},
    }


def _owned(number: str, sid: str) -> Mapping[str, Any]:
    capabilities = {"voice": True, "sms": True, "mms": True, "fax": False}
    return {
        "sid": sid,
        "phone_number": f"+{number}",
        "friendly_name": f"+{number}",
        "capabilities": capabilities,
        "sms_method": "POST",
        "status": "in-use",
    }
