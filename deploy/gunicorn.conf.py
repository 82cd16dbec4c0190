"""gunicorn for Aurum: threads, because requests wait for PostgreSQL, and nothing opened before the fork."""

import os

bind = os.environ.get("AURUM_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("AURUM_WEB_WORKERS", "2"))
threads = int(os.environ.get("AURUM_WEB_THREADS", "4"))
preload_app = False
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"
