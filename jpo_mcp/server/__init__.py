"""The MCP face: tools over the dossier layer, errors worded once at the rim."""
