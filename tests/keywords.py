"""SMS services for tests: asked for, approved, and written to as phones write to them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.connectors.contract import Incoming
from cablegram.dispatch.recorder import Text
from cablegram.inbound.receive import receive
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import ProgramId, uuid7
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import codes, deciding, reminding, requesting
from cablegram.sms_services.model import Form, OptInMode, Service, Use
from hearing import CARRIER

CODE = "12345"
ANA, BEA, CLEO = "12015550118", "12015550119", "12015550120"
BOSS = operator("tests")


def form(**more: object) -> Form:
    """Make a form as somebody fills it in who has read what is asked for."""
    usual: dict[str, object] = {
        "name": "Best deals",
        "minimum_age": 18,
        "opt_in": OptInMode.SINGLE,
        "use": Use.MARKETING,
        "frequency": 4,
        "terms_url": "https://example.com/terms",
        "phone": "+13055702828",
        "email": "help@example.com",
        "examples": ("DEALS: all shoes 20 % off today.",),
        "advertising": ("Text DEALS to 12345",),
    }
    return Form(**{**usual, **more})  # type: ignore[arg-type]  # a test names fields


@dataclass(slots=True)
class Keyword:
    """A service that is approved, and what phones write to its code."""

    rt: Runtime
    who: Principal
    service: Service

    @property
    def id(self) -> ProgramId:
        return self.service.id

    async def hear(self, *words: str, source: str = ANA) -> None:
        """Let texts come in together."""
        texts = [self.text(one, source) for one in words]
        async with self.rt.db.transaction() as conn:
            await receive(conn, texts)

    def text(self, words: str, source: str = ANA) -> Text:
        """Make a text that arrives now."""
        return Text(uuid7(), CARRIER, Incoming(source, self.service.code.digits, words), self.rt.clock.now())

    async def said(self, number: str = ANA) -> list[str]:
        """Return what this service wrote to a number, oldest first."""
        found = await rows(
            self.rt, "SELECT body FROM message WHERE program_id = %s AND dst = %s ORDER BY id", self.id, number
        )
        return [str(body) for (body,) in found]

    async def standing(self, number: str = ANA) -> object:
        """Return where a number stands with it."""
        found = await rows(
            self.rt, "SELECT standing FROM subscriber WHERE program_id = %s AND number = %s", self.id, int(number)
        )
        return found[0][0] if found else None

    async def rules(self) -> Sequence[object]:
        """Return by which rules texts to its code were decided, in the order they came."""
        return [rule for (rule,) in await rows(self.rt, "SELECT rule FROM inbound_text ORDER BY received_at, id")]

    async def remind(self) -> int:
        """Let the work process look at reminders once."""
        return await reminding.remind(self.rt, Prices())


async def open_service(rt: Runtime, who: Principal, word: str = "DEALS", **more: object) -> Keyword:
    """Ask for a service on the code, and approve it."""
    with contextlib.suppress(Conflict):  # the code is there since the service before
        await codes.add(rt, BOSS, country="US", digits=CODE)
    asked = await requesting.request(rt, who, country="US", keyword=word, form=form(**more))
    return Keyword(rt, who, await deciding.approve(rt, BOSS, asked.id))
