"""What is kept on disk: the project's labels, and caches that may be deleted at any time.

SQLAlchemy and Alembic live here and nowhere else. Begin with `schema` (the tables) and `writer` (the only way in: an
Edit, its log and its check in one transaction; `rows` does the check); `lifecycle` makes and opens projects,
`repository` reads, `tail` tells what others did. A project file and a PostgreSQL database get the same statements; what
the two do differently stands in `dialect`.

Refused: an object-relational session (rows are the domain's own frozen values, and an Edit says exactly what to write),
a revision counter per row (it refuses two people who change different fields), and keys made by the database (redo has
to find its rows).
"""
