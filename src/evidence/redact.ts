/** Names whose value is a secret, wherever the name stands within a longer word; the bare `=` and `:` after them come with the rules. */
const NAMED =
  "(?:pass(?:wor|w)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|session[_-]?id|[_-]pass|[_-]pwd)";
const KEY = String.raw`${NAMED}[\w-]{0,40}\\{0,8}["']?[ \t]*(?:=>|[:=])[ \t]*`;
const HEADER = "(?:authorization|cookie|x-api-key|x-auth-token|x-access-token|x-csrf-?token|x-amz-security-token)";
const DATABASE = "(?:postgres|psql|mysql|mariadb|redis|amqp|mongodb|mssql|ldap|smtp)";

/**
 * Each rule keeps what stands in its first group. None crosses a line, and what may be long is either bounded or can begin at one place
 * only, so that a line of a megabyte takes no longer than a megabyte of lines.
 */
const RULES: readonly (readonly [pattern: RegExp, by: string])[] = [
  // Headers, as Caddy logs them (with its own word for a hidden value) and as text.
  [
    new RegExp(String.raw`("(?:proxy-|set-)?${HEADER}": ?\[)"(?:[^"\\\n]|\\.){1,10000}"(?:, ?"(?:[^"\\\n]|\\.){0,10000}"){0,100}\]`, "gi"),
    '$1"REDACTED"]',
  ],
  [new RegExp(String.raw`(${HEADER}\\{1,8}": ?\[)[^\]\n]{1,8000}\]`, "gi"), "$1REDACTED]"],
  [new RegExp(String.raw`(${HEADER}\\{0,8}["']?[ \t]*:[ \t]*\\{0,8}["']?)[^\][\s"'\\][^"'\\\n]*`, "gi"), "$1[redacted]"],
  [/(bearer[ \t]+)[\w.~+/=-]{12,}/gi, "$1[redacted]"],
  [/(Basic )[A-Za-z0-9+/]*[0-9=][A-Za-z0-9+/=]*/g, "$1[redacted]"],
  // Names of secrets with a value: "double quoted", 'single quoted', bare.
  [new RegExp(String.raw`(${KEY}[bru]?")(?:[^"\\\n]|\\.){1,100000}`, "gi"), "$1[redacted]"],
  [new RegExp(String.raw`(${KEY}\\{1,8}")(?:[^"\\\n]|\\[^"\n]){1,100000}`, "gi"), "$1[redacted]"],
  [new RegExp(String.raw`(${KEY}[bru]?')(?:[^'\\\n]|\\.){1,100000}`, "gi"), "$1[redacted]"],
  [
    new RegExp(String.raw`((?:${NAMED}|cookie|authorization)[\w-]{0,40}[ \t]*(?:=>|[:=]|%3d)[ \t]*)[^\]\s"'\\&([{][^\s"'\\&]*`, "gi"),
    "$1[redacted]",
  ],
  [new RegExp(String.raw`(${NAMED}[\w-]{0,40}\\{0,8}["'][ \t]*[:=][ \t]*)\d+`, "gi"), "$1[redacted]"],
  [/((?:[?&;]|\\u0026)(?:key|sig|auth|code|sid|pwd|pass|jwt|otp|state|jsessionid|phpsessid)=)[^&\s"'\\#]+/gi, "$1[redacted]"],
  [/((?:password|identified by)[ \t]+e?')(?:[^'\n]|''){1,100000}/gi, "$1[redacted]"],
  [/((?:--?(?:password|passwd|pass|token|secret|api-?key|access-token|auth)|requirepass|masterauth)[ \t]+)[^\]\s-]\S*/gi, "$1[redacted]"],
  [/(redis-cli[ \t][^|\n]{0,200}-a[ \t]+)\S+/g, "$1[redacted]"],
  [/(mysql[a-z]{0,10}[ \t][^|\n]{0,200}-p)\S+/g, "$1[redacted]"],
  [/([ \t](?:-u|--user)[ \t=]?)[^:\s]{1,200}:\S+/g, "$1[redacted]"],
  // Addresses with a password, or with a key in place of the user.
  [new RegExp(String.raw`(${DATABASE}[a-z0-9+]{0,20}:\/\/[^\]\s/:@"'<>]{0,200}:)[^\s"'<>]{1,500}@`, "gi"), "$1[redacted]@"],
  [/(:\/\/[^\]\s/:@"'<>]{0,200}:)[^\]\s/"'<>]{1,500}@/g, "$1[redacted]@"],
  [/(:\/\/)[\w.~%-]{20,200}@/g, "$1[redacted]@"],
  // Keys and hashes that are known by their form.
  [/()(?:AKIA|ASIA)[A-Z0-9]{12,}/g, "[redacted]"],
  [/()(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, "[redacted]"],
  [
    /()(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|[rsp]k_(?:live|test)_|whsec_|AIza|npm_|dop_v1_|sk-(?:ant-|proj-))[\w-]{12,}/g,
    "[redacted]",
  ],
  [/(hooks\.slack\.com\/services\/)[A-Za-z0-9/]+/g, "$1[redacted]"],
  [/()(?<![\w.])SG\.[\w-]{16,100}\.[\w-]{16,100}/g, "[redacted]"],
  [/()(?:pbkdf2_[a-z0-9]{1,20}\$|\$2[abxy]\$|\$argon2[a-z]{0,5}\$|JDJ[abxy]JD)[^\s"']+/g, "[redacted]"],
];

/**
 * Take secrets out of a text, the bot's own pass after the host's (`runbooks/redact.sed` has the same rules): the value goes, its name and
 * everything else stay. Doing it twice changes nothing more; it takes time in proportion to the text. What has no name, no known form and
 * no place in an address cannot be known for a secret and stays.
 */
export function redact(text: string): string {
  let clean = text;
  for (const [pattern, by] of RULES) clean = clean.replace(pattern, by);
  return clean.includes("PRIVATE KEY") ? withoutPrivateKeys(clean) : clean;
}

/** Runs of base64 between the lines that begin and end a private key; a key whose end is missing hides them to the end of the text. */
function withoutPrivateKeys(text: string): string {
  let within = false;
  const clean = text.split("\n").map((line) => {
    const begins = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/.test(line);
    const hidden = within || begins ? line.replace(/[A-Za-z0-9+/=]{20,}/g, "[redacted]") : line;
    within = (within || begins) && !/-----END [A-Z ]{0,40}PRIVATE KEY/.test(line);
    return hidden;
  });
  return clean.join("\n");
}
