"""The official conformance suite of the Model Context Protocol, run on our HTTP stack: see `run`."""
