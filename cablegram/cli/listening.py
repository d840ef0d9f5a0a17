"""The port that callers find us at. Apart from the web server, whose loading takes as long as half a start of `up`."""

from __future__ import annotations

import socket

from cablegram.kit.errors import Refused

BACKLOG = 2048  # connections that may wait to be taken


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything else is done. Raises Refused (`port_in_use`).

    The socket can be handed to a child: several may take connections from it.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it: an answer's head and body are written one after the other, and a client that
    # acknowledges late (40 ms on Linux) would otherwise wait for the body on each request.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)  # from now on nobody else can have the port, and who calls early waits
    except OSError as error:
        listener.close()
        message = f"Can't listen on {host}:{port} ({error.strerror}). Stop what has it, or choose another with --port."
        raise Refused("port_in_use", message) from error
    return listener
