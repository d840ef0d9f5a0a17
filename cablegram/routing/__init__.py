"""Which connector carries a message."""
