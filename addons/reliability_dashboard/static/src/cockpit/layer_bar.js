import { formatShare } from "../core/format";
import { Component } from "@odoo/owl";

/** Where the time of an operation goes, as a bar; said in words to who cannot see it. */
export class LayerBar extends Component {
    static template = "reliability_dashboard.LayerBar";
    static props = {
        shares: { type: Object, optional: true }, // layer → share of the time
        names: Object, // layer → what people call it
    };

    get layers() {
        const shares = Object.entries(this.props.shares || {});
        return shares
            .filter(([layer, share]) => share > 0 && this.props.names[layer])
            .map(([layer, share]) => ({
                layer,
                width: `${share * 100}%`,
                text: this.say(layer, share),
            }));
    }

    get words() {
        return this.layers.map(({ text }) => text).join(", ");
    }

    say(layer, share) {
        return `${this.props.names[layer]} ${formatShare(share)}`;
    }
}
