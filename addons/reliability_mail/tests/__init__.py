from . import test_mail
