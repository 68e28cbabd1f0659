from . import (
    ir_http,
    reliability_cockpit,
    reliability_cockpit_chart,
    reliability_cockpit_comparison,
    reliability_upgrade,
    res_users_settings,
)
