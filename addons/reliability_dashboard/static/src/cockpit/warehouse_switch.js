import { StateMark } from "../core/state_mark";
import { shownState } from "../core/states";
import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";

/** Chooses the warehouse; each shows its state, so that trouble elsewhere is seen. */
export class WarehouseSwitch extends Component {
    static template = "reliability_dashboard.WarehouseSwitch";
    static components = { Dropdown, DropdownItem, StateMark };
    static props = {
        warehouses: Array,
        warehouse: { type: [Number, { value: false }, { value: null }] },
        outdated: Boolean,
        onSwitch: Function, // (id, or false for all)
    };

    get name() {
        const chosen = this.props.warehouses.find(({ id }) => id === this.props.warehouse);
        return chosen ? chosen.name : _t("All warehouses");
    }

    stateOf(warehouse) {
        return shownState(warehouse.state, this.props.outdated);
    }
}
