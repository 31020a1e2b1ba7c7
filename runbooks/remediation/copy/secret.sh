# A secret of AWS Secrets Manager, read by the host itself: its text goes nowhere but into a variable of this shell.

# read_secret ARN: prints the secret; where it cannot, a sentence, and returns 1.
read_secret() {
  case $1 in
    arn:aws*:secretsmanager:*:secret:*) ;;
    *) echo 'that is not the ARN of a secret'; return 1 ;;
  esac
  region=$(echo "$1" | cut -d : -f 4)
  if command -v aws >/dev/null; then
    aws secretsmanager get-secret-value --secret-id "$1" --region "$region" --query SecretString --output text 2>/dev/null && return
    echo 'the AWS CLI of this host could not read the password of RDS; this host needs the permission GetSecretValue'
  elif curl --help all 2>/dev/null | grep -q -- --aws-sigv4; then
    secret_by_curl "$1" "$region" && return
  else
    echo 'this host has neither the AWS CLI nor a curl that signs requests (7.75): the secret cannot be read here'
  fi
  return 1
}

# The credentials of a hybrid node stand in a file that the SSM Agent renews; curl reads them from its standard input, not from its arguments.
secret_by_curl() {
  file=${AWS_SHARED_CREDENTIALS_FILE:-/root/.aws/credentials}
  key=$(of_profile "$file" aws_access_key_id) && hidden=$(of_profile "$file" aws_secret_access_key) || {
    echo "$file has no credentials: the SSM Agent of a hybrid node writes them there"
    return 1
  }
  token=$(of_profile "$file" aws_session_token)
  answer=$({
    printf 'user = "%s:%s"\n' "$key" "$hidden"
    [ -z "$token" ] || printf 'header = "x-amz-security-token: %s"\n' "$token"
  } | curl -q -K - -sS --fail --max-time 30 --aws-sigv4 "aws:amz:$2:secretsmanager" -X POST -H 'Content-Type: application/x-amz-json-1.1' \
    -H 'X-Amz-Target: secretsmanager.GetSecretValue' -d "{\"SecretId\":\"$1\"}" \
    "${AWS_ENDPOINT_URL_SECRETS_MANAGER:-https://secretsmanager.$2.amazonaws.com}/" 2>/dev/null) &&
    printf '%s\n' "$answer" | of_json SecretString && return
  echo 'Secrets Manager did not give the password of RDS; this host needs the permission GetSecretValue'
  return 1
}

# of_profile FILE KEY: from the section [default].
of_profile() {
  awk -v key="$2" '
    /^[ \t]*\[/ { inside = /^[ \t]*\[default\]/; next }
    inside && (at = index($0, "=")) { name = substr($0, 1, at - 1); gsub(/[ \t]/, "", name); if (name == key) { value = substr($0, at + 1); gsub(/^[ \t]+|[ \t\r]+$/, "", value) } }
    END { if (value == "") exit 1; printf "%s", value }' "$1" 2>/dev/null
}

# of_json KEY <OBJECT: the text of a key whose value is a string; a key within another object is not looked for.
of_json() {
  awk -v key="$1" '
    function string(   out, c, code) {
      for (i++; (c = substr(text, i, 1)) != "\"" && i <= length(text); i++) {
        if (c != "\\") { out = out c; continue }
        c = substr(text, ++i, 1)
        if (c == "u") {
          code = 0
          for (n = 1; n <= 4; n++) code = 16 * code + index("0123456789abcdef", tolower(substr(text, i + n, 1))) - 1
          i += 4
          if (code > 126) exit 1
          c = sprintf("%c", code)
        } else if (c == "n") c = "\n"
        else if (c == "t") c = "\t"
        out = out c
      }
      return out
    }
    { text = text $0 "\n" }
    END {
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c ~ /[{[]/) depth++
        else if (c ~ /[]}]/) depth--
        else if (c == ":") value = 1
        else if (c == ",") value = 0
        else if (c == "\"") {
          word = string()
          if (value && depth == 1 && name == key) { printf "%s", word; exit 0 }
          if (!value) name = word
          value = 0
        }
      }
      exit 1
    }'
}
