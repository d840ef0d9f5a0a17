"""SMS services: a keyword on a short code that people subscribe to by text, and that runs by itself (R67-R84)."""
