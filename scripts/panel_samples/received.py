"""The sample page of texts that came in."""

from __future__ import annotations

from typing import Any

from cablegram.inbound.model import ReceivedText
from panel_samples.frame import ID, SENDERS, ZONE, account, ago

RECEIVED_TABS = [("Sent", "/messages", False), ("Received", "/messages/received", True)]

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "received": (
        "messages/received.html",
        account(
            "messages",
            "Received",
            tabs=RECEIVED_TABS,
            q="",
            to="",
            addresses=SENDERS,
            clear="/messages/received",
            is_filtered=False,
            file="/messages/received/export",
            refresh="/messages/received",
            rows=[
                ReceivedText(ID, "34600000118", "34612440118", "¿El código vale también online?", ago(60), "inbox"),
                ReceivedText(ID, "212661448390", "34612440118", "شكرا، سأمر غدا", ago(90_000), parts=2),
            ],
            newer="",
            older="",
            note="",
            zone_name=ZONE,
        ),
    ),
}
