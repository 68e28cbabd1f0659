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

class Counterpart extends models.Model {
    _name = "counterpart";

    name = fields.Char();
    _records = [{ id: 1, name: "DHL" }];
}

class Exchange extends models.Model {
    _name = "exchange";

    integration_id = fields.Many2one({ relation: "counterpart" });
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
    message = fields.Text();
    transaction_state = fields.Char();
    user_id = fields.Many2one({ relation: "res.users" });
    _records = [];
}
defineModels([Counterpart, Exchange, Attempt]);

async function mountTries(...attempts) {
    mockTimeZone(0);
    Attempt._records = attempts.map((values, at) => ({
        id: at + 1,
        exchange_id: 1,
        started: `2026-03-02 10:${at}0:00`,
        seconds: 1.5,
        ...values,
    }));
    Exchange._records = [
        { id: 1, integration_id: 1, attempt_ids: Attempt._records.map((a) => a.id) },
    ];
    await mountView({
        type: "form",
        resModel: "exchange",
        resId: 1,
        arch: `<form><field name="attempt_ids" widget="reliability_tries" readonly="1" /></form>`,
    });
}

const nth = (at) => `.o_reliability_try:nth-child(${at})`;

test("they read from the first to the last, with the pauses between them", async () => {
    await mountTries(
        { outcome: "failed", transaction_state: "rolled_back", message: "No weight.", status: 422 },
        { outcome: "succeeded", transaction_state: "committed", status: 200 }
    );
    expect(`${nth(1)} h4`).toHaveText("Try 1");
    expect(`${nth(1)} .o_reliability_try_message`).toHaveText("No weight.");
    expect(`${nth(1)} .o_reliability_try_foot`).toHaveText(/took 1.50 s.*HTTP 422/s);
    expect(`${nth(2)} .o_reliability_try_head`).toHaveText(/Try 2.*10m later/s);
});

test("what the counterpart did and what became of our side are told apart", async () => {
    await mountTries(
        { outcome: "failed", transaction_state: "rolled_back" },
        { outcome: "unknown", transaction_state: "committed" },
        { outcome: "rejected", transaction_state: "rolled_back" },
        { outcome: false, transaction_state: false }
    );
    const said = (at) => [`${nth(at)} [data-side=theirs]`, `${nth(at)} [data-side=ours]`];
    for (const [at, theirs, ours] of [
        [1, "Failed", "Undone"],
        [2, "Nobody knows", "Kept"],
        [3, "Not asked: Odoo refused", "Undone"],
        [4, "Under way", "Under way"],
    ]) {
        expect(said(at)[0]).toHaveText(theirs);
        expect(said(at)[1]).toHaveText(ours);
        expect(`${said(at)[0]} i.fa`).toHaveCount(1); // a shape, not colour alone
    }
    expect(`${nth(1)} dt:first`).toHaveText("DHL");
});

test("what exists there and not here is said in a sentence", async () => {
    await mountTries(
        { outcome: "succeeded", transaction_state: "committed" },
        { outcome: "succeeded", transaction_state: "rolled_back" }
    );
    expect(".o_reliability_try_orphan").toHaveCount(1);
    expect(`${nth(2)} .o_reliability_try_orphan`).toHaveText(
        "DHL has done it, and Odoo has undone its side."
    );
});

test("what is only assumed, since the worker died, is said to be so", async () => {
    await mountTries({ outcome: "unknown", transaction_state: "rolled_back", presumed: true });
    expect(nth(1)).toHaveText(/this is what must be assumed/);
});

test("messages are shown as text, whatever is in them", async () => {
    await mountTries({ outcome: "failed", transaction_state: "rolled_back", message: "<b>x</b>" });
    expect(".o_reliability_try_message").toHaveText("<b>x</b>");
});

test("each leads to all that is on record of it", async () => {
    await mountTries({ outcome: "failed", transaction_state: "rolled_back" }, { outcome: "failed", transaction_state: "rolled_back" });
    patchWithCleanup(getService("action"), {
        doAction: ({ res_model, res_id }) => expect.step([res_model, res_id]),
    });
    expect(`${nth(2)} button`).toHaveText("Details\nof try 2");
    await contains(`${nth(2)} button`).click();
    expect.verifySteps([["reliability.attempt", 2]]);
});
