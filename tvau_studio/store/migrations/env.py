"""Run by Alembic. The connection comes from `store.engine`, which holds the transaction."""

from alembic import context

from tvau_studio.store import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
