"""second opinions of a local language model."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HEARD = ("restricted", "no_ground", "unreadable", "not_quoted")
GROUNDS = ("STATE_SECRET", "NATIONAL_INTEREST", "PERSONAL_INFORMATION", "INTELLECTUAL_PROPERTY", "OTHER_LAW")


def upgrade() -> None:
    op.create_table(
        "second_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("model", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prompt_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "heard",
            sa.Enum(*HEARD, name="heard", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(*GROUNDS, name="ground", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_second_opinion_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_opinion")),
    )
    with op.batch_alter_table("second_opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_opinion_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_second_opinion_prompt_digest"), ["prompt_digest"], unique=False)


def downgrade() -> None:
    op.drop_table("second_opinion")
