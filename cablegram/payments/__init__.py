"""Payments: cards, recharges, refunds, disputes, receipts; by a processor such as Stripe, or entered by the operator."""
