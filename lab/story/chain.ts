/** The repairs of the story, in their order: each is planned, approved and done before the next one is asked for. */
export const CHAIN = ["snapshot-database", "create-rds-gp3", "rehearse-copy", "move-database"] as const;
