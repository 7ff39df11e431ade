"""What is kept between requests."""

from accord.store.address import Address
from accord.store.responses import ANSWERED, UNFINISHED, Json, ResponseRecord, Retention, StoredResponse, Turn
from accord.store.storage import Storage, StorageUnusable

__all__ = [
    "ANSWERED",
    "UNFINISHED",
    "Address",
    "Json",
    "ResponseRecord",
    "Retention",
    "Storage",
    "StorageUnusable",
    "StoredResponse",
    "Turn",
]
