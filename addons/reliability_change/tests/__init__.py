from . import test_deployments, test_earlier_upgrades, test_fingerprints
