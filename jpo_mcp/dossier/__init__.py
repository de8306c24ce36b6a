"""What a professional reads out of the JPO's records, for the server and the command line alike."""
