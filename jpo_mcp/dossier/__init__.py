"""What a professional reads out of the JPO's records: pure functions over `models` and `codes`."""
