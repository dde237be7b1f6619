"""Write the draft of a migration: python -m ccwb.migrations "what changes"."""

import argparse

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from ccwb.store.database import MIGRATIONS, head


def main(message):
    """Compare a database made by the migrations so far with ccwb.store.schema, and write the difference as a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with sa.create_engine("sqlite://").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=f"{int(head()) + 1:04d}")


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m ccwb.migrations", description="Write the draft of a migration, to be read and mended by hand."
    )
    parser.add_argument("message", nargs="*", default=["change"], help="what changes, in a few words")
    return parser


if __name__ == "__main__":
    main(" ".join(_parser().parse_args().message))
