import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { GraphRenderer } from "@web/views/graph/graph_renderer";

describe.current.tags("desktop");

class Figure extends models.Model {
    moment = fields.Date();
    figure = fields.Char();
    median = fields.Float();
    _records = [
        { id: 1, moment: "2026-03-02", figure: "detect", median: 2 },
        { id: 2, moment: "2026-03-02", figure: "restore", median: 0 },
        { id: 3, moment: "2026-04-02", figure: "restore", median: 4 },
    ];
}
defineMailModels();
defineModels([Figure]);

test("where there is no figure, a graph has a gap, and not 0", async () => {
    let drawn = null;
    patchWithCleanup(GraphRenderer.prototype, {
        getChartConfig() {
            drawn = super.getChartConfig();
            return drawn;
        },
    });
    onRpc("formatted_read_group", ({ parent }) => {
        const groups = parent();
        // The server knows nothing of the second one.
        groups.find((group) => group["median:sum"] === 0)["median:sum"] = false;
        return groups;
    });
    await mountView({
        resModel: "figure",
        type: "graph",
        arch: `<graph type="line" stacked="0" js_class="reliability_incident_figure_graph">
            <field name="moment" interval="month"/><field name="figure"/>
            <field name="median" type="measure"/></graph>`,
    });
    const values = drawn.data.datasets.map(({ label, data }) => [label, data]);
    expect(Object.fromEntries(values)).toEqual({ detect: [2, null], restore: [null, 4] });
});
