"""The results per agent know their quality checks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.add_column("agent_results", sa.Column("quality_checks", sa.Double(), nullable=True))
    op.add_column("agent_results", sa.Column("quality_passed", sa.Double(), nullable=True))
