"""Sample pages of the table of people and of segments."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.audiences.deed_model import Deed, Done, What
from cablegram.audiences.filter_check import Catalog, Named
from cablegram.audiences.filter_model import SUBJECTS
from cablegram.audiences.filter_text import parse
from cablegram.audiences.model import Counted, Found, Segment, Sort
from cablegram.audiences.segments import Shown
from cablegram.audiences.views import View
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.kit.ids import ContactId, SegmentId
from cablegram.panel.contacts import tabs
from cablegram.panel.people import Asked, words_of
from cablegram.panel.segments import OP_WORDS, Form, Look
from panel_samples.frame import ID, account, ago

ENDS = {"newer": "", "older": ""}
_FILTER = "city = Madrid and (tag = vip or points >= 100) and delivered in last 30 days"
_PEOPLE: tuple[tuple[str, str, str, PhoneStatus, Subscription | None, list[str]], ...] = (
    ("34600000118", "Inés", "Madrid", PhoneStatus.ACTIVE, Subscription.SUBSCRIBED, ["regular", "vip"]),
    ("34600000204", "Łukasz", "Madrid", PhoneStatus.ACTIVE, None, ["vip"]),
    ("447400123456", "Sinéad O'Neil-Featherstonehaugh", "Leeds", PhoneStatus.PAUSED, Subscription.NOT_SUBSCRIBED, []),
    ("380671204518", "Олена", "Київ", PhoneStatus.BOUNCED, Subscription.NONE, ["vip"]),
)
FOUND = [
    Found(
        Contact(
            ContactId(UUID(int=at)),
            number,
            "ES" if number.startswith("34") else "GB",
            {"first_name": name, "city": city},
            ago(at * 86_400),
            ago(at * 3_600),
            phone,
            said,
        ),
        tags,
    )
    for at, (number, name, city, phone, said, tags) in enumerate(_PEOPLE, 1)
]
KNOWN = Catalog(
    fields={"points": Field("points", "Points", FieldType.NUMBER)},
    variables=frozenset({"first_name", "city"}),
    things={"tag": [Named("vip", "vip")], "list": [Named(str(ID), "Customers of the shop")]},
)
_COLUMNS = {
    "name": "Name",
    "country": "Country",
    "phone": "Phone",
    "subscription": "Subscription",
    "tags": "Tags",
    "created": "Since",
    "updated": "Changed",
    "city": "city",
    "points": "points",
}


def _segment(name: str, text: str, description: str = "") -> Shown:
    kept = Segment(SegmentId(ID), name, description, parse(text), "Marta", ago(90_000), ago(400))
    return Shown(kept, text)


def _people(asked: Asked, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - what the template reads
    context: dict[str, Any] = {
        "tabs": tabs("/contacts/people"),
        "asked": asked,
        "filter": asked.text(),
        "rows": FOUND,
        "counted": Counted(1_204),
        "count": "/contacts/people/count",
        "is_filtered": bool(asked.q),
        "clear": Row(phone="/contacts/people", subscription="/contacts/people"),
        "columns": _COLUMNS,
        "heads": [(_COLUMNS[name], "") for name in asked.columns],
        "words": words_of(KNOWN),
        "lists": [(str(ID), "Customers of the shop")],
        "deeds": {"tag": "Give a tag", "join_list": "Put on a list"},
        "views": [(View(ID, "VIPs of Madrid", _FILTER, ("name", "tags"), Sort.NEWEST), "/contacts/people?q=tag")],
        "done": [(Done(ID, Deed(What.TAG, "vip"), 12, "Marta", ago(60), None), "Give a tag vip: 12 people")],
        "save_segment": "/contacts/segments/new",
        **ENDS,
        **more,
    }
    return "contacts/people.html", account("contacts", "People", **context)


def _form(of: Shown | None, form: Form, look: Look, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - as above
    context: dict[str, Any] = {
        "of": of,
        "form": form,
        "errors": {},
        "summary_of": [],
        "look": look,
        "parts": form.filter.split(" and ", 1) if form.filter else [],
        "words": words_of(KNOWN),
        "fields": [("city", "city"), ("points", "points")],
        "subjects": [(one.word, one.about) for one in SUBJECTS.values()],
        "ops": [(op.value, word) for op, word in OP_WORDS.items()],
        "action": "/contacts/segments",
        "people": "/contacts/people",
        **more,
    }
    return "contacts/segment.html", account("contacts", "Segment", **context)


_STANDARD = ("name", "phone", "subscription", "updated")
_LOOK = Look(Counted(1_204), Counted(87), FOUND)
_FAULT = "'York' stands where `and` or `or` should come. Put a value of several words between quotation marks."
_SEGMENTS = [_segment("VIPs of Madrid", _FILTER, "For the openings"), _segment("Quiet for half a year", "got is empty")]
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "people": _people(Asked(_FILTER, "", "", ("name", "city", "tags", "phone", "subscription"), Sort.NEWEST)),
    "people-fault": _people(Asked("city = New York", "", "", _STANDARD, Sort.NEWEST, fault=_FAULT), rows=[], done=[]),
    "people-none": _people(Asked("", "", "", _STANDARD, Sort.NEWEST), rows=[], done=[], views=[], counted=None),
    "segments": (
        "contacts/segments.html",
        account("contacts", "Segments", tabs=tabs("/contacts/segments"), segments=_SEGMENTS, samples=[], **ENDS),
    ),
    "segments-none": (
        "contacts/segments.html",
        account(
            "contacts",
            "Segments",
            tabs=tabs("/contacts/segments"),
            segments=[],
            samples=[("People who wrote to you this month", "/contacts/segments/new")],
            **ENDS,
        ),
    ),
    "segment": _form(_SEGMENTS[0], Form("VIPs of Madrid", "For the openings", _FILTER), _LOOK),
    "segment-new": _form(None, Form(), Look()),
}
