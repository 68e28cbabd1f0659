from . import test_runjob
