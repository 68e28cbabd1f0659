import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

/** Bars of what is done are green, of what failed red; Odoo would give any colour to them. */
const COLORS = {
    succeeded: "#28a745",
    failed: "#dc3545",
    unknown: "#ffac00",
    retrying: "#ffd27a",
    rejected: "#8f939c",
    resolved: "#5b8a72",
    open: "#4ea7f2",
};

export class StateGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const data = super.getBarChartData();
        for (const dataset of data.datasets) {
            dataset.backgroundColor = this.colorOf(dataset) || dataset.backgroundColor;
        }
        return data;
    }

    /** @returns {string | undefined} the colour of a state; bars by anything else have none */
    colorOf(dataset) {
        const { fields, groupBy } = this.model.metaData;
        const states = fields[groupBy.at(-1)?.fieldName]?.selection || [];
        const found = states.find(([, name]) => name === dataset.label);
        return found && COLORS[found[0]];
    }
}

registry.category("views").add("reliability_state_graph", {
    ...graphView,
    Renderer: StateGraphRenderer,
});
