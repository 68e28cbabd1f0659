import { patch } from "@web/core/utils/patch";
import { BadgeField } from "@web/views/fields/badge/badge_field";

/** Whether a field is ours: of one of our models, or ours in the model of another app. */
function isOurs({ record, name }) {
    return record.resModel.startsWith("reliability.") || name.startsWith("reliability_");
}

/** Odoo's green and blue badges have too little contrast: ours have their own colours. */
patch(BadgeField.prototype, {
    get badgeClass() {
        const badgeClass = super.badgeClass;
        return isOurs(this.props)
            ? badgeClass.replace(/^text-bg-/, "o_reliability_badge_")
            : badgeClass;
    },
});
