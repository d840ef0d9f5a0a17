"""Fail points: places between two effects, at which a crash test ends the process to see what is left of it.

`CABLEGRAM_FAILPOINT=NAME:HIT` arms one of them: the process that passes NAME for the HIT-th time kills itself with
SIGKILL, as the kernel does when memory runs out. While none is armed, passing one is a call and a look at an attribute:
0.1 us, once a batch and never once a message.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from types import MappingProxyType

POINTS: Mapping[str, str] = MappingProxyType(
    {
        # A message is handed in.
        "desk.taken": "after requests left the waiting line, before their transaction",
        "desk.keys_claimed": "after idempotency keys were claimed, before messages are accepted under them",
        "accept.charged": "after messages were charged, before they are copied",
        "accept.partitions_made": "after the day's partition was made sure of, before messages are copied into it",
        "accept.inserted": "after a few messages were sent on their way into table and queue, before they are counted",
        "accept.copied": "after messages were copied, before they stand in the queue",
        "accept.queued": "after messages stand in the queue, before they are counted",
        "accept.counted": "after messages were counted, before dispatchers are woken",
        "desk.accepted": "after messages were accepted, before answers are stored under their keys",
        "desk.keys_answered": "after answers were stored under their keys, before the commit",
        "desk.committed": "after the commit, before any request is answered",
        "desk.answered": "after requests have their answers, before these are written to their sockets",
        # A campaign becomes messages.
        "fan_out.read": "after the slice's people were read, before their messages are made",
        "fan_out.made": "after the slice's messages were made, before the checkpoint is moved",
        "fan_out.checkpoint_moved": "after the checkpoint was moved, before the commit",
        "fan_out.committed": "after the slice's commit, before the next slice",
        "fan_out.short": "after a slice was rolled back for lack of credit, before it is made again for fewer people",
        # A message goes out.
        "dispatch.registered": "after a dispatcher was registered, before it holds the lock that shows that it lives",
        "dispatch.locked": "after a dispatcher holds its lock, before it takes over from the dead",
        "dispatch.link_owned": "after a link's lock was taken, before the link is opened",
        "claim.committed": "after a claim's commit, before the recorder knows of it",
        "claim.noted": "after the recorder noted a claim, before the link has it",
        "claim.sent": "after the link was given a claim, before the next claim",
        "wire.spent": "after messages were marked as written, before their bytes are handed to the socket",
        "wire.written": "after a batch's bytes were handed to the socket, before anything is answered",
        "http.built": "after a provider's requests were built, before any of them is written",
        "http.written": "after a request's bytes were handed to the socket, before anything is answered",
        # A carrier's answer comes.
        "http.answer_read": "after a provider's answer was read, before it is judged what it means",
        "link.answers_read": "after answers were read from the socket, before it is judged what they mean",
        "link.results_told": "after results were told to the recorder, before the window is filled again",
        "recorder.taken": "after the recorder took a batch, before its transaction",
        "results.taken": "after ordinary answers were recorded, before receipts that came earlier are looked for",
        "results.settled": "after messages moved by their answers, before the carrier's ids are stored",
        "results.ids_stored": "after the carrier's ids were stored, before receipts that came earlier are looked for",
        "results.requeued": "after messages that the carrier put off were set aside, before the timeline is written",
        "results.recorded": "after answers were recorded, before receipts of the same batch",
        "recorder.recorded": "after answers and receipts were recorded, before the commit",
        "recorder.committed": "after answers and receipts were committed, before texts are recorded",
        "recorder.written": "after everything was committed, before it is acknowledged to the carrier",
        "recorder.acknowledged": "after acknowledgements were handed to the socket, before the next batch",
        # A receipt comes.
        "receipts.landed": "after ordinary receipts settled their messages, before the others are looked at",
        "receipts.matched": "after receipts found their messages, before these move",
        "receipts.applied": "after messages moved by receipts, before the timeline is written",
        "receipts.kept": "after receipts without a message were kept, before the commit",
        "receipts.rematched": "after kept receipts moved their messages, before they are dropped",
        "receipts.fitted": "after a receipt settled the only message in question that it fits, before its id is stored",
        # Credit comes back.
        "settle.moved": "after messages moved, before their refunds are posted",
        "refund.posted": "after refunds were posted, before their messages name them",
        "refund.marked": "after messages name their refunds, before the commit",
        # A card is charged.
        "payment.prepared": "after the processor made a payment that takes no money, before its id is on disk",
        "payment.bound": "after a payment's id is on disk, before its money is asked for",
        "payment.taken": "after the processor answered for the money, before the answer is on disk",
        "payment.booked": "after a payment's money was entered in the books, before its credits are posted",
        "payment.posted": "after a payment's credits were posted, before its receipt",
        "payment.refund_made": "after the processor gave money back, before the answer is on disk",
        "payment.returned": "after the credits of money that went back were taken out, before it is said to be back",
        # A text comes in.
        "inbound.joined": "after parts of texts were joined, before it is looked up whose the texts are",
        "inbound.locked": "after who receives texts was locked, before it is decided what is done about them",
        "inbound.charged": "after texts were charged, before what they ask for is done",
        "inbound.kept": "after texts were kept with all that came of them, before the news of them is written",
        "recorder.texts_recorded": "after texts were recorded, before the commit",
        # Consent changes.
        "evidence.recorded": "after events of consent were recorded, before the commit of what they tell of",
        # A provider calls.
        "callback.taken": "after calls left the waiting line, before their transaction",
        "callback.sorted": "after it was looked up what calls are about, before texts and opt-outs are taken in",
        "callback.heard": "after texts and opt-outs were taken in, before receipts of the same batch",
        "callback.recorded": "after all that calls tell was recorded, before the commit",
        "callback.committed": "after the commit, before any call is answered",
        "callback.answered": "after calls have their answers, before these are written to their sockets",
        # A file becomes a list.
        "import.staged": "after a file's rows wait in the connection's table, before the transaction",
        "import.contacts_written": "after contacts were written, before the old members leave the list",
        "import.members_left": "after the old members left the list, before the new ones join it",
        "import.members_joined": "after the new members joined the list, before its size and columns are set",
        "import.recorded": "after the import was recorded, before the commit",
        "import.committed": "after the import's commit, before it is answered",
        # A job is done.
        "job.claimed": "after a worker took a job up, before its handler begins",
        "job.done": "after a job's handler was through, before the job is ended",
        # A campaign's life.
        "campaign.inserted": "after a campaign was made, before the news of it is written",
        "campaign.lists_taken": "after a campaign took its lists, before it runs",
        "campaign.begun": "after a campaign was set to work, before the commit",
        "campaign.taken_out": "after somebody was taken out of a campaign, before the news of it is written",
        "campaign.undone": "after a campaign's start was taken back, before its lists are given back",
        "campaign.went_on": "after a campaign came to its next stage, before the commit",
        "campaign.paused": "after a campaign is said to be paused, before its messages leave the queue",
        "hold.marked": "after a campaign's pause was marked, before its messages are set aside",
        "hold.set_aside": "after a campaign's messages were set aside, before the commit",
        "campaign.resumed": "after a campaign is said to run again, before its messages are released",
        "hold.released": "after a campaign's messages were released, before dispatchers are woken",
        "hold.withdrawn": "after a campaign's messages left the queue, before they are cancelled and refunded",
        "campaign.withdrawn": "after a campaign's messages were cancelled, before its lists are given back",
        "campaign.finished": "after a campaign was closed, before its lists are given back",
        # A number is rented.
        "rental.bought": "after a number of the stock was given and charged, before the commit",
        "rental.claimed": "after a purchase was claimed and charged, before its provider is asked to sell",
        "rental.asked": "after a provider was asked to sell, before what came of it is written",
        "rental.settled": "after what came of a purchase was written, before the commit",
        "rental.charged": "after months were charged, before the rentals say that they are paid",
        "rental.ended": "after a number was taken back, before the commit",
        "plan.charged": "after a plan's month was charged, before the account's plan says that it is paid",
        # A customer's server hears of it.
        "webhook.made": "after deliveries of what happened were made, before the commit",
        "webhook.sent": "after an endpoint answered or did not, before that is written down",
        "webhook.recorded": "after it was written down what came of attempts, before the commit",
        # A letter goes out.
        "letter.claimed": "after letters were taken under a lease, before the first of them is handed over",
        "letter.handed_over": "after the mail server answered for a letter, before that is written down",
        # A day's books are closed.
        "day.marked": "after postings are kept out of a day, before it is added up",
        "day.booked": "after a day's last entries were made, before it is closed",
        # What nobody asks for.
        "sweep.dead_found": "after a dead dispatcher was found, before its messages are read",
        "sweep.flights_read": "after a dead dispatcher's messages were read, before they are said to be in question",
        "sweep.named_unknown": "after a dead dispatcher's messages were put in question, before the news of it",
        "sweep.taken_over": "after a take-over was recorded, before the commit",
        "sweep.requeued": "after claims that were never written moved back, before they stand in the queue",
        "failover.moved": "after messages were moved to another connector, before their stories say so",
        "failover.told": "after stories say that messages were moved to another connector, before the commit",
        "sweep.released": "after messages whose pause is over went back to the queue, before the commit",
        "release.settled": "after messages that were due or had closed were moved, before they change their places",
        "release.placed": "after they did, before dispatchers are woken",
        "withdraw.taken": "after one message was taken from where it waits, before it is cancelled",
        "withdraw.cancelled": "after one message was cancelled and refunded, before the commit",
        "give_up.settled": "after messages long in question were closed, before the timeline says why",
        "tally.folded": "after counts were folded, before the commit",
        "upkeep.days_made": "after partitions of days to come were made, before the commit",
    }
)


class _Here:
    """What this process does at each point it passes: nothing, nearly always."""

    passed: Callable[[str], None] | None = None


def reach(name: str) -> None:
    """Pass a point. Names are literals, each in one place of the code."""
    if _Here.passed is not None:
        _Here.passed(name)


def watch(passed: Callable[[str], None] | None) -> None:
    """Have each point's name told as it is passed; None: no more."""
    _Here.passed = passed


def read(text: str) -> tuple[str, int]:
    """Read `NAME:HIT`, or `NAME` for the first time. Raises ValueError with a sentence for people."""
    name, _, hit = text.partition(":")
    if name not in POINTS:
        raise ValueError(f"{name!r} is no fail point (docs/reference/fail-points.md lists them)")
    if hit and not (hit.isascii() and hit.isdigit() and int(hit) >= 1):
        raise ValueError("it must be NAME:HIT, where HIT is a whole number from 1")
    return name, int(hit or 1)


def die() -> None:
    """End this process at once, without a last word to anybody."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(text: str, act: Callable[[], None] = die) -> None:
    """Choose the point at which this process dies, or does what a test wants instead. Raises ValueError as `read`."""
    name, left = read(text)

    def passed(other: str) -> None:
        nonlocal left
        if other == name:
            left -= 1
            if left == 0:
                act()

    watch(passed)
