"""Reports over any time: how much, where, by which way, and was it delivered; kept behind the way of messages."""
