import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

/** Colours of states: done is green, failed is red. Odoo's own colours have no meaning. */
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

    /** @returns {string | undefined} the colour of a state; undefined for other groups */
    colorOf(dataset) {
        const { fields, groupBy } = this.model.metaData;
        const states = fields[groupBy.at(-1)?.fieldName]?.selection || [];
        const state = states.find(([, name]) => name === dataset.label);
        return state && COLORS[state[0]];
    }
}

registry.category("views").add("reliability_state_graph", {
    ...graphView,
    Renderer: StateGraphRenderer,
});
