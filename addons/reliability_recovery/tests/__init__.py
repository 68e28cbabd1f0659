from . import test_backups, test_gauges, test_objectives
