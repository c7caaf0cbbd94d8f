"""The suite's settings: development's, on a database server of its own, so that no test disturbs a demo."""

import os

os.environ["DEBUG"] = "true"  # DATABASE_URL alone would mean production

from config import database
from config.settings import *  # noqa: F403
from config.settings import DATABASE_URL, VAR_DIR

DEBUG = False
if not DATABASE_URL:
    DATABASES = {"default": database.embedded(data_dir=VAR_DIR / "postgres-test", durable=False)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
