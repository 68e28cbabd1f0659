from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.reliability import add_contention

from . import controllers

add_contention(RetryableJobError)
