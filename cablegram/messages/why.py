"""Why a message went, or did not: what was looked at in its order, and what would change the verdict.

Of a message that was judged it is said again from what its row keeps; of one that nobody has sent it is found out at
this moment, by the very steps that would send it, and nothing is sent, charged or remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.consent import explain, gather, proof, proof_words
from cablegram.consent.case import Case
from cablegram.consent.explain import Kept
from cablegram.consent.looks import Decision, Verdict
from cablegram.consent.reasons import CATALOG
from cablegram.evidence.model import MARKETING
from cablegram.messages import compose, origins, story, time_told, wording
from cablegram.messages.model import Draft, Message, Refusal, State
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at. `code` and `remedy` are those of what stopped the message, or warned of it."""

    rule: str
    version: int
    verdict: Verdict
    sentence: str
    code: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """The looks in their order; the last is the one that stopped the message, if one did.

    `message` is None where nothing was sent: then it is what would happen at `at`.
    """

    number: str
    sentence: str
    looks: tuple[Look, ...]
    at: datetime
    message: Message | None = None

    @property
    def stopped(self) -> Look | None:
        """Return the look that stopped it."""
        return next((look for look in self.looks if look.verdict is Verdict.STOP), None)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is looked at before the rules of consent, or behind them: which codes say no, and what each means."""

    rule: str
    passes: str
    says: Mapping[str, tuple[str, str]]


# Before anything else is looked at; of messages of campaigns alone.
_CAMPAIGN = _Step(
    "campaign",
    "The person is one of those who get it.",
    {
        "held_out": (
            "They were drawn to get nothing, so that those who got it can be compared with them.",
            "Give the campaign a smaller group that is held out, or none.",
        ),
        "taken_out": (
            "Somebody took them out of this campaign before their message was made.",
            "Write to them by themselves, or in another campaign.",
        ),
        "had_it_before": (
            "This number got the campaign before, when it was another contact's. It goes once.",
            "Nothing is to be done: whoever has the number has the message.",
        ),
    },
)
_FIRST = (
    _Step(
        "text",
        "The text can be sent as it is.",
        {
            "text_too_short": ("The text has under 5 characters.", "Write a longer text."),
            "text_too_long": ("The text takes more segments than a message may have.", "Write a shorter text."),
            "bad_character": ("The text holds a character that no phone can show.", "Take the character out."),
            "missing_variable": (
                "The text has a place for a value that the person has not.",
                "Give the value, or a default for it in the text.",
            ),
        },
    ),
    _Step(
        "number",
        "The number is one that takes texts.",
        {
            "number_invalid": ("No such number can exist.", "Correct the number."),
            "number_too_long": ("The number has more digits than its country allows.", "Correct the number."),
            "number_landline": ("The number is a fixed line, which gets no texts.", "Use a mobile number."),
        },
    ),
    _Step(
        "from",
        "The account may send from that, and a connector can carry it.",
        {
            "sender_needed": ("The account has no sender for it.", "Say in `from` who sends, or set a default sender."),
            "sender_invalid": ("What stands in `from` can't be a sender.", "Correct `from`."),
            "sender_not_owned": ("The account may not send from that.", "Use one of the account's own senders."),
            "sender_no_texts": ("The sender carries no texts.", "Use another of the account's senders."),
            "sender_suspended": ("The rent of its number is not paid.", "Add credit, and it sends again."),
            "media_not_carried": (
                "No connector or sender carries pictures.",
                "Send a link, or have a carrier connected that takes pictures.",
            ),
            "no_route": ("No connector can carry the message.", "Have a carrier connected and switched on."),
        },
    ),
    _Step(
        "tariff",
        "There is a price for that country.",
        {"no_tariff": ("There is no tariff for the country.", "Have the operator add one.")},
    ),
)
_LAST = (
    _Step(
        "time",
        "There is a time at which it may go.",
        {
            "validity_over": ("The validity of the message had ended.", "Give it a later end."),
            "window_missed": ("Its validity ends before the next hours at which it may go.", "Give it a later end."),
            "outside_hours": (
                "It was outside the hours for the recipient, and is dropped then.",
                "Let it wait (`delay`).",
            ),
            "never_open": ("No hour fits all the hours that have to be kept.", "Widen the hours."),
            "send_at_past": ("The moment it was to go was past.", "Leave `send_at` away to send now."),
            "send_at_far": ("The moment it was to go is more than a year ahead.", "Give an earlier one."),
        },
    ),
)


async def of_message(rt: Runtime, who: Principal, message_id: UUID) -> Why:
    """Say why a message went or was skipped. Raises NotFound (`message_not_found`)."""
    message = await story.get(rt, who, message_id)
    async with rt.db.connection() as conn:
        return await of(conn, message)


async def of(conn: Conn, message: Message) -> Why:
    """Say why a message that was read went or was skipped."""
    reason = message.reason if message.state is State.SKIPPED else None
    looks = _through((_CAMPAIGN,) if reason in _CAMPAIGN.says else _FIRST, reason)
    if _is_open(looks) and message.ruleset is not None and message.seen is not None:
        case = Case(message.number, message.country, message.source, message.message_class.value)
        kept = Kept(case, message.ruleset, message.seen, reason, message.accepted_at)
        looks += await _of_rules_then(conn, message, await explain.again(conn, kept))
    if _is_open(looks):
        behind = _through(_LAST, reason)
        if _is_open(behind):
            behind = [replace(behind[0], sentence=await time_told.of_message(conn, message)), *behind[1:]]
        looks += behind
    return Why(message.number, _sentence(message, looks), tuple(looks), message.accepted_at, message)


async def _of_rules_then(conn: Conn, message: Message, decision: Decision) -> list[Look]:
    """Say what the rules saw; of marketing that a subscription allowed, by which event of the ledger."""
    looks = _of_rules(decision)
    for place, look in enumerate(decision.looks):
        if look.rule == "subscription" and look.verdict is Verdict.PASS and message.message_class == MARKETING:
            account_id, number, at = message.account_id, message.number, message.accepted_at
            event = await proof.allowed(conn, account_id, number, scope=MARKETING, at=at)
            said = proof_words.allowed_by(event, subscription=look.values["subscription"])
            looks[place] = replace(looks[place], sentence=f"{look.sentence} {said}")
    return looks


async def of_draft(conn: Conn, draft: Draft, *, prices: Prices, now: datetime) -> Why:
    """Say what would happen to a message that nobody has sent, by the steps that accept one.

    Credit is left out: whether the balance covers it, sending it says.
    """
    compose.judge([draft])
    if draft.refusal is None:
        sources = origins.ask(conn, [draft])
        origins.ask_several(conn, sources)
        ways = await origins.settle(sources)
        if draft.refusal is None:
            book = await prices.book(conn, now=now)
            compose.count([draft], book.profiles, ways.usable_characters)
        if draft.refusal is None:
            compose.price([draft], await prices.book(conn, now=now), ways.fees)
    looks = _through(_FIRST, draft.refusal.code if draft.refusal else None)
    if draft.refusal:
        looks[-1] = Look(looks[-1].rule, 1, Verdict.STOP, draft.refusal.message, looks[-1].code, looks[-1].remedy)
    else:
        looks += _of_rules(await gather.look(conn, draft, now=now))
        if _is_open(looks):
            looks.append(_of_time(await time_told.of_draft(conn, draft, now=now)))
    said = "It would go." if _is_open(looks) else f"It would not go. {looks[-1].sentence}"
    return Why(draft.number or draft.to, said, tuple(looks), now)


def _through(steps: Sequence[_Step], code: str | None) -> list[Look]:
    """Go through steps, up to the one that says no with this code."""
    looks: list[Look] = []
    for step in steps:
        said = step.says.get(code or "")
        if said is not None:
            return [*looks, Look(step.rule, 1, Verdict.STOP, said[0], code, said[1])]
        looks.append(Look(step.rule, 1, Verdict.PASS, step.passes))
    return looks


def _of_time(said: str | Refusal) -> Look:
    (step,) = _LAST
    if isinstance(said, str):
        return Look(step.rule, 1, Verdict.PASS, said)
    return Look(step.rule, 1, Verdict.STOP, said.message, said.code, step.says[said.code][1])


def _is_open(looks: Sequence[Look]) -> bool:
    return all(look.verdict is not Verdict.STOP for look in looks)


def _of_rules(decision: Decision) -> list[Look]:
    return [
        Look(
            look.rule,
            look.version,
            look.verdict,
            look.sentence,
            look.reason.code if look.reason else None,
            look.reason.remedy if look.reason else None,
        )
        for look in decision.looks
    ]


def _sentence(message: Message, looks: Sequence[Look]) -> str:
    """Say in one sentence what became of a message, and by what."""
    if not _is_open(looks):
        return f"It was skipped. {looks[-1].sentence}"
    if message.state is State.SKIPPED:
        return f"It was skipped ({wording.reason(message.reason)})."
    known = CATALOG.get(message.reason or "")
    behind = f" ({wording.reason(message.reason)})" if message.reason else ""
    after = f" {known.remedy}" if known else ""
    return f"Nothing stood against it when it was accepted; now it is {message.state}{behind}.{after}"
