# What sed takes out of every text on the host before it leaves it; evidence/redact.ts does the same again. In the C locale, GNU sed -E.
# Lines are at most 16 KB here, and no rule takes long on one of them, whatever stands in it.
# Headers, as Caddy logs them (its own word for a hidden value) and as text.
s/("(proxy-)?(authorization|cookie|set-cookie|x-api-key|x-auth-token|x-access-token|x-csrf-?token|x-amz-security-token)": ?\[)"([^"\\]|\\.)+"(, ?"([^"\\]|\\.)*")*\]/\1"REDACTED"]/gI
s/((authorization|cookie|x-api-key|x-auth-token|x-access-token|x-csrf-?token|x-amz-security-token)\\+": ?\[)[^]]+\]/\1REDACTED]/gI
s/((authorization|cookie|x-api-key|x-auth-token|x-access-token)\\*["']?[[:space:]]*:[[:space:]]*\\*["']?)[^][:space:]"'\\[][^"'\\]*/\1[redacted]/gI
s/(bearer[[:space:]]+)[A-Za-z0-9._~+\/=-]{12,}/\1[redacted]/gI
s/(Basic )[A-Za-z0-9+\/]*[0-9=][A-Za-z0-9+\/=]*/\1[redacted]/g
# Names of secrets with a value: "double quoted", 'single quoted', bare.
s/((pass(wor|w)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|session[_-]?id|[_-]pass|[_-]pwd)[a-z0-9_-]*\\*["']?[[:space:]]*(=>|[:=])[[:space:]]*[bru]?")([^"\\]|\\.)+/\1[redacted]/gI
s/((pass(wor|w)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|session[_-]?id|[_-]pass|[_-]pwd)[a-z0-9_-]*\\*["']?[[:space:]]*(=>|[:=])[[:space:]]*\\+")([^"\\]|\\[^"])+/\1[redacted]/gI
s/((pass(wor|w)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|session[_-]?id|[_-]pass|[_-]pwd)[a-z0-9_-]*\\*["']?[[:space:]]*(=>|[:=])[[:space:]]*[bru]?')([^'\\]|\\.)+/\1[redacted]/gI
s/((pass(wor|w)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|session[_-]?id|cookie|authorization|[_-]pass|[_-]pwd)[a-z0-9_-]*[[:space:]]*(=>|[:=]|%3d)[[:space:]]*)[^][:space:]"'\\&([{][^[:space:]"'\\&]*/\1[redacted]/gI
s/((pass(wor|w)?d|passphrase|secret|token|api[_-]?key|[_-]pass|[_-]pwd)[a-z0-9_-]*\\*["'][[:space:]]*[:=][[:space:]]*)[0-9]+/\1[redacted]/gI
s/([?&;]|\\u0026)((key|sig|auth|code|sid|pwd|pass|jwt|otp|state|jsessionid|phpsessid)=)[^&[:space:]"'\\#]+/\1\2[redacted]/gI
s/((password|identified by)[[:space:]]+e?')([^']|'')+/\1[redacted]/gI
s/((--?(password|passwd|pass|token|secret|api-?key|access-token|auth)|requirepass|masterauth)[[:space:]]+)[^][:space:]-][^[:space:]]*/\1[redacted]/gI
s/(redis-cli[[:space:]][^|]*-a[[:space:]]+)[^[:space:]]+/\1[redacted]/g
s/(mysql[a-z]*[[:space:]][^|]*-p)[^[:space:]]+/\1[redacted]/g
s/([[:space:]](-u|--user)[[:space:]=]?)[^:[:space:]]+:[^[:space:]]+/\1[redacted]/g
# Addresses with a password, or with a key in place of the user.
s/((postgres|psql|mysql|mariadb|redis|amqp|mongodb|mssql|ldap|smtp)[a-z0-9+]*:\/\/[^][:space:]\/:@"'<>]*:)[^[:space:]"'<>]+@/\1[redacted]@/gI
s/(:\/\/[^][:space:]\/:@"'<>]*:)[^][:space:]\/"'<>]+@/\1[redacted]@/g
s/(:\/\/)[A-Za-z0-9_.~%-]{20,}@/\1[redacted]@/g
# Keys and hashes that are known by their form.
s/(AKIA|ASIA)[A-Z0-9]{12,}/[redacted]/g
s/eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/[redacted]/g
s/(gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|[rsp]k_(live|test)_|whsec_|AIza|npm_|dop_v1_|sk-(ant-|proj-))[A-Za-z0-9_-]{12,}/[redacted]/g
s/(hooks\.slack\.com\/services\/)[A-Za-z0-9\/]+/\1[redacted]/g
s/SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/[redacted]/g
s/(pbkdf2_[a-z0-9]+\$|\$2[abxy]\$|\$argon2[a-z]*\$|JDJ[abxy]JD)[^[:space:]"']+/[redacted]/g
/-----BEGIN [A-Z ]*PRIVATE KEY-----.*-----END/{
s/(-----BEGIN [A-Z ]*PRIVATE KEY-----).*(-----END)/\1[redacted]\2/
b
}
/-----BEGIN [A-Z ]*PRIVATE KEY-----/,/-----END [A-Z ]*PRIVATE KEY-----/s/[A-Za-z0-9+\/=]{20,}/[redacted]/g
