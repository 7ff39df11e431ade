"""Generates src/generated/ from the contract in openapi/."""
