/**
 * Check resources of KEDA, Traefik and the Prometheus operator against their definitions:
 * values by the schemas, and unknown fields by the types that are made from them.
 *
 * Reads a JSON list of resources from stdin, and prints a line for each error.
 */
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const MODULES = {
    "keda.sh/v1alpha1": "@kubernetes-models/keda/keda.sh/v1alpha1",
    "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
    "traefik.io/v1alpha1": "@kubernetes-models/traefik/traefik.io/v1alpha1",
};
const FILE = new URL("resources.ts", import.meta.url).pathname;

const resources = JSON.parse(readFileSync(0, "utf-8"));
const errors = [];
for (const resource of resources) {
    const models = await import(MODULES[resource.apiVersion]);
    try {
        new models[resource.kind](resource).validate();
    } catch (error) {
        errors.push(`${resource.kind} ${resource.metadata.name}: ${error.message}`);
    }
}

const lines = resources.map(
    ({ apiVersion, kind }, number) =>
        `import type {I${kind} as T${number}} from "${MODULES[apiVersion]}";\n` +
        `export const r${number}: T${number} = ${JSON.stringify(resources[number])};\n`
);
writeFileSync(FILE, lines.join(""));
const program = ts.createProgram([FILE], {
    module: ts.ModuleKind.NodeNext,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    types: [],
});
for (const { messageText } of ts.getPreEmitDiagnostics(program)) {
    errors.push(ts.flattenDiagnosticMessageText(messageText, " "));
}
process.stdout.write(errors.map((error) => `${error}\n`).join(""));
