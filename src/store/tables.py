"""The tables, as the newest version of the schema has them; `migrations/` makes them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

METADATA = MetaData()

RESPONSES = Table(
    "accord_responses",
    METADATA,
    Column("id", Text, primary_key=True),
    # Whose it is: nobody else finds it. Empty where the server asks for no keys.
    Column("owner", Text, nullable=False),
    Column("previous_id", Text),
    Column("status", Text, nullable=False),
    Column("stored_at", Double, nullable=False),
    # The server that is making it, and until when it is thought to live; none once the response has ended.
    Column("server", Text),
    Column("lease_until", Double),
    # JSON without `output`, whose items are rows. `status` above counts, and `error` where there is one.
    Column("response", Text, nullable=False),
    Column("error", Text),
    Column("streamed", Boolean, nullable=False),
    # The whole event stream, compressed by zlib.
    Column("events", LargeBinary),
    Index("accord_responses_stored_at", "stored_at", "id"),
    Index(
        "accord_responses_lease_until",
        "lease_until",
        postgresql_where=text("lease_until IS NOT NULL"),
        sqlite_where=text("lease_until IS NOT NULL"),
    ),
)

ITEMS = Table(
    "accord_response_items",
    METADATA,
    Column(
        "response_id", Text, ForeignKey(RESPONSES.c.id, ondelete="CASCADE"), primary_key=True, nullable=False
    ),
    Column("is_output", Boolean, primary_key=True, nullable=False),
    Column("place", Integer, primary_key=True, nullable=False, autoincrement=False),
    Column("item_id", Text, nullable=False),
    Column("item", Text, nullable=False),
    Index("accord_response_items_item_id", "item_id"),
)
