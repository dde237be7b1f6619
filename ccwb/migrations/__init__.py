"""How the database came to be what it is: one file in `versions` per change of schema, applied by Alembic on opening.

A changed column in ccwb/tables needs a new file here: `python -m ccwb.migrations "what changes"` writes a draft of
it from the difference, to be read and tested. Files that were released never change.
"""
