"""Sample pages of SMS services."""

from __future__ import annotations

from typing import Any

from cablegram.kit.ids import AccountId, ContactId, EvidenceId, ProgramId, SenderId, ShortCodeId
from cablegram.panel.keyword_page import LABELS
from cablegram.panel.keywords import Wish
from cablegram.programs.model import Standing, Subscriber
from cablegram.sms_services import content, promoting, subscribing, texts
from cablegram.sms_services.model import Form, Notice, NoticeKind, OptInMode, Service, ShortCode, Status, Use
from cablegram.sms_services.promoting import Overdone
from panel_samples.frame import ID, account, ago

FORM = Form(
    name="Deals of Mercado Luna",
    minimum_age=18,
    opt_in=OptInMode.DOUBLE,
    use=Use.MARKETING,
    frequency=6,
    terms_url="https://mercadoluna.example/terms",
    phone="+1 305 570 2828",
    email="help@mercadoluna.example",
    examples=("DEALS: all shoes 20 % off today. STOP DEALS to end.", "DEALS: two beers for one at the bar."),
    advertising=("Text DEALS to 24420", "Poster at the till"),
)
SERVICE = Service(
    id=ProgramId(ID),
    account_id=AccountId(ID),
    code=ShortCode(ShortCodeId(ID), "US", "24420", (), "", ago(9e6)),
    sender_id=SenderId(ID),
    keyword="DEALS",
    status=Status.APPROVED,
    form=FORM,
    texts={},
    reason="",
    requested_by="Inés Carrasco",
    requested_at=ago(4e6),
    decided_by="Kwame Mensah",
    decided_at=ago(3.9e6),
)
_BASE = f"/services/{ID}"
_STANDINGS = (Standing.IN, Standing.IN, Standing.PAUSED, Standing.IN)
_PEOPLE = [
    Subscriber(SERVICE.id, ContactId(ID), f"1201555011{n}", standing, ago(9e4 * n), ago(9e4 * n), EvidenceId(ID))
    for n, standing in enumerate(_STANDINGS, 1)
]
_NOTICES = [
    Notice(ID, NoticeKind.CHANGED, "12015550118", "12015550119", "connector", ago(7_200), ago(7_100), 1),
    Notice(ID, NoticeKind.PAUSED, "12015550113", None, "file", ago(90_000), ago(86_000), 2),
]
_TABS = (("show", "Overview", ""), ("subscribers", "Subscribers", "/subscribers"), ("texts", "Texts", "/texts"),
         ("notices", "Notices", "/notices"), ("promote", "Promote", "/promote"))  # fmt: skip


def _one(name: str, **context: object) -> tuple[str, dict[str, Any]]:
    tabs = [(label, f"{_BASE}{path}", key == name) for key, label, path in _TABS]
    whole: dict[str, Any] = {"one": SERVICE, "tabs": tabs, "base": _BASE, "errors": {}, "summary": [], **context}
    return f"services/{name}.html", account("services", SERVICE.keyword, **whole)


def _texts() -> list[tuple[object, ...]]:
    said = {each.says: each for each in texts.all_of(SERVICE.keyword, FORM, {})}
    return [(says, label, about, said[says].template, said[says]) for says, (label, about) in LABELS.items()]


_LISTED: dict[str, Any] = {"rows": [(SERVICE, 12_408)], "newer": "", "older": ""}
_ASKING: dict[str, Any] = {
    "countries": [("US", "United States"), ("CA", "Canada")],
    "errors": {},
    "summary": [],
    "is_checked": True,
    "classes": [one.name for one in content.CLASSES],
}
_WISH = Wish(country="US", keyword="DEALS", name=FORM.name, examples="\n".join(FORM.examples), advertising="Poster")
_OVERDONE = Overdone(31, 8)

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "services": ("services/list.html", account("services", "Services", **_LISTED)),
    "services-none": ("services/list.html", account("services", "Services", rows=[], newer="", older="")),
    "service-new": (
        "services/new.html",
        account("services", "Request a service", wish=_WISH, findings=content.find(_WISH.examples), **_ASKING),
    ),
    "service": _one(
        "show",
        members=12_408,
        counts={"in": 12_400, "paused": 8, "asked": 31, "out": 870, "guest": 0},
        checklist=promoting.checklist(SERVICE, _OVERDONE),
        overdone=_OVERDONE,
    ),
    "service-people": _one("subscribers", rows=_PEOPLE, newer="", older="?after=1", which="subscribed", typed={}),
    "service-people-none": _one("subscribers", rows=[], newer="", older="", which="out", typed={}),
    "service-texts": _one("texts", rows=_texts()),
    "service-notices": _one("notices", rows=_NOTICES, newer="", older=""),
    "service-promote": _one(
        "promote",
        disclosure=promoting.disclosure(SERVICE),
        warning=promoting.WARNING,
        advice=promoting.advice(SERVICE),
        link=f"https://sms.mercadoluna.example/join/{ID}",
        words=subscribing.page_words(SERVICE),
    ),
}
