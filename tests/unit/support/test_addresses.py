"""Addresses that say which ticket an answer is for, and prove whom its letter was for."""

from __future__ import annotations

import pytest

from cablegram.kit.ids import uuid7
from cablegram.mail.address import is_address
from cablegram.support.addresses import address_of, is_for, ticket_of

SUPPORT = "Customer.Support-20@acme.example"


@pytest.mark.req("R12")
def test_an_answer_s_address_names_its_ticket_and_belongs_to_one_person() -> None:
    ticket = uuid7()
    address = address_of(SUPPORT, ticket, "Ines@example.com", "key")
    assert is_address(address)
    named = ticket_of(SUPPORT, ["x@example.com", SUPPORT, address.upper()])
    assert named is not None
    found, proof = named
    assert found == ticket
    assert is_for(ticket, "ines@EXAMPLE.com", proof, "key")
    assert not is_for(ticket, "ben@example.com", proof, "key")
    assert not is_for(uuid7(), "ines@example.com", proof, "key")
    assert not is_for(ticket, "ines@example.com", proof, "another key")


@pytest.mark.req("R12")
def test_other_addresses_name_none() -> None:
    address = address_of(SUPPORT, uuid7(), "ines@example.com", "key")
    others = [SUPPORT, address.replace("+", "-"), f"x{address}", address.replace("acme", "evil"), "", "+@"]
    assert ticket_of(SUPPORT, [*others, SUPPORT.replace("@", "+words@")]) is None
