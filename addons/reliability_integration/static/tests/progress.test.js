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
const NOTE = ".o_notification";
const REMEMBERED = "reliability_integration.asked_at";

function progress(done, failed = 0, asked_at = AT) {
    return { asked_at, total: 3, done, failed };
}

/** Open the web client, where the server answers one after the other when it is asked. */
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

test("it counts, in one note, ends with a good word, and asks no more", async () => {
    await mountClient(progress(1), progress(3));
    await begin(0);
    expect(`${NOTE}_content`).toHaveText("Asking again. 0 of 3");
    await twoSeconds();
    expect(`${NOTE}_content`).toHaveText("Asking again. 1 of 3");
    await twoSeconds();
    expect(`${NOTE}_content`).toHaveText("Asked again. 3 of 3");
    expect(`${NOTE}_bar`).toHaveClass("bg-success");
    await twoSeconds();
    expect.verifySteps([AT, AT]);
});

test("what failed is said, and the note stays", async () => {
    await mountClient();
    await begin(3, 2);
    expect(`${NOTE}_content`).toHaveText("Asked again. 3 of 3, 2 failed");
    expect(`${NOTE}_bar`).toHaveClass("bg-warning");
    await advanceTime(60000);
    expect(NOTE).toHaveCount(1);
});

test("who closes it is told the end, and not bothered before", async () => {
    await mountClient(progress(2), progress(3));
    await begin(1);
    await contains(`${NOTE}_close`).click();
    await twoSeconds();
    expect(NOTE).toHaveCount(0);
    await twoSeconds();
    expect(`${NOTE}_content`).toHaveText("Asked again. 3 of 3");
    expect.verifySteps([AT, AT]);
});

test("who closes his browser finds it again", async () => {
    browser.localStorage.setItem(REMEMBERED, AT);
    await mountClient(progress(2), progress(3));
    expect(`${NOTE}_content`).toHaveText("Asking again. 2 of 3");
    await twoSeconds();
    expect(`${NOTE}_content`).toHaveText("Asked again. 3 of 3");
    expect(browser.localStorage.getItem(REMEMBERED)).toBe(null);
    expect.verifySteps([AT, AT]);
});

test("somebody else at the same browser sees nothing of it", async () => {
    browser.localStorage.setItem(REMEMBERED, AT);
    await mountClient({ asked_at: AT, total: 0, done: 0, failed: 0 });
    expect(NOTE).toHaveCount(0);
    expect(browser.localStorage.getItem(REMEMBERED)).toBe(null);
    expect.verifySteps([AT]);
});

test("a lost connection is waited for", async () => {
    await mountClient(new Response("", { status: 502 }), progress(2));
    await begin(1);
    await twoSeconds();
    expect(`${NOTE}_content`).toHaveText("Asking again. 1 of 3");
    await advanceTime(4000);
    await animationFrame();
    expect(`${NOTE}_content`).toHaveText("Asking again. 2 of 3");
    expect.verifySteps([AT, AT]);
});

test("where nothing moves it looks ever less often, and soon again once something does", async () => {
    await mountClient(...Array(6).fill(progress(1)), progress(2), progress(3));
    await begin(1);
    for (const pause of [2000, 4000, 8000, 15000, 15000, 15000, 15000, 2000]) {
        await advanceTime(pause - 100);
        expect.verifySteps([]);
        await advanceTime(100);
        await animationFrame();
        expect.verifySteps([AT]);
    }
    expect(`${NOTE}_content`).toHaveText("Asked again. 3 of 3");
});

test("a hidden tab looks up nothing, and catches up when it is looked at", async () => {
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
    expect(`${NOTE}_content`).toHaveText("Asked again. 3 of 3");
});

test("what is asked for later takes its place", async () => {
    const later = "2026-03-02 11:00:00";
    await mountClient(progress(3, 0, later));
    await begin(1);
    await begin(0, 0, later);
    expect(NOTE).toHaveCount(1);
    await twoSeconds();
    expect.verifySteps([later]);
});

test("it opens just what was asked for", async () => {
    await mountClient();
    await begin(3, 1);
    patchWithCleanup(getService("action"), {
        loadAction: () => ({ type: "ir.actions.act_window", domain: [] }),
        doAction: ({ domain }) => expect.step(domain),
    });
    await contains(`${NOTE}_buttons button`).click();
    expect.verifySteps([
        [
            ["asked_by_id", "=", serverState.userId],
            ["asked_at", "=", AT],
        ],
    ]);
});
