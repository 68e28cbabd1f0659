import { formatShare } from "../core/format";
import { Component } from "@odoo/owl";

/** The share of each layer in an operation's time, as a bar with a text alternative. */
export class LayerBar extends Component {
    static template = "reliability_dashboard.LayerBar";
    static props = {
        shares: { type: Object, optional: true }, // layer → share of the time
        names: Object, // layer → display name
    };

    get layers() {
        const shares = Object.entries(this.props.shares || {});
        return shares
            .filter(([layer, share]) => share > 0 && this.props.names[layer])
            .map(([layer, share]) => ({
                name: layer,
                width: `${share * 100}%`,
                text: `${this.props.names[layer]} ${formatShare(share)}`,
            }));
    }

    get label() {
        return this.layers.map(({ text }) => text).join(", ");
    }
}
