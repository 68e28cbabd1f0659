"""Fault matrices: the tables in the documentation are those that are tested."""

from pathlib import Path

from json_process import JsonProcess

from setup import paths

EXCHANGES = Path(__file__).parent / "exchanges"
"""Programs that call partner systems, and simulated partner systems."""
COMMON_SITUATIONS = (
    "commit",
    "rollback",
    "serialization",
    "savepoint",
    "kill_before",
    "kill_during",
    "kill_after",
)
"""What becomes of the transaction and the process of a call: rows of every matrix."""


class Driver(JsonProcess):
    """Runs the cells of a matrix one after the other.

    :param program: file in `EXCHANGES` that runs each cell in a process of its own
    :param config: path of odoo.conf
    :param argument: argument of the program
    :param variables: of its environment
    """

    def __init__(self, program, config, argument, **variables):
        super().__init__(
            *(EXCHANGES / program, argument),
            ODOO_RC=str(config),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
            **variables,
        )

    def run(self, *cell):
        """Run a cell and return the exit status of its process.

        :param cell: its name, and what the program needs
        """
        name, status = self.ask(*cell)
        assert name == cell[0]
        return status


def in_words(cell):
    """Return the text of a cell in the documentation.

    :param cell: the state, and lists of words
    """
    state, *lists = cell
    return f"*{state}*: {'; '.join(', '.join(words) for words in lists if words)}"


def assert_is_documented(page, expected, situations, groups):
    """Assert that the table of a page is the expected one.

    :param page: its name in ``docs/``
    :param expected: function that returns the cell of a fault and a situation
    :param situations: the rows
    :param groups: tuples of faults that are shown as one column
    """
    text = (paths.ROOT / "docs" / page).read_text()
    table = text.partition("<!-- matrix -->")[2].partition("<!-- /matrix -->")[0]
    rows = [row.strip("| ").split(" | ") for row in table.strip().splitlines()[2:]]
    assert len(rows) == len(situations)
    for situation, (_words, *columns) in zip(situations, rows, strict=True):
        for group, column in zip(groups, columns, strict=True):
            cells = {in_words(expected(fault, situation)) for fault in group}
            assert cells == {column}
