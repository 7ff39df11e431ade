"""Grammars that constrain answers: JSON Schemas, structural tags, and a check that limits their cost."""
