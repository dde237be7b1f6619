"""Alembic's way in: it works on the connection, and inside the transaction, that ccwb.store opened."""

from alembic import context

from ccwb.store.schema import METADATA

if hasattr(context, "config"):  # it is only there while Alembic works, not when a test runner looks in
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
