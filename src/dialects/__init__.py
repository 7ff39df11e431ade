"""How the engine's one stream of deltas is said in each API."""
