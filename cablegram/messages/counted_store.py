"""The statement that tells reports what messages at their end were."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.kit.ids import MessageId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_NOTE_COUNTED = Statement(queries.note_counted)


def note_counted(conn: Conn, ids: Sequence[MessageId]) -> None:
    """Write down what messages at their end are, in the order of their ids; before the next question."""
    conn.later(_NOTE_COUNTED, ids=array("uuid", ids))
