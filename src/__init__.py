"""Accord: a contract-first LLM server."""

__version__ = "0.2.0"
