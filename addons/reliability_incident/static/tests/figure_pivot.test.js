import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { download } from "@web/core/network/download";

describe.current.tags("desktop");

class Figure extends models.Model {
    figure = fields.Char();
    median = fields.Float();
    _records = [
        { id: 1, figure: "detect", median: 2 },
        { id: 2, figure: "restore", median: 0 },
    ];
}
defineMailModels();
defineModels([Figure]);

test("where there is no figure, the cell in Excel is empty, and not FALSE", async () => {
    let exported = null;
    patchWithCleanup(download, {
        async _download({ data }) {
            exported = JSON.parse(await data.data.text());
        },
    });
    onRpc("formatted_read_grouping_sets", ({ parent }) => {
        const sets = parent();
        // The server knows nothing of the second one, and has no figure of both.
        for (const group of sets.flat()) {
            group["median:sum"] = group.figure === "detect" ? 2 : false;
        }
        return sets;
    });
    await mountView({
        resModel: "figure",
        type: "pivot",
        arch: `<pivot js_class="reliability_incident_figure_pivot" display_quantity="0">
            <field name="figure" type="row"/><field name="median" type="measure"/></pivot>`,
    });
    await contains(".o_pivot_download").click();
    expect(exported.rows.map((row) => [row.title, row.values[0].value])).toEqual([
        ["Total", ""],
        ["detect", 2],
        ["restore", ""],
    ]);
});
