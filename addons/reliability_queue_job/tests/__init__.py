from . import test_attempts, test_facts, test_runjob, test_situation
