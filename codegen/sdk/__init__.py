"""Generates the client SDKs in sdk/ from the published document."""
