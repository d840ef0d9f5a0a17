"""What is seen of the whole installation: what moves, what waits, who is at work, and how fast. It moves no message."""
