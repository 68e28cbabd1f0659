from . import test_edi_loop_back
