import type { TodoWords } from "./plan-todo.ts";

/** What people do where AWS did nothing, or a database ended badly, in Korean. */
export const todoKo: TodoWords = {
  about: {
    permission: "복구 역할에 이 권한을 주고 다시 계획 (docs/aws.md, Repairs)",
    throttled: "AWS가 지금은 호출을 더 받지 않음: 몇 분 뒤 다시 계획",
    credentials: "Gumshoe에 유효한 자격 증명을 주고 다시 계획",
    quota: "계정 한도에 도달함: 필요 없는 것을 삭제하거나 한도를 올린 뒤(Service Quotas) 다시 계획",
    capacity: "지금 그곳에 AWS의 여유가 없음: 다른 클래스로, 또는 나중에 다시 계획",
    network: "gumshoe.yml의 서브넷 그룹과 보안 그룹을 확인: 두 가용 영역에 여유 주소가 있는 서브넷이 필요함",
    "linked-role":
      "계정에서 RDS를 쓴 적이 없음: 관리자가 역할을 한 번 만들어야 함 (aws iam create-service-linked-role --aws-service-name rds.amazonaws.com)",
    other: "AWS의 설명을 확인하고 다시 계획",
  },
  status: {
    capacity: "그 클래스에 AWS의 여유가 없음: 다른 클래스를 선택하거나 기다림.",
    network: "서브넷에 여유 주소가 없거나 네트워크가 바뀜: 서브넷 그룹을 확인.",
    storage: "스토리지가 가득 참: RDS에서 직접 스토리지를 늘림.",
    parameters: "파라미터 그룹이나 옵션 그룹이 맞지 않음: 다른 것을 선택.",
    other: "AWS의 이벤트에서 이유를 확인.",
  },
};
