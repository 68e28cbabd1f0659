from . import test_asking, test_browser, test_cutoff, test_orphans
