"""May this message go? The rules in their order, each a look at one case; the first that says no decides.

`Rules(policy)` is made once for an account and a batch; `judge` costs one or two microseconds a message where nothing
stops it. `explain` goes through the same rules again, to say of one message what each of them saw, in plain words: what
`judge` decided it decides too, from the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cablegram.consent import reasons
from cablegram.consent.before import Before
from cablegram.consent.case import MARKETING, Case, Policy, Purpose
from cablegram.consent.looks import Decision, Look, Verdict
from cablegram.consent.reasons import Reason
from cablegram.consent.sender_rules import SENDER_RULES, Names, SenderKind, SenderRule, kind
from cablegram.consent.telling import told
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.numbers.ranges import barrier
from cablegram.pacing.caps import Capped
from cablegram.programs.model import Standing


class Stop(NamedTuple):
    """Which rule stopped a message, and why."""

    rule: str
    version: int
    reason: Reason


class Finding(NamedTuple):
    """What a rule has against a message; a warning lets it go."""

    reason: Reason
    is_warning: bool = False


Check = Callable[[Case, datetime], Finding | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `check` is made for a policy, None where the policy switches the rule off.

    `passes` says what holds of a message that it has nothing against, `asks` the same of all. A change of what a rule
    does raises its version.
    """

    id: str
    version: int
    make: Callable[[Policy], Check | None]
    passes: str
    asks: str


_NO = {reason.code: Finding(reason) for reason in reasons.CATALOG.values()}
_OF_ALL = Policy()
_WARNING = Finding(reasons.SENDER_NAME_NOT_REGISTERED, is_warning=True)

# R143 and R144: of 3 x 3 x 2 cases 4 send.
_BY_PHONE: Mapping[PhoneStatus, Finding | None] = {
    PhoneStatus.ACTIVE: None,
    PhoneStatus.BOUNCED: _NO["number_bounced"],
    PhoneStatus.PAUSED: _NO["number_paused"],
}
# Nothing recorded: what it means for marketing, the account's rules say.
_BY_SUBSCRIPTION: Mapping[tuple[Subscription | None, bool], Finding | None] = {
    # subscription, marketing?
    (Subscription.SUBSCRIBED, True): None,
    (Subscription.SUBSCRIBED, False): None,
    (Subscription.NOT_SUBSCRIBED, True): _NO["not_subscribed"],
    (Subscription.NOT_SUBSCRIBED, False): None,
    (Subscription.NONE, True): _NO["consent_unknown"],
    (Subscription.NONE, False): None,
    (None, True): _NO["consent_unknown"],
    (None, False): None,
}
_BY_CAP: Mapping[Capped | None, Finding | None] = {
    None: None,
    Capped.OFTEN_ENOUGH: _NO["frequency_cap"],
    Capped.TOO_SOON: _NO["dwell_time"],
    Capped.CAMPAIGN_DONE: _NO["campaign_cap"],
}
_BY_MEMBERSHIP: Mapping[Standing | None, Finding | None] = {
    None: None,
    Standing.IN: None,
    Standing.PAUSED: _NO["subscriber_paused"],
    Standing.OUT: _NO["not_a_subscriber"],
}
_MOST_SENDERS = 10_000  # whose verdict is remembered: an account may write anything into `from`


def _blacklist(_: Policy) -> Check:
    no = _NO["blacklisted"]
    return lambda case, _: no if case.is_blacklisted else None


def _review(_: Policy) -> Check:
    no = _NO["held_for_review"]
    return lambda case, _: no if case.is_held else None


def _opt_out(_: Policy) -> Check:
    no = _NO["opted_out"]
    return lambda case, _: no if case.is_opted_out else None


def _program(_: Policy) -> Check:
    return lambda case, _: _BY_MEMBERSHIP[case.membership]


def _phone(_: Policy) -> Check:
    return lambda case, _: _BY_PHONE[case.phone_status]


def _subscription(policy: Policy) -> Check:
    said = dict(_BY_SUBSCRIPTION)
    if policy.is_silence_consent:
        said[None, True] = None

    def check(case: Case, _: datetime) -> Finding | None:
        found = said[case.subscription, case.message_class == MARKETING]
        # Who said yes to a program gets its marketing, whatever nobody recorded of the account's; a no stays one.
        if (
            found is not None
            and case.membership is Standing.IN
            and case.subscription is not Subscription.NOT_SUBSCRIBED
        ):
            return None
        return found

    return check


def _country(policy: Policy) -> Check | None:
    allowed = policy.countries
    if allowed is None:
        return None
    no = _NO["country_not_allowed"]
    return lambda case, _: None if case.country in allowed else no


def _range(policy: Policy) -> Check | None:
    if not policy.lines_off:
        return None
    is_off = barrier(policy.lines_off)
    no = _NO["range_not_allowed"]
    return lambda case, _: no if is_off(case.number, case.country) else None


def _sender(policy: Policy) -> Check | None:
    if not policy.knows_senders:
        return None
    known: dict[tuple[str, str, str, bool], Finding | None] = {}

    def check(case: Case, _: datetime) -> Finding | None:
        key = (case.sender, case.sender_country, case.country, case.is_simulated)
        try:
            return known[key]
        except KeyError:
            if len(known) >= _MOST_SENDERS:
                known.clear()
            found = known[key] = _of_sender(policy, case)
            return found

    return check


def _of_sender(policy: Policy, case: Case) -> Finding | None:
    its = kind(case.sender)
    if its is SenderKind.SHORT_CODE:
        return _NO["short_code_abroad"] if case.sender_country not in {"", case.country} else None
    rule = SENDER_RULES.get(case.country)
    if rule is None or case.is_simulated:
        return None
    if its is SenderKind.NUMBER:
        is_foreign = not rule.takes_foreign_numbers and not case.sender.startswith(rule.calling_code)
        return _NO["sender_number_foreign"] if is_foreign else None
    return _of_name(policy, case, rule)


def takes_sender(sender: str, sender_country: str, country: str, *, is_simulated: bool = False) -> bool:
    """Tell whether a country takes a sender ("" where the sender's own country is not known), whoever sends from it."""
    case = Case("", country, sender, sender_country=sender_country, is_simulated=is_simulated)
    found = _of_sender(_OF_ALL, case)
    return found is None or found.is_warning


def _of_name(policy: Policy, case: Case, rule: SenderRule) -> Finding | None:
    name = case.sender.lower()
    if rule.names is Names.NONE:
        return _NO["sender_name_not_carried"]
    if name in rule.blocked:
        return _NO["sender_name_blocked"]
    if rule.names is Names.ANY or (case.country, name) in policy.registered_names:
        return None
    return _NO["sender_name_not_registered"] if policy.is_strict_about_names else _WARNING


def _duplicate(policy: Policy) -> Check | None:
    window = policy.duplicate_window
    if window is None:
        return None
    no = _NO["duplicate_text"]
    return lambda case, now: no if case.same_text_at is not None and now - case.same_text_at < window else None


def _frequency(policy: Policy) -> Check | None:
    return (lambda case, _: _BY_CAP[case.capped]) if policy.caps else None


def _validity(_: Policy) -> Check:
    over, missed = _NO["validity_over"], _NO["window_missed"]

    def check(case: Case, now: datetime) -> Finding | None:
        if case.expires_at is None:
            return None
        if case.expires_at <= now:
            return over
        return missed if case.earliest_at is not None and case.expires_at <= case.earliest_at else None

    return check


_PROGRAM = "program"
ORDER: tuple[Rule, ...] = (
    Rule(
        "blacklist", 1, _blacklist,
        "The number is not on the account's blacklist.",
        "The number is not on the account's blacklist, which beats everything.",
    ),
    Rule(
        "review", 1, _review,
        "No answer of this number waits to be read by a person.",
        "No answer of the number waits in the review queue.",
    ),
    Rule(
        "opt_out", 1, _opt_out,
        "The person has not opted out of this sender.",
        "The person has not opted out of the sender.",
    ),
    Rule(
        _PROGRAM, 1, _program,
        "The person is subscribed to the SMS service or store that sends it.",
        "What an SMS service or a store sends goes to its subscribers, and not to those whose line rests.",
    ),
    Rule(
        "phone_status", 1, _phone,
        "The phone status is active.",
        "The contact's phone status is active, not bounced or paused.",
    ),
    Rule(
        "subscription", 2, _subscription,
        "The subscription ({subscription}), or the one to what sends it, allows this class of text ({class}).",
        "The contact is subscribed, or the text is transactional, or they are subscribed to the SMS service or store "
        "that sends it and never said no to marketing.",
    ),
    Rule("country", 1, _country, "The account sends to {country}.", "The account sends to the country."),
    Rule(
        "range", 1, _range,
        "The number is of a kind that the account sends to ({line}).",
        "The number is of a kind that the account sends to; premium, satellite and the like are off at first.",
    ),
    Rule(
        "sender", 1, _sender,
        "Nothing is known against {sender} as sender in {country}.",
        "Carriers of the country take the sender; a short code stays in its own.",
    ),
    Rule(
        "duplicate", 1, _duplicate,
        "This text was not sent to this person in the last {window}.",
        "The very same text did not go to the person in the last 12 hours, where the guard is on.",
    ),
    Rule(
        "frequency", 1, _frequency,
        "The person may get one more text of this class ({class}).",
        "The person did not get as much lately as the account's caps for the class allow.",
    ),
    Rule(
        "validity", 1, _validity, "The message is still valid.", "The message is still valid at the moment it may go."
    ),
)  # fmt: skip

# What does not concern a kind of message. Alerts go to a fixed number whatever its statuses; what answers by itself may
# say the same twice; the one confirmation of an opt-out goes to somebody who has just been blacklisted.
_NOT_FOR: Mapping[Purpose, frozenset[str]] = {
    Purpose.MESSAGE: frozenset(),
    Purpose.ALERT: frozenset({"phone_status", "subscription", "frequency"}),
    Purpose.AUTOMATIC: frozenset({_PROGRAM, "subscription", "duplicate", "frequency"}),
    Purpose.CONFIRMATION: frozenset(
        {
            "blacklist",
            "review",
            "opt_out",
            _PROGRAM,
            "phone_status",
            "subscription",
            "country",
            "duplicate",
            "frequency",
        }
    ),
}


def leaves_traces(purpose: Purpose) -> bool:
    """Tell whether a message counts for the duplicate guard and the caps of those that come after it."""
    return "frequency" not in _NOT_FOR[purpose]


class Rules:
    """The rules as they are for one account."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        made = [(rule, check) for rule in ORDER if (check := rule.make(policy)) is not None]
        self._of_programs = {
            purpose: tuple((rule, check) for rule, check in made if rule.id not in excluded)
            for purpose, excluded in _NOT_FOR.items()
        }
        # Most messages are of no program, and are not asked about it.
        self._for = {
            purpose: tuple((rule, check) for rule, check in looks if rule.id != _PROGRAM)
            for purpose, looks in self._of_programs.items()
        }

    def judge(self, cases: Sequence[Case], *, now: datetime, before: Before | None = None) -> list[Stop | None]:
        """Return for each case, in order, what stops it, or None.

        `before` says what was sent to whom, for the duplicate guard and the caps; what may go is noted in it.
        """
        if self.policy.looks_back:
            return self._judge_looking_back(cases, now, before or Before())
        return [self._stop(case, now) for case in cases]

    def explain(self, case: Case, *, now: datetime) -> Decision:
        """Return what each rule saw and said of one case."""
        values = told(self.policy, case)
        looks: list[Look] = []
        for rule, check in (self._for if case.membership is None else self._of_programs)[case.purpose]:
            found = check(case, now)
            if found is None:
                looks.append(Look(rule.id, rule.version, Verdict.PASS, rule.passes.format_map(values), None, values))
                continue
            verdict = Verdict.WARN if found.is_warning else Verdict.STOP
            looks.append(Look(rule.id, rule.version, verdict, found.reason.told(values), found.reason, values))
            if verdict is Verdict.STOP:
                break
        return Decision(tuple(looks))

    def _stop(self, case: Case, now: datetime) -> Stop | None:
        for rule, check in (self._for if case.membership is None else self._of_programs)[case.purpose]:
            found = check(case, now)
            if found is not None and not found.is_warning:
                return Stop(rule.id, rule.version, found.reason)
        return None

    def _judge_looking_back(self, cases: Sequence[Case], now: datetime, before: Before) -> list[Stop | None]:
        verdicts: list[Stop | None] = []
        for case in cases:
            before.tell(case, self.policy, now)
            stop = self._stop(case, now)
            if stop is None and leaves_traces(case.purpose):
                before.note(case, self.policy, now)
            verdicts.append(stop)
        return verdicts
