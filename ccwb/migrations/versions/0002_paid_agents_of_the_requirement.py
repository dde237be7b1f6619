"""The requirement knows the agents on the payroll beside those on the schedule; plans made before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("requirement", sa.Column("paid", sa.Double(), nullable=True))
