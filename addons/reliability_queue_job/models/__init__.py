from . import (
    queue_job,
    queue_job_wait,
    reliability_display_names,
    reliability_gauge,
    reliability_health_provider,
    reliability_job_attempt,
    reliability_job_channel,
    res_config_settings,
)
