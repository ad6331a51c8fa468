"""full text."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "full_text",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("file", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stamp", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=True),
        sa.Column("poorest", sa.Float(), nullable=True),
        sa.Column("unread_pages", sa.Integer(), nullable=False),
        sa.Column("read_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("read_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_full_text_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_full_text")),
    )
    op.create_table(
        "page_text",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "layer", "recognised", "unread", name="textsource", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("quality", sa.Float(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_page_text_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", "page", name=op.f("pk_page_text")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("full_text_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_column("full_text_digest")
    op.drop_table("page_text")
    op.drop_table("full_text")
