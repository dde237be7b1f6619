"""The forecast knows how its errors hang together; accuracy tells the coverage of the 95 % band, too."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    for column in ("day_to_day", "slot_to_slot"):
        op.add_column("forecast", sa.Column(column, sa.Double(), nullable=True))
    op.add_column("accuracy", sa.Column("coverage_95", sa.Double(), nullable=True))
