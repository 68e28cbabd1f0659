"""The list items of a procedure are the steps of a checklist."""

import pytest
from reliability_incident.checklist import Step, steps_of


def test_each_item_of_a_list_is_a_step_with_the_heading_above_it():
    procedure = """
        <p>Keep new orders aside.</p>
        <h3>Now</h3>
        <ol><li>Collect orders on paper.</li><li>Tell the <b>warehouse</b>.</li></ol>
        <h3>Afterwards</h3>
        <ul><li>Enter the rest.</li></ul>
    """
    assert steps_of(procedure) == [
        Step("Now", "Collect orders on paper."),
        Step("Now", "Tell the warehouse."),
        Step("Afterwards", "Enter the rest."),
    ]


def test_a_list_within_an_item_has_its_own_steps():
    procedure = "<ul><li>Call <ul><li>the carrier</li></ul></li><li>Wait</li></ul>"
    assert [step.text for step in steps_of(procedure)] == [
        "Call",
        "the carrier",
        "Wait",
    ]


@pytest.mark.parametrize(
    "procedure", ["", None, "  ", "<p>Wait.</p>", "<ol><li/></ol>"]
)
def test_without_items_there_is_no_step(procedure):
    assert steps_of(procedure) == []


def test_entities_and_comments_are_no_obstacle():
    assert steps_of("<ul><li>A &amp; B<!-- c --> &lt;C&gt;</li></ul>") == [
        Step("", "A & B <C>")
    ]


def test_paragraphs_within_an_item_are_one_step():
    assert steps_of("<ul><li><p>Stop.</p><p>Wait.<br>Call.</p></li></ul>") == [
        Step("", "Stop. Wait. Call.")
    ]
