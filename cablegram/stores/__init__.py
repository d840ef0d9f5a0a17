"""Stores: audiences of their own inside an account, which people join and leave by a keyword (R112-R126)."""
