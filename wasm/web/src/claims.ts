// What an identity provider hands out about a sign-in, as the engine takes it: a SAML response or its attributes, an
// OIDC token or its claims. Signatures are not checked: nothing is let in by it.

import type { Claims } from "rolewright";

const text = (base64: string): string => new TextDecoder().decode(Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/").replaceAll(/\s/g, "")), (it) => it.charCodeAt(0)));

const NEITHER = "It is neither a SAML response or assertion (XML, or as it was posted), nor a token, nor claims in JSON.";

/** The claims in a text, or in a sentence why there are none. */
export function claimsOf(pasted: string): Claims | string {
  const given = pasted.trim();
  try {
    if (given.startsWith("<")) return assertion(given);
    if (given.startsWith("{") || given.startsWith("[")) {
      const json = JSON.parse(given) as unknown;
      const one: unknown = Array.isArray(json) ? json[0] : json;
      return typeof one === "object" && one !== null ? (one as Claims) : "There is no object in it.";
    }
    const parts = given.replace(/^SAMLResponse=/, "").split(".");
    if (parts.length === 3) return JSON.parse(text(parts[1]!)) as Claims;
    const posted = text(decodeURIComponent(parts.join("."))).trim();
    return posted.startsWith("<") ? assertion(posted) : NEITHER;
  } catch {
    return NEITHER;
  }
}

function assertion(xml: string): Claims | string {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  if (document.querySelector("parsererror")) return "The XML is damaged.";
  if (document.getElementsByTagNameNS("*", "EncryptedAssertion").length > 0) return "The assertion is encrypted: take it before encryption, from the identity provider's test page.";
  const nameId = document.getElementsByTagNameNS("*", "NameID")[0]?.textContent?.trim();
  if (!nameId) return "There is no NameID in it.";
  const attributes: Record<string, string[]> = {};
  for (const attribute of document.getElementsByTagNameNS("*", "Attribute")) {
    const values = [...attribute.getElementsByTagNameNS("*", "AttributeValue")].map((value) => value.textContent ?? "");
    const name = attribute.getAttribute("Name");
    if (name) attributes[name] = [...(attributes[name] ?? []), ...values];
  }
  return { nameId, attributes };
}
