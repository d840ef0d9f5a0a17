"""Files brought, looked at, imported and exported as jobs, by calls alone."""

from __future__ import annotations

import pytest

from cablegram.cli.work import HANDLERS
from cablegram.jobs.run import Runner
from calling import Client, Reply, Served
from workbooks import workbook

ROWS = "Name,Mobile phone\nAna,+34600000118\nEva,12\n"


async def brought(client: Client, data: bytes | str, name: str = "people.csv", kind: str = "text/csv") -> str:
    answer = await sent(client, data, f"/v1/files?name={name}", kind)
    assert answer.status == 201
    return answer.json["id"]


async def sent(client: Client, data: bytes | str, path: str, kind: str = "text/csv") -> Reply:
    data = data.encode() if isinstance(data, str) else data
    return await client.call("POST", path, data=data, headers={"Content-Type": kind})


async def work(served: Served) -> None:
    assert await Runner(served.rt, HANDLERS).step(1)


@pytest.mark.req("R87", "R88", "R95", "R97")
async def test_a_file_is_looked_at_tried_out_and_imported(served: Served, customer: Client) -> None:
    file_id = await brought(customer, ROWS)
    seen = (await customer.get(f"/v1/files/{file_id}/columns")).json
    assert [(one["name"], one["use"]) for one in seen["columns"]] == [("Name", "Name"), ("Mobile phone", "number")]
    assert seen["rows"][0] == {"line": 2, "values": ["Ana", "+34600000118"]}
    wish = {"file_id": file_id, "list_name": "Club", "columns": ["first_name", "number"], "on_bad_rows": "skip"}
    trial = await customer.post("/v1/imports", {**wish, "dry_run": True})
    assert trial.status == 202
    assert (trial.json["kind"], trial.json["state"]) == ("import_check", "waiting")
    await work(served)
    assert (await customer.get("/v1/contact_lists")).json["items"] == []
    started = (await customer.post("/v1/imports", {**wish, "source": "web shop"})).json
    await work(served)
    job = (await customer.get(f"/v1/jobs/{started['id']}")).json
    assert (job["state"], job["result"]["added"], job["result"]["bad"]) == ("finished", 1, 1)
    assert [one["name"] for one in job["files"]] == ["bad-rows.csv"]
    result = await customer.get(f"/v1/jobs/{job['id']}/result")
    assert result.headers["content-type"].startswith("text/csv")
    assert "bad-rows.csv" in result.headers["content-disposition"]
    assert result.body.decode().splitlines()[1].startswith("Eva,12,3,")
    (club,) = (await customer.get("/v1/contact_lists")).json["items"]
    assert (club["name"], club["size"], club["variables"]) == ("Club", 1, ["first_name"])
    items = (await customer.get("/v1/jobs?limit=1")).json
    assert [one["id"] for one in items["items"]] == [job["id"]]
    assert (await customer.get("/v1/jobs?kind=import_check&state=finished")).json["next"] is None


@pytest.mark.req("R90", "R97")
async def test_people_are_exported_as_a_workbook(served: Served, customer: Client) -> None:
    data = workbook([["number", "city"], ["+34600000118", "Lugo"]])
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_id = await brought(customer, data, "people.xlsx", xlsx)
    await customer.post("/v1/imports", {"file_id": file_id, "list_name": "Club"})
    await work(served)
    (club,) = (await customer.get("/v1/contact_lists")).json["items"]
    for wish in ({"contact_list_id": club["id"], "format": "xlsx"}, {"with_statuses": True}):
        job = (await customer.post("/v1/exports", wish)).json
        assert (await customer.get(f"/v1/jobs/{job['id']}/result")).code == "no_result"
        await work(served)
        result = await customer.get(f"/v1/jobs/{job['id']}/result")
        assert result.headers["content-type"].startswith(xlsx if "format" in wish else "text/csv")
        assert result.body.startswith(b"PK" if "format" in wish else b"number,city,_mobilePhoneStatus")


@pytest.mark.req("R89")
async def test_an_export_says_on_which_lists_people_are_if_asked(served: Served, customer: Client) -> None:
    for name, numbers in (("Club", "+34600000118\n+34600000119\n"), ("Attic", "+34600000118\n")):
        made = (await customer.post("/v1/contact_lists", {"name": name})).json
        await customer.put_file(f"/v1/contact_lists/{made['id']}/contacts", f"number\n{numbers}")
    await customer.call("PUT", "/v1/contacts/+34600000119/variables/contact_lists", {"value": "of before"})
    for wish in ({}, {"contact_list_id": made["id"]}):
        job = (await customer.post("/v1/exports", {**wish, "with_contact_lists": True})).json
        await work(served)
        lines = (await customer.get(f"/v1/jobs/{job['id']}/result")).body.decode().splitlines()
        everybody = ["number,contact_lists", "'+34600000118,Attic; Club", "'+34600000119,Club"]
        assert [line.replace("'", "") for line in lines] == [
            line.replace("'", "") for line in (everybody[:2] if wish else everybody)
        ]


@pytest.mark.req("R88", "R91")
async def test_a_file_for_the_blacklist_only_adds(served: Served, customer: Client) -> None:
    await customer.call("PUT", "/v1/blacklist/+34600000118", {})
    file_id = await brought(customer, "number,note\n+34600000119,by letter\n12,x\n")
    wish = {"file_id": file_id, "into": "blacklist"}
    for how, state in (("refuse", "failed"), ("skip", "finished")):
        job = (await customer.post("/v1/imports", {**wish, "on_bad_rows": how})).json
        await work(served)
        job = (await customer.get(f"/v1/jobs/{job['id']}")).json
        assert job["state"] == state
    assert (job["result"]["added"], job["result"]["bad"]) == (1, 1)
    assert len((await customer.get("/v1/blacklist")).json["items"]) == 2


@pytest.mark.req("R97")
async def test_a_job_is_cancelled_by_who_may(served: Served, customer: Client) -> None:
    file_id = await brought(customer, ROWS)
    job = (await customer.post("/v1/imports", {"file_id": file_id, "list_name": "Club"})).json
    stranger = await served.customer()
    assert (await stranger.call("DELETE", f"/v1/jobs/{job['id']}")).status == 404
    assert (await stranger.get(f"/v1/files/{file_id}/columns")).code == "file_gone"
    assert (await customer.call("DELETE", f"/v1/jobs/{job['id']}")).json["state"] == "cancelled"
    assert (await customer.call("DELETE", f"/v1/jobs/{job['id']}")).code == "job_over"


async def test_what_is_no_file_of_people_is_refused(customer: Client) -> None:
    assert (await sent(customer, b"", "/v1/files")).status == 403
    old = await sent(customer, b"x", "/v1/files?name=a.xls")
    assert old.code == "file_unknown"
    wrong = await sent(customer, b"x", "/v1/files", "image/png")
    assert wrong.status == 415
    file_id = await brought(customer, ROWS)
    neither = await customer.post("/v1/imports", {"file_id": file_id})
    assert (neither.status, neither.code) == (403, "list_needed")
