"""Who asks, from where, and not too fast: what stands before every call of the API (R3, R7, R14)."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.accounts import access_list
from cablegram.accounts.access import Principal
from cablegram.accounts.api_sessions import TokenRing
from cablegram.accounts.keyring import KeyRing
from cablegram.accounts.model import Place
from cablegram.accounts.rates import Rates
from cablegram.api.auth import key_of
from cablegram.api.reading import Head
from cablegram.kit.networks import caller, read_networks
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Asker:
    """What a call knows of whoever asks, besides who it is."""

    place: Place
    authorization: bytes | None
    session_token: str


class Door:
    """Recognizes who asks; one of these a process."""

    def __init__(self, rt: Runtime) -> None:
        self.ring = KeyRing(rt)
        self._tokens = TokenRing(rt)
        self._clock = rt.clock
        self._rates = Rates(rt.settings.api_rate)
        self._trusted = read_networks(rt.settings.trusted_proxies)

    async def known(self, head: Head, peer: str) -> Principal:
        """Return who asks; `peer` is the address that the socket tells.

        Raises NotAuthenticated (`key_missing`, `key_unknown`, `session_over`), NotAllowed (`address_not_allowed`),
        Unavailable (`rate_limited`, `database_unreachable`).
        """
        if head.session_token is not None and head.authorization is None and head.api_key is None:
            who = await self._tokens.by_key(head.session_token.decode("latin-1"))
        else:
            who = await self.ring.by_key(key_of(head.authorization, head.api_key))
        if who.networks is not None:
            access_list.check(who, self.address(head, peer))
        if not self._take(who):
            named = who.key_id or who.user_id or who.account_id
            raise self._rates.refusal(named, self._clock.monotonic())
        return who

    def remembered(self, head: Head) -> Principal | None:
        """Recognize a key where nobody has to be asked for it, and nothing looked at but how fast it calls."""
        who = self.ring.remembered(key_of(head.authorization, head.api_key))
        return who if who is not None and who.networks is None else None

    def lets(self, who: Principal) -> bool:
        """Count a call of somebody who was `remembered`; False: it is one too many."""
        return self._take(who)

    def address(self, head: Head, peer: str) -> str:
        """Return from where a call comes: the peer, or whom a proxy that we trust says that it calls for."""
        forwarded = head.forwarded.decode("latin-1") if head.forwarded else None
        return caller(peer, forwarded, self._trusted)

    def asker(self, head: Head, peer: str, agent: str) -> Asker:
        """Return what a call may want to know of whoever asks."""
        token = head.session_token.decode("latin-1") if head.session_token else ""
        return Asker(Place(self.address(head, peer), agent), head.authorization, token)

    def _take(self, who: Principal) -> bool:
        return self._rates.take(who.key_id or who.user_id or who.account_id, self._clock.monotonic())
