/** The longest name that an alarm can have: PutMetricAlarm, AlarmName. */
const LONGEST = 255;

/** Whether a name is one of a pattern's, in which `*` stands for any letters, also none. Takes at most pattern times name steps, whatever either holds. */
export function isNamedBy(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let after = 0;
  for (let here = 0; here < name.length;) {
    if (pattern[at] === "*") [star, after, at] = [at, here, at + 1];
    else if (pattern[at] === name[here]) [at, here] = [at + 1, here + 1];
    else if (star < 0) return false;
    else [after, here, at] = [after + 1, after + 1, star + 1];
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** Whether there is a name, of those that an alarm can have, which is of both patterns. */
export function canNameTheSame(one: string, other: string): boolean {
  // shortest[j]: the length of the shortest text that both one.slice(i) and other.slice(j) name, from the end of `one` to its beginning.
  let below: number[] = [];
  for (let i = one.length; i >= 0; i--) {
    const shortest: number[] = [];
    for (let j = other.length; j >= 0; j--) {
      const [a, b] = [one[i], other[j]];
      if (a === undefined && b === undefined) shortest[j] = 0;
      else if (a === "*") shortest[j] = Math.min(below[j]!, b === undefined ? Infinity : shortest[j + 1]! + (b === "*" ? 0 : 1));
      else if (b === "*") shortest[j] = Math.min(shortest[j + 1]!, a === undefined ? Infinity : below[j]! + 1);
      else shortest[j] = a === b ? below[j + 1]! + 1 : Infinity;
    }
    below = shortest;
  }
  return below[0]! <= LONGEST;
}
