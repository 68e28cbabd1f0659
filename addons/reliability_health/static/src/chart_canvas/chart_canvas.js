import { Component, onWillUnmount, useEffect, useRef } from "@odoo/owl";

/** A chart of Chart.js that follows its configuration. The library must be loaded already. */
export class ChartCanvas extends Component {
    static template = "reliability_health.ChartCanvas";
    static props = {
        makeConfig: Function, // (color) => configuration
        version: String, // changes with the configuration
        label: String,
        className: String,
        onSelect: { type: Function, optional: true }, // (index, which)
    };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        useEffect(
            () => this.draw(),
            () => [this.props.version]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        const style = getComputedStyle(this.canvas.el);
        const config = this.props.makeConfig((name) => style.getPropertyValue(name).trim());
        if (this.props.onSelect) {
            config.options.onClick = (event) => this.select(event);
            config.options.onHover = (event, elements) => {
                event.native.target.style.cursor = elements.length ? "pointer" : "default";
            };
        }
        if (this.chart) {
            // The chart is updated, not replaced, so that an open tooltip stays.
            Object.assign(this.chart, { options: config.options });
            this.chart.config.type = config.type;
            this.chart.data = config.data;
            this.chart.update("none");
        } else {
            this.chart = new Chart(this.canvas.el, config);
        }
    }

    select(event) {
        const at = (mode, intersect) =>
            this.chart.getElementsAtEventForMode(event, mode, { intersect }, true);
        const [hit] = at("nearest", true);
        const [column] = at("index", false);
        const element = hit || column;
        if (element) {
            const which = hit && this.chart.data.datasets[hit.datasetIndex].which;
            this.props.onSelect(element.index, which || "all");
        }
    }
}
