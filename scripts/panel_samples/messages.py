"""Sample messages, the home page and the composer."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Row
from typing import Any

from cablegram.campaigns.model import CampaignState
from cablegram.consent.rules import Verdict
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId, PostingId
from cablegram.links.codes import sampler
from cablegram.messages.model import Message, MessageClass, Moment, State
from cablegram.messages.why import Look, Why
from cablegram.panel.bringing import Brought
from cablegram.panel.cut import cut
from cablegram.panel.timed import TimeForm
from cablegram.runtime.settings import Settings
from cablegram.text.segments import split
from panel_samples.campaigns import COUNTS, DONE, LIVE, campaign
from panel_samples.frame import CREDIT, ID, SENDERS, ZONE, account, ago
from panel_samples.people import COMPOSED, HOLA, SALE, UKRAINIAN
from panel_samples.rooms import NEEDS

TIME: dict[str, Any] = {"told": None, "found": None, "zone_name": ZONE}
LINK = sampler(Settings(link_url="https://t.mercadoluna.example"))


def _typed(to: str, text: str, **more: object) -> Row:
    """Return the composer's form as typed."""
    return Row(once="1", sender="MercadoLuna", to=to, text=text, **more)


MESSAGE_TABS = [("Sent", "/messages", True), ("Received", "/messages/received", False)]


def message(  # noqa: PLR0917 - one line a message reads best
    at: float, to: tuple[str, str], text: str, state: State, price: float, reason: str | None = None
) -> Message:
    """Make one message of the log."""
    number, country = to
    parts = split(text)
    return Message(
        id=MessageId(ID),
        account_id=AccountId(ID),
        campaign_id=CampaignId(ID),
        connector_id=ConnectorId(ID),
        posting_id=None if state is State.SKIPPED else PostingId(ID),
        refund_id=PostingId(ID) if state in (State.REJECTED, State.FAILED, State.CANCELLED) else None,
        price=round(price * CREDIT),
        accepted_at=ago(at),
        claimed_at=ago(at - 0.048),
        submitted_at=ago(at - 0.129),
        finished_at=ago(at - 4.7),
        state=state,
        segments=len(parts),
        message_class=MessageClass.MARKETING,
        encoding="ucs2",
        reason=reason,
        error="0x0000000b" if state is State.REJECTED else None,
        country=country,
        source="MercadoLuna",
        number=number,
        client_ref="order-48213",
        text=text,
        provider_id=None,
        receipt=None,
        receipt_at=None,
    )


LOG = [
    message(13, ("380671204518", "UA"), UKRAINIAN, State.DELIVERED, 2.8),
    message(14, ("48601555201", "PL"), SALE, State.SUBMITTED, 1.1),
    message(14, ("212661448390", "MA"), SALE, State.UNDELIVERED, 3.6, "absent_subscriber"),
    message(15, ("886912345118", "TW"), "您的包裹已送達，請於週五前領取", State.DELIVERED, 0.9),
    message(16, ("34910000118", "ES"), SALE, State.SKIPPED, 0, "number_landline"),
    message(18, ("919820044119", "IN"), "आपका ऑर्डर रास्ते में है", State.REJECTED, 1.0, "carrier_refused"),
    message(22, ("34655020604", "ES"), "Tu código es 482 113. No lo compartas.", State.DELIVERED, 1.0),
    message(29, ("351912004118", "PT"), SALE, State.UNKNOWN, 0.95, "no_answer"),
    message(31, ("66812345118", "TH"), "พัสดุของคุณมาถึงแล้ว", State.QUEUED, 1.2),
    message(40, ("351936118204", "PT"), SALE, State.SUBMITTING, 1.9),
    message(47, ("353855550118", "IE"), "Your table for two is confirmed for 19:30", State.EXPIRED, 1.3),
    message(90_000, ("251911501183", "ET"), "Your parcel has left the depot", State.FAILED, 1.3, "carrier_busy"),
    message(91_000, ("212661448390", "MA"), "شكرا، طلبك في الطريق", State.CANCELLED, 1.8, "campaign_cancelled"),
]

MOMENTS = [
    Moment(ago(13.0), "accepted", 0, "2 segments, ucs2"),
    Moment(ago(12.952), "submitting", 0, "handed to a link"),
    Moment(ago(12.871), "answered", 1, "taken as 5F0A19C2"),
    Moment(ago(12.870), "answered", 2, "taken as 5F0A19C3"),
    Moment(ago(12.869), "submitted", 0, "the carrier took it"),
    Moment(ago(8.3), "receipt", 1, "stat:DELIVRD err:000"),
    Moment(ago(8.2), "receipt", 2, "stat:DELIVRD err:000"),
    Moment(ago(8.2), "delivered", 0, ""),
]

WHY = Why(
    "380671204518",
    "Nothing stood against it when it was accepted; now it is delivered.",
    (
        Look("text", 1, Verdict.PASS, "The text can be sent as it is."),
        Look("blacklist", 1, Verdict.PASS, "+380671204518 is not on the blacklist."),
        Look(
            "subscription",
            1,
            Verdict.WARN,
            "Nobody ever said anything about +380671204518.",
            "consent_unknown",
            "Record a subscription with where it comes from.",
        ),
    ),
    ago(30),
)

STOPPED = replace(
    WHY,
    looks=(
        *WHY.looks[:1],
        Look(
            "blacklist",
            1,
            Verdict.STOP,
            "+34600000118 is on the account's blacklist, which beats everything else.",
            "blacklisted",
            "Take the number off the blacklist, if the person asks for it.",
        ),
    ),
)


ABOUT = {
    "message": LOG[0],
    "moments": MOMENTS,
    "why": WHY,
    "segments": split(UKRAINIAN),
    "connector": "Kyivstar · link 2",
    "campaign": ("Autumn sale, second call", "/campaigns/1"),
    "address": "http://127.0.0.1:8080/messages/1",
    "pause": None,
}

STEP_KEYS = ("message", "contacts", "carrier", "campaign")


def steps(done: int) -> list[Row]:
    """Make the checklist with the first ones done."""
    return [Row(key=key, is_done=i < done, is_skipped=False, is_open=i == done) for i, key in enumerate(STEP_KEYS)]


FORM = Row(once="1", to="34600000118", to_name="Ana Ferreira", sender="MercadoLuna", text=HOLA)

CURL = """curl http://127.0.0.1:8080/v1/messages \\
  -H "Authorization: Bearer YOUR_KEY" \\
  --json '{"to": "+34600000118", "text": "Hola Inés"}'"""
PYTHON = """import json, urllib.request

request = urllib.request.Request(
    "http://127.0.0.1:8080/v1/messages",
    data=json.dumps({"to": "+34600000118", "text": "Hola Inés"}).encode(),
    headers={"Authorization": "Bearer YOUR_KEY", "Content-Type": "application/json"},
)
print(urllib.request.urlopen(request).read().decode())"""
EXAMPLES = [("curl", CURL), ("Python", PYTHON)]

PHONE = Row(reply_to="", name="Ana Ferreira", number="34600000118", is_up=True, can_reply=False, lines=[])

TALK = Row(
    reply_to="34612440118",
    name="Ana Ferreira",
    number="34600000118",
    is_up=True,
    can_reply=True,
    lines=[
        Row(way="out", text=HOLA, at=ago(60), note="from MercadoLuna"),
        Row(way="in", text="¿A qué hora abren?", at=ago(41), note=""),
        Row(way="in", text="STOP", at=ago(20), note=""),
    ],
)

TEST = replace(LOG[6], text=HOLA, accepted_at=ago(13), finished_at=ago(12.62), country="ES")

HOME = {
    "seen": "1",
    "is_moving": False,
    "first_name": "Inés",
    "form": FORM,
    "senders": SENDERS,
    "measure": Row(units=52, encoding="gsm0338", segments=1, price=CREDIT),
    "may_connect": True,
    "examples": EXAMPLES,
    "key_hint": "",
    "today": None,
    "spent": 0,
    "campaigns": [],
    "needs": [],
    "test": None,
    "moments": None,
}

TEST_MOMENTS = [
    Moment(ago(13.0), "accepted", 0, "1 segments, gsm0338"),
    Moment(ago(12.959), "submitting", 0, "handed to a link"),
    Moment(ago(12.794), "submitted", 0, "the carrier took it"),
    Moment(ago(12.62), "delivered", 0, ""),
]

EMPTY: dict[str, Any] = {"once": "1", "sender": "MercadoLuna", "time": TimeForm(), "brought": Brought()}
CHECKED = cut(COMPOSED, unit_price=CREDIT)

FILTERS = {
    "q": "",
    "state": [],
    "country": "",
    "campaign": "",
    "since": "",
    "until": "",
    "countries": [("ES", "Spain"), ("UA", "Ukraine")],
    "campaigns": [("1", "Autumn sale, second call")],
    "campaign_name": "",
    "clear": Row(state="/messages", country="/messages", campaign="/messages", when="/messages"),
    "zone_name": ZONE,
    "looked_to": None,
    "is_filtered": False,
    "file": "/messages/export",
    "newer": "",
    "older": "/messages?after=x",
    "note": "Newest first",
}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "home": ("home/page.html", account("home", "Home", **HOME, steps=steps(0), phone=PHONE)),
    "home-sent": (
        "home/page.html",
        account("home", "Home", **{**HOME, "test": TEST, "moments": TEST_MOMENTS}, steps=steps(1), phone=TALK),
    ),
    "home-done": (
        "home/page.html",
        account(
            "home",
            "Home",
            **{
                **HOME,
                "today": Row(sent=12408, delivered=9611, handled=9827, failed=216, under_way=2581),
                "spent": 16_255_800_000,
                "campaigns": [
                    (LIVE, COUNTS),
                    (campaign("Stock clearance", CampaignState.PAUSED, 10_000, reason="out_of_funds"), DONE),
                ],
                "needs": NEEDS,
            },
            steps=steps(4),
            phone=TALK,
        ),
    ),
    "compose": (
        "compose/page.html",
        account(
            "compose",
            "Compose",
            form=_typed(
                "+34 600 000 118",
                COMPOSED,
                message_class="transactional",
                shorten=False,
                time=TimeForm(example="+34600000118"),
                brought=Brought(["route"]),
            ),
            **TIME,
            senders=SENDERS,
            link=LINK,
            cut=CHECKED,
            price=Row(
                sum=2 * CREDIT,
                unit=CREDIT,
                segments=2,
                country="ES",
                balance_after=18_238_500_000,
                usable=120,
                pieces=2,
            ),
        ),
    ),
    "compose-empty": (
        "compose/page.html",
        account(
            "compose",
            "Compose",
            form=_typed("", "", message_class="transactional", shorten=False, time=TimeForm(), brought=Brought()),
            **TIME,
            senders=SENDERS,
            link=LINK,
            cut=None,
            price=None,
        ),
    ),
    "compose-errors": (
        "compose/page.html",
        account(
            "compose",
            "Compose",
            form=_typed("+34 12", "Hi", message_class="otp", shorten=True, time=TimeForm(), brought=Brought()),
            **TIME,
            senders=SENDERS,
            link=LINK,
            cut=cut("Hi"),
            price=None,
            errors={
                "to": "“+34 12” has too few digits for a number in Spain.",
                "text": "This text has 2 characters; a message needs at least 5.",
            },
            summary=[
                ("to", "“+34 12” has too few digits for a number in Spain."),
                ("text", "This text has 2 characters; a message needs at least 5."),
            ],
        ),
    ),
    "messages": ("messages/page.html", account("messages", "Messages", tabs=MESSAGE_TABS, rows=LOG, **FILTERS)),
    "messages-filtered": (
        "messages/page.html",
        account(
            "messages",
            "Messages",
            tabs=MESSAGE_TABS,
            rows=[],
            **{
                **FILTERS,
                "q": "48213",
                "state": ["failed", "rejected"],
                "country": "ES",
                "campaign": "1",
                "campaign_name": "Autumn sale, second call",
                "since": "2026-11-19",
                "until": "2026-11-20",
                "is_filtered": True,
                "older": "",
            },
        ),
    ),
    "messages-looked": (
        "messages/page.html",
        account(
            "messages",
            "Messages",
            tabs=MESSAGE_TABS,
            rows=[],
            **{
                **FILTERS,
                "state": ["failed"],
                "is_filtered": True,
                "older": "?after=1",
                "looked_to": LOG[5].accepted_at,
            },
        ),
    ),
    "messages-empty": (
        "messages/page.html",
        account("messages", "Messages", tabs=MESSAGE_TABS, rows=[], **{**FILTERS, "older": "", "note": ""}),
    ),
    f"messages/{ID}": ("messages/_sheet.html", account("messages", "Message", **ABOUT)),
    "message": ("messages/show.html", account("messages", "Message", **ABOUT)),
    "message-skipped": (
        "messages/show.html",
        account("messages", "Message", **{**ABOUT, "message": LOG[4], "moments": [], "why": STOPPED, "pause": None}),
    ),
    "message-rejected": (
        "messages/show.html",
        account("messages", "Message", **{**ABOUT, "message": LOG[5], "segments": split(LOG[5].text)}),
    ),
}
