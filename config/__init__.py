"""Deployment of Aurum: settings, addresses, Celery, the web entry points and the embedded services."""
