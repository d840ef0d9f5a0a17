"""Audiences: whom something goes to, told by lists, saved segments and programs, and read a slice at a time."""
