"""Calls of the past: by operation, and the usual number of them."""

from collections import defaultdict

_HOUR = 3600


def usual_by_hour(env, scope, day):
    """Return the usual number of calls of each operation in each hour of a day.

    :return: (service, operation) → one average per hour, over the weeks that have calls
    """
    hours = len(day.starts(_HOUR))
    sums = defaultdict(lambda: [0] * hours)
    weeks = defaultdict(int)
    for earlier_day in day.baseline_days():
        aggregated = env["reliability.query"]._aggregate(
            earlier_day.begin,
            earlier_day.end,
            by=("service", "operation"),
            step=_HOUR,
            durations=False,
            **scope.where,
        )
        position = {start: n for n, start in enumerate(earlier_day.starts(_HOUR))}
        for (start, *key), stats in aggregated.items():
            if position.get(start, hours) < hours:
                sums[tuple(key)][position[start]] += stats.completed
        for key in {tuple(key) for _start, *key in aggregated}:
            weeks[key] += 1
    return {
        key: [round(count / weeks[key], 1) for count in counts]
        for key, counts in sums.items()
    }


def stats_by_operation(env, begin, end, where):
    """Return the calls of a period of any length: operation → `CallStats`.

    :param dict where: companies and warehouses, as ``reliability.query`` takes them
    """
    aggregated = env["reliability.query"]._aggregate(
        begin, end, by=("operation",), **where
    )
    return {operation: stats for (operation,), stats in aggregated.items()}
