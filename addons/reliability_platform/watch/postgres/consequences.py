"""Problems that are only the consequence of another one."""

from ..problem import Problem


def without_consequences(problems: list[Problem]) -> list[Problem]:
    """Return the problems without those that another one explains.

    Where nobody is primary, nothing else about a standby counts.
    """
    by_code = {problem.code: problem for problem in problems}
    if without_primary := by_code.get("postgres_no_primary"):
        return [without_primary]
    if unconfirmed := by_code.get("commits_unconfirmed"):
        return [one for one in problems if not _is_consequence(one, unconfirmed)]
    return problems


def _is_consequence(problem: Problem, unconfirmed: Problem) -> bool:
    """Return whether commits that no standby confirms explain a problem.

    Half of the connections wait for it, or it is that standby which lags.
    """
    numbers = problem.numbers
    if problem.code.startswith("connections_"):
        return numbers["used"] <= 2 * unconfirmed.numbers["waiting"]
    return problem.code == "standby_lags" and bool(numbers["is_synchronous"])
