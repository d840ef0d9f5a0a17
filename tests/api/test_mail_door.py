"""Mail that a provider hands over by HTTP: taken in from who knows the word, and from nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from books import rows
from cablegram.api import mail_door
from cablegram.runtime.runtime import Runtime
from calling import serving
from mailing import a_message

TOKEN = "a-word-that-opens-the-door"
DOOR = f"/callbacks/mail/{TOKEN}"


@pytest.mark.req("R12")
async def test_mail_comes_in_from_who_knows_the_word(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(rt.settings, mail_token=TOKEN, support_address="support@acme.example")
    async with serving(replace(rt, settings=settings)) as api:
        stranger = api.client(None)
        for path in ("/callbacks/mail/", "/callbacks/mail/another-word-of-that-length", f"{DOOR}/x"):
            assert (await stranger.call("POST", path, data=a_message())).status == 404
        assert (await stranger.get(DOOR)).status == 405
        assert (await stranger.call("POST", DOOR, data=b"")).code == "bad_mail"
        assert await rows(rt, "SELECT sender FROM mail_received") == []
        taken = await stranger.call("POST", DOOR, data=a_message(), headers={"Content-Type": "message/rfc822"})
        assert (taken.status, taken.json) == (200, {"verdict": "stranger"})
        assert await rows(rt, "SELECT sender FROM mail_received") == [("ines@example.com",)]
        monkeypatch.setattr(mail_door, "_MOST", 100)
        assert (await stranger.call("POST", DOOR, data=a_message())).status == 413
        monkeypatch.setattr(mail_door, "_AT_ONCE", 0)
        busy = await stranger.call("POST", DOOR, data=a_message())
        assert (busy.status, busy.code) == (429, "too_busy")
    async with serving(rt) as api:
        assert (await api.client(None).call("POST", DOOR, data=a_message())).status == 404
