"""What happened, as rows: lower rooms write, higher rooms read. The lowest room: even accounts report here."""
