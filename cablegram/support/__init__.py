"""Support: what accounts ask the operator, and what is answered."""
