"""past decisions and inner lists."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED_TO_RECORDS = ("transfer_opinion", "disclosure", "item_count")


def upgrade() -> None:
    op.create_table(
        "past_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "access",
            sa.Enum("open", "restricted", name="access", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "STATE_SECRET",
                "NATIONAL_INTEREST",
                "PERSONAL_INFORMATION",
                "INTELLECTUAL_PROPERTY",
                "OTHER_LAW",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("batch_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("review_again_on", sa.Date(), nullable=True),
        sa.Column("mark", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.Column("decision_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sheet", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("imported_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("imported_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_past_decision_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_decision")),
        sa.UniqueConstraint("record_id", "decision_key", name=op.f("uq_past_decision_record_id_decision_key")),
    )
    with op.batch_alter_table("past_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_past_decision_file_digest"), ["file_digest"], unique=False)
    for name in ADDED_TO_RECORDS:
        op.add_column("record", sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("roster_entry", sa.Column("gave_way", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("roster_entry", schema=None) as batch_op:
        batch_op.drop_column("gave_way")
    with op.batch_alter_table("record", schema=None) as batch_op:
        for name in reversed(ADDED_TO_RECORDS):
            batch_op.drop_column(name)
    with op.batch_alter_table("past_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_past_decision_file_digest"))
    op.drop_table("past_decision")
