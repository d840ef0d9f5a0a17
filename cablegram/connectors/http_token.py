"""The token by which a connector shows who it is, where its provider wants one (OAuth 2, client credentials). Pure.

It is renewed while it is still good, so that no message waits for it; while none is given, it is asked for every two
minutes (R135). Times are monotonic seconds, handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cablegram.connectors.providers.contract import Token

RETRY_AFTER = 120.0
_RENEWED_AT = 0.8  # of its life
_FRESH = 60.0  # seconds in which a token that is refused is not simply too old


@dataclass(frozen=True, slots=True)
class Keeper:
    """The token there is, since when, until when it is good, and when the next one is to be asked for."""

    value: str = ""
    since: float = 0.0
    until: float = 0.0
    ask_at: float = 0.0

    def token(self, now: float) -> str | None:
        """Return the token; None while there is none that is good."""
        return self.value if self.value and now < self.until else None

    def is_due(self, now: float) -> bool:
        """Tell whether it is time to ask for one."""
        return now >= self.ask_at

    def got(self, token: Token, now: float) -> Keeper:
        """Take a token; the next is asked for well before its end."""
        return Keeper(token.value, now, now + token.seconds, now + _RENEWED_AT * token.seconds)

    def missed(self, now: float) -> Keeper:
        """Note that none was given: the one there is serves as long as it is good."""
        return replace(self, ask_at=now + RETRY_AFTER)

    def is_stale(self, now: float) -> bool:
        """Tell whether a request may have been refused because its token is not good any more."""
        return bool(self.value) and now - self.since >= _FRESH

    def is_outlived(self, made: float, now: float) -> bool:
        """Tell whether a request that was made then carried a token that is in use no more."""
        return made < self.since or self.token(now) is None

    def spoiled(self, now: float) -> Keeper:
        """Drop the token: the provider takes it no more. Another is asked for at once."""
        return Keeper(ask_at=now)
