"""marked passages, limits on use."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SLIPS = ("missed", "wrong")
SETTLEMENTS = ("mended", "laid_aside", "withdrawn")


def _terms(name: str, *terms: str) -> sa.Enum:
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "marked_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("slip", _terms("slip", *SLIPS), nullable=False),
        sa.Column("rule_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("settlement", _terms("settlement", *SETTLEMENTS), nullable=True),
        sa.Column("settled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("settled_at", models.base.UtcDateTime(), nullable=True),
        _key("marked_passage", "batch_id", "batch"),
        _key("marked_passage", "record_id", "record"),
        _key("marked_passage", "marked_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marked_passage")),
    )
    with op.batch_alter_table("marked_passage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marked_passage_record_id"), ["record_id"], unique=False)
    op.create_table(
        "use_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fonds_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("imposed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("basis", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("lifted_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lifted_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        _key("use_limit", "record_id", "record"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_limit")),
    )
    with op.batch_alter_table("use_limit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_use_limit_fonds_key"), ["fonds_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_use_limit_record_id"), ["record_id"], unique=False)


def downgrade() -> None:
    for table in ("use_limit", "marked_passage"):
        op.drop_table(table)
