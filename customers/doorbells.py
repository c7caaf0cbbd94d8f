"""Functions in the database that find the business behind a key, a token or a session, for `wall.knocking`.

They run as the owner of the tables, whom no policy holds, and tell the id of a business: nothing else of a row.
"""

from django.db import migrations


def install(*, function: str, argument: str, found: str) -> migrations.RunSQL:
    """The operation that makes one; `found` is SQL for the id of the business, with the argument as `key`."""
    return migrations.RunSQL(
        f"CREATE FUNCTION {function}(key {argument}) RETURNS text "
        f"LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path FROM CURRENT "
        f"AS $$ BEGIN RETURN coalesce(({found})::text, ''); END $$",
        f"DROP FUNCTION {function}({argument})",
    )
