import docker from "../../../policies/docker.yaml";
import docker2025 from "../../../policies/docker-2025.yaml";
import direct from "../../../policies/docker-entra-direct.yaml";
import roles from "../../../policies/docker-entra-roles.yaml";
import okta from "../../../policies/docker-okta.yaml";
import emu from "../../../policies/github-emu.yaml";
import grafana from "../../../policies/grafana.yaml";
import csv from "../../../examples/csv/users.csv";
import history from "../../../examples/events/history.ndjson";
import assigned from "../../../examples/graph/app-role-assigned-to.export";
import principal from "../../../examples/graph/service-principal.export";
import users from "../../../examples/graph/users.export";
import oktaAppUsers from "../../../examples/okta/app-users.export";
import oktaMembers from "../../../examples/okta/group-members.export";
import oktaGroups from "../../../examples/okta/groups.export";
import oktaUsers from "../../../examples/okta/users.export";

/** The policies that ship: `extends` may name them. */
export const BASES: Record<string, string> = {
  "docker.yaml": docker,
  "docker-2025.yaml": docker2025,
  "docker-entra-direct.yaml": direct,
  "docker-entra-roles.yaml": roles,
  "docker-okta.yaml": okta,
  "github-emu.yaml": emu,
  "grafana.yaml": grafana,
};

const graph = [
  { name: "users.json", text: users },
  { name: "service-principal.json", text: principal },
  { name: "app-role-assigned-to.json", text: assigned },
];
const oktaDocuments = [
  { name: "users.json", text: oktaUsers },
  { name: "app-users.json", text: oktaAppUsers },
  { name: "groups.json", text: oktaGroups },
  { name: "group-members.json", text: oktaMembers },
];
const table = [{ name: "users.csv", text: csv }];

export interface Example {
  title: string;
  policy: string;
  documents: { name: string; text: string }[];
  events?: string;
  tab?: string;
}

const short = (name: string, why: string, mapping: string): string => `# ${why}
# It builds on the shipped policy docker.yaml: only what differs stands here.
rolewright: 1
policy: ${name}
extends: docker.yaml

connection: { default_org: acme, default_team: company }

sources:
  scim:
    mappings:
${mapping}
`;

const expression = (text: string): string => `      dockerRole: { expression: '${text}' }`;

export const EXAMPLES: Example[] = [
  {
    title: "Switch over app roles",
    policy: short("acme", "App roles of your own names become Docker's roles.", `${expression('Switch(SingleAppRoleAssignment([appRoleAssignments]), "member", "My Corp Administrator", "owner", "My Corp Editor", "editor")')}
      dockerOrg:  { direct: extensionAttribute2 }
      dockerTeam: { direct: extensionAttribute3 }`),
    documents: graph,
  },
  {
    title: "Broken Switch: default forgotten",
    policy: short("acme", "The default of the Switch is missing. Click the repair.", expression('Switch(SingleAppRoleAssignment([appRoleAssignments]), "My Corp Administrator", "owner", "My Corp Editor", "editor")')),
    documents: graph,
  },
  {
    title: "Switch over an attribute",
    policy: short("acme", "The job title decides.", expression('Switch([jobTitle], "member", "Principal Engineer", "owner", "Engineer", "editor")')),
    documents: graph,
  },
  { title: "Direct mapping", policy: direct, documents: table },
  { title: "App roles by their values", policy: roles, documents: graph },
  {
    title: "A sign-in overwrites SCIM",
    policy: short("acme", "SCIM and sign-ins both write. Look at the timeline.", `      dockerTeam: { direct: extensionAttribute3 }`),
    documents: graph,
    events: history,
    tab: "timeline",
  },
  { title: "Docker from Okta", policy: okta, documents: oktaDocuments },
  { title: "GitHub Enterprise Managed Users", policy: emu, documents: graph },
  { title: "Grafana", policy: grafana, documents: graph },
  { title: "Docker, the whole policy", policy: docker, documents: graph, events: history },
];
