import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Operation extends models.Model {
    slow_threshold = fields.Float();
    service_slow_threshold = fields.Float();
    _records = [{ id: 1, slow_threshold: 0, service_slow_threshold: 0.5 }];
}
defineMailModels();
defineModels([Operation]);

const FIELD = `<field name="slow_threshold" widget="reliability_inherited_percentage"/>`;

test("without a threshold of its own, that of the service is shown", async () => {
    await mountView({
        resModel: "operation",
        resId: 1,
        type: "form",
        arch: `<form>${FIELD}</form>`,
    });
    expect(".o_field_widget input").toHaveValue("");
    expect(".o_field_widget input").toHaveAttribute("placeholder", "50% (from the service)");
});

test("a list says where a threshold comes from", async () => {
    await mountView({ resModel: "operation", type: "list", arch: `<list>${FIELD}</list>` });
    expect(".o_data_cell").toHaveText("50% (from the service)");
});

test("an emptied field inherits again", async () => {
    const written = [];
    onRpc("web_save", ({ args }) => {
        written.push(args[1].slow_threshold);
    });
    await mountView({
        resModel: "operation",
        resId: 1,
        type: "form",
        arch: `<form>${FIELD}</form>`,
    });
    await contains(".o_field_widget input").edit("30");
    await contains(".o_form_button_save").click();
    expect(".o_field_widget span").toHaveText("%");
    await contains(".o_field_widget input").edit("");
    await contains(".o_form_button_save").click();
    expect(written).toEqual([0.3, 0]);
    expect(".o_field_widget input").toHaveAttribute("placeholder", "50% (from the service)");
});
