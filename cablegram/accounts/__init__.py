"""Who: accounts, the people who log in, and the keys that call."""
