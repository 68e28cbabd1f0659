import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    models,
    mountView,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { OutcomeGraphRenderer } from "@reliability/outcome_graph/outcome_graph";

describe.current.tags("desktop");

class Report extends models.Model {
    start = fields.Date();
    outcome = fields.Selection({
        selection: [
            ["success", "Success"],
            ["failed", "Failed"],
        ],
    });
    count = fields.Integer();
    _records = [
        { id: 1, start: "2026-03-02", outcome: "success", count: 5 },
        { id: 2, start: "2026-03-02", outcome: "failed", count: 1 },
    ];
}
defineMailModels();
defineModels([Report]);

const colorOf = (outcome) =>
    getComputedStyle(document.documentElement)
        .getPropertyValue(`--reliability-${outcome}-solid`)
        .trim();

test("each outcome has its own colour in a list, and its word", async () => {
    await mountView({
        resModel: "report",
        type: "list",
        arch: `<list><field name="outcome" widget="reliability_outcome"/></list>`,
    });
    expect(".o_reliability_outcome_success").toHaveText("Success");
    const { backgroundColor } = getComputedStyle(queryOne(".o_reliability_outcome_failed"));
    expect(backgroundColor).not.toBe(
        getComputedStyle(queryOne(".o_reliability_outcome_success")).backgroundColor
    );
});

for (const type of ["bar", "line"]) {
    test(`outcomes have the same colours in a ${type} graph`, async () => {
        let drawn = null;
        patchWithCleanup(OutcomeGraphRenderer.prototype, {
            getChartConfig() {
                drawn = super.getChartConfig();
                return drawn;
            },
        });
        await mountView({
            resModel: "report",
            type: "graph",
            arch: `<graph type="${type}" js_class="reliability_outcome_graph">
                <field name="start" interval="day"/><field name="outcome"/>
                <field name="count" type="measure"/></graph>`,
        });
        const property = type === "bar" ? "backgroundColor" : "borderColor";
        const outcomes = drawn.data.datasets.filter(({ label }) => label !== "Sum");
        const colors = outcomes.map((set) => [set.label, set[property]]);
        expect(Object.fromEntries(colors)).toEqual({
            Success: colorOf("success"),
            Failed: colorOf("failed"),
        });
    });
}
