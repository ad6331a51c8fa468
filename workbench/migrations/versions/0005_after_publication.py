"""after publication."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "visit",
                "letter",
                "call",
                "online",
                "authority",
                name="complaintchannel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("complainant", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("contact", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_complaint_batch_id_batch")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_complaint_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_record_id"), ["record_id"], unique=False)

    op.create_table(
        "notice_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "suspended",
                "restored",
                "withdrawn",
                name="usestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("snapshot_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("files_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ledger_head", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("made_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["opening_notice.id"], name=op.f("fk_notice_edition_notice_id_opening_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_edition")),
        sa.UniqueConstraint("notice_id", "number", name=op.f("uq_notice_edition_notice_id_number")),
    )
    with op.batch_alter_table("notice_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_edition_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "complaint_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "upheld",
                "partly",
                "not-upheld",
                "passed-on",
                name="complaintoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_answer_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_answer")),
    )
    with op.batch_alter_table("complaint_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_answer_complaint_id"), ["complaint_id"], unique=False)

    op.create_table(
        "edition_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("suspension_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["notice_edition.id"], name=op.f("fk_edition_change_edition_id_notice_edition")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["open_entry.id"], name=op.f("fk_edition_change_entry_id_open_entry")),
        sa.ForeignKeyConstraint(
            ["suspension_id"], ["suspension.id"], name=op.f("fk_edition_change_suspension_id_suspension")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_change")),
        sa.UniqueConstraint("suspension_id", name=op.f("uq_edition_change_suspension_id")),
    )
    with op.batch_alter_table("edition_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_change_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_change_entry_id"), ["entry_id"], unique=False)

    # Publications made before editions were kept: what lies in their folder is the first edition.
    op.execute(
        "INSERT INTO notice_edition "
        "(notice_id, number, snapshot_digest, ledger_head, opened, made_by, made_on, made_at) "
        "SELECT id, 1, snapshot_digest, ledger_head, opened, published_by, published_on, published_at "
        "FROM opening_notice ORDER BY id"
    )


def downgrade() -> None:
    with op.batch_alter_table("edition_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_change_entry_id"))
        batch_op.drop_index(batch_op.f("ix_edition_change_edition_id"))

    op.drop_table("edition_change")
    with op.batch_alter_table("complaint_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_answer_complaint_id"))

    op.drop_table("complaint_answer")
    with op.batch_alter_table("notice_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_edition_notice_id"))

    op.drop_table("notice_edition")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_record_id"))
        batch_op.drop_index(batch_op.f("ix_complaint_batch_id"))

    op.drop_table("complaint")
