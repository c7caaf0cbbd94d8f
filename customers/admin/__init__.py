from django.contrib import admin
from django.contrib.auth.models import Group

from customers.admin import keys, legal, parties

# Roles are ours; a group of Django's would belong to no business and mean nothing.
admin.site.unregister(Group)

__all__ = ["keys", "legal", "parties"]
