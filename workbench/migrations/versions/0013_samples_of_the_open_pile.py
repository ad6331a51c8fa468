"""samples of the open pile."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GROUNDS = ("STATE_SECRET", "NATIONAL_INTEREST", "PERSONAL_INFORMATION", "INTELLECTUAL_PROPERTY", "OTHER_LAW")
TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "sampling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("limit", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("manifest", TEXT(), nullable=False),
        sa.Column("secret", TEXT(), nullable=False),
        sa.Column("public_words", TEXT(), nullable=False),
        sa.Column("seed", TEXT(), nullable=False),
        sa.Column("drawn_by", TEXT(), nullable=False),
        sa.Column("drawn_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("closed_at", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_sampling_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling")),
        sa.UniqueConstraint("batch_id", "attempt", name=op.f("uq_sampling_batch_id_attempt")),
    )
    op.create_index(op.f("ix_sampling_batch_id"), "sampling", ["batch_id"], unique=False)
    op.create_table(
        "sampled_item",
        sa.Column("sampling_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("mark", TEXT(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_sampled_item_record_id_record")),
        sa.ForeignKeyConstraint(["sampling_id"], ["sampling.id"], name=op.f("fk_sampled_item_sampling_id_sampling")),
        sa.PrimaryKeyConstraint("sampling_id", "record_id", name=op.f("pk_sampled_item")),
    )
    op.create_table(
        "sample_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sampling_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column(
            "access",
            sa.Enum("open", "restricted", name="access", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(*GROUNDS, name="ground", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("reason", TEXT(), nullable=True),
        sa.Column("review_again_on", sa.Date(), nullable=True),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["user_account.id"], name=op.f("fk_sample_reading_reader_id_user_account")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_sample_reading_record_id_record")),
        sa.ForeignKeyConstraint(["sampling_id"], ["sampling.id"], name=op.f("fk_sample_reading_sampling_id_sampling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_reading")),
        sa.UniqueConstraint(
            "sampling_id", "record_id", "reader_id", name=op.f("uq_sample_reading_sampling_id_record_id_reader_id")
        ),
    )
    op.create_index(op.f("ix_sample_reading_sampling_id"), "sample_reading", ["sampling_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sample_reading")
    op.drop_table("sampled_item")
    op.drop_table("sampling")
