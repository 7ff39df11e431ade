"""Grammars that answers are held to: their JSON Schemas, and the check that bounds what one may cost."""
