"""The HTTP API under `/v1`: it reads requests, asks deeds, and writes answers. It decides nothing."""
