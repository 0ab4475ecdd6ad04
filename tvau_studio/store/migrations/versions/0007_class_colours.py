"""A colour of an event class."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_class", sa.Column("colour", sa.Text(), nullable=False, server_default=""))
