"""Is the process alive, and may it have requests? Both answer without a session and without secrets."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from config.errors import RETRY_SECONDS
from customers import roles


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers; restart it when it does not."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database takes writes, has this release's schema, keeps businesses apart; on 503 send requests elsewhere."""
    checks = database_checks()
    ready = all(outcome == "ok" for outcome in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks},
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"} | ({} if ready else {"Retry-After": RETRY_SECONDS}),
    )


def database_checks() -> dict[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            takes_writes = cursor.fetchone() == ("off",)
        is_behind = unapplied_migrations()
        return {
            "database": "ok" if takes_writes else "takes no writes",
            "migrations": "behind" if is_behind else "ok",
            "row_security": "unknown" if is_behind else _row_security(),
        }
    except Error:
        return {"database": "unreachable", "migrations": "unknown", "row_security": "unknown"}


def _row_security() -> str:
    return "ok" if roles.is_walled(connection) else "off"


def unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
