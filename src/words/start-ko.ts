import type { StartWords } from "./start-en.ts";

/** Korean. */
export const startKo: StartWords = {
  needs: {
    botToken: "SLACK_BOT_TOKEN이 없습니다. xoxb-로 시작하는 봇 토큰을 넣으십시오",
    appToken: "SLACK_APP_TOKEN이 없습니다. connections:write 권한이 있는, xapp-로 시작하는 앱 수준 토큰을 넣으십시오",
    signingSecret: "SLACK_SIGNING_SECRET이 없습니다. http 모드에서는 Slack이 이것으로 요청에 서명합니다",
    notBotToken: "SLACK_BOT_TOKEN이 봇 토큰이 아닙니다. 봇 토큰은 xoxb-로 시작합니다",
    notAppToken: "SLACK_APP_TOKEN이 앱 수준 토큰이 아닙니다. 앱 수준 토큰은 xapp-로 시작합니다",
    notUrl: "SLACK_API_URL이 주소가 아닙니다. 지우거나 https://slack.com/api/ 같은 주소를 쓰십시오",
    noRunbook: (environment, runbook, known) =>
      `environments.${environment}: 설정에 쓴 "${runbook}" 런북이 없습니다. 있는 런북: ${known.join(", ")}`,
  },
  fails: {
    signIn: (code) => `Slack 로그인: ${code}`,
    socket: (code) => `Slack 소켓 열기: ${code}`,
    health: (address, code) => `${address}에서 GET /healthz 응답: ${code}`,
    listen: (port, code) => `${port} 포트에서 Slack 요청 받기: ${code}`,
    sns: (address, code) => `${address}에서 SNS 받기: ${code}`,
  },
  check: {
    ok: "정상",
    not: "이상",
    signedIn: (bot, team) => `Slack이 봇을 확인했습니다: ${team}의 ${bot}`,
    notSignedIn: (code) => `Slack이 SLACK_BOT_TOKEN을 받지 않습니다: ${code}`,
    scopes: "봇에 필요한 권한이 모두 있습니다",
    noScopes: (scopes) => `봇에 없는 권한: ${scopes.join(", ")}. manifest.yml로 앱을 갱신하고 다시 설치하십시오`,
    socket: "Slack 소켓을 열 수 있습니다",
    noSocket: (code) => `SLACK_APP_TOKEN으로 Slack 소켓을 열 수 없습니다: ${code}`,
    channel: (environment, channel) => `${environment}: Gumshoe가 ${channel} 채널에 있습니다`,
    notIn: (environment, channel) => `${environment}: Gumshoe가 ${channel} 채널에 없습니다. 그 채널에서 /invite @Gumshoe를 쓰십시오`,
    noChannel: (environment, channel) => `${environment}: 공개되었거나 Gumshoe가 있는 채널 중에 ${channel} 채널이 없습니다`,
    unread: (environment, channel, code) => `${environment}: Slack이 ${channel} 채널을 알려 주지 않습니다: ${code}`,
    membersOnly: (environment, members) => `${environment}: 전용 채널이 없습니다. 구성원 또는 그룹 ${members}개가 요청할 수 있습니다`,
    nobody: (environment) => `${environment}: 아무도 요청할 수 없습니다. 채널이나 구성원을 지정하십시오`,
    store: (folder) =>
      folder === undefined ? "DATABASE_URL의 데이터베이스에 기록할 수 있습니다" : `${folder}의 내장 데이터베이스에 기록할 수 있습니다`,
    noStore: (because) => `아무것도 기록할 수 없습니다: ${because}`,
    queue: (name, waiting) => `${name} 대기열에서 알람을 받을 수 있습니다. 기다리는 메시지: ${waiting}개`,
    noDeadLetters: (name) => `${name} 대기열에 배달 못 한 편지 대기열이 없습니다. 받을 수 없는 메시지가 며칠 동안 다시 옵니다(docs/aws.md)`,
    noQueue: (name, because) => `${name} 대기열에서 알람을 받을 수 없습니다: ${because}`,
    aws: (environment, arn, region) => `${environment}: AWS가 확인했습니다: ${region}의 ${arn}`,
    noAws: (environment, because) => `${environment}: AWS: ${because}`,
    variable: (environment, name) => `${environment}: ${name} 값이 있습니다`,
    noVariable: (environment, name) => `${environment}: ${name} 값이 없어 데이터베이스 내부 상태를 볼 수 없습니다`,
  },
};
