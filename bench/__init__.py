"""Benchmarks: what a message costs and how fast it goes, of Cablegram and of its peers, in one run. See README.md."""
