"""The proof that every message and credit is accounted for. It knows the tables, and none of the code that sends."""
