"""A search of what is kept on this machine, at no access."""
