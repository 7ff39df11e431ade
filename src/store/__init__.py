"""What is kept between requests."""

from accord.store.memory import MemoryResponseStore
from accord.store.responses import Json, ResponseRecord, ResponseStore

__all__ = ["Json", "MemoryResponseStore", "ResponseRecord", "ResponseStore"]
