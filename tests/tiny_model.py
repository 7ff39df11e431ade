"""The random model that the tests serve; the benchmark serves the same one."""

from bench.tiny_model import NAME, default_tokenizer, write_tiny_model

__all__ = ["NAME", "default_tokenizer", "write_tiny_model"]
