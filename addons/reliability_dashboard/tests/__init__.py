from . import test_browser, test_cockpit, test_ir_http, test_setup
