"""Calls of the past: the usual number of them, and actions that open them."""

from collections import defaultdict

from markupsafe import Markup

from odoo.addons.reliability.api import FAILURES, evaluated_families

_HOUR = 3600


def usual_by_hour(env, scope, day):
    """Return the usual number of calls of each service in each hour of a day.

    :return: service → one average per hour, over the weeks that have calls
    """
    hours = len(day.starts(_HOUR))
    sums = defaultdict(lambda: [0] * hours)
    weeks = defaultdict(int)
    for earlier_day in day.baseline_days():
        aggregated = env["reliability.query"]._aggregate(
            earlier_day.begin,
            earlier_day.end,
            by=("service",),
            step=_HOUR,
            durations=False,
            **scope.where,
        )
        position = {start: n for n, start in enumerate(earlier_day.starts(_HOUR))}
        for (start, service), stats in aggregated.items():
            if position.get(start, hours) < hours:
                sums[service][position[start]] += stats.completed
        for service in {service for _start, service in aggregated}:
            weeks[service] += 1
    return {
        service: [round(count / weeks[service], 1) for count in counts]
        for service, counts in sums.items()
    }


def stats_by_operation(env, begin, end, where):
    """Return the calls of a period of any length: operation → `CallStats`.

    :param dict where: companies and warehouses, as ``reliability.query`` takes them
    """
    aggregated = env["reliability.query"]._aggregate(
        begin, end, by=("operation",), **where
    )
    return {operation: stats for (operation,), stats in aggregated.items()}


def open_top_calls(env, where, operation, begin, end, which="all"):
    """Return an action that opens the top calls of a period, with their documents.

    Only the slowest and the last failed calls are stored: the action's name says so.

    :param dict where: companies and warehouses, as ``reliability.query`` takes them
    :param datetime begin, end: in UTC, ``end`` exclusive
    :param which: ``failures``, ``rejected``, ``slow`` or ``all``
    """
    name = env._("Slowest and Last Failed Calls")
    domain = [("ended", ">=", begin), ("ended", "<", end)]
    if operation:
        domain.append(("operation_id.code", "=", operation))
    domain += [(column, "in", values) for column, values in where.items()]
    if which == "failures":
        name = env._("Last Failed Calls")
        domain.append(("outcome", "in", FAILURES))
    elif which == "rejected":
        name = env._("Last Rejected Calls")
        domain.append(("outcome", "=", "rejected"))
    elif which == "slow":
        name = env._("Slowest Calls")
        measured = env["reliability.operation"].search([("code", "=", operation)])
        domain.append(("outcome", "=", "success"))
        domain.append(("seconds", ">", measured.threshold))
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": "reliability.top.call",
        "views": [(False, "list"), (False, "kanban")],
        "domain": domain,
        "help": Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>")
        % (
            env._("None of these calls is on record"),
            env._(
                "For each operation, the slowest calls of every hour and the last"
                " failed calls are kept, with their documents."
            ),
        ),
    }


def open_hourly_report(env, service, operation, begin):
    """Return an action that opens the hourly counts of requests and scheduled actions.

    These belong to the whole database and have no documents: their top calls are for
    administrators.

    :param service: the record
    :param str operation: empty for all operations of the service
    :param datetime begin: in UTC
    """
    domain = [
        ("service_id", "=", service.id),
        ("start", ">=", begin.replace(minute=0, second=0)),
        ("family", "in", evaluated_families(is_of_company=False)),
    ]
    if operation:
        domain.append(("name", "=", operation))
    return {
        "type": "ir.actions.act_window",
        "name": env._("%(service)s, by the Hour", service=service.name),
        "res_model": "reliability.report",
        "views": [(False, "list"), (False, "pivot")],
        "domain": domain,
        "context": {"group_by": ["outcome", "dimension", "name"]},
    }
