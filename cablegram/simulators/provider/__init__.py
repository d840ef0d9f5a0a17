"""Providers that one can have at home: each answers, reports and forgets as the real one does, over real HTTP."""
