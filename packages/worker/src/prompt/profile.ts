import { ProfileName, PromptProfile, nearest, shownValue, type CustomProfile } from "@colony/core";

const ROLE = ["identity", "work", "reports", "guardrails"] as const;

/**
 * What each profile tells. `full` names no tools in words, because a model is told of each of them in whole beside the
 * text; those that leave instructions out or cut them name them.
 */
const PROFILES: { readonly [name in ProfileName]: CustomProfile } = {
  full: { sections: [...ROLE, "instructions", "environment", "notes"] },
  compact: { sections: [...ROLE, "instructions", "notes", "tools"], maxSectionCharacters: 500, maxTools: 20 },
  minimal: { sections: ["identity", "reports", "guardrails", "tools"], maxTools: 10 },
  none: { sections: ["identity"] },
};

/** What a profile tells: default `full`. Whoever it is for is told who it is, and what to beware of unless that is all. */
export function sectionsOf(profile: PromptProfile = "full"): CustomProfile {
  if (typeof profile === "string") return PROFILES[profile];
  return { ...profile, sections: ["identity", "guardrails", ...profile.sections] };
}

/** What is wrong with a profile, in one sentence; undefined where nothing is. */
export function profileProblem(profile: unknown, where: string): string | undefined {
  if (isProfile(profile)) return undefined;
  const give = `give ${ProfileName.options.map((name) => `"${name}"`).join(", ")}, or an object with sections, and with maxSectionCharacters and maxTools if you like`;
  const meant = typeof profile === "string" ? nearest(profile.slice(0, 60), ProfileName.options) : undefined;
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  return `${where} is ${shownValue(profile)}${hint}; ${give}`;
}

/** What throws when it is looked at is none. */
function isProfile(profile: unknown): boolean {
  try {
    return PromptProfile.safeParse(profile).success;
  } catch {
    return false;
  }
}
