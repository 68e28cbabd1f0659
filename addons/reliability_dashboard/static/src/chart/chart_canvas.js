import { marksPlugin } from "./marks_plugin";
import { Component, onWillUnmount, useEffect, useRef } from "@odoo/owl";

/** A drawing of Chart.js that follows its configuration. The library must be loaded already. */
export class ChartCanvas extends Component {
    static template = "reliability_dashboard.ChartCanvas";
    static props = {
        makeConfig: Function, // (color) => configuration
        stamp: String, // changes when the configuration does
        label: String,
        onPick: Function, // (index, which)
    };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        useEffect(
            () => this.draw(),
            () => [this.props.stamp]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        const style = getComputedStyle(this.canvas.el);
        const config = this.props.makeConfig((name) => style.getPropertyValue(name).trim());
        config.options.onClick = (event) => this.pick(event);
        config.options.onHover = (event, elements) => {
            event.native.target.style.cursor = elements.length ? "pointer" : "default";
        };
        if (this.chart) {
            // The same drawing, so that a tooltip somebody reads stays where it is.
            Object.assign(this.chart, { options: config.options });
            this.chart.config.type = config.type;
            this.chart.data = config.data;
            this.chart.update("none");
        } else {
            this.chart = new Chart(this.canvas.el, { ...config, plugins: [marksPlugin] });
        }
    }

    pick(event) {
        const at = (mode, intersect) =>
            this.chart.getElementsAtEventForMode(event, mode, { intersect }, true);
        const [hit] = at("nearest", true);
        const [column] = at("index", false);
        const found = hit || column;
        if (found) {
            const which = hit && this.chart.data.datasets[hit.datasetIndex].which;
            this.props.onPick(found.index, which || "all");
        }
    }
}
