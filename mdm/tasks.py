"""Celery tasks: wake-ups. The database says what is due; a lost or repeated message never matters."""

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from mdm.compliance.sealing import seal
from mdm.models import Destination
from mdm.publishing.deliver import deliver_due
from mdm.publishing.heartbeat import beat
from mdm.publishing.lanes import due_destinations
from mdm.resolution.due import waiting_domains
from mdm.resolution.many import resolve_many
from mdm.rulesets.active import active

ACTOR = "system:worker"


@shared_task(name="mdm.tasks.resolve")
def resolve(domain: str) -> int:
    """Resolve what is due in a domain, then wake the destinations that have something to hear."""
    if active(domain) is None:
        return 0
    done = resolve_many(domain, actor=ACTOR, cause="due records")
    wake_destinations()
    return done


@shared_task(name="mdm.tasks.deliver")
def deliver(destination: str) -> int:
    """Send what is due at one destination; a run whose time was over hands the rest to the next."""
    told = deliver_due(Destination.objects.get(source__code=destination))
    if told.more:
        wake(destination)
    return told.acknowledged


@shared_task(name="mdm.tasks.sweep")
def sweep() -> None:
    """Send again every wake-up that may have been lost; the beat tells `/api/v1/health` that work is done."""
    beat("worker")
    for domain in waiting_domains():
        if active(domain) is not None:
            resolve.apply_async((domain,), queue="match")
    wake_destinations()


@shared_task(name="mdm.tasks.seal_audit")
def seal_audit() -> int:
    """Seal what the audit log has gained; returns how many entries."""
    return seal()


@shared_task(name="mdm.tasks.clean_broker")
def clean_broker() -> int:
    """Remove the messages that a broker keeps after they were taken, if the deployment's broker does so."""
    cleaner = settings.AURUM_BROKER_CLEANER
    return import_string(cleaner)() if cleaner else 0


def wake_destinations() -> None:
    """Send one wake-up to every destination with something due; a message more or less does no harm."""
    for code in due_destinations():
        wake(code)


def wake(destination: str) -> None:
    """Send a wake-up to one destination."""
    deliver.apply_async((destination,), queue="publish")
