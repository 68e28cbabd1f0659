import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

/** Groups by outcome have the colours of `outcomes.scss`. Odoo's own have no meaning. */
export class OutcomeGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const data = super.getBarChartData();
        for (const dataset of data.datasets) {
            dataset.backgroundColor = this.colorOf(dataset.label) || dataset.backgroundColor;
        }
        return data;
    }

    getLineChartData() {
        const data = super.getLineChartData();
        for (const dataset of data.datasets) {
            const color = this.colorOf(dataset.label);
            if (color) {
                Object.assign(dataset, { borderColor: color, pointBackgroundColor: color });
            }
        }
        return data;
    }

    getPieChartData() {
        const data = super.getPieChartData();
        for (const dataset of data.datasets) {
            const colors = data.labels.map(
                (label, index) => this.colorOf(label) || dataset.backgroundColor[index]
            );
            Object.assign(dataset, { backgroundColor: colors, hoverBackgroundColor: colors });
        }
        return data;
    }

    /**
     * @param {string} label of a group, by outcome or by others
     * @returns {string | undefined} undefined where the groups are not outcomes
     */
    colorOf(label) {
        const { fields, groupBy } = this.model.metaData;
        const outcomes = fields[groupBy.at(-1)?.fieldName]?.selection || [];
        const outcome = outcomes.find(([, name]) => name === label);
        return outcome && this.colorOfOutcome(outcome[0]);
    }

    /** @returns {string | undefined} undefined for other selections */
    colorOfOutcome(outcome) {
        const style = getComputedStyle(document.documentElement);
        return style.getPropertyValue(`--reliability-${outcome}-solid`).trim() || undefined;
    }
}

registry.category("views").add("reliability_outcome_graph", {
    ...graphView,
    Renderer: OutcomeGraphRenderer,
});
