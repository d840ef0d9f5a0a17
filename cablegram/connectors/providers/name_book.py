"""What a provider that knows the names of numbers promises (CNAM; R61, R66). Pure.

Like selling numbers: requests are made here and answers read; who talks is `connectors.name_talk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest


@dataclass(frozen=True, slots=True)
class Named:
    """What a provider says of a number: its name, "" where it knows none.

    `is_told` False: it said neither, `words` why, and may be asked again.
    """

    is_told: bool
    name: str = ""
    words: str = ""


class NameBook(Protocol):
    """One account at a provider that knows names."""

    def covers(self, number: str) -> bool:
        """Tell whether it knows names of such numbers at all (E.164 digits)."""
        ...

    def ask(self, number: str) -> HttpRequest:
        """Return the question for one number's name; it may cost something at the provider."""
        ...

    def read(self, answer: HttpAnswer) -> Named:
        """Return what the answer says."""
        ...
