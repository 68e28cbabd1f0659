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

registry.category("web_tour.tours").add("reliability_delivery.hand_over", {
    steps: () => [
        {
            content: "The form says what to do",
            trigger: ".o_form_view .alert:contains(Probe Parcels has parcel T1)",
        },
        {
            content: "Who may not change the transfer has no other button",
            trigger:
                ".o_form_view:not(:has(button:contains(Use this parcel)))" +
                ":not(:has(button:contains(Resolve))):not(:has(button:contains(Document)))" +
                " button:contains(Hand over)",
            run: "click",
        },
        { trigger: ".modal .o_form_view:contains(has parcel T1)" },
        { trigger: ".modal [name=user_id] input", run: "edit Petra" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Petra Picker)", run: "click" },
        { trigger: ".modal button[name=action_hand_over]", run: "click" },
        { trigger: ".o_notification:contains(Petra Picker has an activity)" },
    ],
});

/** The banner of a transfer whose label nobody has confirmed. */
const QUESTION = ".o_form_view .alert-warning:contains(Probe Parcels did not answer)";
// The form behind the dialog, which is a form without a banner itself.
const NO_QUESTION =
    "body:not(:has(.modal)) .o_form_view:not(:has(.alert-warning:contains(did not answer)))";

registry.category("web_tour.tours").add("reliability_delivery.resolve_none", {
    steps: () => [
        { trigger: `${QUESTION} button:contains(Resolve)`, run: "click" },
        {
            content: "Nothing is chosen beforehand",
            trigger: ".modal [name=parcel]:not(:has(input:checked)) label:contains(no such parcel)",
            run: "click",
        },
        {
            trigger: ".modal [name=reason] textarea",
            run: "edit Called them: there is none",
        },
        { trigger: ".modal button[name=action_resolve]:contains(Resolve)", run: "click" },
        { trigger: NO_QUESTION },
    ],
});

registry.category("web_tour.tours").add("reliability_delivery.answer_and_validate", {
    steps: () => [
        { trigger: QUESTION },
        { trigger: ".o_form_view button[name=button_validate]", run: "click" },
        { trigger: ".modal .o_form_view:contains(Probe Parcels did not answer)" },
        { trigger: ".modal [name=parcel] label:contains(use it)", run: "click" },
        { trigger: ".modal [name=number] input", run: "edit T9" },
        { trigger: ".modal [name=reason] textarea", run: "edit Called them" },
        { trigger: ".modal button:contains(Resolve and validate)", run: "click" },
        { trigger: `${NO_QUESTION} .o_arrow_button_current:contains(Done)` },
    ],
});
