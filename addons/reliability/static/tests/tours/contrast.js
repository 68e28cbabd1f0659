/**
 * The contrast of what we draw, computed from the styles of the browser, as WCAG defines it.
 *
 * An addon adds samples of its chips, badges and bars to the registry: functions that draw them
 * into an element. Bars have the attribute `data-bar`; what is grey in the light theme and has no
 * colour of its own in the dark one has `data-grey`.
 */
import { mount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { getTemplate } from "@web/core/templates";
import { BadgeField } from "@web/views/fields/badge/badge_field";

export const samples = registry.category("reliability.contrast_samples");

/** Grounds of pages and cards; Community has no dark page, these are the colours of Enterprise. */
const GROUNDS = { light: ["#ffffff", "#f8f9fa"], dark: ["#262a36", "#1b1d26"] };
const LEAST_OF_TEXT = 4.5;
const LEAST_OF_LARGE_TEXT = 3;
const LEAST_OF_GRAPHICS = 3;

/** Draw a component. */
export function draw(component, target, props) {
    return mount(component, target, { props, getTemplate, env: {} });
}

/** Draw HTML. */
export function drawHtml(target, html) {
    target.insertAdjacentHTML("beforeend", html);
}

samples.add("badges", async (target) => {
    for (const decoration of ["success", "info", "warning", "danger", "muted", ""]) {
        const record = {
            resModel: "reliability.sample",
            data: { state: decoration || "no decoration" },
            fields: { state: { type: "char" } },
            evalContextWithVirtualIds: {},
        };
        const decorations = decoration ? { [decoration]: "True" } : {};
        await draw(BadgeField, target, { name: "state", record, decorations });
    }
});

samples.add("ribbon", (target) => {
    drawHtml(target, `<span class="text-bg-danger">Archived</span>`);
});

const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

function rgba(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
}

function over([red, green, blue, alpha], below) {
    return [red, green, blue].map((value, n) => value * alpha + below[n] * (1 - alpha));
}

/** The colour behind an element: transparent ones are blended down to the first opaque one. */
function ground(element) {
    const color = rgba(getComputedStyle(element).backgroundColor);
    return color[3] === 1 ? color.slice(0, 3) : over(color, ground(element.parentElement));
}

function luminance(color) {
    const [red, green, blue] = color
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
}

function leastContrast(element) {
    const { fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && fontWeight >= 700);
    return isLarge ? LEAST_OF_LARGE_TEXT : LEAST_OF_TEXT;
}

/** Yield [what, colour, ground, least contrast] of the texts, icons and bars in an element. */
function* drawn(root) {
    for (const element of root.querySelectorAll("*")) {
        const below = ground(element);
        const ink = over(rgba(getComputedStyle(element).color), below);
        const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const text = texts.map((node) => node.data.trim()).join("");
        if (element.matches(".fa")) {
            yield [element.className, ink, below, LEAST_OF_GRAPHICS];
        } else if (text && !element.closest(".visually-hidden")) {
            yield [text, ink, below, leastContrast(element)];
        }
        if (element.matches("[data-bar]")) {
            const behind = ground(element.parentElement);
            yield [element.dataset.bar, below, behind, LEAST_OF_GRAPHICS];
        }
    }
}

function show(color) {
    return `rgb(${color.map(Math.round).join(" ")})`;
}

/** Use the dark style sheet, which users of Odoo Community cannot choose. */
async function useDarkStyle() {
    const light = document.querySelector("link[href*='web.assets_web.']");
    const dark = document.createElement("link");
    dark.rel = "stylesheet";
    dark.href = light.href.replace("web.assets_web.", "web.assets_web_dark.");
    const loaded = new Promise((resolve, reject) => {
        dark.onload = resolve;
        dark.onerror = () => reject(new Error(`${dark.href} does not load`));
    });
    light.replaceWith(dark);
    await loaded;
}

/**
 * @param {"light" | "dark"} theme
 * @returns {Promise<{ count: number, problems: string[] }>} how many contrasts were computed, and
 *  those that are too low
 */
export async function checkContrast(theme) {
    if (theme === "dark") {
        await useDarkStyle();
    }
    const problems = [];
    let count = 0;
    for (const color of GROUNDS[theme]) {
        for (const [name, drawSample] of samples.getEntries()) {
            const target = document.createElement("div");
            target.style.backgroundColor = color;
            document.body.append(target);
            await drawSample(target);
            if (theme === "dark") {
                target.querySelectorAll("[data-grey]").forEach((element) => element.remove());
            }
            for (const [what, ink, below, least] of drawn(target)) {
                const found = contrast(ink, below);
                count++;
                if (found < least) {
                    const colors = `${show(ink)} on ${show(below)}`;
                    problems.push(`${name}, ${what}: ${found.toFixed(2)} (${colors})`);
                }
            }
            target.remove();
        }
    }
    return { count, problems };
}
