"""The dossiers of the five offices (OPD): families, papers, and their text."""
