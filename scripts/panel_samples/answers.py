"""Sample conversations, texts to review, numbers, a blacklist, people, rules."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.consent.destinations import SORTS as PLACE_SORTS
from cablegram.consent.destinations import Destination
from cablegram.consent.model import Decided, Doubt, Entry, How, Review
from cablegram.consent.policy import Standing
from cablegram.consent.sending_rules import SendingRules, Term
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.inbound.model import Line, Talk
from cablegram.inbound.naming import Terms
from cablegram.inbound.reviewing import Doubted
from cablegram.inbound.talk_model import Care, Note
from cablegram.kit.ids import ContactId, SenderId, TemplateId, UserId
from cablegram.library.model import SavedTemplate
from cablegram.lookup.model import SORTS as NETWORK_SORTS
from cablegram.lookup.model import Network
from cablegram.messages.refused import RefusedMessage
from cablegram.numbers.e164 import Number
from cablegram.pacing.hours import every_day
from cablegram.panel.cut import cut
from cablegram.panel.destinations import tabs as number_tabs
from cablegram.panel.inbox import Form, Thread
from cablegram.panel.rules import Form as RulesForm
from cablegram.panel.stocking import tabs as stock_tabs
from cablegram.panel.timing import forecast, show
from cablegram.senders.model import Capability, Kind, NumberType, Sender, Settings
from panel_samples.frame import ID, NOW, account, ago, operator
from panel_samples.rents import RENTAL, REPORTS

_INBOX = [
    ("Open 2", "/inbox"),
    ("Mine 1", "/inbox?show=mine"),
    ("To review 1", "/inbox/review"),
    ("Done", "/inbox?show=done"),
    ("Everyone", "/inbox?show=everyone"),
]
INBOX_TABS = [(label, href, href == "/inbox") for label, href in _INBOX]
REVIEW_TABS = [(label, href, href == "/inbox/review") for label, href in _INBOX]
INES = UserId(UUID(int=7))
TEAM = {INES: "Inés Carrasco", UserId(UUID(int=8)): "Marek Dvořák"}
BLACKLIST_TABS = [("Lists", "/contacts", False), ("Blacklist", "/contacts/blacklist", True)]
PEOPLE_TABS = [("Lists", "/contacts", False), ("People", "/contacts/people", True)]
RULES_TABS = [("Profile", "/settings", False), ("Quiet hours and caps", "/settings/rules", True)]
REFUSED_TABS = [("Sent", "/messages", False), ("Refused", "/messages/refused", True)]
ENDS = {"newer": "", "older": ""}

TALKS = [
    Talk(
        ID,
        "380671204518",
        "34612440118",
        "Дякую! А можна забрати у суботу?",
        ago(240),
        None,
        None,
        assigned_to=INES,
        is_new=True,
    ),
    Talk(ID, "212661448390", "34612440118", "شكرا، سأمر غدا بعد العصر", ago(480), None, None, is_answered=True),
    Talk(ID, "34600000118", "34612440118", "BAJA", ago(90_000), None, "Ana Ferreira", is_answered=True),
]
SAID = [
    Line(ID, True, "34612440118", "380671204518", "Олено, ваше замовлення вже тут.", ago(600), "delivered", None),
    Line(ID, False, "380671204518", "34612440118", "Дякую! А можна забрати у суботу?", ago(240), None, "inbox"),
    Note(ID, "Depot is open on Saturday 10:00 – 14:00 this week.", "Marek Dvořák", INES, ago(120)),
    Line(ID, True, "34612440118", "380671204518", "Так, з 10:00 до 14:00.", ago(60), "submitted", None),
]
SAVED = [SavedTemplate(TemplateId(ID), "Opening hours", "", "We open at ten.", ago(900), ago(900))]

OLENA = Contact(
    ContactId(ID),
    "380671204518",
    "UA",
    {"first_name": "Олена", "city": "Львів"},
    ago(900_000),
    ago(3600),
    subscription=Subscription.SUBSCRIBED,
    subscription_source="Web form, 3 March",
    subscription_at=ago(900_000),
)
PAUSED = Contact(ContactId(ID), "34600000118", "ES", {}, ago(9000), ago(90), PhoneStatus.PAUSED)
BARRED = [
    Entry(ID, "34600000118", How.STOP, "", "34612440118", ID, "their own word", ago(60)),
    Entry(UUID(int=2), "48601555201", How.BY_HAND, "Asked at the desk", None, None, "Inés Carrasco", ago(90_000)),
    Entry(UUID(int=3), "886912345118", How.IMPORT, "", None, None, "Inés Carrasco", ago(900_000)),
]
BILL = "We have to STOP this bill"
DOUBTED = Review(ID, "48601555201", "34612440118", "stop this bill", Doubt.IDIOM, ago(60), None, None, None)
DECIDED = Review(
    ID, "48601555201", "34612440118", "stop", Doubt.HINT, ago(600), Decided.GO_ON, "Inés Carrasco", ago(60)
)
OWN = Sender(
    SenderId(ID),
    "34612440118",
    Kind.NUMBER,
    NumberType.MOBILE,
    "ES",
    (Capability.SMS,),
    (),
    Settings(autoresponder_enabled=True, autoresponder_text="We answer from 9 to 18 h.", stop_words_enabled=True),
    is_default=True,
    created_at=ago(900_000),
)
NAME = Sender(
    SenderId(ID), "MercadoLuna", Kind.NAME, None, None, (Capability.SMS,), (), Settings(), False, ago(900_000)
)
TOLD = forecast(Number("380671204518", "UA"), [every_day("09:00", "21:00")], NOW)
QUIET = show({"any_day": [{"from": "21:00", "to": "09:00"}], "sunday": []})


def thread(barred: Entry | None = None, contact: Contact | None = OLENA) -> dict[str, Any]:
    """Make the context of a conversation."""
    care = Care(is_done=False, assigned_to=INES)
    shown = Thread("380671204518", SAID, "34612440118", "", contact, barred, None, care, TEAM)
    talk = {"thread": shown, "pause": None, "form": Form("", "34612440118", "1"), "cut": None, "price": None}
    listed = {"tabs": INBOX_TABS, "q": "", "talks": TALKS, "chosen": "380671204518", "show": "", "within": ""}
    return {**listed, **ENDS, **talk, "has_any": True, "team": TEAM, "me": INES, "saved": SAVED}


SETTINGS: dict[str, Any] = {
    "sender": OWN,
    "what": "mobile number",
    "ways": "any connector",
    "can_hear": True,
    "form": Row(text=OWN.settings.autoresponder_text, answers=True, stops=True, names=False, words="", help=""),
    "cut": cut(OWN.settings.autoresponder_text),
    "asking": Terms(500_000),
    "rental": RENTAL,
    "reports": REPORTS,
    "may_buy": True,
}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "inbox": ("inbox/page.html", account("inbox", "Inbox", **{**thread(), "thread": None, "chosen": ""})),
    "thread": ("inbox/page.html", account("inbox", "Conversation", **thread())),
    "thread-barred": ("inbox/page.html", account("inbox", "Conversation", **thread(barred=BARRED[0], contact=None))),
    "review": (
        "inbox/review.html",
        account(
            "inbox",
            "To review",
            tabs=REVIEW_TABS,
            rows=[Doubted(DOUBTED, BILL)],
            is_open=True,
            **ENDS,
        ),
    ),
    "review-decided": (
        "inbox/review.html",
        account("inbox", "To review", tabs=REVIEW_TABS, rows=[Doubted(DECIDED, None)], is_open=False, **ENDS),
    ),
    "numbers": (
        "numbers/list.html",
        account(
            "numbers",
            "Numbers",
            rows=[(OWN, "mobile number", "any connector", RENTAL), (NAME, "name, can't be answered", "Kyivstar", None)],
            waiting=[],
            has_long_code=True,
            may_grant=False,
            tabs=number_tabs("/numbers"),
            **ENDS,
        ),
    ),
    "destinations": (
        "numbers/destinations.html",
        account(
            "numbers",
            "Destinations",
            tabs=number_tabs("/numbers/destinations"),
            q="",
            rows=[
                Destination("34", "ES", "Spain", 850_000, is_allowed=True),
                Destination("380", "UA", "Ukraine", 3_330_000, is_allowed=False),
            ],
            sorts={name: ("/numbers/destinations", "ascending" * (name == "destination")) for name in PLACE_SORTS},
            closed=1,
        ),
    ),
    "operators": (
        "numbers/operators.html",
        account(
            "numbers",
            "Operators",
            tabs=number_tabs("/numbers/operators"),
            q="",
            rows=[Network("214", "07", "Movistar", "ES"), Network("901", "14", "AeroMobile", "")],
            total=2,
            sorts={name: ("/numbers/operators", "ascending" * (name == "mcc")) for name in NETWORK_SORTS},
            may_import=False,
            **ENDS,
        ),
    ),
    "number": ("numbers/show.html", account("numbers", "Number", **SETTINGS)),
    "stock": (
        "operator/numbers.html",
        operator(
            "stock",
            "Numbers",
            tabs=stock_tabs("/operator/numbers"),
            accounts=[("1", "Mercado Luna")],
            account=Row(id="1", name="Mercado Luna"),
            rows=[(OWN, "mobile number", "")],
            form=Row(address="", type="", country="", connector_id="", mms=False, is_default=False),
            types=[("local", "local")],
            countries=[("ES", "Spain")],
            ways=[("1", "Kyivstar")],
            faults=[],
        ),
    ),
    "blacklist": (
        "contacts/blacklist.html",
        account(
            "contacts",
            "Blacklist",
            tabs=BLACKLIST_TABS,
            q="",
            rows=BARRED,
            form=Row(number="", note=""),
            done=None,
            refused=None,
            faults=[],
            **ENDS,
        ),
    ),
    "people": (
        "contacts/people.html",
        account(
            "contacts",
            "People",
            tabs=PEOPLE_TABS,
            q="",
            phone="",
            subscription="",
            rows=[OLENA, PAUSED],
            is_filtered=False,
            clear=Row(phone="/contacts/people", subscription="/contacts/people"),
            **ENDS,
        ),
    ),
    "rules": (
        "settings/rules.html",
        account(
            "settings",
            "Quiet hours",
            tabs=RULES_TABS,
            form=RulesForm(quiet=QUIET, late="60", spread="5", example="+380671204518"),
            standing=Standing(SendingRules(), 2, "Inés Carrasco", ago(3600)),
            kept=[Term(most=3, hours=36)],
            told=TOLD,
        ),
    ),
    "refused": (
        "messages/refused.html",
        account(
            "messages",
            "Refused",
            tabs=REFUSED_TABS,
            code="",
            rows=[
                RefusedMessage(
                    ID,
                    "POST /v1/messages",
                    "+34600000118",
                    "Acme",
                    "order-48213",
                    "blacklisted",
                    "+34600000118 is on the account's blacklist.",
                    "to",
                    ago(60),
                )
            ],
            days=7,
            **ENDS,
        ),
    ),
    "late": ("messages/late.html", account("messages", "Late messages", late=1204)),
}
