import { Component, onWillUnmount, useEffect, useRef } from "@odoo/owl";

/** A chart of Chart.js that follows its configuration. The library must be loaded already. */
export class BudgetCanvas extends Component {
    static template = "reliability_slo.BudgetCanvas";
    static props = {
        makeConfig: Function, // (color) => configuration
        version: String, // changes with the configuration
        label: String,
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
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, config);
    }
}
