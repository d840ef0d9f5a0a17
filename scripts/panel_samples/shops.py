"""Sample pages of stores."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, ContactId, ProgramId
from cablegram.panel.stores import HERE, STATUSES, Wish, tabs
from cablegram.programs.model import Standing
from cablegram.stores import texts
from cablegram.stores.finding import Shown, Whole
from cablegram.stores.model import PACIFIC, Customer, Keyword, KeywordKind, OptIn, PostLine, Status, Store, StoreState
from panel_samples.frame import ID, account, ago

_NAME = "Bob's Hotcakes and Featherstonehaugh Waffles"
STORE = Store(
    ProgramId(ID),
    AccountId(ID),
    _NAME,
    "CAKES",
    StoreState.OPEN,
    OptIn.SINGLE,
    has_guard=True,
    one_off_pace=1,
    campaign_pace=30,
    phone="555-0100",
    time_zone=PACIFIC,
    texts=texts.made(_NAME, "CAKES", "555-0100"),
    callback="https://shops.example.com/callbacks/texts-of-customers",
    made_by="Ana",
    made_at=ago(86_400),
)
_COUNTS = {Status.IN: 1_204, Status.PENDING: 31, Status.GUEST: 0, Status.OUT: 87}
_ASKED = replace(STORE, id=ProgramId(UUID(int=9)), name="Ribs & Co", keyword="RIBS", state=StoreState.WAITING)
_WHOLE = Whole(
    Shown(STORE, _COUNTS),
    [
        Keyword("CAKES", STORE.id, STORE.account_id, KeywordKind.PRIMARY),
        Keyword("COUPON2026HOTCAKES1", STORE.id, STORE.account_id, KeywordKind.RESPONDER, "Show this", "Text CAKES"),
    ],
    "444999",
    ["444001", "444002"],
)
_POSTS = [
    PostLine(UUID(int=1), "12125550118", STORE.callback or "", 1, ago(5), ago(5), "200"),
    PostLine(UUID(int=2), "12125550119", STORE.callback or "", 3, ago(-8), None, "no answer in time"),
]


_CUSTOMERS = [
    Customer(ContactId(UUID(int=n)), STORE.id, f"1212555011{n}", name, standing, ago(9e4 * n), "444001")
    for n, (name, standing) in enumerate((("Ana Ferreira", Standing.IN), ("Bo", Standing.ASKED), ("", Standing.OUT)))
]


def _shown(whole: Whole, **more: object) -> tuple[str, dict[str, Any]]:
    store = whole.shown.store
    context: dict[str, Any] = {
        "whole": whole,
        "store": store,
        "counts": [(label, whole.shown.counts[status], status.value) for status, label in STATUSES],
        "texts": [
            (kind.value, kind.value.replace("_", " ").capitalize(), "to who joins", words, texts.pieces(words))
            for kind, words in store.texts.items()
        ],
        "form": Row(
            name=store.name, phone=store.phone, time_zone=store.time_zone, callback=store.callback, user_id="1"
        ),
        "team": [("1", "Inés Carrasco"), ("2", "Bob")],
        "zones": [(one, one) for one in ("America/Los_Angeles", "Europe/Madrid")],
        "logins": [
            Row(id=ID, login="shop@example.com", store_id=None),
            Row(id=ID, login="till-4", store_id=ID),
        ],
        "may_make": True,
        "made": None,
        "posts": _POSTS,
        "is_operator": True,
        "how": f"Who texts {store.keyword} is in at once; whom you sign up is in at once.",
        "errors": {},
        "summary": [],
    }
    return "stores/show.html", account("services", store.name, **{**context, **more})


def _list(**more: object) -> tuple[str, dict[str, Any]]:
    rows = [Shown(STORE, _COUNTS), Shown(_ASKED, dict.fromkeys(Status, 0))]
    context = {"rows": rows, "newer": "", "older": "", "statuses": STATUSES, "waiting": [_ASKED], "tabs": tabs(HERE)}
    return "stores/list.html", account("services", "Stores", **{**context, **more})


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "stores": _list(),
    "stores-none": _list(rows=[], waiting=[]),
    "store": _shown(_WHOLE),
    "store-customers": (
        "stores/customers.html",
        account(
            "services",
            "Customers",
            store=STORE,
            rows=_CUSTOMERS,
            newer="",
            older="",
            sections=[("all", f"{HERE}/{ID}/customers", True), ("opted in", f"{HERE}/{ID}/customers?status=3", False)],
            words={status.value: label for status, label in STATUSES},
            typed={"source": "paper form at the counter"},
            errors={"number": "There are too few digits in 12."},
            summary=[("number", "There are too few digits in 12.")],
        ),
    ),
    "store-waits": _shown(
        Whole(Shown(_ASKED, dict.fromkeys(Status, 0)), _WHOLE.keywords[:1], None, []), is_operator=False, posts=[]
    ),
    "store-new": (
        "stores/new.html",
        account(
            "services",
            "Open a store",
            wish=Wish(),
            errors={},
            summary=[],
            must_wait=True,
            team=[],
            zones=[("UTC", "UTC")],
        ),
    ),
}
