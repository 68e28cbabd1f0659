import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { formatPercentage } from "@web/views/fields/formatters";
import { useInputField } from "@web/views/fields/input_field_hook";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { parsePercentage } from "@web/views/fields/parsers";
import { percentageField, PercentageField } from "@web/views/fields/percentage/percentage_field";

/**
 * A percentage of an operation, or that of its service where it has none: then the field is empty
 * and shows which one applies. The field of the service is called `service_<name>`.
 */
export class InheritedPercentageField extends PercentageField {
    static template = "reliability_health.InheritedPercentageField";

    setup() {
        useInputField({
            getValue: () => (this.isOwn ? this.format(this.value, { noSymbol: true }) : ""),
            refName: "numpadDecimal",
            parse: (text) => (text.trim() ? parsePercentage(text) : 0),
        });
        useNumpadDecimal();
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get isOwn() {
        return Boolean(this.value);
    }

    get inheritedText() {
        const inherited = this.props.record.data[`service_${this.props.name}`];
        return _t("%s (from the service)", this.format(inherited));
    }

    get formattedValue() {
        return this.isOwn ? this.format(this.value) : this.inheritedText;
    }

    format(value, options = {}) {
        const { digits, record, name } = this.props;
        return formatPercentage(value, { digits, field: record.fields[name], ...options });
    }
}

registry.category("fields").add("reliability_inherited_percentage", {
    ...percentageField,
    component: InheritedPercentageField,
    supportedTypes: ["float"],
    fieldDependencies: ({ name }) => [{ name: `service_${name}`, type: "float" }],
});
