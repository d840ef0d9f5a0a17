"""The one error of the protocol."""

from __future__ import annotations


class SmppError(Exception):
    """Bytes or values that SMPP 3.4 does not allow.

    `status` is the command_status that the other side should be told (SMPP 3.4 section 5.1.3).
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
