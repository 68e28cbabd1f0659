import { loadBundle } from "@web/core/assets";

/** @returns {Promise<boolean>} whether charts can be drawn; without them, pages show the rest */
export async function loadChartLibrary() {
    try {
        await loadBundle("web.chartjs_lib");
        return true;
    } catch {
        return false;
    }
}
