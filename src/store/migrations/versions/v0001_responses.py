"""Responses and their items."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "accord_responses",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("previous_id", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("stored_at", sa.Double, nullable=False),
        sa.Column("server", sa.Text),
        sa.Column("lease_until", sa.Double),
        sa.Column("response", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("streamed", sa.Boolean, nullable=False),
        sa.Column("events", sa.LargeBinary),
    )
    op.create_index("accord_responses_stored_at", "accord_responses", ["stored_at", "id"])
    unfinished = sa.text("lease_until IS NOT NULL")
    op.create_index(
        "accord_responses_lease_until",
        "accord_responses",
        ["lease_until"],
        postgresql_where=unfinished,
        sqlite_where=unfinished,
    )
    op.create_table(
        "accord_response_items",
        sa.Column(
            "response_id",
            sa.Text,
            sa.ForeignKey("accord_responses.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("is_output", sa.Boolean, primary_key=True, nullable=False),
        sa.Column("place", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
    )
    op.create_index("accord_response_items_item_id", "accord_response_items", ["item_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("accord_response_items")
    op.drop_table("accord_responses")
