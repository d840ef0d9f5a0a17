"""A number of one's own: which one is sent from, what it answers, and how a person ends it with one word."""

from __future__ import annotations

from typing import Any

import pytest

from cablegram.connectors.contract import Fragment
from telling import ANA, BEA, CAM, Story, shape

MADRID, SEVILLE, MIAMI = "+34600000201", "+34600000202", "+13055550100"


@pytest.mark.req("R48", "R58")
async def test_any_is_a_number_of_their_country_in_turn_and_stays_with_a_person(story: Story) -> None:
    for address in (MADRID, SEVILLE, MIAMI):
        await story.number(address)
    listed: dict[str, Any] = {"from": [MADRID, SEVILLE, MIAMI]}
    first, second = [(await story.send(to, **listed)).json["from"] for to in (ANA, BEA)]
    assert {first, second} == {MADRID, SEVILLE}
    assert (await story.send("+13055550123", **listed)).json["from"] == MIAMI
    assert (await story.send(ANA, "Hello again", **{"from": "any"})).json["from"] == first
    kinds = (await story.customer.get("/v1/senders?kind=number&country=ES")).json["items"]
    assert {one["address"] for one in kinds} == {MADRID[1:], SEVILLE[1:]}
    assert {one["type"] for one in kinds} == {"mobile"}


@pytest.mark.req("R49")
async def test_nobody_sends_from_the_number_of_another(story: Story) -> None:
    await story.number(MADRID)
    stranger = await story.api.customer(open_senders=False)
    refused = await stranger.post("/v1/messages", {"to": ANA, "text": "Hello there", "from": MADRID})
    assert (refused.status, refused.code) == (403, "sender_not_owned")


@pytest.mark.req("R65")
async def test_a_short_code_stays_in_its_country_and_a_number_goes_abroad(story: Story) -> None:
    await story.number(MADRID)
    await story.operator.post("/v1/senders", {"address": "70500", "country": "ES"})
    assert (await story.send("+13055550123", **{"from": MADRID})).status == 202
    assert (await story.send(ANA, **{"from": "70500"})).status == 202
    abroad = await story.send("+13055550123", **{"from": "70500"})
    assert (abroad.status, abroad.code) == (403, "short_code_abroad")


@pytest.mark.req("R19", "R20", "R66")
async def test_what_is_written_to_a_number_is_kept_charged_found_and_answered(story: Story) -> None:
    await story.number(MADRID)
    await story.hear("When do you open?", MADRID)
    assert await story.credits() == 99
    (text,) = (await story.customer.get("/v1/received?q=open")).json["items"]
    assert shape(text, "from", "to", "text") == (ANA, MADRID, "When do you open?")
    answer = await story.send(text["from"], "We open at nine", **{"from": text["to"]})
    assert answer.status == 202
    assert await story.talk() == [(False, "When do you open?"), (True, "We open at nine")]


@pytest.mark.req("R41")
async def test_a_text_without_a_character_never_was(story: Story) -> None:
    await story.number(MADRID, autoresponder_enabled=True, autoresponder_text="We call you back")
    await story.hear("", MADRID)
    assert (await story.customer.get("/v1/received")).json["items"] == []
    assert await story.talk() == []
    assert await story.credits() == 100


@pytest.mark.req("R61")
async def test_a_number_answers_everything_with_one_text_if_it_is_told_to(story: Story) -> None:
    sender_id = await story.number(MADRID, autoresponder_enabled=True, autoresponder_text="We call you back")
    await story.hear("When do you open?", MADRID)
    assert await story.talk() == [(False, "When do you open?"), (True, "We call you back")]
    assert await story.credits() == 97, "one for the text, two for the answer to Spain"
    await story.customer.call("PATCH", f"/v1/senders/{sender_id}", {"autoresponder_enabled": False})
    await story.hear("Hello?", MADRID, source=BEA)
    assert await story.talk(BEA) == [(False, "Hello?")]


@pytest.mark.req("R62", "R91", "R105")
@pytest.mark.parametrize("words", ["STOP", "stop.", "Stop it please", "Please stop"])
async def test_stop_as_only_first_or_last_word_ends_it(story: Story, words: str) -> None:
    await story.number(
        MADRID, stop_words_enabled=True, autoresponder_enabled=True, autoresponder_text="We call you back"
    )
    waiting = await story.send(ANA, "On its way", **{"from": MADRID})
    before = await story.credits()
    await story.hear(words, MADRID)

    assert shape(await story.look(waiting), "status", "reason") == ("cancelled", "opted_out")
    said = [text for is_ours, text in await story.talk() if is_ours and text != "On its way"]
    assert len(said) == 1, "one confirmation, and no automatic answer"
    assert "no more texts" in said[0]
    assert await story.credits() == before + 2 - 1 - 2, "what waited is refunded; the text and the word of it cost"
    refused = await story.send(ANA, "Once more", **{"from": MADRID})
    assert (refused.status, refused.code) == (403, "blacklisted")
    assert (await story.customer.get(f"/v1/blacklist/{ANA}")).json["how"] == "stop"
    await story.hear(words, MADRID)
    assert len([text for is_ours, text in await story.talk() if is_ours and text != "On its way"]) == 1
    made = await story.campaign(await story.people(f"number\n{ANA}\n{BEA}\n"), text="Hello there")
    assert made == {ANA: ("skipped", "blacklisted"), BEA: ("queued", "")}


@pytest.mark.req("R62")
async def test_stop_inside_a_sentence_waits_for_somebody_who_reads_it(story: Story) -> None:
    await story.number(MADRID, stop_words_enabled=True)
    await story.hear("We have to STOP this bill", MADRID)
    held = await story.send(ANA)
    assert (held.status, held.code) == (403, "held_for_review")
    (review,) = (await story.customer.get("/v1/reviews")).json["items"]
    assert shape(review, "number", "text") == (ANA, "We have to STOP this bill")
    await story.customer.post(f"/v1/reviews/{review['id']}", {"verdict": "go_on"})
    assert (await story.send(ANA)).status == 202
    assert (await story.customer.get(f"/v1/blacklist/{ANA}")).code == "not_blacklisted"


@pytest.mark.req("R62")
async def test_a_number_that_reads_no_stop_opts_nobody_out(story: Story) -> None:
    await story.number(MADRID)
    await story.hear("STOP", MADRID)
    assert (await story.send(ANA)).status == 202
    assert (await story.customer.get("/v1/reviews")).json["items"] == []


@pytest.mark.req("R66")
async def test_two_machines_do_not_answer_one_another(story: Story) -> None:
    for address in (MADRID, SEVILLE):
        await story.number(address, autoresponder_enabled=True, autoresponder_text="We call you back")
    await story.hear("Hello there", MADRID, source=SEVILLE)
    assert await story.talk(SEVILLE) == [(False, "Hello there")]
    await story.customer.call("PUT", f"/v1/blacklist/{CAM}", {})
    await story.hear("Hello there", MADRID, source=CAM)
    assert await story.talk(CAM) == [(False, "Hello there")]


@pytest.mark.req("R166")
async def test_parts_that_come_late_and_twice_are_one_text(story: Story) -> None:
    await story.number(MADRID)
    parts = [
        Fragment(7, 3, place, words.encode("ascii"), 1) for place, words in enumerate(("When ", "do you ", "open?"), 1)
    ]
    for part in (parts[2], parts[0], parts[0]):
        await story.hear(part.octets.decode(), MADRID, fragment=part)
    assert (await story.customer.get("/v1/received")).json["items"] == []
    await story.later(minutes=2)
    await story.hear("do you ", MADRID, fragment=parts[1])
    await story.hear("do you ", MADRID, fragment=parts[1])
    (text,) = (await story.customer.get("/v1/received")).json["items"]
    assert shape(text, "text", "parts") == ("When do you open?", 3)
    assert await story.credits() == 99


@pytest.mark.req("R91")
async def test_the_blacklist_beats_every_way_of_sending_and_costs_nothing(story: Story) -> None:
    file = f"number,note\n{ANA},by letter\n"
    done = await story.customer.put_file("/v1/blacklist", file)
    assert done.json["added"] == 1
    assert (await story.send(ANA)).code == "blacklisted"
    batch = {"messages": [{"to": ANA, "text": "Hello there"}, {"to": BEA, "text": "Hello there"}]}
    refused, taken = (await story.customer.post("/v1/messages/batch", batch)).json["items"]
    assert (refused["error"]["code"], taken["status"]) == ("blacklisted", "queued")
    subscribed = await story.people(f"number\n{ANA}\n", source="form")
    assert await story.campaign(subscribed) == {ANA: ("skipped", "blacklisted")}
    assert await story.credits() == 98, "one message to Spain"
    would = (await story.customer.get(f"/v1/contacts/{ANA}/why")).json
    assert shape(would, "stopped_by", "code") == ("blacklist", "blacklisted")

    assert (await story.customer.call("DELETE", f"/v1/blacklist/{ANA}")).status == 204
    assert (await story.send(ANA)).status == 202
