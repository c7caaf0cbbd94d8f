from django.contrib.admin.apps import AdminConfig


class CountersignAdminConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "config.admin_site.AdminSite"
