import type { TodoWords } from "./plan-todo.ts";

/** What people do where AWS did nothing, or a database ended badly, in English. */
export const todoEn: TodoWords = {
  about: {
    permission: "Give the repair role this permission (docs/aws.md, Repairs), and plan it again",
    throttled: "AWS takes no more calls just now: plan it again in some minutes",
    credentials: "Give Gumshoe credentials that hold, and plan it again",
    quota:
      "The account's limit is reached: delete what is not needed any more, or have the limit raised (Service Quotas), and plan it again",
    capacity: "AWS has no room for it there now: plan it again with another class, or later",
    network: "Look at the subnet group and the security groups in gumshoe.yml: they need subnets in two zones with free addresses",
    "linked-role":
      "The account has never used RDS: an administrator makes its role once (aws iam create-service-linked-role --aws-service-name rds.amazonaws.com)",
    other: "Look at what AWS says, and plan it again",
  },
  status: {
    capacity: "AWS has no room for its class there: choose another class, or wait.",
    network: "Its subnets have no free address, or the network was changed: look at the subnet group.",
    storage: "Its storage is full: give it more storage by hand, in RDS.",
    parameters: "Its parameter or option group does not fit: choose another one.",
    other: "Look at its events in AWS for the reason.",
  },
};
