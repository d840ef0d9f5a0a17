"""What to say to whoever is about to launch a campaign: custom, law, and what can't be seen from here. Pure.

It is advice: nothing here stops anybody but where a setting makes it do so (R80). Rules that stop messages are in the
room consent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from cablegram.campaigns.foreseen import Advice
from cablegram.messages.model import Draft, MessageClass
from cablegram.numbers import countries as lands
from cablegram.sms_services.content import Finding

MONTH = timedelta(days=30)
"""Over how long campaigns of marketing are counted (R107)."""

_MOST_A_MONTH = 2
_UNITED_STATES = "US"
_NAMED = 3
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def of_launch(
    message_class: MessageClass,
    countries: Iterable[str],
    *,
    others: int,
    quotas: Iterable[str],
    abroad: Iterable[str] = (),
) -> list[Advice]:
    """Say what to mind: `others` campaigns of marketing began within a month, `quotas` is said of its providers.

    `abroad` are the countries that its senders are foreign to.
    """
    return [
        *_often(message_class, others),
        *_law(message_class, countries),
        *_replaced(abroad),
        *_limits(quotas),
    ]


def abroad(drafts: Iterable[Draft]) -> set[str]:
    """Return the countries to which drafts that may go have a sender from elsewhere."""
    return {
        draft.country
        for draft in drafts
        if draft.refusal is None and draft.sender_country and draft.sender_country != draft.country
    }


def declared(keyword: str, frequency: int, *, people: int, stops: bool) -> list[Advice]:
    """Say that `people` of a service would get more in 30 days than it declared (R80)."""
    if not people:
        return []
    who = "1 subscriber" if people == 1 else f"{people:,} subscribers"
    have = "has" if people == 1 else "have"
    body = (
        f"{who} of {keyword} {have} got {frequency} or more of it in the last 30 days by now, and {frequency} a month "
        "is what was declared to carriers and to them."
    )
    more = " Wait until these days are over, or write to fewer." if stops else " Carriers suspend keywords for it."
    return [Advice("too_often", "More than its people subscribed to", body + more, stops)]


def prohibited(findings: Iterable[Finding]) -> list[Advice]:
    """Say which words may be of a kind that carriers do not let short codes say (R81)."""
    named = dict.fromkeys(f"“{one.word}” ({one.name})" for one in findings)
    if not named:
        return []
    body = (
        f"Look again at {', '.join(named)}. A list of words understands nothing; but if that is what is meant, "
        "carriers suspend the keyword, and often the code."
    )
    return [Advice("prohibited_words", "Words that carriers prohibit on short codes", body)]


def _often(message_class: MessageClass, others: int) -> Iterator[Advice]:
    """Recommend two campaigns of marketing a month at most (R107)."""
    nth = others + 1
    if message_class is not MessageClass.MARKETING or nth < _MOST_A_MONTH:
        return
    title = f"The {_ORDINALS.get(nth, f'{nth}th')} marketing campaign in 30 days"
    body = (
        "Two a month are what people put up with: it can go, and the next one would be one too many."
        if nth == _MOST_A_MONTH
        else "Two a month are what people put up with; beyond that more of them write STOP, and carriers look closer."
    )
    yield Advice("marketing_often", title, body)


def _law(message_class: MessageClass, countries: Iterable[str]) -> Iterator[Advice]:
    """Tell of the law where people are in the United States (R108; 47 CFR 64.1200, 15 U.S.C. 7001)."""
    if message_class is MessageClass.OTP or _UNITED_STATES not in set(countries):
        return
    yield Advice(
        "united_states",
        "Some of these people are in the United States",
        "The TCPA asks for a written yes before marketing by text, which may be given on a page or by a text if the "
        "E-SIGN Act's conditions are met: they saw what they agreed to, and you can show it. Text between 8 and 21 "
        "o'clock where they are, name yourself, and take STOP in any words. A text without consent may cost 500 to "
        "1,500 dollars.",
    )


def _replaced(abroad: Iterable[str]) -> Iterator[Advice]:
    """Tell that answers from abroad may get lost (R53)."""
    names = sorted(lands.name(iso) for iso in set(abroad))
    if not names:
        return
    more = len(names) - _NAMED
    where = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    yield Advice(
        "sender_abroad",
        "Answers from abroad may get lost",
        f"The sender is foreign in {where}. A carrier on the way may put one of its own in its place, and who answers "
        "then writes to that one. A number of the country itself is kept.",
    )


def _limits(quotas: Iterable[str]) -> Iterator[Advice]:
    """Remind of limits that a provider has and nobody here can see (R129)."""
    for quota in dict.fromkeys(quotas):
        yield Advice("provider_limits", "Mind the provider's own limits", quota)
