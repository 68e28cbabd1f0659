from . import account_move, reliability_health_provider
