from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orders import access_sql, cart_sql, hot_sql, intake_sql, licence_sql, variant_sql

        access_sql.check()
        cart_sql.check()
        hot_sql.check()
        intake_sql.check()
        licence_sql.check()
        variant_sql.check()
