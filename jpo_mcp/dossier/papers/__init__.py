"""The papers of a case: which there are, their text, and a refusal as a table."""
