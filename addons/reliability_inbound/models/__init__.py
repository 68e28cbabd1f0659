from . import (
    reliability_inbound,
    reliability_inbound_key,
    reliability_inbound_message,
    res_users_apikeys,
)
