"""Programs that others wrote for stores call `/smapi/rest` as they always did."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest

import make
import shops
from books import rows
from cablegram.accounts import access_list
from cablegram.accounts.access import Principal, operator
from cablegram.safety import suspension
from cablegram.stores.model import OptIn
from calling import Served
from shops import LOGIN, PASSWORD, Shop

PYTHON = "python-requests/2.4.3 CPython/2.7.6 Linux/3.13.0"
JAVA = "Java/1.7.0_75"
FORM = "application/x-www-form-urlencoded"
ANN, BOB = "2125550118", "2125550119"

pytestmark = pytest.mark.req("R30", "R113")


@dataclass(slots=True)
class Wire:
    """A client of the door, at a store."""

    served: Served
    shop: Shop
    who: Principal

    async def call(
        self, method: str, store: str = "PIZZA123", /, *, kind: str = FORM, agent: str = PYTHON, **fields: str
    ) -> ET.Element:
        """Make a call; HTTP's status is the answer's own."""
        sent = shops.request(self.served.address, store, {"method": method, **fields}, kind=kind, agent=agent)
        status, root = await shops.exchange(self.served.address, sent)
        assert root.tag == "response"
        assert root.attrib.keys() == {"op", "status", "message"}
        assert root.attrib["status"] == str(status)
        return root

    async def refused(self, method: str, store: str = "PIZZA123", **fields: str) -> tuple[str, str]:
        """Return status and code of a call that fails."""
        root = await self.call(method, store, **fields)
        assert not list(root)
        return root.attrib["status"], root.attrib["message"].rpartition("[")[2].rstrip("]")


@pytest.fixture
async def wire(served: Served) -> Wire:
    who = await make.account(served.rt)
    await shops.code(served.rt, who)
    shop = await shops.shop(served.rt, who)
    await shops.login(served.rt, who)
    return Wire(served, shop, who)


@pytest.mark.req("R7")
async def test_a_login_is_bound_as_its_account_s_keys_are(wire: Wire) -> None:
    rt, joe = wire.served.rt, {"firstname": "Joe", "phone_number": ANN}
    await access_list.replace(rt, wire.who, [access_list.read_entry("203.0.113.7", None, "")], address="")
    assert await wire.refused("optincustomer", **joe) == ("403", "address_not_allowed")
    await access_list.replace(rt, wire.who, [access_list.read_entry("127.0.0.1", None, "")], address="")
    await suspension.suspend(rt, operator("Ann"), wire.who.account_id)
    assert await wire.refused("optincustomer", **joe) == ("403", "account_suspended")


def told(found: ET.Element | None) -> Mapping[str, str]:
    assert found is not None
    return {one.tag: one.text or "" for one in found}


@pytest.mark.req("R114", "R116", "R121", "R123", "R124", "R126")
async def test_the_calls_of_a_python_client_run_as_they_are(wire: Wire) -> None:
    root = await wire.call("optincustomer", firstname="Joe", lastname="O'Hara & <Sons>", phone_number=ANN)
    customer = told(root.find("customer"))
    assert (root.attrib["op"], customer["optinStatus"], customer["custMobile"]) == ("optincustomer", "3", ANN)
    assert customer["custName"] == "Joe O'Hara & <Sons>"
    sent = told(await wire.call("sendsmsmsg", phone_number=ANN, message="Pizza & beer <today> only 5€"))
    assert (sent["message"], sent["msg_direction"]) == ("Pizza & beer <today> only 5€", "MT")
    assert {"msgID", "timestamp", "txnid", "user_id", "customer"} <= sent.keys()
    assert (await wire.call("getcallback")).findtext("callback") == ""
    assert (await wire.call("setcallback", callback="https://example.com/in?a=1&b=2")).attrib["status"] == "200"
    assert (await wire.call("getcallback")).findtext("callback") == "https://example.com/in?a=1&b=2"
    free = await wire.call("iskeywordavailable", keyword="awesome")
    assert (free.findtext("keyword"), free.findtext("availability")) == ("AWESOME", "1")
    assert (await wire.call("createkeyword", keyword="AWESOME", autoresponder="true")).findtext("keyword") == "AWESOME"
    assert (await wire.call("iskeywordavailable", keyword="Awesome")).findtext("availability") == "0"
    words = {"textcode": "AWESOME", "optinmsg": "Show this text", "nonoptinmsg": "Reply PIZZA123 to join"}
    assert (await wire.call("changestoretextcodemsg", **words)).attrib["message"] == "ok"
    assert (await wire.call("deletekeyword", keyword="AWESOME", autoresponder="true")).attrib["status"] == "200"
    by_status = await wire.call("getcustbystatus", status="3", offset="0", count="10")
    assert [told(one)["custMobile"] for one in by_status.iter("customer")] == [ANN]
    assert told((await wire.call("getcustomerinfo", phone_number=ANN)).find("customer"))["optinStatus"] == "3"
    days = {"startdate": "2020-01-01", "enddate": "2099-01-01T00:00:00"}
    found = await wire.call("getcustmsgsbymobile", phone_number=ANN, startcount="1", msgcount="5", **days)
    assert [told(one)["message"] for one in found.iter("msg")] == ["Pizza & beer <today> only 5€"]
    assert len(list((await wire.call("getoutboundmsgs", **days)).iter("msg"))) == 2
    assert list((await wire.call("getinboundmsgs", **days)).iter("msg")) == []
    picture = {"phone_number": ANN, "message": "Look at this", "mmsurl": "https://example.com/pizza.jpg"}
    assert await wire.refused("sendsmsmsg", **picture) == ("403", "media_not_carried")
    sent_to_all = await wire.call("sendcampaign", name="Spring", message="Half price today {{ now }}")
    assert "getting dispatched" in sent_to_all.attrib["message"]
    assert await wire.refused("sendcampaign", name="Spring", message="Again and again") == (
        "409",
        "campaign_name_taken",
    )
    assert told((await wire.call("optoutcustomer", phone_number=ANN)).find("customer"))["optinStatus"] == "5"
    assert await wire.refused("sendsmsmsg", phone_number=ANN, message="Come back") == ("403", "not_a_subscriber")


@pytest.mark.req("R125", "R117")
async def test_the_calls_of_a_java_client_run_as_they_are(wire: Wire) -> None:
    kind = "application/xml"  # what it calls its forms
    empty = dict.fromkeys(("firstname", "lastname", "phonenumber", "emailid", "password"), "")
    root = await wire.call(
        "createstoreanduser", kind=kind, agent=JAVA, storename="Ribs & Co", storeKeyword="RIBS", **empty
    )
    store = told(root.find("store"))
    assert store.keys() == {"store-id", "store-name", "store-phone"}
    assert store["store-name"] == "Ribs & Co"
    modes = await rows(wire.served.rt, "SELECT opt_in FROM store WHERE keyword = 'RIBS'")
    assert modes == [("single",)]  # the account's second
    root = await wire.call("optincustomer", "RIBS", kind=kind, agent=JAVA, phone_number=BOB, firstname="", lastname="")
    assert told(root.find("customer"))["subacct"] == store["store-id"]
    sent = await wire.call(
        "sendsmsmsg", "RIBS", kind=kind, agent=JAVA, phone_number=BOB, message="Ribs are ready", mmsurl=""
    )
    assert sent.findtext("message") == "Ribs are ready"


async def test_only_primary_keywords_and_the_clients_own_login_open_doors(wire: Wire) -> None:
    fields = {"firstname": "Ann", "lastname": "Lee", "emailid": "ann@example.com", "phonenumber": ANN}
    made = await wire.call("createstoreanduser", storename="Ribs", storeKeyword="RIBS", password=PASSWORD, **fields)
    assert made.attrib["status"] == "200"
    await wire.call("createkeyword", keyword="SECOND")
    assert await wire.refused("getcallback", "SECOND") == ("401", "store_keyword_wrong")
    assert await wire.refused("getcallback", "NOBODYS") == ("401", "store_keyword_wrong")
    other = shops.request(wire.served.address, "RIBS", {"method": "getcallback"}, kind=FORM, agent=PYTHON)
    ours = other.replace(shops.basic("RIBS").encode(), shops.basic("RIBS", name="ann@example.com").encode())
    assert (await shops.exchange(wire.served.address, ours))[0] == 200
    theirs = other.replace(shops.basic("RIBS").encode(), shops.basic("PIZZA123", name="ann@example.com").encode())
    assert (await shops.exchange(wire.served.address, theirs))[1].attrib["message"].endswith("[store_keyword_wrong]")


async def test_a_password_wrong_three_times_is_slowed_and_told_so(wire: Wire) -> None:
    async def attempt(password: str) -> tuple[int, str]:
        sent = shops.request(wire.served.address, "PIZZA123", {"method": "getcallback"}, kind=FORM, agent=PYTHON)
        wrong = sent.replace(
            shops.basic("PIZZA123").encode(), shops.basic("PIZZA123", name=LOGIN.upper(), password=password).encode()
        )
        status, root = await shops.exchange(wire.served.address, wrong)
        return status, root.attrib["message"]

    for _ in range(3):
        assert (await attempt("wrong password"))[0] == 401
    status, message = await attempt(PASSWORD)
    assert (status, "Wait 15 minutes" in message) == (429, True)


@pytest.mark.req("R126")
async def test_calls_that_come_together_are_no_guesses(wire: Wire) -> None:
    together = await asyncio.gather(*(wire.call("getcallback") for _ in range(6)))
    assert {one.attrib["status"] for one in together} == {"200"}
    assert await wire.refused("getcallback", "PIZZA\0") == ("401", "store_keyword_wrong")


@pytest.mark.req("R117")
async def test_in_double_mode_a_text_waits_for_the_yes(wire: Wire) -> None:
    await shops.shop(wire.served.rt, wire.who, "DOUBLE", opt_in=OptIn.DOUBLE)
    root = await wire.call("sendoptinandsms", "DOUBLE", phone_number=BOB, message="Your coupon: 1234")
    assert told(root.find("customer"))["optinStatus"] == "4"
    assert "after the YES" in root.attrib["message"]
    pending = await wire.call("getcustbystatus", "DOUBLE", status="4")
    assert [told(one)["custMobile"] for one in pending.iter("customer")] == [BOB]
    assert await wire.refused("sendsmsmsg", "DOUBLE", phone_number=BOB, message="Hello") == (
        "403",
        "not_a_subscriber",
    )


BAD = [
    ({"method": ""}, ("400", "field_needed")),
    ({"method": "drop table"}, ("404", "method_unknown")),
    ({"method": "sendsmsmsg", "phone_number": ANN}, ("400", "field_needed")),
    ({"method": "sendsmsmsg", "phone_number": "<x>", "message": "Hello"}, ("400", "number_invalid")),
    ({"method": "sendsmsmsg", "phone_number": ANN, "message": "x" * 1601}, ("400", "text_too_long")),
    ({"method": "getcustomerinfo", "phone_number": ANN}, ("404", "customer_not_found")),
    ({"method": "getcustbystatus", "status": "2"}, ("400", "bad_status")),
    ({"method": "getcustbystatus", "status": "3", "count": "-1"}, ("400", "bad_number")),
    ({"method": "getinboundmsgs", "startdate": "today", "enddate": "2026-01-01"}, ("400", "bad_date")),
    ({"method": "setcallback", "callback": "javascript:alert(1)"}, ("400", "bad_callback")),
    ({"method": "createkeyword", "keyword": "12345"}, ("400", "bad_keyword")),
    ({"method": "createkeyword", "keyword": "STOPALL"}, ("400", "keyword_reserved")),
    ({"method": "createkeyword", "keyword": "pizza123"}, ("409", "keyword_taken")),
    ({"method": "deletekeyword", "keyword": "PIZZA123"}, ("409", "keyword_is_primary")),
    ({"method": "getcallback", "big": "x" * 120_000}, ("413", "body_too_large")),
    ({"method": "getcallback", "nul": "a\0b"}, ("400", "bad_form")),
]


async def test_bad_calls_are_answered_in_xml(wire: Wire) -> None:
    for fields, expected in BAD:
        assert await wire.refused(**fields) == expected, fields


async def test_what_is_no_call_at_all_is_answered_too(wire: Wire) -> None:
    for line in (b"GET /smapi/rest", b"POST /smapi/other"):
        sent = line + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        assert (await shops.exchange(wire.served.address, sent))[0] == 405
    for authorization in ("Basic !!!", "Bearer abc", "Basic " + "YTpi"):
        head = f"POST /smapi/rest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {authorization}\r\n"
        sent = f"{head}Content-Length: 18\r\n\r\nmethod=getcallback".encode()
        assert (await shops.exchange(wire.served.address, sent))[0] == 401


@pytest.mark.req("R56")
async def test_two_equal_texts_at_once_are_one(wire: Wire) -> None:
    await wire.call("optincustomer", phone_number=ANN)
    both = await asyncio.gather(*(wire.call("sendsmsmsg", phone_number=ANN, message="The same text") for _ in range(2)))
    assert sorted(one.attrib["status"] for one in both) == ["200", "403"]
