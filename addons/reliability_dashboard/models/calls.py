"""Calls of the past: what is usual, and those that somebody wants to look at."""

from collections import defaultdict

from markupsafe import Markup

from odoo.addons.reliability.api import FAILURES, evaluated_families

_HOUR = 3600


def usual_by_hour(env, scope, day):
    """Return how many calls of each service there usually are, hour by hour.

    :return: service → the average of the weeks in which there was any, one an hour
    """
    hours = len(day.starts(_HOUR))
    added = defaultdict(lambda: [0] * hours)
    weeks = defaultdict(int)
    for before in day.usual():
        found = env["reliability.query"]._aggregate(
            before.begin,
            before.end,
            by=("service",),
            step=_HOUR,
            durations=False,
            **scope.where,
        )
        position = {start: n for n, start in enumerate(before.starts(_HOUR))}
        for (start, service), figures in found.items():
            if position.get(start, hours) < hours:
                added[service][position[start]] += figures.judged
        for service in {service for _start, service in found}:
            weeks[service] += 1
    return {
        service: [round(of / weeks[service], 1) for of in calls]
        for service, calls in added.items()
    }


def by_operation(env, begin, end, where):
    """Return the calls of a period, of any length: operation → `Figures`.

    :param dict where: of which places, as ``reliability.query`` takes it
    """
    found = env["reliability.query"]._aggregate(begin, end, by=("operation",), **where)
    return {operation: figures for (operation,), figures in found.items()}


def opened(env, where, operation, begin, end, which="all"):
    """Return an action that opens calls that are on record, with their documents.

    Its name says that not all of them are.

    :param dict where: of which places, as ``reliability.query`` takes it
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
                "Of each operation, the slowest calls of every hour and the last that"
                " failed are kept, with their documents."
            ),
        ),
    }


def opened_by_hour(env, service, operation, begin):
    """Return an action that opens the numbers of what is of the whole database.

    Requests and scheduled actions have no documents: they are counted by the hour.

    :param service: the record
    :param str operation: empty for all of the service
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
