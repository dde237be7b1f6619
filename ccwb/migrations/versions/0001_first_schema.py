"""The first schema: cycles, documents, revisions, and the tables as they were described then.

The descriptions are a copy, on purpose: what ccwb/tables.py says today must not change what this file makes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# table -> (the columns that name a row, project and channel first; all columns with their kind)
TABLES = {
    "history": (
        "project channel interval_start",
        "interval_start:time interval_s:whole project:text channel:text offered:number handled:number "
        "abandoned:number short_abandoned:number flowed_out:number blocked:number transferred:number "
        "answered_within:number answer_within_s:number aht_s:number asa_s:number closed_unanswered:number "
        "backlog_end:number agents:number",
    ),
    "events": (
        "project channel first_day name",
        "first_day:day last_day:day kind:text name:text project:text channel:text effect:number",
    ),
    "forecast": (
        "project channel interval_start",
        "interval_start:time interval_s:whole project:text channel:text offered:number lower_80:number "
        "upper_80:number lower_95:number upper_95:number aht_s:number day_spread:number dispersion:number model:text",
    ),
    "accuracy": (
        "project channel model origin",
        "project:text channel:text model:text origin:time days:whole wape:number mase:number bias:number "
        "coverage_80:share seconds:number",
    ),
    "requirement": (
        "project channel interval_start",
        "interval_start:time interval_s:whole project:text channel:text offered:number aht_s:number load:number "
        "agents:number scheduled:number service_level:share answer_within_s:number asa_s:number abandonment:share "
        "answer_rate:share occupancy:share model:text",
    ),
    "shifts": (
        "project shift",
        "shift:text project:text first_start_s:number last_start_s:number step_s:number length_s:number "
        "break_s:number break_after_s:number break_before_s:number",
    ),
    "agents": (
        "agent",
        "agent:text name:text team:text project:text trained_for:text hours_week:number hired:day left:day "
        "hourly_cost:number",
    ),
    "schedule": (
        "project shift_start shift_end break_start agent",
        "project:text shift:text shift_start:time shift_end:time break_start:time break_end:time people:number "
        "agent:text",
    ),
    "agent_results": (
        "project channel agent day",
        "agent:text day:day project:text channel:text handled:number aht_s:number resolved:number rated:number "
        "survey_answers:number survey_top_two:number",
    ),
    "surveys": (
        "project channel day survey",
        "day:day project:text channel:text survey:text answers:number favourable:number unfavourable:number "
        "score_sum:number scale:text",
    ),
    "costs": (
        "project first_day last_day kind",
        "first_day:day last_day:day project:text kind:text amount:number",
    ),
    "action_log": (
        "entry",
        "entry:whole at:time who:text project:text plan_item:text done:text why:text effect:text scenario:text "
        "corrects:whole",
    ),
    "kpi_values": (
        "project channel kpi first_day basis",
        "kpi:text project:text channel:text first_day:day last_day:day basis:text numerator:number denominator:number "
        "value:number",
    ),
    "actuals": (
        "project channel interval_start",
        "interval_start:time interval_s:whole project:text channel:text offered:number handled:number "
        "abandoned:number short_abandoned:number flowed_out:number blocked:number transferred:number "
        "answered_within:number answer_within_s:number aht_s:number asa_s:number closed_unanswered:number "
        "backlog_end:number agents:number",
    ),
}

TYPES = {
    "time": sa.BigInteger,
    "day": sa.Integer,
    "text": sa.Text,
    "whole": sa.BigInteger,
    "number": sa.Double,
    "share": sa.Double,
}
MAY_BE_MISSING = ("break_start",)  # in a key; every other key column is filled


def upgrade():
    _cycles_and_documents()
    for name, (key, columns) in TABLES.items():
        _table(name, ["cycle_id", *key.split()], [part.split(":") for part in columns.split()])


def _text(name):
    return sa.Column(name, sa.Text, nullable=False)


def _whole(name):
    return sa.Column(name, sa.Integer, nullable=False)


def _cycles_and_documents():
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        *(_text("first_day"), _text("last_day")),
        sa.Column("predecessor", sa.Integer, sa.ForeignKey("cycle.id")),
        *(_text("status"), _whole("edits"), _text("saved_by"), _text("saved_at")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer, primary_key=True),
        *(_whole("cycle_id"), _text("name"), _text("project"), _whole("version"), _text("data")),
        *(_text("begun_at"), _text("saved_by"), _text("saved_at")),
    )
    op.create_index("document_place", "document", ["cycle_id", "name", "project", "version"], unique=True)
    op.create_table(
        "revision",
        sa.Column("table_name", sa.Text, primary_key=True),
        sa.Column("cycle_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("project", sa.Text, primary_key=True),
        *(_whole("number"), _text("saved_by"), _text("saved_at")),
    )


def _table(name, key, columns):
    filled = [k for k in key if k not in MAY_BE_MISSING]
    described = [sa.Column(column, TYPES[kind], nullable=column not in filled) for column, kind in columns]
    if "interval_start" in key:  # many rows: kept in the order they are read
        keyed = sa.PrimaryKeyConstraint(*key, name=f"{name}_key")
        op.create_table(name, _whole("cycle_id"), *described, keyed, sqlite_with_rowid=False)
        return
    row = sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    op.create_table(name, row, _whole("cycle_id"), *described)
    op.create_index(f"{name}_key", name, key, unique=True)
