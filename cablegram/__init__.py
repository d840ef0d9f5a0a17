"""Cablegram: a self-hosted platform for text messages."""
