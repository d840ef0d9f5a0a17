from __future__ import annotations

import socket

import psycopg
import pytest


def test_each_test_gets_a_migrated_database_of_its_own(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT count(*) FROM migration").fetchone() != (0,)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_tests_do_not_leave_this_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as wire, pytest.raises(AssertionError, match="leave this machine"):
        wire.connect((host, 80))


async def test_async_tests_need_no_mark(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        assert await (await conn.execute("SELECT 1")).fetchone() == (1,)
