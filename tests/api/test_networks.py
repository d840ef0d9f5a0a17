"""Destinations and mobile networks by API."""

from __future__ import annotations

import pytest

from calling import Client, Served

FILE = "mcc,mnc,name,country\n214,07,Movistar,ES\n310,410,AT&T,US\n901,14,AeroMobile,\n350,99,Cellone,BM\n"
CSV = {"Accept": "text/csv"}


@pytest.mark.req("R32", "R33")
async def test_networks_are_imported_listed_sorted_exported_and_found_by_imsi(served: Served, customer: Client) -> None:
    assert (await customer.get("/v1/networks")).json == {"items": [], "next": None, "total": 0}
    operator = await served.operator()
    done = await operator.put_file("/v1/networks", FILE)
    assert (done.status, done.json) == (200, {"networks": 4})
    first = (await customer.get("/v1/networks?sort_by=mcc&order=desc&limit=3")).json
    assert [one["mcc"] for one in first["items"]] == ["901", "350", "310"]
    assert first["items"][0]["country"] is None
    rest = (await customer.get(first["next"])).json
    assert [(one["mcc"], one["mnc"], one["country_name"]) for one in rest["items"]] == [("214", "07", "Spain")]
    assert rest["next"] is None
    file = await customer.call("GET", "/v1/networks", headers=CSV)
    lines = ["214,07,Movistar,ES", "310,410,AT&T,US", "350,99,Cellone,BM", "901,14,AeroMobile,"]
    assert file.body.decode().splitlines()[1:] == lines

    found = (await customer.get("/v1/networks/310410123456789")).json
    assert (found["mnc"], found["subscriber"], found["network"]["name"]) == ("410", "123456789", "AT&T")
    assert found["region"] == "North America and Caribbean"
    unknown = (await customer.get("/v1/networks/26201")).json
    assert (unknown["network"], unknown["region"]) == (None, "Europe")
    assert (await customer.get("/v1/networks/31041")).code == "imsi_invalid"

    bad = await operator.put_file("/v1/networks", "mcc,mnc,name,country\n1,2,,\n")
    assert (bad.status, bad.code) == (403, "bad_network_file")
    assert (await operator.put_file("/v1/networks", "name\nMovistar\n")).status == 400
    assert (await customer.put_file("/v1/networks", FILE)).code == "scope_missing"


@pytest.mark.req("R34")
async def test_destinations_say_what_they_cost_and_whether_one_may_send_there(customer: Client) -> None:
    assert (await customer.call("PATCH", "/v1/account/sending_rules", {"countries": ["ES"]})).status == 200
    first = (await customer.get("/v1/destinations?limit=100")).json
    second = (await customer.get(first["next"])).json
    names = [one["name"] for one in (*first["items"], *second["items"])]
    assert names == sorted(names)
    found = [one for page in (first, second) for one in page["items"] if one["is_allowed"]]
    assert not found or {one["country"] for one in found} == {"ES"}
    (last,) = (await customer.get("/v1/destinations?order=desc&sort_by=prefix&limit=1")).json["items"]
    assert last["prefix"].startswith("99")
    lines = (await customer.call("GET", "/v1/destinations", headers=CSV)).body.decode().splitlines()
    assert lines[0] == "prefix,country,name,price,is_allowed"
    assert [line for line in lines if line.endswith(",true")] == [line for line in lines if ",ES," in line]
