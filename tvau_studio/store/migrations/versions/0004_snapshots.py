"""Named states of the labels, and the record of exports."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.Column("videos", sa.Integer(), nullable=False),
        sa.Column("clips", sa.Integer(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_snapshot")),
    )
    op.create_index(op.f("ix_snapshot_name"), "snapshot", ["name"], unique=True)
    op.create_table(
        "snapshot_part",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("video", sa.String(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_snapshot_part")),
    )
    op.create_index(op.f("ix_snapshot_part_snapshot_video"), "snapshot_part", ["snapshot", "video"], unique=False)
    op.create_table(
        "release_record",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_release_record")),
    )
    op.create_index(op.f("ix_release_record_made"), "release_record", ["made"], unique=False)
