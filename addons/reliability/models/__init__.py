from . import base, reliability_operation, reliability_service, res_config_settings
