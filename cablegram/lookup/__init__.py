"""Look up whose numbers and networks these are."""
