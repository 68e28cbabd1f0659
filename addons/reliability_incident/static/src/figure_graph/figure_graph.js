import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/** A graph of figures: without a figure there is a gap. Odoo's own graph shows 0. */
export class FigureGraphModel extends GraphModel {
    _getData(...args) {
        const data = super._getData(...args);
        for (const dataset of data.datasets) {
            dataset.data = dataset.data.map((value, index) =>
                value === false || !dataset.domains[index].length ? null : value
            );
        }
        return data;
    }
}

registry.category("views").add("reliability_incident_figure_graph", {
    ...graphView,
    Model: FigureGraphModel,
});
