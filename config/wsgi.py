"""The web process, for gunicorn and for runserver."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config import database
from customers import wall

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
database.limit_patience(seconds=settings.DATABASE_PATIENCE_SECONDS)
wall.begin(wall.NOBODY)
