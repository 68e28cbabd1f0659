from . import test_asking
