from . import test_attempts, test_facts, test_naming, test_runjob, test_situation
