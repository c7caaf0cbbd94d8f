"""Development's settings on a durable server of the benchmarks' own, without what production does not do."""

import os

os.environ["DEBUG"] = "true"  # DATABASE_URL alone would mean production
os.environ["LOG_FORMAT"] = "json"

from config import database
from config.settings import *  # noqa: F403
from config.settings import DATABASE_URL, VAR_DIR

DEBUG = WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
RATE_LIMIT_SCALE = 1_000_000
if not DATABASE_URL:
    DATABASES = {"default": database.embedded(data_dir=VAR_DIR / "postgres-bench")}
    # One server holds several databases: of many orders and of few.
    DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", DATABASES["default"]["NAME"])
