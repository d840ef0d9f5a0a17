"""Numbers that accounts rent from the operator, what they pay for them by the month, and plans with a fee."""
