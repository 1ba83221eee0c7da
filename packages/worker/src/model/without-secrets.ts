/** Some providers repeat the key that they refuse, and some take it in the address. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\b(Bearer|Basic)\s+[^\s"',;]+/gi, "$1 …")
    .replaceAll(/\b(?:sk|pk|rk|xai|gsk|hf|nvapi|pplx|csk|glpat|ghp|key)[-_][A-Za-z0-9_*-]{6,}/g, "…")
    .replaceAll(/\bAIza[A-Za-z0-9_-]{20,}/g, "…")
    .replaceAll(/\/\/[^/?#\s"']*@/g, "//…@")
    .replaceAll(/\b((?:api|access|secret)[-_ ]?(?:key|token)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, "$1…")
    .replaceAll(/([?&](?:key|token)=)[^\s"'&]+/gi, "$1…");
}

/** Its beginning, on one line. */
export function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299).toWellFormed()}…`;
}
