import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { mockTimeZone } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountView,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class System extends models.Model {
    _name = "system";

    name = fields.Char();
    _records = [{ id: 1, name: "DHL" }];
}

class Exchange extends models.Model {
    _name = "exchange";

    integration_id = fields.Many2one({ relation: "system" });
    attempt_ids = fields.One2many({ relation: "attempt", relation_field: "exchange_id" });
    _records = [];
}

class Attempt extends models.Model {
    _name = "attempt";
    _order = "started desc, id desc";

    exchange_id = fields.Many2one({ relation: "exchange" });
    started = fields.Datetime();
    seconds = fields.Float();
    outcome = fields.Char();
    presumed = fields.Boolean();
    status = fields.Integer();
    error_message = fields.Text();
    transaction_state = fields.Char();
    user_id = fields.Many2one({ relation: "res.users" });
    _records = [];
}
defineModels([System, Exchange, Attempt]);

async function mountAttempts(...attempts) {
    mockTimeZone(0);
    Attempt._records = attempts.map((values, index) => ({
        id: index + 1,
        exchange_id: 1,
        started: `2026-03-02 10:${index}0:00`,
        seconds: 1.5,
        ...values,
    }));
    Exchange._records = [
        { id: 1, integration_id: 1, attempt_ids: Attempt._records.map((attempt) => attempt.id) },
    ];
    await mountView({
        type: "form",
        resModel: "exchange",
        resId: 1,
        arch: `<form><field name="attempt_ids" widget="reliability_attempts" readonly="1" /></form>`,
    });
}

const nth = (number) => `.o_reliability_attempt:nth-child(${number})`;

test("attempts are shown from the first to the last, with the pauses between them", async () => {
    await mountAttempts(
        {
            outcome: "failed",
            transaction_state: "rolled_back",
            error_message: "No weight.",
            status: 422,
        },
        { outcome: "succeeded", transaction_state: "committed", status: 200 }
    );
    expect(`${nth(1)} h4`).toHaveText("Attempt 1");
    expect(`${nth(1)} .o_reliability_attempt_error`).toHaveText("No weight.");
    expect(`${nth(1)} .o_reliability_attempt_foot`).toHaveText(/took 1.50 s.*HTTP 422/s);
    expect(`${nth(2)} .o_reliability_attempt_head`).toHaveText(/Attempt 2.*10m later/s);
});

test("the outcome and the transaction of an attempt are shown apart", async () => {
    await mountAttempts(
        { outcome: "failed", transaction_state: "rolled_back" },
        { outcome: "unknown", transaction_state: "committed" },
        { outcome: "rejected", transaction_state: "rolled_back" },
        { outcome: false, transaction_state: false }
    );
    for (const [number, outcome, transaction] of [
        [1, "Failed", "Rolled back"],
        [2, "Unknown: no answer", "Committed"],
        [3, "Not called: Odoo refused", "Rolled back"],
        [4, "In progress", "In progress"],
    ]) {
        expect(`${nth(number)} [data-side=system]`).toHaveText(outcome);
        expect(`${nth(number)} [data-side=odoo]`).toHaveText(transaction);
        expect(`${nth(number)} [data-side=system] i.fa`).toHaveCount(1); // not colour alone
    }
    expect(`${nth(1)} dt:first`).toHaveText("DHL");
});

test("a sentence describes an orphan", async () => {
    await mountAttempts(
        { outcome: "succeeded", transaction_state: "committed" },
        { outcome: "succeeded", transaction_state: "rolled_back" }
    );
    expect(".o_reliability_attempt_orphan").toHaveCount(1);
    expect(`${nth(2)} .o_reliability_attempt_orphan`).toHaveText(
        "DHL has done this, and Odoo rolled back its side."
    );
});

test("a presumed outcome, after the worker died, is marked", async () => {
    await mountAttempts({ outcome: "unknown", transaction_state: "rolled_back", presumed: true });
    expect(nth(1)).toHaveText(/this outcome is presumed/);
});

test("error messages are shown as text, not as HTML", async () => {
    await mountAttempts({
        outcome: "failed",
        transaction_state: "rolled_back",
        error_message: "<b>x</b>",
    });
    expect(".o_reliability_attempt_error").toHaveText("<b>x</b>");
});

test("the button opens the attempt", async () => {
    await mountAttempts(
        { outcome: "failed", transaction_state: "rolled_back" },
        { outcome: "failed", transaction_state: "rolled_back" }
    );
    patchWithCleanup(getService("action"), {
        doAction: ({ res_model, res_id }) => expect.step([res_model, res_id]),
    });
    expect(`${nth(2)} button`).toHaveAttribute("aria-label", "Details of attempt 2");
    await contains(`${nth(2)} button`).click();
    expect.verifySteps([["reliability.attempt", 2]]);
});
