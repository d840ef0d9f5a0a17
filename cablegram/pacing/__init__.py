"""How fast and when to send. Pure: the time is handed in."""
