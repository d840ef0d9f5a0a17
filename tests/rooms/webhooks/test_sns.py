"""Events are published to topics of SNS (R152): signed so that a real SNS takes them, and wrongly signed ones fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer

import hooks
import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, log
from cablegram.webhooks.model import Form, NewEndpoint, Standing, Transport
from hooks import carry, courier

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def sns() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}/"
    server.stop()


@pytest.mark.req("R152")
async def test_events_are_published_to_a_topic_and_reach_its_queue(rt: Runtime, sns: str) -> None:
    rt = hooks.open_to_here(rt)
    await traffic.open_ways(rt)
    shop = await make.account(rt, credits=1000)
    known: dict[str, Any] = {"region_name": REGION, "endpoint_url": sns, "aws_access_key_id": "AKIA0000000000000000"}
    known["aws_secret_access_key"] = "secret"
    topic = boto3.client("sns", **known).create_topic(Name="news")["TopicArn"]
    queues = boto3.client("sqs", **known)
    queue = queues.create_queue(QueueName="heard")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns", **known).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    await publish_to(rt, shop, sns, topic)
    missing, _ = await endpoints.create(rt, shop, new(sns, topic.replace("news", "nothing")))
    ids = await traffic.accepted(rt, [traffic.draft(shop)])
    await traffic.move(rt, ids, State.SUBMITTING, State.SUBMITTED, State.DELIVERED)
    async with courier(rt) as one:
        await carry(rt, one)

    (message,) = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    envelope = msgspec.json.decode(message["Body"])
    told = msgspec.json.decode(envelope["Message"])
    assert (told["notification_type"], told["status"], told["id"]) == ("sms_status", "delivered", str(ids[0]))
    assert envelope["MessageAttributes"]["type"]["Value"] == "message.delivered"
    (failed,) = await log.undelivered(rt, shop, missing.id)
    assert (failed.standing, failed.last_status) == (Standing.RETRYING, 404)


def new(url: str, topic: str) -> NewEndpoint:
    return NewEndpoint(
        "Topic",
        url,
        ["message.delivered"],
        transport=Transport.SNS,
        form=Form.NOTIFICATION,
        topic=topic,
        access_key="AKIA0000000000000000",
        secret_key="secret",
    )


async def publish_to(rt: Runtime, shop: Principal, url: str, topic: str) -> None:
    made, _ = await endpoints.create(rt, shop, new(url, topic))
    assert (made.topic, made.url) == (topic, url)
