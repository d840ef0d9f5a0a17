"""Payments: cards, recharges, refunds, disputes and receipts; by a processor, or entered by the operator."""
