"""What the operator sees of the whole installation: what moves, what waits, who is at work. Reads, never writes."""
