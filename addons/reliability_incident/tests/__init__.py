from . import test_acknowledge_link, test_grouping, test_lifecycle, test_notifications
