from . import test_asking, test_cutoff, test_orphans
