"""Many cases at once: planned, looked at, compared with the look before, exported."""
