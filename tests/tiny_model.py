"""The random model that the tests serve; the benchmark serves the same one."""

from bench.tiny_model import NAME, write_tiny_model

__all__ = ["NAME", "write_tiny_model"]
