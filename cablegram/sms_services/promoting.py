"""How a service is made known: the disclosure for its advertising (R82), and the checklist of carriers (R80). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cablegram.sms_services import content, texts
from cablegram.sms_services.model import Service, Use

CARRIERS = (
    "AT&T, Verizon Wireless, T-Mobile, U.S. Cellular, Boost Mobile, Cincinnati Bell and others in the US"  # of 2026
)
"""Who carries the codes, as the disclosure lists them unless the operator says otherwise."""

WARNING = (
    "Put it whole, with nothing left out, into everything that makes the keyword known: websites, print, events, "
    "spoken announcements, broadcasts. Leaving any of it out can lead to legal action of third parties, and to the "
    "suspension of the keyword without warning."
)
RECOMMENDED_MESSAGES = 4  # a month
RECOMMENDED_CAMPAIGNS = 2


def disclosure(service: Service, *, carriers: str | None = None) -> str:
    """Return the summary terms of a service, filled in; `carriers` (else CARRIERS) are named for US codes alone."""
    form, code, keyword = service.form, service.code.digits, service.keyword
    contact = [f"email {form.email}"] if form.email else []
    reach = ", ".join([f"text HELP {keyword} to {code}", *contact, f"or call {form.phone}"])
    age = f"people of {form.minimum_age} years and older" if form.minimum_age else "everybody"
    is_us = service.code.country == "US"
    supported = f"Supported carriers: {carriers or CARRIERS}. " if is_us else ""
    return (
        f"Summary Terms & Conditions: {form.name} text messages are meant for {age} and come from the "
        f"{'US ' if is_us else ''}short code {code}. You may get up to {form.frequency} message(s) a month. "
        f"Message and data rates may apply. {supported}Wireless carriers are not liable for delayed or undelivered "
        f"messages. For help, {reach}. You can end it at any time: text STOP {keyword} to {code}. "
        f"Terms: {form.terms_url}"
    )


def advice(service: Service) -> list[str]:
    """Say what should be thought over about how often a service writes (R82)."""
    if service.form.frequency <= RECOMMENDED_MESSAGES:
        return []
    much = f"{service.form.frequency} messages a month are many"
    return [f"{much}: we recommend {RECOMMENDED_MESSAGES} at most, and {RECOMMENDED_CAMPAIGNS} campaigns."]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist; `is_met` None: nobody but its owner can know."""

    rule: str
    is_met: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Overdone:
    """What subscribers got in a month against what was declared: how many got more, and the most that one got."""

    people: int
    most: int


def checklist(service: Service, overdone: Overdone | None = None) -> list[Check]:
    """Return what carriers ask of a service, and what is known of it."""
    form = service.form
    findings = [one for text in _words(service) for one in content.find(text)]
    named = ", ".join(sorted({f"{one.word} ({one.name})" for one in findings}))
    much = overdone is not None and overdone.people > 0
    frequency = f"Declared: {form.frequency} a month."
    if overdone is not None:
        frequency += f" The most that one person got in the last 30 days: {overdone.most}; over it: {overdone.people}."
    return [
        Check("The terms have an address", bool(form.terms_url), form.terms_url),
        Check("There is a telephone number for help", bool(form.phone), form.phone),
        Check("It is easy to get in and out", True, "By keyword and STOP, in either order, at any hour."),
        Check("Subscribers are reminded", True, "Every 30 days, by itself."),
        Check(
            "No adult, drug-related, criminal or otherwise prohibited content",
            None if not findings else False,
            f"Look again at: {named}."
            if findings
            else "Nothing caught the eye of our word list; you know what you send.",
        ),
        Check("Never more messages than people subscribed to", None if overdone is None else not much, frequency),
        Check("Nobody is subscribed by a purchase", None, "People say yes themselves, and not by buying something."),
        Check("Nobody gets anything who is not subscribed", True, "Sends to others are refused."),
    ]


def _words(service: Service) -> Sequence[str]:
    rendered = [one.text for one in texts.all_of(service.keyword, service.form, service.texts)]
    return [service.keyword, *service.form.examples, *service.form.advertising, *rendered]


def use_in_words(use: Use) -> str:
    """Say what a service is for."""
    return "Marketing" if use is Use.MARKETING else "Notifications"
