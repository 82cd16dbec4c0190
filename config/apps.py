"""The Django application that ties the others to this deployment."""

from __future__ import annotations

from django.apps import AppConfig

from config.celery import app as celery_app


class DeploymentConfig(AppConfig):
    """Deployment: its import makes our Celery application the one that every task is sent through."""

    name = "config"
    label = "deployment"
    verbose_name = "Deployment"
    celery_app = celery_app
