"""vLLM behind the engine's door: the only package that imports it.

Nothing is imported here, so that the server starts, and answers its probes, before vLLM is imported.
"""
