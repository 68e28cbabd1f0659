from . import (
    test_diagnosis,
    test_evaluation,
    test_evaluator,
    test_roles,
    test_suspect,
)
