import { Component } from "@odoo/owl";
import { formatBudget } from "../budget_chart/format";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * How much of an error budget is left, as a bar with its number. Odoo's own bar is as long for
 * what is exceeded as for what is left.
 */
export class LeftField extends Component {
    static template = "reliability_slo.LeftField";
    static props = { ...standardFieldProps };

    get state() {
        return this.props.record.data.state;
    }

    get percent() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return formatBudget(this.percent);
    }

    get label() {
        return _t("%s of the error budget left", this.text);
    }

    get width() {
        return Math.max(0, Math.min(100, this.percent));
    }
}

registry.category("fields").add("reliability_slo_left", {
    component: LeftField,
    displayName: _t("Error budget left"),
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "state", type: "selection" }],
});
