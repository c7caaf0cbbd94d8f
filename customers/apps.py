from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from customers import sessions

        user_logged_in.connect(sessions.note_login, dispatch_uid="customers.sessions")
