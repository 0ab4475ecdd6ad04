"""Questions and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("video", sa.String(), nullable=False),
        sa.Column("clip", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_video_made"), "talk", ["video", "made"], unique=False)
    op.create_table(
        "turn",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("talk", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("beside", sa.String(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompts", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("corrected", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("wait", sa.Double(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("tokens", sa.Integer(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["talk"], ["talk.key"], name=op.f("fk_turn_talk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_turn")),
    )
    op.create_index(op.f("ix_turn_talk_made"), "turn", ["talk", "made"], unique=False)
