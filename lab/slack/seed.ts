import type { Channel, User, UserGroup } from "./workspace.ts";

/** The workspace that everything in the lab happens in. */
export const TEAM = { id: "T0LAB", name: "Lab", domain: "lab" };

/** Mina reads Korean, Alex, Noa and Tae English; then a guest, someone of another workspace, and the bot. */
export function seedUsers(): User[] {
  return [
    { id: "U0MINA", name: "mina", realName: "Mina Kim", locale: "ko-KR", tz: "Asia/Seoul", teamId: TEAM.id },
    { id: "U0ALEX", name: "alex", realName: "Alex Morgan", locale: "en-US", tz: "Europe/London", teamId: TEAM.id },
    { id: "U0NOA", name: "noa", realName: "Noa Levi", locale: "en-US", tz: "Europe/London", teamId: TEAM.id },
    { id: "U0TAE", name: "tae", realName: "Tae Park", locale: "en-US", tz: "Asia/Seoul", teamId: TEAM.id },
    { id: "U0GUEST", name: "guest", realName: "Robin Guest", locale: "en-US", tz: "Europe/London", isRestricted: true, teamId: TEAM.id },
    { id: "U0OTHER", name: "sam", realName: "Sam Partner", locale: "en-US", tz: "America/New_York", teamId: "T0OTHER" },
    { id: "U0GUMSHOE", name: "gumshoe", realName: "Gumshoe", locale: "en-US", tz: "Etc/UTC", isBot: true, teamId: TEAM.id },
  ];
}

/** The bot is invited to #prod and #staging, not to #general. */
export function seedChannels(): Channel[] {
  return [
    { id: "C0PROD", name: "prod", members: ["U0MINA", "U0ALEX", "U0GUMSHOE", "U0GUEST", "U0NOA", "U0TAE"] },
    { id: "C0GENERAL", name: "general", members: ["U0MINA", "U0ALEX"] },
    { id: "C0STAGING", name: "staging", members: ["U0ALEX", "U0GUMSHOE"] },
  ];
}

/** Those on call, and those who may approve; Tae is in none. */
export function seedUserGroups(): UserGroup[] {
  return [
    { id: "S0ONCALL", handle: "oncall", name: "On call", users: ["U0MINA", "U0ALEX"] },
    { id: "S0APPROVERS", handle: "approvers", name: "Approvers", users: ["U0MINA", "U0NOA"] },
  ];
}
