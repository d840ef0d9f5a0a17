"""Prices, versions of tariffs, statements, margins and invoices by API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from calling import Client, Served

FILE = "prefix,country,name,price\n34,ES,Spain,0.85\n"


@pytest.mark.req("R15", "R16", "R20")
async def test_the_operator_sets_prices_and_the_account_sees_its_own(served: Served, customer: Client) -> None:
    operator = await served.operator()
    account_id = (await customer.get("/v1/account")).json["id"]
    path = f"/v1/accounts/{account_id}/prices"
    assert (await customer.get("/v1/prices")).json == {"credits": None, "inbound": 1_000_000}

    usual = {"currency": "eur", "steps": [{"from_credits": 0, "price": 12_000}]}
    assert (await customer.call("PUT", "/v1/prices", usual)).code == "scope_missing"
    assert (await operator.call("PUT", "/v1/prices", usual)).json["currency"] == "EUR"
    bad = {"currency": "eur", "steps": [{"from_credits": 5, "price": 12_000}]}
    assert (await operator.call("PUT", "/v1/prices", bad)).code == "bad_credit_price"
    own = {"currency": "USD", "steps": [{"from_credits": 0, "price": 9_000}]}
    changed = await operator.call("PATCH", path, {"credits": own, "inbound": 500_000})
    assert changed.json == (await customer.get("/v1/prices")).json == (await operator.get(path)).json
    assert (changed.json["credits"]["is_own"], changed.json["inbound"]) == (True, 500_000)
    assert (await customer.get("/v1/tariffs/ES")).json["prices"] == changed.json
    assert (await customer.get("/v1/tariffs")).json["prices"] == changed.json
    back = (await operator.call("PATCH", path, {"credits": None, "inbound": None})).json
    assert (back["credits"]["currency"], back["inbound"]) == ("EUR", 1_000_000)
    assert (await operator.get(f"/v1/accounts/{uuid4()}/prices")).code == "account_not_found"


@pytest.mark.req("R16")
async def test_a_tariff_waits_for_its_date_and_can_be_looked_at_and_taken_back(served: Served) -> None:
    operator = await served.operator()
    done = (await operator.put_file("/v1/tariffs?valid_from=2090-01-01T00:00:00Z&name=Later", FILE)).json
    version = f"/v1/tariff_versions/{done['version']}"
    compared = (await operator.get(f"{version}/comparison")).json
    assert compared["counts"]["gone"] > 200
    assert (await operator.get(f"{version}/dry_run")).json["total"]["messages"] == 0
    listed = (await operator.get("/v1/tariff_versions")).json["items"]
    assert (listed[0]["name"], listed[0]["prefixes"]) == ("Later", 1)
    assert (await operator.call("DELETE", version)).json["withdrawn_at"]
    assert (await operator.call("DELETE", f"/v1/tariff_versions/{listed[-1]['id']}")).code == "tariff_in_force"
    for number, code in (
        ("999999", "tariff_version_not_found"),
        ("x", "wrong_value"),
        ("1" * 30, "wrong_value"),
        ("1%0A", "wrong_value"),
    ):
        assert (await operator.get(f"/v1/tariff_versions/{number}/comparison")).code == code
    assert (await operator.put_file("/v1/tariffs?valid_from=2001-01-01T00:00:00Z", FILE)).code == "bad_valid_from"
    carrier = f"/v1/connectors/{uuid4()}/tariff?currency=EUR"
    assert (await operator.put_file(carrier, FILE)).code == "connector_not_found"


@pytest.mark.req("R29")
async def test_statements_are_files_and_the_operator_sees_margins(served: Served, customer: Client) -> None:
    assert (await customer.get("/v1/ledger?kind=grant&text=nothing")).json["items"] == []
    totals = (await customer.get("/v1/ledger/totals?kind=grant")).json
    assert (totals["count"], totals["given"], totals["is_final"]) == (1, 100_000_000, False)
    assert (await customer.get("/v1/ledger/statement.csv")).body.startswith(b"number,at,kind")
    assert (await customer.get("/v1/ledger/statement.pdf")).body.startswith(b"%PDF-")
    wrong = "/v1/ledger?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z"
    assert (await customer.get(wrong)).code == "bad_span"

    operator = await served.operator()
    assert (await customer.get("/v1/margins?since=2026-01-01&until=2026-02-01")).code == "scope_missing"
    assert (await operator.get("/v1/margins?since=2026-01-01&until=2026-02-01&by=country")).json == {"items": []}
    assert (await operator.get("/v1/margins?since=2026-01-01&until=2026-01-01")).code == "bad_span"
    assert (await operator.get("/v1/carrier_invoices")).json == {"items": [], "next": None}
    nowhere = f"/v1/carrier_invoices/{uuid4()}"
    assert [(await operator.get(path)).code for path in (nowhere, f"{nowhere}/differences")] == [
        "invoice_not_found"
    ] * 2
