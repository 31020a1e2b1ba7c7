"""Work that the web does not wait for."""

import requests
from celery import shared_task
from django.conf import settings


@shared_task
def send_receipt(order_id):
    """Hands one receipt to the mail relay and takes as long as the relay takes."""
    return requests.post(settings.MAIL_URL, json={"order": order_id}).status_code
