import type { RebootDBInstanceMessage } from "@aws-sdk/client-rds";
import { delayOf } from "../../../delays.ts";
import { backed } from "../../../hooks.ts";
import type { Filled } from "../../../operations.ts";
import { phasesFrom } from "../../../phases.ts";
import { begin, statusOf, type Named, type RdsBook } from "../deeds.ts";
import { findInstance, tellInstance } from "../instances.ts";
import { usable } from "./modify.ts";
import { combination } from "./storage.ts";

/** RebootDBInstance: `rebooting`, and then as before. */
export function rebootInstance(book: RdsBook, { DBInstanceIdentifier, ForceFailover = false }: Filled<RebootDBInstanceMessage>): Named {
  const { account } = book;
  const instance = findInstance(account, DBInstanceIdentifier);
  const name = instance.DBInstanceIdentifier;
  usable(statusOf(book, instance));
  if (ForceFailover && !tellInstance(book, instance).MultiAZ) {
    throw combination("Cannot specify 'Force Failover' since the instance is not configured for Multi-AZ.");
  }
  const phases = phasesFrom(account.clock.now(), [["rebooting", delayOf(account, "rdsRebooting")]]);
  const backing = backed(() => account.world.hooks?.onReboot?.({ service: "rds", name }));
  const told = [
    { at: phases[0]!.from, message: "DB instance shutdown", category: "availability" },
    { at: phases[0]!.until, message: "DB instance restarted", category: "availability" },
  ];
  begin(book, { instance: name, does: "reboot", phases, backing, told });
  return instance;
}
