from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from cablegram.kit.errors import Refused
from cablegram.migrations.runner import migrate


def test_a_database_that_may_lose_what_it_confirmed_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as conn:
        name = sql.Identifier(conn.info.dbname)
        conn.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    with pytest.raises(Refused, match="synchronous_commit") as refused:
        migrate(database_url)
    assert refused.value.code == "unsafe_database"
    assert migrate(database_url, allow_unsafe=True) == []
