"""What is kept on disk: the project's labels (SQLAlchemy lives here) and caches that may be deleted at any time."""
