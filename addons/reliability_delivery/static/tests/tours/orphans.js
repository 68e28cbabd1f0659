import { registry } from "@web/core/registry";

/** The banner of a transfer for which the carrier has a parcel that Odoo did not save. */
const BANNER = ".o_form_view .alert-danger:contains(Probe Parcels has parcel T1)";
const CARD = `${BANNER} .o_kanban_record:contains(T1):contains(Probe Parcels)`;
const NO_BANNER = ".o_form_view:not(:has(.alert-danger:contains(has parcel T1)))";

registry.category("web_tour.tours").add("reliability_delivery.use_parcel", {
    steps: () => [
        { trigger: `${CARD} button:contains(Use this parcel)`, run: "click" },
        {
            content: "The banner is gone",
            trigger: NO_BANNER,
        },
        {
            content: "The transfer's messages say what was done",
            trigger: ".o-mail-Message:contains(This transfer uses parcel T1)",
        },
        {
            content: "A task says what is left to do by hand",
            trigger: ".o-mail-Activity:contains(Print the label of parcel T1)",
        },
        { trigger: ".nav-link:contains(Additional Info)", run: "click" },
        { trigger: ".o_field_widget[name=carrier_tracking_ref] input:value(T1)" },
    ],
});

registry.category("web_tour.tours").add("reliability_delivery.cancel", {
    steps: () => [
        { trigger: `${CARD} button:contains(Cancel at the carrier)`, run: "click" },
        { trigger: NO_BANNER },
        {
            content: "The transfer's messages say what was done",
            trigger: ".o-mail-Message:contains(has cancelled parcel T1)",
        },
    ],
});

registry.category("web_tour.tours").add("reliability_delivery.cancel_by_hand", {
    steps: () => [
        { trigger: `${CARD} button:contains(Cancel at the carrier)`, run: "click" },
        {
            content: "A notification says that Odoo could not cancel it",
            trigger: ".o_notification:contains(Odoo could not cancel T1)",
        },
        {
            content: "A task says what to do",
            trigger: ".o-mail-Activity:contains(Cancel parcel T1 at)",
        },
        { trigger: `${CARD} button:contains(Mark as cancelled)`, run: "click" },
        { trigger: NO_BANNER },
    ],
});
