"""What finds words in texts."""

from alembic import op

from tvau_studio.store import full_text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    full_text.set_up(op.get_bind())
