"""Saved templates: the words an account sends again and again."""
