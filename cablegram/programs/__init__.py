"""Programs: audiences that people enter and leave by themselves, whatever a program is (an SMS service, a store)."""
