"""Where everything is kept: SQLite or PostgreSQL, and media on disk by content hash."""
