"""What kind of fault a remark is about."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
