"""Campaigns: one text to the people of contact lists, made, priced, sent, paused and counted."""
