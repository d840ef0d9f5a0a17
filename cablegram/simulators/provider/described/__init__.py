"""Providers that are described and not built in, as they are from outside; and a free one that nobody knows."""
