"""What the sink's files share of the wire (SMPP 3.4, 3.2)."""

from __future__ import annotations

import struct

HEAD = struct.Struct(">IIII")
SUBMIT_SM, DELIVER_SM = 4, 5
RESPONSE = 0x80000000
