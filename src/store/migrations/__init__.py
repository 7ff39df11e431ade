"""The schema's versions, which Alembic runs (`accord.store.schema`)."""
