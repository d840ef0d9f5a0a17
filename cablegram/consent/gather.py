"""Ask what the rules want to know of a batch, judge it, and remember what those who come later will be judged by.

Everything is asked for a whole batch: what stands against numbers and what people said go along with the other
questions of accepting; the same text and how much somebody got are asked for in one more round trip, and only where an
account's rules look back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from cablegram.consent import seen, store
from cablegram.consent.before import Before
from cablegram.consent.case import DUPLICATE_WINDOW, Case, Purpose
from cablegram.consent.duplicates import fingerprint
from cablegram.consent.looks import Decision
from cablegram.consent.reasons import Reason
from cablegram.consent.rulebook import Rulebook, compiled
from cablegram.consent.rules import leaves_traces
from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.telling import told
from cablegram.contacts import statuses
from cablegram.contacts.model import Statuses
from cablegram.kit.ids import AccountId, ProgramId
from cablegram.pacing.caps import Caps
from cablegram.programs import standing
from cablegram.programs.model import MEMBERS, Standing
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn

_MOST_COUNTED = 1_000  # messages to one person in one class: nobody's cap is higher


class Subject(Protocol):
    """A message that wants to go. Judging fills in `ruleset` and `seen`; one with a refusal is left alone.

    `statuses` None: not known yet, to be asked for.
    """

    account_id: AccountId
    number: str
    country: str
    source: str
    sender_country: str
    is_simulated: bool
    media_url: str | None
    purpose: Purpose
    statuses: Statuses | None
    program_id: ProgramId | None
    ruleset: int | None
    seen: int | None

    @property
    def wording(self) -> str:
        """Return what it says, without what is each message's own."""
        ...

    @property
    def message_class(self) -> str:
        """Return its class."""
        ...

    @property
    def refusal(self) -> object | None:
        """Return why it does not go, if that is known."""
        ...


S = TypeVar("S", bound=Subject)


@dataclass(frozen=True, slots=True)
class Stopped(Generic[S]):
    """A message that a rule stops: why, and the sentence that says it of this one."""

    subject: S
    reason: Reason
    sentence: str


@dataclass(slots=True)
class Batch(Generic[S]):
    """A batch about which questions are on their way; afterwards what it was judged by."""

    subjects: Sequence[S]
    rules: Reply[dict[AccountId | None, str]]
    against: Reply[list[tuple[int, bool]]]
    unknown: list[int]  # places of those whose statuses are asked for
    statuses: Reply[list[tuple[int, Statuses]]] | None
    of_programs: list[int] = field(default_factory=list[int])  # places of those whose standing is asked for
    standings: Reply[list[tuple[int, Standing]]] | None = None
    groups: list[_Group[S]] = field(default_factory=list["_Group[S]"])
    unkept: dict[int, str] = field(default_factory=dict[int, str])  # rulesets that may not be written down yet

    def hours(self) -> dict[AccountId, SendingHours]:
        """Return what accounts have said about hours, once the batch is judged.

        Where they have none of their own it holds for messages that bring theirs.
        """
        return {group.account_id: group.book.hours for group in self.groups if group.book.hours != ANY_TIME}


@dataclass(slots=True)
class _Group(Generic[S]):
    """What one account has in a batch."""

    account_id: AccountId
    book: Rulebook
    subjects: list[S] = field(default_factory=list[S])
    cases: list[Case] = field(default_factory=list[Case])


def ask(conn: Conn, subjects: Sequence[S]) -> Batch[S]:
    """Ask about messages whose numbers are read; the questions go along with the next that is awaited.

    Whoever wants to be sure that an opt-out which was committed is seen has locked the accounts' balances before.
    """
    accounts, numbers = [one.account_id for one in subjects], [one.number for one in subjects]
    # By identity: messages of a call share their account's id, and a uuid's hash takes 0.3 us.
    owners = list({id(one): one for one in accounts}.values())
    unknown = [place for place, one in enumerate(subjects) if one.statuses is None]
    asked = None
    if unknown:
        of_unknown = [accounts[place] for place in unknown], [numbers[place] for place in unknown]
        asked = statuses.known(conn, *of_unknown, owners=owners)
    rules = store.rules_of(conn, owners, usual=compiled(None).ruleset)
    batch = Batch(subjects, rules, store.against(conn, accounts, numbers, owners=owners), unknown, asked)
    if pairs := [(place, one.program_id) for place, one in enumerate(subjects) if one.program_id is not None]:
        batch.of_programs = [place for place, _ in pairs]
        batch.standings = standing.of(conn, [(program_id, numbers[place]) for place, program_id in pairs])
    return batch


async def judge(conn: Conn, batch: Batch[S], *, now: datetime) -> list[Stopped[S]]:
    """Judge those that have no refusal yet, in their order; return the ones that a rule stops."""
    known = await batch.rules
    batch.groups = _grouped(batch, known, await _cases(batch))
    batch.unkept = {group.book.ruleset: group.book.written for group in batch.groups}
    if None in known:
        batch.unkept.pop(compiled(None).ruleset, None)
    looking_back = [group for group in batch.groups if group.book.rules.policy.looks_back]
    before = await _before(conn, looking_back, now) if looking_back else {}
    stopped: list[Stopped[S]] = []
    for group in batch.groups:
        rules, number = group.book.rules, group.book.ruleset
        stops = rules.judge(group.cases, now=now, before=before.get(group.account_id))
        for subject, case, stop in zip(group.subjects, group.cases, stops, strict=True):
            subject.ruleset, subject.seen = number, seen.pack(case)
            if stop is not None:
                stopped.append(Stopped(subject, stop.reason, stop.reason.told(told(rules.policy, case))))
    return stopped


async def look(conn: Conn, subject: Subject, *, now: datetime) -> Decision:
    """Say what each rule sees and says of one message at this moment; nothing is sent or remembered."""
    batch = ask(conn, [subject])
    (group,) = _grouped(batch, await batch.rules, await _cases(batch))
    (case,), rules = group.cases, group.book.rules
    if rules.policy.looks_back:
        (before,) = (await _before(conn, [group], now)).values()
        before.tell(case, rules.policy, now)
    return rules.explain(case, now=now)


def remember(conn: Conn, batch: Batch[S], *, now: datetime) -> None:
    """Write down what the batch was judged by, and what went (has no refusal), for guard and caps; with the commit."""
    if batch.unkept:
        store.keep_rulesets(conn, batch.unkept, now=now)
    texts: list[tuple[AccountId, bytes]] = []
    sent: list[tuple[AccountId, str, str, datetime]] = []
    for group in batch.groups:
        policy = group.book.rules.policy
        if not policy.looks_back:
            continue
        for case in _gone(group):
            if policy.duplicate_window is not None:
                texts.append((group.account_id, case.fingerprint))
            caps = policy.caps.get(case.message_class)
            if caps is not None:
                sent.append((group.account_id, case.number, case.message_class, now + _looks_back(caps)))
    if texts:
        store.note_texts(conn, texts, now=now)
    if sent:
        store.note_messages(conn, sent, now=now)


async def forget(conn: Conn, *, now: datetime, limit: int = 10_000) -> bool:
    """Drop some of what neither guard nor cap looks back to; tell whether there is more."""
    texts = await store.forget_texts(conn, now - DUPLICATE_WINDOW, limit=limit)
    return max(texts, await store.forget_messages(conn, now, limit=limit)) == limit


async def _cases(batch: Batch[S]) -> list[Case | None]:
    """Make a case of each message that has no refusal."""
    cases = [None if one.refusal else _case(one) for one in batch.subjects]
    for place, is_held in await batch.against:
        case = cases[place]
        if case is not None:
            case.is_held, case.is_blacklisted = is_held or case.is_held, case.is_blacklisted or not is_held
    if batch.statuses is not None:
        for asked, found in await batch.statuses:
            case = cases[batch.unknown[asked]]
            if case is not None:
                case.phone_status, case.subscription = found
    if batch.standings is not None:
        await _see_standings(batch.of_programs, batch.standings, cases)
    return cases


async def _see_standings(
    places: Sequence[int], standings: Reply[list[tuple[int, Standing]]], cases: Sequence[Case | None]
) -> None:
    """Write into cases whether their people belong to the programs that send: who stands nowhere is out."""
    known = dict(await standings)
    for asked, place in enumerate(places):
        case = cases[place]
        if case is not None:
            where = known.get(asked, Standing.OUT)
            case.membership = where if where in MEMBERS else Standing.OUT


def _case(one: Subject) -> Case:
    case = Case(
        one.number, one.country, one.source, one.message_class, one.purpose, one.sender_country, one.is_simulated
    )
    if one.statuses is not None:
        case.phone_status, case.subscription = one.statuses
    return case


def _grouped(batch: Batch[S], rules: dict[AccountId | None, str], cases: Sequence[Case | None]) -> list[_Group[S]]:
    groups: dict[AccountId, _Group[S]] = {}
    group: _Group[S] | None = None
    for subject, case in zip(batch.subjects, cases, strict=True):
        if case is None:
            continue
        # The account of the one before is this one's, nearly always; a uuid's hash would take 0.3 us.
        if group is None or subject.account_id is not group.account_id:
            account_id = subject.account_id
            group = groups.get(account_id) or _Group(account_id, compiled(rules.get(account_id)))
            groups[account_id] = group
        group.subjects.append(subject)
        group.cases.append(case)
    return list(groups.values())


async def _before(conn: Conn, groups: Sequence[_Group[S]], now: datetime) -> dict[AccountId, Before]:
    """Ask what went before, for accounts whose rules look back: in one round trip."""
    before = {group.account_id: Before() for group in groups}
    marks: list[tuple[AccountId, bytes]] = []
    people: dict[tuple[AccountId, str, str, datetime], None] = {}
    windows = [timedelta()]
    for group in groups:
        policy, owner = group.book.rules.policy, group.account_id.bytes
        for subject, case in zip(group.subjects, group.cases, strict=True):
            if policy.duplicate_window is not None:
                case.fingerprint = fingerprint(owner, case.number, subject.wording, subject.media_url or "")
                marks.append((group.account_id, case.fingerprint))
                windows.append(policy.duplicate_window)
            caps = policy.caps.get(case.message_class)
            if caps is not None:
                people[group.account_id, case.number, case.message_class, now - _looks_back(caps)] = None
    asked = list(people)
    texts = store.texts_since(conn, marks, now - max(windows)) if marks else None
    sent = store.messages_since(conn, asked, most=_MOST_COUNTED) if asked else None
    if texts is not None:
        for place, at in await texts:
            account_id, mark = marks[place]
            before[account_id].texts[mark] = at
    if sent is not None:
        for place, at in await sent:
            account_id, number, message_class, _ = asked[place]
            before[account_id].sent.setdefault((number, message_class), []).append(at)
    return before


def _gone(group: _Group[S]) -> Iterator[Case]:
    for subject, case in zip(group.subjects, group.cases, strict=True):
        if subject.refusal is None and leaves_traces(case.purpose):
            yield case


def _looks_back(caps: Caps) -> timedelta:
    return max(caps.dwell or timedelta(), *(cap.term for cap in caps.terms), timedelta())
