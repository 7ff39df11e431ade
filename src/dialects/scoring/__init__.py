"""Probabilities of given label tokens."""
