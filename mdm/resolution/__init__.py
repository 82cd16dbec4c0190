"""The only room that changes clusters: which source records are held to be one thing."""
