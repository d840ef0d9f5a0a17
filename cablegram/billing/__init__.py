"""Credits: what a segment costs, and the ledger of every credit that came and went."""
