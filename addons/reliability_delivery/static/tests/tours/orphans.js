import { registry } from "@web/core/registry";

/** What a transfer says while the carrier has a parcel for it that Odoo has undone. */
const WARNING = ".o_form_view .alert-danger:contains(The carrier has a parcel for this transfer)";
const CARD = `${WARNING} .o_kanban_record:contains(T1):contains(Probe Parcels)`;
const NO_WARNING = ".o_form_view:not(:has(.alert-danger:contains(The carrier has a parcel)))";

registry.category("web_tour.tours").add("reliability_delivery.take_over", {
    steps: () => [
        { trigger: `${CARD} button:contains(Take over)`, run: "click" },
        {
            content: "Nothing warns any more",
            trigger: NO_WARNING,
        },
        {
            content: "It says what was done",
            trigger: ".o-mail-Message:contains(Parcel T1 was taken over)",
        },
        {
            content: "And what is left to do by hand",
            trigger: ".o-mail-Activity:contains(Print the label of parcel T1)",
        },
        { trigger: ".nav-link:contains(Additional Info)", run: "click" },
        { trigger: ".o_field_widget[name=carrier_tracking_ref] input:value(T1)" },
    ],
});

registry.category("web_tour.tours").add("reliability_delivery.cancel", {
    steps: () => [
        { trigger: `${CARD} button:contains(Cancel at the carrier)`, run: "click" },
        { trigger: NO_WARNING },
        {
            content: "It says what was done",
            trigger: ".o-mail-Message:contains(has cancelled parcel T1)",
        },
    ],
});

registry.category("web_tour.tours").add("reliability_delivery.cancel_by_hand", {
    steps: () => [
        { trigger: `${CARD} button:contains(Cancel at the carrier)`, run: "click" },
        {
            content: "It says that it could not",
            trigger: ".o_notification:contains(T1 could not be cancelled)",
        },
        {
            content: "And who has to do what",
            trigger: ".o-mail-Activity:contains(Cancel parcel T1 at)",
        },
        { trigger: `${CARD} button:contains(Cancelled there)`, run: "click" },
        { trigger: NO_WARNING },
    ],
});
