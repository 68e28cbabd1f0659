from . import test_browser, test_cutoff, test_orphans, test_provider_instrumentation
