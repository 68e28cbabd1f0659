from . import test_objectives_of_a_month
