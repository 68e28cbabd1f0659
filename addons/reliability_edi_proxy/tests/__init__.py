from . import test_provider_instrumentation
