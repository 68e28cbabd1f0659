import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const AT = "2026-03-02 10:00:00";
const NOTIFICATION = ".o_notification";
const STORAGE_KEY = "reliability_integration.retry_requested_at";

function progress(done, failed = 0, requested_at = AT) {
    return { requested_at, total: 3, done, failed };
}

/** Mount the web client; the server returns one of the answers for each request. */
async function mountClient(...answers) {
    onRpc("reliability.exchange", "read_progress", ({ args }) => {
        expect.step(args[0]);
        return answers.shift();
    });
    await mountWithCleanup(WebClient);
    await animationFrame();
}

async function begin(...numbers) {
    getService("reliability_integration.progress").begin(progress(...numbers));
    await animationFrame();
}

async function twoSeconds() {
    await advanceTime(2000);
    await animationFrame();
}

test("one notification counts the retries; after the last there are no more requests", async () => {
    await mountClient(progress(1), progress(3));
    await begin(0);
    expect(`${NOTIFICATION}_content`).toHaveText("Retrying. 0 of 3");
    await twoSeconds();
    expect(`${NOTIFICATION}_content`).toHaveText("Retrying. 1 of 3");
    await twoSeconds();
    expect(`${NOTIFICATION}_content`).toHaveText("Retried. 3 of 3");
    expect(`${NOTIFICATION}_bar`).toHaveClass("bg-success");
    await twoSeconds();
    expect.verifySteps([AT, AT]);
});

test("the notification of failed retries stays", async () => {
    await mountClient();
    await begin(3, 2);
    expect(`${NOTIFICATION}_content`).toHaveText("Retried. 3 of 3, 2 failed");
    expect(`${NOTIFICATION}_bar`).toHaveClass("bg-warning");
    await advanceTime(60000);
    expect(NOTIFICATION).toHaveCount(1);
});

test("a closed notification comes back only at the end", async () => {
    await mountClient(progress(2), progress(3));
    await begin(1);
    await contains(`${NOTIFICATION}_close`).click();
    await twoSeconds();
    expect(NOTIFICATION).toHaveCount(0);
    await twoSeconds();
    expect(`${NOTIFICATION}_content`).toHaveText("Retried. 3 of 3");
    expect.verifySteps([AT, AT]);
});

test("the progress is shown again after the browser was closed", async () => {
    browser.localStorage.setItem(STORAGE_KEY, AT);
    await mountClient(progress(2), progress(3));
    expect(`${NOTIFICATION}_content`).toHaveText("Retrying. 2 of 3");
    await twoSeconds();
    expect(`${NOTIFICATION}_content`).toHaveText("Retried. 3 of 3");
    expect(browser.localStorage.getItem(STORAGE_KEY)).toBe(null);
    expect.verifySteps([AT, AT]);
});

test("another user of the same browser does not see the progress", async () => {
    browser.localStorage.setItem(STORAGE_KEY, AT);
    await mountClient({ requested_at: AT, total: 0, done: 0, failed: 0 });
    expect(NOTIFICATION).toHaveCount(0);
    expect(browser.localStorage.getItem(STORAGE_KEY)).toBe(null);
    expect.verifySteps([AT]);
});

test("requests go on after a lost connection", async () => {
    await mountClient(new Response("", { status: 502 }), progress(2));
    await begin(1);
    await twoSeconds();
    expect(`${NOTIFICATION}_content`).toHaveText("Retrying. 1 of 3");
    await advanceTime(4000);
    await animationFrame();
    expect(`${NOTIFICATION}_content`).toHaveText("Retrying. 2 of 3");
    expect.verifySteps([AT, AT]);
});

test("pauses between requests grow while nothing changes, and are short after a change", async () => {
    await mountClient(...Array(6).fill(progress(1)), progress(2), progress(3));
    await begin(1);
    for (const pause of [2000, 4000, 8000, 15000, 15000, 15000, 15000, 2000]) {
        await advanceTime(pause - 100);
        expect.verifySteps([]);
        await advanceTime(100);
        await animationFrame();
        expect.verifySteps([AT]);
    }
    expect(`${NOTIFICATION}_content`).toHaveText("Retried. 3 of 3");
});

test("a hidden tab makes no request, and makes one when it is visible", async () => {
    await mountClient(progress(3));
    await begin(1);
    let hidden = true;
    patchWithCleanup(document, {
        get hidden() {
            return hidden;
        },
    });
    await advanceTime(60000);
    expect.verifySteps([]);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect.verifySteps([AT]);
    expect(`${NOTIFICATION}_content`).toHaveText("Retried. 3 of 3");
});

test("a later retry replaces an earlier one", async () => {
    const later = "2026-03-02 11:00:00";
    await mountClient(progress(3, 0, later));
    await begin(1);
    await begin(0, 0, later);
    expect(NOTIFICATION).toHaveCount(1);
    await twoSeconds();
    expect.verifySteps([later]);
});

test("the button opens the exchanges of the retry", async () => {
    await mountClient();
    await begin(3, 1);
    patchWithCleanup(getService("action"), {
        loadAction: () => ({ type: "ir.actions.act_window", domain: [] }),
        doAction: ({ domain }) => expect.step(domain),
    });
    await contains(`${NOTIFICATION}_buttons button`).click();
    expect.verifySteps([
        [
            ["retry_requested_by_id", "=", serverState.userId],
            ["retry_requested_at", "=", AT],
        ],
    ]);
});
