"""Countersign's settings, read downwards. What differs between machines comes from the environment.

Nothing set: development on the embedded database. Any of SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS set, or
DEBUG=false: production, which wants all three. DEBUG=true: development, with Django's debugging pages.
docs/operations.md has the table.
"""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF

from config import database, logs
from config.env import flag, in_development, number, refuse_half_production, text, words

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(text("VAR_DIR", default=str(BASE_DIR / "var")))
DEVELOPMENT = in_development()

# What production cannot do without

DEBUG = flag("DEBUG", default=False)
SECRET_KEY = text("SECRET_KEY", default="for-development-on-this-machine-only" if DEVELOPMENT else "")
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEVELOPMENT else [])
DATABASE_URL = text("DATABASE_URL")
if not DEVELOPMENT:
    refuse_half_production({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": DATABASE_URL, "ALLOWED_HOSTS": ALLOWED_HOSTS})

# Parts

INSTALLED_APPS = [
    "config.apps.CountersignAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "pgtrigger",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "customers",
    "catalog",
    "billing",
    "orders",
]

MIDDLEWARE = [
    "config.request_log.RequestLog",
    "customers.middleware.Wall",
    "config.errors.RefusePlainHttp",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.desk_only.ContentPolicy",
    "config.desk_only.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.desk_only.Authentication",
    "config.desk_only.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False  # a redirect would lose the body of a POST

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data

DATABASES = {
    "default": (database.from_url(DATABASE_URL) if DATABASE_URL else database.embedded(data_dir=VAR_DIR / "postgres"))
}
# The role that what answers requests works under, so that row-level security holds for it.
DATABASE_ROLE = database.role(text("DATABASE_ROLE", default="countersign_app"))
# How long a request waits for an answer of the database, which ends a statement after ten by itself.
DATABASE_PATIENCE_SECONDS = number("DATABASE_PATIENCE_SECONDS", default=20)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The parsing wall in front of every door has the smaller limit, and refuses in the door's own shape.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# People

AUTH_USER_MODEL = "customers.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["customers.backends.StaffBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Who approves this much, in major units of the order's currency, shows who they are again after this long.
REAUTHENTICATE_ABOVE = number("REAUTHENTICATE_ABOVE", default=50_000)
REAUTHENTICATE_AFTER_MINUTES = number("REAUTHENTICATE_AFTER_MINUTES", default=15)

# Language and time

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = text("TIME_ZONE", default="UTC")

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = Path(text("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEVELOPMENT
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = DEVELOPMENT
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Browsers

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
if not DEVELOPMENT:  # no other host of the domain and no plain http sets a cookie with this prefix
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_ENGINE = "customers.session_store"
# A session ends this long after its login, whatever happens in it, and earlier when nothing does.
SESSION_COOKIE_AGE = number("SESSION_HOURS", default=10) * 3600
SESSION_IDLE_MINUTES = number("SESSION_IDLE_MINUTES", default=30)
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.outdated_form"
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
SECURE_SSL_REDIRECT = flag("SSL_REDIRECT", default=not DEVELOPMENT)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
TRUST_PROXY = flag("TRUST_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else number("HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT
# Every published rate limit of the doors, times this.
RATE_LIMIT_SCALE = number("RATE_LIMIT_SCALE", default=1)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Doors. Each names its own authentication and its own exception handler.

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "FORMAT_SUFFIX_KWARG": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # it would judge all doors as one API; each has a document of its own
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# The demo

PORT = number("PORT", default=8000)

# Logs

LOGGING_CONFIG = "config.logs.configure"
LOGGING = logs.lines(
    form=text("LOG_FORMAT", default="text" if DEVELOPMENT else "json"),
    level=text("LOG_LEVEL", default="INFO"),
)
