import { registry } from "@web/core/registry";
import { badgeField, BadgeField } from "@web/views/fields/badge/badge_field";

/** How a call ended: always the same word in the same colours. */
export class OutcomeField extends BadgeField {
    get badgeClass() {
        const outcome = this.props.record.data[this.props.name];
        return `o_reliability_outcome o_reliability_outcome_${outcome}`;
    }
}

registry.category("fields").add("reliability_outcome", {
    ...badgeField,
    component: OutcomeField,
    supportedTypes: ["selection"],
});
