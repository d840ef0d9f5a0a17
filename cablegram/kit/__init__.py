"""Things any program could own: errors, ids, clock, money. Imports nothing of ours."""
