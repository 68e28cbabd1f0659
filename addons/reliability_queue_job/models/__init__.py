from . import queue_job, reliability_job_attempt
