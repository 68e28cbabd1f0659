from . import (
    ir_http,
    reliability_cockpit,
    reliability_cockpit_chart,
    reliability_cockpit_comparison,
    reliability_cockpit_setup,
    res_config_settings,
    res_users_settings,
)
