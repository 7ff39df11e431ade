"""Accord and vLLM's own server, side by side in one run (README.md says how)."""
