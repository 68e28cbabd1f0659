from . import test_alertmanager, test_outgoing
