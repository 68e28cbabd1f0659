import { StateMark } from "../core/state_mark";
import { shownState, TROUBLE } from "../core/states";
import { Component, useState } from "@odoo/owl";

const FEW = 5;

/** What somebody should look at, each with a button to the very records. */
export class AttentionList extends Component {
    static template = "reliability_dashboard.AttentionList";
    static components = { StateMark };
    static props = {
        items: Array,
        outdated: Boolean,
        onOpen: Function,
    };

    setup() {
        this.state = useState({ all: false });
    }

    get shown() {
        return this.state.all ? this.props.items : this.props.items.slice(0, FEW);
    }

    get hasMore() {
        return this.props.items.length > FEW;
    }

    stateOf(item) {
        return shownState(item.state, this.props.outdated);
    }

    /** What is to be done on any day is not in a state of its own. */
    isToDo(item) {
        return !TROUBLE.includes(item.state);
    }
}
