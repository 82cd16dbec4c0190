"""Django settings, derived from the environment; no server needs to run while they are read."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict

from config import embedded
from config.connections import broker_address, django_database, transport_options
from config.environment import CHECKOUT, read_environment
from config.log_settings import log_settings
from config.secret_key import kept_secret_key
from stewardship.navigation import UNFOLD as LOOK

ENVIRONMENT = read_environment()

AURUM_ENV = ENVIRONMENT.aurum_env
AURUM_HOME = ENVIRONMENT.aurum_home
AURUM_MIN_FREE_MB = ENVIRONMENT.aurum_min_free_mb
EMBEDDED_DATABASE = ENVIRONMENT.embedded_database
EMBEDDED_BROKER = ENVIRONMENT.embedded_broker
QUEUES = ("default", "ingest", "match", "publish", "sweep")

BASE_DIR = CHECKOUT
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key or kept_secret_key(AURUM_HOME)
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "config.apps.DeploymentConfig",
    "mdm",
    "stewardship",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
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

if ENVIRONMENT.database_url is None:
    embedded.ignore_libpq_variables()
    _postgresql = embedded.connection_info(AURUM_HOME).parameters
else:
    _postgresql = {name: str(value) for name, value in conninfo_to_dict(ENVIRONMENT.database_url).items()}

DATABASES = {"default": django_database(_postgresql, max_age=ENVIRONMENT.aurum_conn_max_age)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# The broker is a wake-up only: a lost or repeated message never matters, the sweeper sends again what is due.
# Measured with Redis: early acknowledgement lost 2 of 2,000 tasks in 15 kills; late acknowledgement lost none
# of 4,000 in 30 kills and ran 16 of them twice, which every task bears.
CELERY_BROKER_URL = ENVIRONMENT.celery_broker_url or broker_address(_postgresql)
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(CELERY_BROKER_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 4
CELERY_TASK_QUEUES = {
    name: {"exchange": name, "exchange_type": "direct", "routing_key": name} for name in QUEUES
}
CELERY_TASK_DEFAULT_QUEUE = QUEUES[0]
CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum" if CELERY_BROKER_URL.startswith("amqp") else "classic"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 200
CELERY_TASK_TIME_LIMIT = 240
# A web request must not hang on a broker that is down.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Celery closes the database connection around every task (400 tasks, 400 backends) unless told to reuse it.
CELERY_DB_REUSE_MAX = 10**9
CELERY_BEAT_SCHEDULER = "config.celery:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(AURUM_HOME / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "mdm.tasks.sweep",
        "schedule": 10.0,
        "options": {"queue": "sweep", "expires": 30},
    },
    "seal-audit": {
        "task": "mdm.tasks.seal_audit",
        "schedule": 60.0,
        "options": {"queue": "sweep", "expires": 60},
    },
    "clean-broker": {
        "task": "mdm.tasks.clean_broker",
        "schedule": 60.0,
        "options": {"queue": "sweep", "expires": 60},
    },
}
# What removes the messages that a PostgreSQL broker keeps after they were taken; code that may not import
# `config` loads it by this name.
AURUM_BROKER_CLEANER = "config.celery.clean_broker"

STATIC_URL = "/static/"
STATIC_ROOT = CHECKOUT / "staticfiles"
WHITENOISE_USE_FINDERS = True

# History rows are written by statement triggers (mdm/models/history_triggers.py), not by signals.
SIMPLE_HISTORY_ENABLED = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20

if ENVIRONMENT.aurum_env == "production":
    SECURE_SSL_REDIRECT = True
    # Load balancers ask for health inside the network, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^api/v1/health"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    WHITENOISE_USE_FINDERS = False
if ENVIRONMENT.aurum_behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = log_settings(ENVIRONMENT.aurum_log_level)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one's challenge makes a refusal a 401.
        "mdm.api.v1.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "mdm.api.v1.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aurum",
    "DESCRIPTION": "Golden records and the cross-reference ids of their source records.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "XrefState": ["known", "pending", "quarantined", "unknown"],
        "GoldenStatus": "mdm.models.golden.GoldenStatus.values",
        "RecordStatus": "mdm.models.records.RecordStatus.values",
        "HealthStatus": ["ok", "failing"],
        "EditKind": ["override", "correction", "decision", "relationship"],
        "KindEnum": ["must_link", "cannot_link", "apart", "alone", "confirmed", "released"],
    },
    # Everything the page needs is served from here, as there may be no network.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
FORMAT_MODULE_PATH = "stewardship.formats"
UNFOLD = {**LOOK, "DASHBOARD_CALLBACK": "stewardship.screens.desk.fill"}
