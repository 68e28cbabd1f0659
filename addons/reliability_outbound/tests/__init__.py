from . import test_problems, test_webhook
