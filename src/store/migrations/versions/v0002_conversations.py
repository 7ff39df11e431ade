"""Conversations and their items, chat completions, and which conversation a response belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and the columns of responses."""
    op.create_table(
        "accord_conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("stored_at", sa.Double, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("next_place", sa.Integer, nullable=False),
    )
    op.create_index("accord_conversations_stored_at", "accord_conversations", ["stored_at", "id"])
    op.create_table(
        "accord_conversation_items",
        sa.Column(
            "conversation_id",
            sa.Text,
            sa.ForeignKey("accord_conversations.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("place", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
    )
    op.create_index(
        "accord_conversation_items_item_id",
        "accord_conversation_items",
        ["item_id", "conversation_id"],
        unique=True,
    )
    op.create_table(
        "accord_chat_completions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("stored_at", sa.Double, nullable=False),
        sa.Column("completion", sa.Text, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("messages", sa.Text, nullable=False),
    )
    op.create_index("accord_chat_completions_stored_at", "accord_chat_completions", ["stored_at", "id"])
    op.create_index("accord_chat_completions_owner", "accord_chat_completions", ["owner", "stored_at", "id"])
    op.create_table(
        "accord_chat_completion_metadata",
        sa.Column(
            "completion_id",
            sa.Text,
            sa.ForeignKey("accord_chat_completions.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_index(
        "accord_chat_completion_metadata_value", "accord_chat_completion_metadata", ["name", "value"]
    )
    op.add_column("accord_responses", sa.Column("conversation_id", sa.Text))
    op.add_column("accord_responses", sa.Column("conversation_place", sa.Integer))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("accord_responses", "conversation_place")
    op.drop_column("accord_responses", "conversation_id")
    op.drop_table("accord_chat_completion_metadata")
    op.drop_table("accord_chat_completions")
    op.drop_table("accord_conversation_items")
    op.drop_table("accord_conversations")
