"""SMPP 3.4, the protocol of carriers, without sockets, clock or threads: bytes in, events out.

`pdu` holds the messages of the protocol, `codec` their bytes, `session` one end of a connection (ours or the
carrier's), `receipt` the delivery receipts inside `deliver_sm`. Nothing here waits, sleeps or asks for the time.
"""
