"""`cablegram review`: texts that may mean no."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment
from cablegram.consent.model import Decided
from cablegram.inbound import reviewing
from cablegram.inbound.reviewing import Doubted
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_OUTCOMES = {
    Decided.STOP: "is on the blacklist, and what waited for it is cancelled and refunded",
    Decided.GO_ON: "can be written to, unless another text of it waits here",
    None: "is held again",
}


def list_texts(
    *,
    decided: Annotated[bool, Parameter(negative=(), help="Those that somebody decided, instead.")] = False,
    limit: int = 50,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List texts that may mean no and that nobody has looked at; their numbers get nothing meanwhile."""

    async def deed(rt: Runtime) -> list[Doubted]:
        _, who = await choosing.acting(rt, account)
        return await reviewing.page(rt, who, is_open=not decided, limit=limit)

    found = act(place, deed)
    lines = [line for one in found for line in _lines(one)] or ["No text waits for anybody."]
    say("\n".join(lines), [_facts(one) for one in found], as_json=json)


def decide(
    text_id: UUID,
    verdict: Literal["stop", "go_on", "undecided"],
    /,
    *,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say what a text means: `stop`, `go_on`, or `undecided` to take a `go_on` back."""

    async def deed(rt: Runtime) -> Doubted:
        _, who = await choosing.acting(rt, account)
        if verdict == "undecided":
            return await reviewing.take_back(rt, who, text_id)
        return await reviewing.decide(rt, who, text_id, Decided(verdict))

    done = act(place, deed)
    say(f"+{done.review.number} {_OUTCOMES[done.review.verdict]}.", _facts(done), as_json=json)


def _lines(one: Doubted) -> list[str]:
    review = one.review
    said = f": {review.verdict.value} by {review.decided_by}" if review.verdict else ""
    head = f"{one.id}  +{review.number} to {review.sender}, {moment(review.opened_at)} UTC{said}"
    return [head, f"    {one.text or '(kept no longer)'}", f"    {review.doubt.value}: {review.matched}"]


def _facts(one: Doubted) -> dict[str, Any]:
    review = one.review
    return {
        "id": one.id, "number": f"+{review.number}", "sender": review.sender, "text": one.text,
        "matched": review.matched, "doubt": review.doubt.value, "opened_at": review.opened_at,
        "verdict": review.verdict.value if review.verdict else None, "decided_by": review.decided_by,
        "decided_at": review.decided_at,
    }  # fmt: skip
