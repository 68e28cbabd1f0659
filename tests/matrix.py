"""Tables of whatever goes wrong: what the documentation shows is what is tested."""

from setup import paths


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
