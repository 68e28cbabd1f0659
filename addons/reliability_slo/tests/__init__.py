from . import test_counting
