"""Labels, the log of edits, the project's own row."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("merge", sa.Text(), nullable=False),
        sa.Column("video", sa.String(), nullable=True),
        sa.Column("frame", sa.Integer(), nullable=True),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_edit")),
    )
    op.create_index(op.f("ix_edit_person_state_step"), "edit", ["person", "state", "step"], unique=False)
    op.create_index(op.f("ix_edit_step"), "edit", ["step"], unique=False)
    op.create_table(
        "event_class",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_event_class")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_table(
        "video",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("fps", sa.Double(), nullable=True),
        sa.Column("split", sa.Text(), nullable=True),
        sa.Column("environment_en", sa.Text(), nullable=False),
        sa.Column("environment_zh", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_video")),
    )
    op.create_index(op.f("ix_video_path"), "video", ["path"], unique=False)
    op.create_table(
        "change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seq"], ["edit.seq"], name=op.f("fk_change_seq"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("seq", "position", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_table_name_row_key_seq"), "change", ["table_name", "row_key", "seq"], unique=False)
    op.create_table(
        "clip",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("video", sa.String(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("anomaly", sa.Boolean(), nullable=True),
        sa.Column("environment_en", sa.Text(), nullable=False),
        sa.Column("environment_zh", sa.Text(), nullable=False),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("masks", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video"], ["video.key"], name=op.f("fk_clip_video"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_clip")),
    )
    op.create_index(op.f("ix_clip_id"), "clip", ["id"], unique=False)
    op.create_index(op.f("ix_clip_state"), "clip", ["state"], unique=False)
    op.create_index(op.f("ix_clip_video_start"), "clip", ["video", "start"], unique=False)
    op.create_table(
        "object",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("video", sa.String(), nullable=False),
        sa.Column("track", sa.Integer(), nullable=False),
        sa.Column("appearance_en", sa.Text(), nullable=False),
        sa.Column("appearance_zh", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("touched", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video"], ["video.key"], name=op.f("fk_object_video"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_object")),
    )
    op.create_index(op.f("ix_object_video_track"), "object", ["video", "track"], unique=False)
    op.create_table(
        "comment",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("frame", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clip"], ["clip.key"], name=op.f("fk_comment_clip"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["object"], ["object.key"], name=op.f("fk_comment_object"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["comment.key"], name=op.f("fk_comment_reply_to"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_clip"), "comment", ["clip"], unique=False)
    op.create_index(op.f("ix_comment_object"), "comment", ["object"], unique=False)
    op.create_index(op.f("ix_comment_reply_to"), "comment", ["reply_to"], unique=False)
    op.create_table(
        "description",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clip"], ["clip.key"], name=op.f("fk_description_clip"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_description")),
    )
    op.create_index(op.f("ix_description_clip"), "description", ["clip"], unique=False)
    op.create_table(
        "dialogue",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("messages", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clip"], ["clip.key"], name=op.f("fk_dialogue_clip"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_dialogue")),
    )
    op.create_index(op.f("ix_dialogue_clip"), "dialogue", ["clip"], unique=False)
    op.create_table(
        "keyframe",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("w", sa.Double(), nullable=False),
        sa.Column("h", sa.Double(), nullable=False),
        sa.Column("occluded", sa.Boolean(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("smooth", sa.Boolean(), nullable=False),
        sa.Column("support", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["object.key"], name=op.f("fk_keyframe_object"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_keyframe")),
    )
    op.create_index(op.f("ix_keyframe_object_frame"), "keyframe", ["object", "frame"], unique=False)
    op.create_table(
        "override",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("start_region", sa.Text(), nullable=True),
        sa.Column("end_region", sa.Text(), nullable=True),
        sa.Column("trajectory_en", sa.Text(), nullable=False),
        sa.Column("trajectory_zh", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clip"], ["clip.key"], name=op.f("fk_override_clip"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["object"], ["object.key"], name=op.f("fk_override_object"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_override")),
    )
    op.create_index(op.f("ix_override_clip"), "override", ["clip"], unique=False)
    op.create_index(op.f("ix_override_object"), "override", ["object"], unique=False)
    op.create_table(
        "segment",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("motion_en", sa.Text(), nullable=False),
        sa.Column("motion_zh", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["object.key"], name=op.f("fk_segment_object"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_segment")),
    )
    op.create_index(op.f("ix_segment_object"), "segment", ["object"], unique=False)
