"""Tell customers' own systems what happens: endpoints, signed deliveries, each attempt, and sending again (R152)."""
