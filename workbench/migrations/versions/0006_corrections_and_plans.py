"""corrections and plans."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = ("reported", "asked", "accepted", "refused", "taken-back")
FIELDS = ("title", "creator", "document_number", "date_text", "retention_period", "pages", "remarks")


def term(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("field", term(*FIELDS, name="correctedfield"), nullable=False),
        text("original"),
        text("proposed", nullable=False),
        text("source", nullable=False),
        text("slip"),
        sa.Column("read_before", sa.JSON(), nullable=True),
        sa.Column("state", term(*STATES, name="correctionstate"), nullable=False),
        text("reported_by", nullable=False),
        sa.Column("reported_at", models.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint("original IS NULL OR original <> proposed", name=op.f("ck_correction_something_changes")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_correction_batch_id_batch")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_correction_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_record_id"), ["record_id"], unique=False)
        batch_op.create_index("ix_correction_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_correction_accepted",
            ["record_id", "field"],
            unique=True,
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )
    op.create_table(
        "correction_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("state", term(*STATES, name="correctionstate"), nullable=False),
        text("asked_of"),
        text("document_number"),
        sa.Column("on", sa.Date(), nullable=False),
        text("note"),
        text("by", nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_correction_step_correction_id_correction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_step")),
    )
    with op.batch_alter_table("correction_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_step_correction_id"), ["correction_id"], unique=False)
    op.create_table(
        "plan_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        text("fonds_key"),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        text("note"),
        text("created_by", nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("given_up_at", models.base.UtcDateTime(), nullable=True),
        sa.CheckConstraint("starts_on <= deadline", name=op.f("ck_plan_line_ends_after_it_starts")),
        sa.CheckConstraint("(first_year IS NULL) = (last_year IS NULL)", name=op.f("ck_plan_line_both_years_or_none")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
    )
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_line_year"), ["year"], unique=False)


def downgrade() -> None:
    op.drop_table("plan_line")
    op.drop_table("correction_step")
    op.drop_table("correction")
