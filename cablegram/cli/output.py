"""What commands print: a sentence for people, or JSON for scripts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cablegram.kit.errors import CablegramError


def say(text: str, facts: Mapping[str, Any] | list[Any], *, as_json: bool) -> None:
    """Print the facts as JSON, or the text; a reader that has enough, such as `head`, is no error."""
    try:
        print(json.dumps(facts, default=_written, ensure_ascii=False) if as_json else text, flush=True)
    except BrokenPipeError:
        # What is left in the buffer would be tried again at the end of the process.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _written(value: object) -> str:
    """Write what JSON has no form for: moments as the API does (RFC 3339), ids as text."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def fail(error: CablegramError, *, as_json: bool) -> None:
    """Print an error of ours on standard error."""
    if as_json:
        faults = [{"field": one.field, "code": one.code, "message": one.message} for one in error.faults]
        body = {"error": {"code": error.code, "message": error.message, "errors": faults}}
        print(json.dumps(body, ensure_ascii=False), file=sys.stderr)
        return
    print(f"cablegram: {error.message} [{error.code}]", file=sys.stderr)
    for fault in error.faults[:20]:
        where = "" if fault.message.startswith(f"{fault.field}: ") else f"{fault.field}: "
        if fault.message != error.message and f"{where}{fault.message}" not in error.message:
            print(f"  {where}{fault.message} [{fault.code}]", file=sys.stderr)
