from . import (
    queue_job,
    reliability_fact,
    reliability_job_attempt,
    reliability_job_channel,
    reliability_naming,
    reliability_situation,
    res_config_settings,
)
