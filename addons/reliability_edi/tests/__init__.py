from . import test_documents, test_step_tracing
