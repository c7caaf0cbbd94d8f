"""A Django database engine: PostgreSQL with a server of its own, started by the first connection."""
