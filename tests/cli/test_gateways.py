"""Gateways from the command line: added by kind, by preset; tried out against a simulated provider."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablegram.simulators.provider.options import ProviderOptions, Receipts
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from commanding import Cable

API = Twilio(Credentials())
SID, TOKEN = API.welcome()["account_sid"], API.welcome()["auth_token"]
ALLOWED = {"CABLEGRAM_ALLOW_PRIVATE_PROVIDERS": "127.0.0.1"}
ADD = ("connector", "add", "twilio", "--set", f"account_sid={SID}")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Give the address of a simulated Twilio, which lives in a thread: the commands under test have this one."""
    is_up, urls = threading.Event(), list[str]()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def live() -> None:
        async with running(API, ProviderOptions(port=0, receipts=Receipts.NONE)) as found:
            urls.append(found.url)
            is_up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()))
    thread.start()
    assert is_up.wait(10)
    yield urls[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()


@pytest.mark.req("R127", "R128")
def test_a_provider_is_added_and_tried_out(cable: Cable, provider: str) -> None:
    more = ("--set", f"base_url={provider}", "--set", "concurrency=5", "--json")
    added = cable(*ADD, *more, typed=f"{TOKEN}\n", variables=ALLOWED).facts
    assert (added["name"], added["kind"], added["concurrency"], added["tested_at"]) == ("twilio", "twilio", 5, None)

    said = cable("connector", "test", "twilio", "--to", "+34600000001", "--from", "+34600000118", variables=ALLOWED).out
    assert "> POST" in said
    assert "To=%2B34600000001" in said
    assert "< 201" in said
    assert "Verdict: taken" in said
    assert TOKEN not in said

    to = ("--to", "+34600000003", "--from", "+34600000118")
    refused = cable("connector", "test", "twilio", *to, "--json", status=1, variables=ALLOWED).facts
    assert (refused["verdict"], refused["code"], refused["said"][0]["status"]) == ("refused", "21610", 400)

    shown = cable("connector", "show", "twilio", variables={"CABLEGRAM_PUBLIC_URL": "https://sms.example.com"}).out
    assert "secrets: auth_token" in shown
    assert "https://sms.example.com/callbacks/" in shown
    assert TOKEN not in shown
    assert "twilio" in cable("connector", "list").out


def test_secrets_come_from_a_variable_or_a_file_and_never_from_the_command(cable: Cable, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-a-file\n")
    cable(*ADD, "--secret", f"auth_token=@{file}", "--name", "A")
    cable(*ADD, "--secret", "auth_token=env:MY_TOKEN", "--name", "B", variables={"MY_TOKEN": "t"})
    assert cable(*ADD, "--secret", "auth_token=plain", status=1).error == "bad_value"
    assert cable(*ADD, "--secret", "auth_token=env:NOBODY_SET_IT", status=1).error == "bad_value"
    assert cable("connector", "resume", "A", "--json").facts["name"] == "A"
    assert cable("connector", "callback", "A").out.endswith("can call this installation)\n")
    assert cable("connector", "remove", "A", status=1).error == "connector_is_on"
    cable("connector", "disable", "A")
    assert cable("connector", "remove", "A", "--json").facts["name"] == "A"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("connector", "add", "telegraph"), "unknown_kind"),
        (("connector", "add", "twilio", "--set", "account_sid=AC1"), "wrong_value"),
        ((*ADD, "--set", "base_url=http://127.0.0.1:9"), "address_not_public"),
        ((*ADD, "--set", "base_url"), "bad_value"),
        ((*ADD, "--set", "nothing=1"), "unknown_field"),
        ((*ADD, "--preset", "msg91"), "unknown_preset"),
        (("connector", "add", "generic", "--preset", "nobody"), "unknown_preset"),
        ((*ADD, "--account", "nobody"), "account_not_found"),
    ],
)
def test_what_can_not_be_is_refused(cable: Cable, words: tuple[str, ...], code: str) -> None:
    assert cable(*words, "--json", status=1, typed="t\n").error == code


@pytest.mark.req("R134")
def test_a_preset_needs_its_few_fields_alone(cable: Cable) -> None:
    add = ("connector", "add", "generic", "--preset", "msg91")
    added = cable(*add, "--set", "throughput=25", "--json", typed="key-of-ours\n").facts
    assert (added["name"], added["preset"], added["throughput"]) == ("msg91", "msg91", 25)
    text = cable(*add, typed="key-of-ours\n").out
    assert "msg91 2" in text
    assert "control.msg91.com" in text
    assert "key-of-ours" not in text + cable("connector", "show", "msg91").out


@pytest.mark.req("R171")
def test_an_accounts_own_gateway_is_named_with_its_account(cable: Cable) -> None:
    cable("account", "create", "acme")
    own = cable(*ADD, "--account", "acme", "--fee", "250000", "--json", typed="t\n").facts
    assert (own["fee"], own["account_id"] is None) == (250_000, False)
    assert cable("connector", "disable", "twilio", status=1).error == "connector_not_found"
    assert cable("connector", "disable", "twilio", "--account", "acme", "--json").facts["is_enabled"] is False
    assert "twilio" in cable("connector", "list", "--account", "acme").out


@pytest.mark.req("R127", "R134")
def test_what_can_be_connected_is_listed_with_its_form(cable: Cable) -> None:
    kinds = {one["kind"] for one in cable("connector", "kinds", "--json").facts}
    assert {"twilio", "plivo", "vonage_sms", "vonage_messages", "instasent", "aws_sms", "generic", "smpp"} <= kinds
    told = cable("connector", "kinds", "twilio", variables={"CABLEGRAM_PUBLIC_URL": "https://sms.test"}).out
    for words in (
        "account_sid",
        "https://sms.test/callbacks/(its own secret",
        "21610",
        "goes on the blacklist",
        "120;",
    ):
        assert words in told
    assert "set CABLEGRAM_PUBLIC_URL" in cable("connector", "kinds", "plivo").out
    assert "authkey" in cable("connector", "kinds", "msg91").out
    assert cable("connector", "kinds", "twilio", "--json").facts["errors"]["21610"]["trouble"] == "opted_out"
    assert cable("connector", "kinds", "msg91", "--json").facts["fields"][0]["is_secret"] is True
