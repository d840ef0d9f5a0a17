"""Providers that are known to work as described ones (R134): one file each."""
