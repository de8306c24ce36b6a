"""All between a row of the table and a byte: the one pipeline, and what it shares with other processes."""
