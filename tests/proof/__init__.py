"""Random orders lived through the real services on the database, beside a small model written from the rule book."""
