"""Compares Accord and vLLM's own servers in one run (README.md says how)."""
