"""The settings of Odoo's server that are in effect, from odoo.conf and its command."""

from odoo.tools import config

from odoo.addons.reliability.api import settings

from ..normal_form import SET
from .found import Found, personal, secret

_PLAIN = {
    *("addons_path", "csv_internal_sep", "data_dir", "db_app_name", "db_host"),
    *("db_maxconn", "db_maxconn_gevent", "db_name", "db_port", "db_replica_host"),
    *("db_replica_port", "db_sslmode", "db_template", "db_user", "dbfilter"),
    *("default_productivity_apps", "dev_mode", "email_from", "from_filter"),
    *("geoip_city_db", "geoip_country_db", "gevent_port", "http_enable"),
    *("http_interface", "http_port", "import_file_maxbytes", "import_file_timeout"),
    *("import_url_regex", "limit_memory_hard", "limit_memory_hard_gevent"),
    *("limit_memory_soft", "limit_memory_soft_gevent", "limit_request"),
    *("limit_time_cpu", "limit_time_real", "limit_time_real_cron"),
    *("limit_time_worker_cron", "list_db", "log_db_level", "log_handler", "log_level"),
    *("logfile", "max_cron_threads", "osv_memory_count_limit", "proxy_mode"),
    *("reportgz", "server_wide_modules", "smtp_port", "smtp_server", "smtp_ssl"),
    *("smtp_user", "syslog", "transient_age_limit", "unaccent", "upgrade_path"),
    *("websocket_keep_alive_timeout", "websocket_rate_limit_burst"),
    *("websocket_rate_limit_delay", "workers", "x_sendfile"),
}
"""Options that are no secrets; of the others, only hashes are stored."""
_SETS = {"dev_mode", "log_handler"}
_LEFT_OUT = {
    *("config", "import_partial", "init", "load_language", "pidfile", "reinit"),
    *("overwrite_existing_translations", "save", "screencasts", "screenshots"),
    *("skip_auto_install", "stop_after_init", "test_enable", "test_file", "test_tags"),
    *("update", "with_demo", "pre_upgrade_scripts"),
}
"""Options of commands."""
_OURS = {
    *("enabled", "telemetry_dir", "metrics_interface", "metrics_port"),
    *("metrics_route", "metrics_token_file", "run_collector", "host", "tenancy"),
    "image_digest",
}


def read(env):
    """Return the settings of this process, and those of ``[reliability]``."""
    items = {}
    for name in config.options:
        if name not in _LEFT_OUT:
            kind = {"kind": SET} if name in _SETS else {}
            items[name] = _item(env, name, config[name], name in _PLAIN, **kind)
    for name, value in settings().options.items():
        key = f"[reliability] {name}"
        items[key] = _item(env, key, value, name in _OURS)
    return Found(items)


def _item(env, key, value, is_plain, **kind):
    if isinstance(value, list | tuple | set | frozenset):
        value = ",".join(map(str, value))
    return personal(env, key, value, **kind) if is_plain else secret(env, key, value)
