"""papers and scans."""

import json

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "approval_sheet", "appraisal_report", "minutes", "review_register", "delay_register", "issue_list",
    "consultation_letter", "agency_reply", "sampling_record", "delay_request", "delay_appraisal", "authority_reply",
    "release_check", "notice", "other",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "signed_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "paper",
            sa.Enum(*KINDS, name="paperkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("file", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("given_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("attached_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("withdrawn_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_signed_sheet_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_sheet")),
    )
    with op.batch_alter_table("signed_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_sheet_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            "uq_signed_sheet_in_force",
            ["batch_id", "paper", "digest"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
    _keep_earlier_scans()
    # Not in batch mode: SQLite would rebuild the table, and every row that points at it would stop that.
    op.execute("ALTER TABLE batch DROP COLUMN signed_file")


def _keep_earlier_scans() -> None:
    """Scans given with an approval move into the table; the ledger holds their whole digests."""
    connection = op.get_bind()
    scanned = connection.execute(
        sa.text("SELECT id, signed_file, approved_by, approved_at FROM batch WHERE signed_file IS NOT NULL")
    ).all()
    for batch_id, file, approved_by, approved_at in scanned:
        said = connection.execute(
            sa.text(
                "SELECT payload FROM audit_event WHERE action = 'batch.approve' AND subject = :subject "
                "ORDER BY seq DESC"
            ),
            {"subject": f"batch/{batch_id}"},
        ).first()
        payload = said[0] if said else None
        known = json.loads(payload) if isinstance(payload, str) else payload or {}
        if known.get("signed"):
            connection.execute(
                sa.text(
                    "INSERT INTO signed_sheet (batch_id, paper, file, digest, attached_by, at) "
                    "VALUES (:batch, 'approval_sheet', :file, :digest, :by, :at)"
                ),
                {"batch": batch_id, "file": file, "digest": known["signed"], "by": approved_by, "at": approved_at},
            )


def downgrade() -> None:
    op.execute("ALTER TABLE batch ADD COLUMN signed_file VARCHAR")
    op.execute(
        "UPDATE batch SET signed_file = (SELECT max(file) FROM signed_sheet WHERE signed_sheet.batch_id = batch.id "
        "AND paper = 'approval_sheet' AND withdrawn_at IS NULL)"
    )
    with op.batch_alter_table("signed_sheet", schema=None) as batch_op:
        batch_op.drop_index("uq_signed_sheet_in_force")
        batch_op.drop_index(batch_op.f("ix_signed_sheet_batch_id"))
    op.drop_table("signed_sheet")
