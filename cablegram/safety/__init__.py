"""What keeps messages from going out: the operator's stop, and the standstill after a restore."""
