"""A day's work in two seconds, while the system is killed.

All at once: single messages, batches, messages over HTTP whose receipts are calls to us, an import, campaigns that
are paused, resumed, cancelled and short of credit, and texts from phones.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from proving.clients import Accepted, Answer, Client, Told
from proving.ground import FIRST_OF_SALE, SALE, STRANDED, WEB, Ground, Site, session

SINGLES, BATCHES, BATCH, TEXTS, SPRING, PLANNED, STRANDS = 20, 2, 15, 6, 45, 4, 8
LONG = "This one is too long for a single part. " * 6
# Endings of the carrier's scripts that are settled at once: other receipts, refusals, ids in other forms, a receipt
# before its answer. Then those that take their time: throttled, and without an answer.
SCRIPTS = (9002, 9004, 9005, 9013, 9014, 9016, 9018, 9020, 9027, 9028)
SLOW = (9008, 9009, 9031)
# Of a simulated provider, by the last digits: ordinary ones; bad ends, opted out at once and by receipt, receipts twice
# and in disorder; failed and cut off although it was taken. Receipts that nobody took in are told again.
WEB_PLACES = (*range(6100, 6113), 2, 3, 8, 9, 15, 17, 27)
_CANARY = 5  # of those whom the sale is for
_LOOK = 0.06


async def work(
    ground: Ground,
    site: Site,
    told: Told,
    chance: random.Random,
    *,
    slows: bool,
    strands: bool = False,
    by_job: bool = False,
) -> None:
    """Do everything, until all of it is done."""
    address, home = f"http://127.0.0.1:{site.port}", ground.household
    async with session() as http:
        rich, poor = Client(http, address, home.rich_key), Client(http, address, home.poor_key)
        places = [*range(100, 100 + SINGLES), *SCRIPTS, *(SLOW if slows else ())]
        chance.shuffle(places)
        lanes = [places[lane::4] for lane in range(4)]
        async with asyncio.TaskGroup() as group:
            for lane, mine in enumerate(lanes):
                group.create_task(_singles(rich, site, told, mine, lane, seed=chance.random()))
            group.create_task(_batches(rich, site, told))
            group.create_task(_web(rich, site, told, chance.sample(WEB_PLACES, len(WEB_PLACES))))
            group.create_task(_planned(rich, site, told))
            group.create_task(_sale(rich, told, str(home.sale_list), chance.randrange(1, SALE // 4)))
            group.create_task(_spring(rich, site, told, chance.randrange(1, SPRING // 4), by_job=by_job))
            group.create_task(_poor(poor, told, str(home.poor_list)))
            group.create_task(_phones(http, ground, site, told))
            if strands:
                group.create_task(_stranded(rich, site, told))


async def _singles(client: Client, site: Site, told: Told, places: list[int], lane: int, *, seed: float) -> None:
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be guessed
    for count, place in enumerate(places):
        number = site.number(place)
        told.asked.add(number)
        body = {"to": f"+{number}", "text": LONG if chance.random() < 0.2 else f"Hello {place}"}
        if chance.random() < 0.25:
            answer = await client.once("POST", "/v1/messages", body)
            if answer is None:
                continue
        else:
            key = f"single-{lane}-{count}"
            answer = await client.insist("POST", "/v1/messages", body, key=key)
            if chance.random() < 0.5:
                twice = [client.insist("POST", "/v1/messages", body, key=key) for _ in range(2)]
                for again in await asyncio.gather(*twice):
                    _same(told, number, answer, again)
        _note(told, number, answer.status, answer.json)
    refused = await client.insist("POST", "/v1/messages", {"to": "+3461", "text": "Nobody has this number"})
    if refused.status < 400:
        told.faults.append("a number that nobody can have was accepted")


async def _web(client: Client, site: Site, told: Told, places: list[int]) -> None:
    """Send some over HTTP, a few at a time."""
    for count in range(0, len(places), 4):
        numbers = [site.number(place) for place in places[count : count + 4]]
        told.asked.update(numbers)
        body = {"messages": [{"to": f"+{number}", "from": WEB, "text": "By the web"} for number in numbers]}
        answer = await client.insist("POST", "/v1/messages/batch", body, key=f"web-{count}")
        for number, item in zip(numbers, answer.json["items"], strict=True):
            _note(told, number, answer.status, item)


async def _stranded(client: Client, site: Site, told: Told) -> None:
    """Send some by a carrier that nobody can reach."""
    numbers = [site.number(3200 + count) for count in range(STRANDS)]
    told.asked.update(numbers)
    items = [{"to": f"+{number}", "from": STRANDED, "text": "By whom there is"} for number in numbers]
    answer = await client.insist("POST", "/v1/messages/batch", {"messages": items}, key="stranded")
    for number, item in zip(numbers, answer.json["items"], strict=True):
        _note(told, number, answer.status, item)


async def _planned(client: Client, site: Site, told: Told) -> None:
    """Send some that wait for a moment, and take others back before theirs has come."""
    for count in range(PLANNED):
        number = site.number(3000 + count)
        told.asked.add(number)
        soon = datetime.now(UTC) + timedelta(seconds=0.3)
        body = {"to": f"+{number}", "text": f"Planned {count}", "send_at": soon.isoformat()}
        answer = await client.insist("POST", "/v1/messages", body, key=f"planned-{count}")
        if answer.json.get("code") == "send_at_past":  # a death took longer than clocks may differ
            continue
        _note(told, number, answer.status, answer.json)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        told.asked.add(never := site.number(3100 + count))
        body = {"to": f"+{never}", "text": "Not yet", "send_at": tomorrow.isoformat()}
        later = await client.insist("POST", "/v1/messages", body, key=f"withdrawn-{count}")
        await client.insist("POST", f"/v1/messages/{later.json['id']}/cancel", {}, key=f"cancel-{count}")


async def _batches(client: Client, site: Site, told: Told) -> None:
    for batch in range(BATCHES):
        numbers = [site.number(1000 + batch * BATCH + item) for item in range(BATCH)]
        told.asked.update(numbers)
        body = {"messages": [{"to": f"+{number}", "text": f"Batch {batch}"} for number in numbers]}
        key = f"batch-{batch}"
        answer = await client.insist("POST", "/v1/messages/batch", body, key=key)
        _same(told, f"batch {batch}", answer, await client.insist("POST", "/v1/messages/batch", body, key=key))
        for number, item in zip(numbers, answer.json["items"], strict=True):
            _note(told, number, answer.status, item)


def _same(told: Told, what: str, first: Answer, again: Answer) -> None:
    if (first.status, first.body) != (again.status, again.body):
        told.faults.append(f"{what}: the same request was answered in two ways: {first.body!r}, {again.body!r}")


def _note(told: Told, number: str, status: int, item: Any) -> None:  # noqa: ANN401 - JSON
    if status != 202 or "error" in item:
        told.faults.append(f"{number} was refused: {status} {item}")
        return
    told.accepted[number] = Accepted(item["id"], number, item["price"])


# --- campaigns ---


async def _sale(client: Client, told: Told, list_id: str, pause_at: int) -> None:
    """Spare one, start and undo it, start, look at the canary, pause on the way, resume, and see it through."""
    sale = await _make(client, told, "Sale", list_id, "Hello {{ name }}, the sale is on", canary=_CANARY)
    spared = await client.insist("DELETE", f"/v1/campaigns/{sale}/contacts/%2B{FIRST_OF_SALE + SALE - 1}")
    if spared.status != 200:
        told.faults.append(f"nobody was taken out: {spared.body!r}")
    await _move(client, sale, "start", undo_for=60, wanted={"running"})
    await _move(client, sale, "undo", wanted={"ready"})
    await _move(client, sale, "start", wanted={"running", "paused"})
    await _until(client, sale, lambda at: at["campaign"]["reason"] == "canary")
    await _move(client, sale, "resume", wanted={"running", "finished"})
    await _until(client, sale, lambda at: at["handled"] >= pause_at or at["campaign"]["state"] == "finished")
    paused = await _move(client, sale, "pause", wanted={"paused"}, unless={"finished"})
    if paused == "paused":
        await _move(client, sale, "resume", wanted={"running", "finished"})
    await _until(client, sale, lambda at: at["campaign"]["state"] == "finished")


async def _spring(client: Client, site: Site, told: Told, cancel_at: int, *, by_job: bool) -> None:
    """Bring the people as a file, twice; start, and cancel on the way."""
    made = await client.insist("POST", "/v1/contact_lists", {"name": "Spring"})
    list_id = made.json["id"] if made.status == 201 else await _named(client, "/v1/contact_lists", "Spring")
    for size in (SPRING // 3, SPRING):
        numbers = [site.number(2000 + place) for place in range(SPRING - size, SPRING)]
        file = "number,name\n" + "".join(f"{number},P{number[-4:]}\n" for number in numbers)
        if by_job:
            await _import_by_job(client, told, list_id, file)
        else:
            answer = await client.insist("PUT", f"/v1/contact_lists/{list_id}/contacts", data=file)
            if answer.status != 200:
                told.faults.append(f"the import was refused: {answer.body!r}")
        told.imported = set(numbers)
    spring = await _make(client, told, "Spring", list_id, "Spring is here, {{ name }}")
    await _move(client, spring, "start", wanted={"running", "finished"})
    await _until(client, spring, lambda at: at["handled"] >= cancel_at or at["campaign"]["state"] == "finished")
    await _move(client, spring, "cancel", wanted={"cancelled"}, unless={"finished"})
    await _until(client, spring, lambda at: at["campaign"]["finished_at"] is not None)


async def _import_by_job(client: Client, told: Told, list_id: str, file: str) -> None:
    """Bring the file, have it imported, and wait until that is over; a start that was repeated makes two jobs."""
    brought = await client.insist("POST", "/v1/files?name=spring.csv", data=file)
    wish = {"file_id": brought.json["id"], "contact_list_id": list_id, "columns": ["number", "name"]}
    await client.insist("POST", "/v1/imports", wish)
    while True:
        jobs = (await client.insist("GET", "/v1/jobs")).json["items"]
        if all(one["state"] in {"finished", "failed"} for one in jobs):
            break
        await asyncio.sleep(_LOOK)
    told.faults += [f"an import failed: {one['error']}" for one in jobs if one["state"] == "failed"]


async def _poor(client: Client, told: Told, list_id: str) -> None:
    """Start what the credit does not reach for, and cancel it when it has stopped by itself."""
    poor = await _make(client, told, "Poor", list_id, "More than we can pay for", sender="800")
    await _move(client, poor, "start", wanted={"running", "paused"})
    await _until(client, poor, lambda at: at["campaign"]["reason"] == "out_of_funds")
    await _move(client, poor, "cancel", wanted={"cancelled"})
    await _until(client, poor, lambda at: at["campaign"]["finished_at"] is not None)


async def _make(
    client: Client, told: Told, name: str, list_id: str, text: str, *, sender: str | None = None, **more: object
) -> str:
    body: dict[str, object] = {"name": name, "contact_list_ids": [list_id], "text": text, **more}
    answer = await client.insist("POST", "/v1/campaigns", body | ({"from": sender} if sender else {}))
    if answer.status == 409 and answer.is_repeated:
        campaign = await _named(client, "/v1/campaigns", name)
    else:
        campaign = answer.json["id"]
    told.campaigns[name] = campaign
    return campaign


async def _named(client: Client, path: str, name: str) -> str:
    page = await client.insist("GET", path)
    (found,) = (item["id"] for item in page.json["items"] if item["name"] == name)
    return found


async def _move(
    client: Client,
    campaign: str,
    action: str,
    *,
    wanted: set[str],
    unless: set[str] | frozenset[str] = frozenset(),
    undo_for: int = 0,
) -> str:
    """Ask for a move; a refusal is right only where the campaign is there already, or has ended meanwhile."""
    answer = await client.insist(
        "POST", f"/v1/campaigns/{campaign}/lifecycle", {"action": action, "undo_for": undo_for}
    )
    if answer.status == 200:
        state: str = answer.json["state"]
        return state
    now = await client.insist("GET", f"/v1/campaigns/{campaign}")
    state = now.json["state"]
    if answer.code != "illegal_move" or state not in ({*wanted, *unless} if answer.is_repeated else unless):
        raise AssertionError(f"{action}: {answer.body!r}, and it is {state}")
    return state


async def _until(client: Client, campaign: str, is_so: Callable[[Any], bool]) -> None:
    path = f"/v1/campaigns/{campaign}/progress"
    while not is_so((await client.insist("GET", path)).json):  # noqa: ASYNC110 - another process is looked at
        await asyncio.sleep(_LOOK)


# --- phones ---


async def _phones(http: aiohttp.ClientSession, ground: Ground, site: Site, told: Told) -> None:
    for place in range(TEXTS):
        text = f"Text {place} of run {site.run}"
        address = f"{ground.handsets}/handsets/{site.number(5000 + place)}/reply"
        async with http.post(address, json={"to": site.sender, "text": text}) as reply:
            assert reply.status == 202
        told.texts.add(text)
        await asyncio.sleep(_LOOK)
