"""Mail by command: a test letter through a real mail server, and the outbox."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from commanding import Cable
from letterbox import Letterbox, letterbox
from mailing import a_message


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """Give a mail server that runs beside the command."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), list[Letterbox]()
    stop = asyncio.Event()

    async def serve() -> None:
        async with letterbox() as opened:
            found.append(opened)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(5)
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.mark.req("R151")
def test_the_mail_server_is_tried_and_the_outbox_shown(cable: Cable, box: Letterbox) -> None:
    assert "There are no letters." in cable("mail", "outbox").out
    unset = cable("mail", "test", "--to", "ines@example.com", status=1)
    assert "No mail server is set" in unset.out
    there = {"CABLEGRAM_SMTP_URL": box.url, "CABLEGRAM_MAIL_FROM": "news@acme.example"}
    said = cable("mail", "test", "--to", "ops@example.com", variables=there)
    assert said.out == f"127.0.0.1:{box.port} took it, from news@acme.example: 250 kept\n".replace("250 ", "")
    assert [letter["To"] for letter in box.letters] == ["ines@example.com", "ops@example.com"]
    assert {one["state"] for one in cable("mail", "outbox", "--json").facts} == {"sent"}
    assert cable("mail", "test", "--to", "nobody", status=1).err.endswith("[bad_address]\n")


@pytest.mark.req("R12")
def test_a_mail_server_hands_a_message_to_the_command(cable: Cable) -> None:
    assert "No mail has come in." in cable("mail", "received").out
    taken = cable("mail", "receive", "--json", typed=a_message().decode()).facts
    assert (taken["verdict"], taken["ticket_id"]) == ("refused", None)
    (kept,) = cable("mail", "received", "--json").facts
    assert (kept["from"], kept["verdict"]) == ("ines@example.com", "refused")
    assert "Charged twice" in cable("mail", "received").out
    assert "bad_mail" in cable("mail", "receive", typed="", status=65).error
