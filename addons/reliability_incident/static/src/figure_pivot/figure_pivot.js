import { registry } from "@web/core/registry";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { pivotView } from "@web/views/pivot/pivot_view";

/** A pivot of figures: without a figure, its cell in Excel is empty. Odoo's own writes FALSE. */
export class FigurePivotModel extends PivotModel {
    exportData() {
        const data = super.exportData();
        for (const cell of data.rows.flatMap((row) => row.values)) {
            cell.value = cell.value === false ? "" : cell.value;
        }
        return data;
    }
}

registry.category("views").add("reliability_incident_figure_pivot", {
    ...pivotView,
    Model: FigurePivotModel,
});
