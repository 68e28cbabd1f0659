from . import (
    ir_http,
    reliability_cockpit,
    reliability_cockpit_chart,
    reliability_cockpit_comparison,
    reliability_cockpit_setup,
    reliability_health_provider,
    reliability_upgrade,
    res_config_settings,
    res_users_settings,
)
