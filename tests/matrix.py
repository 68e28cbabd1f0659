"""Tables of whatever goes wrong: what the documentation shows is what is tested."""

from pathlib import Path

from json_process import JsonProcess

from setup import paths

EXCHANGES = Path(__file__).parent / "exchanges"
"""Programs that ask counterparts, and counterparts."""


class Driver(JsonProcess):
    """Runs cells one after the other.

    :param program: in `EXCHANGES`, which runs each in a process of its own
    :param config: of Odoo
    :param argument: of the program
    """

    def __init__(self, program, config, argument):
        super().__init__(
            *(EXCHANGES / program, argument),
            ODOO_RC=str(config),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
        )

    def run(self, *cell):
        """Return how the process of a cell ended; its name comes first."""
        name, status = self.ask(*cell)
        assert name == cell[0]
        return status


def in_words(cell):
    """Return what the documentation says of a cell.

    :param cell: the state, and lists of words
    """
    state, *lists = cell
    return f"*{state}*: {'; '.join(', '.join(words) for words in lists if words)}"


def assert_is_documented(page, expected, situations, groups):
    """Compare the table of a page with what is expected.

    :param page: its name in ``docs/``
    :param expected: returns the cell of a fault and a situation
    :param situations: the rows
    :param groups: faults that are shown as one column
    """
    text = (paths.ROOT / "docs" / page).read_text()
    table = text.partition("<!-- matrix -->")[2].partition("<!-- /matrix -->")[0]
    rows = [row.strip("| ").split(" | ") for row in table.strip().splitlines()[2:]]
    assert len(rows) == len(situations)
    for situation, (_words, *columns) in zip(situations, rows, strict=True):
        for group, column in zip(groups, columns, strict=True):
            cells = {in_words(expected(fault, situation)) for fault in group}
            assert cells == {column}
