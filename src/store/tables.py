"""The tables of the newest schema version; `migrations/` creates them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    # The owner: nobody else finds it. Empty if the server requires no keys.
    Column("owner", Text, nullable=False),
    Column("previous_id", Text),
    Column("status", Text, nullable=False),
    Column("stored_at", Double, nullable=False),
    # The server that generates it, and the end of its lease; null once the response has ended.
    Column("server", Text),
    Column("lease_until", Double),
    # JSON without `output`, whose items are rows. The column `status` takes precedence, and `error` if set.
    Column("response", Text, nullable=False),
    Column("error", Text),
    Column("streamed", Boolean, nullable=False),
    # The whole event stream, compressed by zlib.
    Column("events", LargeBinary),
    # The conversation in which it was generated, and the first position there that it did not include.
    Column("conversation_id", Text),
    Column("conversation_place", Integer),
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

CONVERSATIONS = Table(
    "accord_conversations",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # The time of the last change.
    Column("stored_at", Double, nullable=False),
    Column("metadata", Text, nullable=False),
    # The position of the next item. A writer increments it first, which locks the conversation.
    Column("next_place", Integer, nullable=False),
    Index("accord_conversations_stored_at", "stored_at", "id"),
)

CONVERSATION_ITEMS = Table(
    "accord_conversation_items",
    METADATA,
    Column(
        "conversation_id",
        Text,
        ForeignKey(CONVERSATIONS.c.id, ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    Column("place", Integer, primary_key=True, nullable=False, autoincrement=False),
    Column("item_id", Text, nullable=False),
    Column("item", Text, nullable=False),
    Index("accord_conversation_items_item_id", "item_id", "conversation_id", unique=True),
)

CHAT_COMPLETIONS = Table(
    "accord_chat_completions",
    METADATA,
    # A hash of its owner and its id, which may come from a client.
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("stored_at", Double, nullable=False),
    Column("completion", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    # The request's messages, a JSON array.
    Column("messages", Text, nullable=False),
    Index("accord_chat_completions_stored_at", "stored_at", "id"),
    Index("accord_chat_completions_owner", "owner", "stored_at", "id"),
)

CHAT_METADATA = Table(
    "accord_chat_completion_metadata",
    METADATA,
    Column(
        "completion_id",
        Text,
        ForeignKey(CHAT_COMPLETIONS.c.id, ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    # Name and value, shortened for an index, to find completions by.
    Column("name", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
    Index("accord_chat_completion_metadata_value", "name", "value"),
)
