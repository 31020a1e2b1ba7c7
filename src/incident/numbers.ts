/**
 * An incident's symptom in numbers, as of one moment: requests that wait for the database's disk (mean and highest of the last minutes), the slowest
 * connect and how many failed, the share of requests that failed. What was not seen is missing.
 */
export type Numbers = {
  queueMean?: number;
  queuePeak?: number;
  connectMs?: number;
  connectsFailed?: number;
  failShare?: number;
  requests?: number;
};
