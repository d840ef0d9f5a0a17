"""Sample contacts, lists and templates."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.contacts.model import Contact, ContactList, ImportResult
from cablegram.kit.errors import Fault
from cablegram.kit.ids import ContactId, ListId, TemplateId
from cablegram.library.model import SavedTemplate
from cablegram.panel.cut import Sample, cut
from panel_samples.frame import ID, account, ago

CONTACT_TABS = [
    ("Lists", "/contacts", True),
    ("People", "/contacts/people", False),
    ("Blacklist", "/contacts/blacklist", False),
    ("Imports", "/contacts/imports", False),
]

CAMPAIGN_TABS = [("Campaigns", "/campaigns", True), ("Templates", "/templates", False)]

TEMPLATE_TABS = [("Campaigns", "/campaigns", False), ("Templates", "/templates", True)]

SALE = "Otoño en Mercado Luna: -20 % en todo hasta el domingo"

UKRAINIAN = (
    "Олено, ваше замовлення №48213 вже у відділенні. Код отримання 7740. Чекаємо на вас до "
    "пʼятниці, 27 листопада, щодня до 20:00."
)

HOLA = "Hola Inés, this is Cablegram. Reply STOP to opt out."

TYPED = (
    'Hi {{ first_name | default: "there" }}, your parcel is waiting at Kiosko Luna, Calle '
    "Mayor 21. Pick it up before 20:00 – we’re open until 21:00 on Fridays. Reply BAJA to stop."
)

COMPOSED = (
    "Hi Zoe, your parcel is waiting at Kiosko Luna, Calle Mayor 21. Pick it up before 20:00 – "
    "we’re open until 21:00 on Fridays."
)

LISTS = [
    ContactList(
        ListId(ID),
        "Newsletter ES",
        "Signed up on the site since 2024",
        9987,
        ["first_name", "city", "points", "coupon", "language"],
        ago(90_000),
        ago(3600),
    ),
    ContactList(ListId(UUID(int=2)), "Kiosko regulars", "", 214, ["first_name"], ago(90_000), ago(91_000)),
    ContactList(ListId(UUID(int=3)), "Staff", "Who works here", 0, [], ago(90_000), None),
]

PEOPLE = [
    Contact(ContactId(ID), n, c, {"first_name": a, "city": b, "points": "1,204"}, ago(3600), ago(3600))
    for n, c, a, b in [
        ("34600000118", "ES", "Ana", "Madrid"),
        ("380671204518", "UA", "Олена", "Київ"),
        ("212661448390", "MA", "يوسف", "الدار البيضاء"),
        ("886912345118", "TW", "美玲", "臺北"),
        ("48601555201", "PL", "Łucja", "Wrocław"),
        ("351936118204", "PT", "Zoë", "Vila Nova de Gaia"),
    ]
]

FAULTS = [
    Fault("lines.17.number", "number_invalid", "Line 17: “+34 12” has too few digits for a number in Spain."),
    Fault("lines.388", "csv_wrong_column_count", "Line 388: this row has 3 columns, the header has 5."),
    Fault("lines.2041.number", "number_landline", "Line 2041: +34 910 000 118 is a fixed line."),
]

TEMPLATES = [
    SavedTemplate(TemplateId(ID), "Pickup", "Parcels at the kiosk", TYPED, ago(90_000), ago(3600)),
    SavedTemplate(TemplateId(UUID(int=2)), "Pickup UA", "", UKRAINIAN, ago(90_000), ago(90_000)),
]

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "contacts": (
        "contacts/lists.html",
        account(
            "contacts",
            "Contacts",
            tabs=CONTACT_TABS,
            lists=LISTS,
            newer="",
            older="",
            form=Row(name="", description=""),
            may_sample=False,
        ),
    ),
    "contacts-empty": (
        "contacts/lists.html",
        account(
            "contacts",
            "Contacts",
            tabs=CONTACT_TABS,
            lists=[],
            newer="",
            older="",
            form=Row(name="", description=""),
            may_sample=True,
        ),
    ),
    "list": (
        "contacts/list.html",
        account(
            "contacts",
            "Newsletter ES",
            list=LISTS[0],
            people=PEOPLE,
            newer="",
            older="/contacts/1?after=x",
            in_use=None,
            others=LISTS[1:],
        ),
    ),
    "list-empty": (
        "contacts/list.html",
        account(
            "contacts",
            "Staff",
            list=LISTS[2],
            people=[],
            newer="",
            older="",
            in_use=("Autumn sale, second call", "/campaigns/1"),
            others=LISTS[:1],
        ),
    ),
    "import": (
        "contacts/import_result.html",
        account(
            "contacts",
            "Imported",
            list=LISTS[0],
            file_name="autumn.csv, 1.2 MB",
            result=ImportResult(10_000, 9987, 9120, 412, 10, 3),
            faults=FAULTS,
            bad_rows=3,
            refused=None,
        ),
    ),
    "import-refused": (
        "contacts/import_result.html",
        account(
            "contacts",
            "Not imported",
            list=LISTS[0],
            file_name="autumn.csv, 1.2 MB",
            result=None,
            faults=FAULTS,
            bad_rows=13,
            refused=Row(
                what="13 of 10,000 rows are bad, so nothing was imported. Correct the file, or skip bad rows.",
                code="bad_rows",
            ),
        ),
    ),
    "templates": (
        "templates/list.html",
        account("campaigns", "Templates", tabs=TEMPLATE_TABS, rows=TEMPLATES, newer="", older=""),
    ),
    "templates-empty": (
        "templates/list.html",
        account("campaigns", "Templates", tabs=TEMPLATE_TABS, rows=[], newer="", older=""),
    ),
    "template": (
        "templates/edit.html",
        account(
            "campaigns",
            "Pickup",
            template=TEMPLATES[0],
            form=Row(
                name="Pickup", description="", text=TYPED, list_id=str(LISTS[1].id), message_class="transactional"
            ),
            lists=LISTS,
            list=None,
            tried=None,
            warnings=[],
            names=[],
            cut=cut(TYPED, [Sample("", TYPED.replace('{{ first_name | default: "there" }}', "there"), ["there"])]),
            variables=[("first_name", "there"), ("city", None)],
        ),
    ),
}
