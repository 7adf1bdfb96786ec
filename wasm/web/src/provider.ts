// To and from an identity provider: its configuration becomes a policy, and mappings go back to it.

import type { DocumentText, ImportedPolicy, Mappings } from "rolewright";
import { closeDialog, openDialog } from "./dialog";
import { fill, h, plural } from "./dom";
import type { Engine } from "./engine";
import { save } from "./files";

/** What the page does with what comes of it. */
export interface Surroundings {
  engine: Engine;
  policy: () => import("rolewright").PolicyText;
  /** Takes the imported policy. */
  take: (policy: string) => void;
  copy: (text: string, done: string) => Promise<void>;
  tell: (text: string) => void;
}

/** Asks for a configuration and makes a policy of it. */
export function importDialog(around: Surroundings): void {
  const area = h("textarea", { rows: "8", spellcheck: "false", "aria-label": "Configuration", placeholder: '{ "synchronizationRules": … } of Microsoft Graph, or { "source": …, "target": …, "properties": … } of Okta' });
  const documents: DocumentText[] = [];
  const files = h("ul", {});
  const file = h("input", { type: "file", multiple: true, accept: ".json", "aria-label": "Files", onchange: async () => {
    for (const one of file.files ?? []) documents.push({ name: one.name, text: await one.text() });
    fill(files, documents.map((document) => h("li", {}, document.name)));
  } });
  const start = (): void => {
    const pasted = area.value.trim() === "" ? [] : [{ name: "pasted.json", text: area.value }];
    void importConfiguration(around, [...documents, ...pasted]);
  };
  openDialog("Import a provider's configuration",
    h("p", {}, "From Entra, the job's synchronization schema (GET …/synchronization/jobs/{id}/schema). From Okta, the profile mapping (GET /api/v1/mappings/{id}) and the application's user schema."),
    area, h("p", {}, file), files,
    h("button", { type: "button", class: "primary", onclick: start }, "Make a policy of it"));
}

/** Makes a policy of documents and shows what was found on the way. */
export async function importConfiguration(around: Surroundings, documents: DocumentText[]): Promise<void> {
  const it: ImportedPolicy | null = documents.length === 0 ? null : await around.engine.ask("importConfiguration", documents).catch(() => null);
  if (!it) return around.tell("There is nothing to import.");
  const found = h("ul", { class: "found" }, it.diagnostics.map((one) => h("li", { class: one.severity }, one.message)));
  if (!it.policy) return openDialog("Nothing was imported", h("p", {}, "No policy could be made of it."), found);
  around.take(it.policy);
  if (it.diagnostics.length === 0) closeDialog();
  else openDialog("Imported", h("p", {}, `The policy is in the editor. ${plural(it.diagnostics.length, "note")}:`), found);
  around.tell("Imported; undo in the editor brings the former policy back.");
}

const LANGUAGES: Record<string, string> = { entra: "Entra", okta: "Okta", "okta-identity-engine": "Okta Identity Engine" };

/** The mappings, each in the words in which its provider takes it. */
export async function exportDialog(around: Surroundings): Promise<void> {
  const it: Mappings | null = await around.engine.ask("mappings", around.policy()).catch(() => null);
  if (!it?.ok) return around.tell("The policy has errors: repair them first.");
  const scim = (it.mappings ?? []).filter((mapping) => mapping.source === "scim");
  const written = (mapping: string): string => mapping.replace(/^direct /, "");
  const all = scim.map((mapping) => `${mapping.target}\t${written(mapping.mapping)}`).join("\n");
  const entra = scim.every((mapping) => mapping.dialect === null || mapping.dialect === "entra");
  const schema = async (): Promise<void> => {
    const exported = await around.engine.ask("exportEntra", around.policy()).catch(() => null);
    if (!exported?.ok) return around.tell(exported?.diagnostics[0]?.message ?? "The schema could not be made.");
    save("schema.json", "application/json", `${JSON.stringify(exported.schema, null, 2)}\n`);
    around.tell(`schema.json is saved. ${exported.diagnostics.map((one) => one.message).join(" ")}`);
  };
  openDialog("Back to the provider",
    h("p", {}, "Target attributes and what the provider's mapping takes."),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Mappings" }, h("table", {}, h("tbody", {}, scim.map((mapping) => h("tr", {},
      h("th", { scope: "row" }, mapping.target),
      h("td", {}, h("code", {}, written(mapping.mapping)), mapping.dialect && h("span", { class: "faint" }, ` ${LANGUAGES[mapping.dialect]}`)),
      h("td", {}, h("button", { type: "button", "aria-label": `Copy ${mapping.target}`, onclick: () => void around.copy(written(mapping.mapping), `${mapping.target} copied.`) }, "Copy"))))))),
    h("p", { class: "bar" },
      h("button", { type: "button", class: "primary", onclick: () => void around.copy(all, `${plural(scim.length, "mapping")} copied.`) }, "Copy all"),
      entra && h("button", { type: "button", onclick: () => void schema() }, "Save as synchronization schema")));
}
