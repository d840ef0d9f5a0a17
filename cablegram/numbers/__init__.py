"""Telephone numbers: read, judged, written, and the countries they belong to. Pure; nobody is asked."""
