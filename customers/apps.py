from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.core import checks
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate

        from customers import (
            credentials_sql,
            customers_sql,
            database_errors,
            rate_limits,
            roles,
            sessions,
            sessions_sql,
            wall,
        )

        credentials_sql.check()
        customers_sql.check()
        sessions_sql.check()
        rate_limits.check()
        checks.register(roles.check, checks.Tags.database)
        connection_created.connect(wall.install, dispatch_uid="customers.wall")
        connection_created.connect(database_errors.install, dispatch_uid="customers.database_errors")
        post_migrate.connect(roles.prepare, sender=self, dispatch_uid="customers.roles")
        user_logged_in.connect(sessions.note_login, dispatch_uid="customers.sessions")
