from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.reliability import add_contention, install

from . import controllers

install()
add_contention(RetryableJobError)
