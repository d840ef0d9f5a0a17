"""Where SQL lives, that all of it is used, fits the schema, and never reads another account's rows by oversight."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from cablegram.runtime.queries import Queries, load
from house.reading import PACKAGE, Source, product
from testbed import Server

IS_STORE = re.compile(r"(?:.+_)?store\.py")
STORES = sorted(
    path.with_name(path.name.replace("store.py", "queries.sql"))
    for path in PACKAGE.glob("*/*store.py")
    if IS_STORE.fullmatch(path.name)
)
NAMES = ["-".join([path.parent.name, *path.stem.split("_")[:-1]]) for path in STORES]
PARAMETER = re.compile(r"%\((\w+)\)[sbt]")
COMMENT = re.compile(r"--.*")
TOUCHED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|ONLY|USING|COPY|TABLE|,)\s+([a-z_]+)", re.IGNORECASE)
PREPARED = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES")


def store_of(queries: Path) -> Path:
    return queries.with_name(queries.name.replace("queries.sql", "store.py"))


def queries_of(queries: Path) -> Queries:
    return load(str(store_of(queries)))


def bare(statement: str) -> str:
    """Return a statement without its comments."""
    return COMMENT.sub("", statement).strip()


def numbered(statement: str) -> str:
    """Write named parameters as PostgreSQL numbers them: `%(now)s` becomes `$1`."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return PARAMETER.sub(number, statement).replace("%%", "%")


def speaks_sql(source: Source) -> list[str]:
    """Find statements that run outside stores and the machinery."""
    if source.room in {"runtime", "migrations"} or IS_STORE.fullmatch(source.name):
        return []
    faults: list[str] = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        # dict.copy() takes nothing and shutil.copy() is about files
        copies = node.func.attr == "copy" and node.args and ast.unparse(node.func.value) != "shutil"
        if copies or node.func.attr in {"execute", "executemany"}:
            faults += source.at(node, f".{node.func.attr}() outside a store")
    return faults


def one_for_all(statement: str, tables: set[str]) -> set[str]:
    """Return the tables of accounts that a statement touches without naming the account or saying why."""
    touched = tables & {name.lower() for name in TOUCHED.findall(bare(statement))}
    excused = "%(account_id)s" in statement or re.search(r"^-- all accounts: \S", statement, re.MULTILINE)
    return set() if excused else touched


@pytest.fixture(scope="module")
def schema(pg: Server) -> Iterator[psycopg.Connection]:
    """Give a connection to a migrated database that this file may leave in any state."""
    url = pg.migrated()
    with psycopg.connect(url, autocommit=True) as conn:
        yield conn
    pg.drop(url)


@pytest.fixture(scope="module")
def account_tables(schema: psycopg.Connection) -> set[str]:
    """Give the names of the tables whose rows belong to an account."""
    rows = schema.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'account_id'"
    )
    # A session belongs to a person and is found by its token; its account is only the one they look at.
    return {row[0] for row in rows} - {"session"} | {"account"}


def test_only_stores_run_statements() -> None:
    assert [fault for source in product() for fault in speaks_sql(source)] == []


@pytest.mark.parametrize("room", STORES, ids=NAMES)
def test_every_query_is_used_and_every_query_used_is_there(room: Path) -> None:
    tree = ast.parse(store_of(room).read_text(encoding="utf-8"))
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "queries"
    }
    assert asked == set(queries_of(room).names())


@pytest.mark.parametrize("room", STORES, ids=NAMES)
def test_every_query_fits_the_schema(room: Path, schema: psycopg.Connection) -> None:
    queries = queries_of(room)
    texts = [getattr(queries, name) for name in queries.names()]
    with schema.transaction(force_rollback=True):
        # Temporary tables first: other statements of the room use them.
        for text in sorted(texts, key=lambda text: not bare(text).upper().startswith("CREATE TEMP")):
            _try(schema, bare(text))


def _try(conn: psycopg.Connection, statement: str) -> None:
    text = sql.SQL(numbered(statement))  # pyright: ignore[reportArgumentType] - our own files are the statements
    if statement.upper().startswith("COPY"):
        with conn.cursor() as cursor, cursor.copy(text) as copy:
            if "BINARY" in statement:
                copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8) + b"\xff\xff")  # the header and the end, no row
    elif statement.upper().startswith(PREPARED):
        conn.execute(sql.SQL("PREPARE tried AS ") + text)
        conn.execute("DEALLOCATE tried")
    else:
        conn.execute(text)


@pytest.mark.parametrize("room", STORES, ids=NAMES)
def test_queries_name_their_account_or_say_why_not(room: Path, account_tables: set[str]) -> None:
    queries = queries_of(room)
    faults = {name: one_for_all(getattr(queries, name), account_tables) for name in queries.names()}
    assert {name: tables for name, tables in faults.items() if tables} == {}


def test_planted_sql_is_found() -> None:
    planted = Source("cablegram/panel/home.py", "conn.execute('x')\ncursor.copy('y')\n{}.copy()\nshutil.copy(a, b)\n")
    assert speaks_sql(planted) == [
        "cablegram/panel/home.py:1: .execute() outside a store",
        "cablegram/panel/home.py:2: .copy() outside a store",
    ]


def test_planted_reads_of_all_accounts_are_found() -> None:
    tables = {"message", "posting"}
    assert one_for_all("SELECT 1 FROM queue q, posting JOIN message ON true", tables) == tables
    assert one_for_all("-- all accounts: the sweep\nSELECT 1 FROM message", tables) == set()
    assert one_for_all("SELECT 1 FROM message WHERE account_id = %(account_id)s", tables) == set()
    assert one_for_all("-- all accounts:\nUPDATE message SET body = ''", tables) == {"message"}


def test_parameters_are_numbered_once_each() -> None:
    assert (
        numbered("a = %(a)s AND b = %(b)s OR a = %(a)s AND c LIKE 'x%%'")
        == "a = $1 AND b = $2 OR a = $1 AND c LIKE 'x%'"
    )
