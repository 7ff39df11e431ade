"""Alembic's entry point: runs the migrations in the transaction of `accord.store.schema`."""

from alembic import context

from accord.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
