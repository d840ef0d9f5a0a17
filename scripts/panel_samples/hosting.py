"""Sample numbers that stay with their telephone company, and the queue in which the operator decides about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cablegram.kit.ids import AccountId, HostedNumberId, SenderId, TicketId
from cablegram.panel.approving import Form
from cablegram.panel.destinations import tabs
from cablegram.panel.renting import TYPES
from cablegram.rentals import hosting_model
from cablegram.rentals.hosting_model import Hosted, State
from cablegram.senders.model import NumberType
from cablegram.sms_services import promoting
from cablegram.sms_services.content import Finding
from cablegram.support.model import Ticket
from panel_samples.frame import ID, NOW, account, ago, operator
from panel_samples.services import SERVICE
from panel_samples.shops import STORE

ASKED = Hosted(
    HostedNumberId(ID), AccountId(ID), "13055550100", NumberType.LOCAL, "Mercado Luna Internacional, Inc.",
    "Inés Carrasco", TicketId(ID), State.REQUESTED, "", "Inés Carrasco", ago(7_200), "", None, None,
)  # fmt: skip
HOSTED = [
    ASKED,
    replace(ASKED, number="18005550199", number_type=NumberType.TOLL_FREE, state=State.APPROVED, word="Welcome.",
            decided_by="Ann", decided_at=ago(3_600), sender_id=SenderId(ID)),
    replace(ASKED, number="13055550101", state=State.REJECTED, decided_by="Ann", decided_at=ago(3_600),
            word="The bill shows another company; bring the latest one, with the name of who signed."),
    replace(ASKED, number="13055550102", state=State.WITHDRAWN, decided_by="Inés", decided_at=ago(3_600)),
    replace(ASKED, number="13055550103", state=State.REMOVED, decided_by="Ann", decided_at=ago(90_000)),
]  # fmt: skip
TICKET = Ticket(
    TicketId(ID), AccountId(ID), "Why was message 0198 charged twice, and once more the day after?", "open", "message",
    ID, "Inés Carrasco", NOW - timedelta(days=2), ago(900),
)  # fmt: skip


def hosted(**context: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind
    """Return the page of hosted numbers with some of its context changed."""
    usual: dict[str, Any] = {
        "tabs": tabs("/numbers/hosted"), "rows": [(one, TYPES[one.number_type]) for one in HOSTED],
        "newer": "", "older": "", "form": dict.fromkeys(("number", "type", "company", "signer"), ""),
        "types": [(kind.value, TYPES[kind]) for kind in hosting_model.TYPES], "may_ask": True,
    }  # fmt: skip
    return account("numbers", "Hosted numbers", **{**usual, **context})


def approvals(**context: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind
    """Return the queue with some of its context changed."""
    usual: dict[str, Any] = {
        "waiting": [(SERVICE, "Mercado Luna", [Finding("gambling", "gambling", "casino")])],
        "stores": [(STORE, "Mercado Luna")],
        "hosted": [(ASKED, "Mercado Luna", True)],
        "tickets": [(TICKET, "Mercado Luna")],
        "use": promoting.use_in_words, "codes": [(SERVICE.code, 2)], "form": Form(),
        "countries": [("US", "United States")], "ways": [("1", "Carrier One")],
    }  # fmt: skip
    return operator("approvals", "Approvals", **{**usual, **context})


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "hosted": ("numbers/hosted.html", hosted()),
    "hosted-none": ("numbers/hosted.html", hosted(rows=[])),
    "approvals": ("operator/approvals.html", approvals()),
    "approvals-none": ("operator/approvals.html", approvals(waiting=[], stores=[], hosted=[], tickets=[], codes=[])),
}
