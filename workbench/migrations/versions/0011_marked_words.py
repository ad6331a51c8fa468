"""marked words, reading orders, openings of grouped items."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STRATEGIES = ("roster", "risk", "informative")
STAGES = ("first", "second", "arbitration")
ACCESS = ("open", "restricted")


def _terms(name: str, *terms: str) -> sa.Enum:
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "reading_order",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("strategy", _terms("strategy", *STRATEGIES), nullable=False),
        sa.Column("random_share", sa.Float(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("ranked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ranked_at", models.base.UtcDateTime(), nullable=False),
        _key("reading_order", "batch_id", "batch"),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_reading_order")),
    )
    op.create_table(
        "reading_place",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        _key("reading_place", "batch_id", "batch"),
        _key("reading_place", "record_id", "record"),
        sa.PrimaryKeyConstraint("batch_id", "record_id", name=op.f("pk_reading_place")),
    )
    with op.batch_alter_table("reading_place", schema=None) as batch_op:
        batch_op.create_index("ix_reading_place_batch_place", ["batch_id", "place"], unique=False)
    op.create_table(
        "item_opening",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        _key("item_opening", "batch_id", "batch"),
        _key("item_opening", "record_id", "record"),
        _key("item_opening", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("batch_id", "record_id", "user_id", "round", name=op.f("pk_item_opening")),
    )
    op.create_table(
        "marked_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("stage", _terms("reviewstage", *STAGES), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("speaks", _terms("access", *ACCESS), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", models.base.UtcDateTime(), nullable=True),
        _key("marked_word", "batch_id", "batch"),
        _key("marked_word", "record_id", "record"),
        _key("marked_word", "marked_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marked_word")),
    )
    with op.batch_alter_table("marked_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marked_word_record_id"), ["record_id"], unique=False)


def downgrade() -> None:
    for table in ("marked_word", "item_opening", "reading_place", "reading_order"):
        op.drop_table(table)
