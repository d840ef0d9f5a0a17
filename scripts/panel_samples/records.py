"""Sample pages about one person, the fields that are kept of people, and forms on web pages."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Row

from cablegram.contacts.field_model import BUILT_IN, Beginning, Field, FieldType
from cablegram.contacts.joining import join
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.website_form import snippet
from cablegram.contacts.website_model import WebsiteTag
from cablegram.kit.ids import AccountId, CampaignId, ContactId, FieldId, WebsiteTagId
from cablegram.records.model import Item, ItemKind
from panel_samples.answers import ENDS, OLENA
from panel_samples.consented import CONSENT
from panel_samples.frame import ID, NOW, account, ago

PEOPLE_TABS = [
    ("Lists", "/contacts", False),
    ("People", "/contacts/people", False),
    ("Fields", "/contacts/fields", True),
    ("Website tag", "/contacts/website", False),
]
PLAN = Field("plan", "Plan", FieldType.CHOICE, ("Basic", "Plus", "Large"), 1, FieldId(ID))
BORN = Field("birthday", "Birthday", FieldType.DATE, (), 2, FieldId(ID))
VIP = Field("wants_calls", "Wants to be called", FieldType.YES_NO, (), 3, FieldId(ID))
SPENT = Field("spent", "Spent so far", FieldType.NUMBER, (), 4, FieldId(ID))
OWN = [PLAN, BORN, VIP, SPENT]
SAID = Item(
    ID, ago(86_400), ItemKind.CONSENT, "Said yes, to marketing",
    "form Newsletter box · shown: “Send me offers by text, at most 4 a month. Reply STOP to end.” · "
    "https://www.example.com/offers · from 203.0.113.7",
    by="the person", number=OLENA.number,
)  # fmt: skip
ITEMS = [
    Item(
        ID, ago(60), ItemKind.MESSAGE, "Message delivered", "Олено, ваше замовлення вже в дорозі.", number=OLENA.number,
        state="delivered", campaign_id=CampaignId(ID), campaign="Autumn sale",
    ),
    Item(ID, ago(600), ItemKind.TEXT, "Wrote to us", "Дякую! А коли?", number=OLENA.number),
    Item(ID, ago(3_600), ItemKind.EDIT, "Tags changed", "+ vip, − new", by="Inés Carrasco"),
    Item(
        ID, ago(7_200), ItemKind.MESSAGE, "Message skipped: paused by you", "Autumn is here", number="34600000118",
        state="skipped",
    ),
    SAID,
    Item(ID, ago(90_000), ItemKind.EDIT, "+34600000118 was joined to this record", "fields: birthday; lists: News"),
]  # fmt: skip
OTHER = Contact(
    ContactId(ID), "34600000118", "ES", {"first_name": "Olena", "birthday": "1990-05-03"}, ago(9_000_000), ago(900),
    PhoneStatus.BOUNCED, Subscription.NOT_SUBSCRIBED, tags=["old"],
)  # fmt: skip
TAG = WebsiteTag(
    WebsiteTagId(ID), AccountId(ID), "Newsletter box", "k2yX0bq8dXyTFh3aWq9sVQ0Z",
    ("https://www.example.com", "https://shop.example.com"), ("birthday", "plan"), ("website",),
    "Send me offers by text, at most 4 a month. Reply STOP to end.", 2,
    is_on=True, created_at=NOW - timedelta(days=9), updated_at=ago(3_600),
)  # fmt: skip
FORM = Row(
    name=TAG.name, origins="\n".join(TAG.origins), fields=TAG.fields, tags="website", words=TAG.words, is_on=True
)
PAGES = {
    "person": (
        "contacts/person.html",
        account(
            "contacts",
            "Person",
            contact=OLENA,
            barred=None,
            form=Row(
                number="+380671204518",
                phone_status="active",
                reason="",
                subscription="subscribed",
                source="Web form, 3 March",
                values=[
                    (PLAN, "Plus"),
                    (BORN, "1990-05-03"),
                    (VIP, "yes"),
                    (SPENT, "120.5"),
                    *((Field(name, name), value) for name, value in OLENA.variables.items()),
                ],
            ),
            lists=[(ID, "Newsletter"), (ID, "Customers in Kyiv")],
            items=ITEMS,
            consent=CONSENT,
            kind="",
            longest_tag=50,
            **ENDS,
        ),
    ),
    "join": (
        "contacts/join.html",
        account(
            "contacts",
            "Join two records",
            kept=OLENA,
            gone=OTHER,
            joined=join(OLENA, OTHER, gone_said_stop=False, now=NOW),
            names=["first_name", "city", "birthday"],
        ),
    ),
    "forget": (
        "contacts/forget.html",
        account("contacts", "Forget this person", contact=OLENA, digits=4, reason="", barred=None),
    ),
    "fields": (
        "contacts/fields.html",
        account(
            "contacts",
            "Fields",
            tabs=PEOPLE_TABS,
            built_in=BUILT_IN,
            own=OWN,
            form=Row(name="", label="", type="text", choices=""),
            begins="none",
            source="",
            beginning=Beginning(Subscription.NONE, "", "Inés Carrasco", ago(86_400)),
            labels=[("big spender", 128), ("vip", 12)],
        ),
    ),
    "website": (
        "contacts/website.html",
        account("contacts", "Website tag", tabs=PEOPLE_TABS, found=[TAG], form=FORM, own=OWN),
    ),
    "website-tag": (
        "contacts/website_tag.html",
        account(
            "contacts",
            TAG.name,
            tag=TAG,
            form=FORM,
            own=OWN,
            inputs=[BORN, PLAN],
            snippet=snippet(TAG, "https://sms.example.com", {one.name: one for one in OWN}),
            typed={"_mobilePhone": "+34600000118"},
            told=["+34 600 000 118 would become a contact.", "birthday would be 1990-05-03."],
            trial_errors={"plan": "Plan is 'Gold'; write one of: Basic, Plus, Large."},
        ),
    ),
}
