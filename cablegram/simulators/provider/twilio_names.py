"""Twilio's Lookup as it is from outside: PhoneNumbers of v2 with the field `caller_name`.

By the last digit of a number: 7 is out of its coverage, 8 gets an error of the server, 9 has no name; others have one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from cablegram.simulators.provider.shape import Answer, Door, Request, answer

_OUT_OF_COVERAGE: Final = 60600
Refuse = Callable[[int, int, str], Answer]


class Names:
    """The look-ups of one account; `asked` are the numbers in question, in their order."""

    def __init__(self, *, is_known: Callable[[Request], bool], refuse: Refuse) -> None:
        self._is_known = is_known
        self._refuse = refuse
        self.asked: list[str] = []

    def doors(self) -> Sequence[Door]:
        """Return what can be called."""
        return [Door("GET", "/v2/PhoneNumbers/{number}", self._look_up)]

    def _look_up(self, request: Request) -> Answer:
        if not self._is_known(request):
            return self._refuse(401, 20003, "Authenticate")
        number = request.path["number"].removeprefix("%2B").removeprefix("+")
        self.asked.append(number)
        if not number.isdigit():
            return self._refuse(404, 20404, f"The requested resource /PhoneNumbers/{number} was not found")
        if number.endswith("8"):
            return self._refuse(500, 20500, "Internal server error.")
        wants_name = "caller_name" in dict(request.query()).get("Fields", "").split(",")
        return answer(200, _about(number, wants_name=wants_name))


def _about(number: str, *, wants_name: bool) -> dict[str, Any]:
    is_american = number.startswith("1")
    name = f"CALLER {number[-4:]}" if is_american and not number.endswith(("7", "9")) else None
    code = None if is_american and not number.endswith("7") else _OUT_OF_COVERAGE
    kind = "CONSUMER" if name else "UNDETERMINED"
    said = {"caller_name": name, "caller_type": kind, "error_code": code}
    return {
        "calling_country_code": number[:1],
        "country_code": "US" if is_american else None,
        "phone_number": f"+{number}",
        "national_format": number,
        "valid": True,
        "validation_errors": [],
        "caller_name": said if wants_name else None,
        "line_type_intelligence": None,
        "url": f"https://lookups.twilio.com/v2/PhoneNumbers/+{number}",
    }
