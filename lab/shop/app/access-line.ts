/** One request as a proxy knows it when it is over. `status` 0: the client went away before any answer. */
export type Served = {
  /** When it ended. */
  at: Date;
  durationS: number;
  method: string;
  uri: string;
  host: string;
  userAgent: string;
  remotePort: number;
  bodyBytes: number;
  status: number;
  size: number;
};

/** What Caddy writes of a request into its access log (2.7 to 2.11, JSON, its default fields), without the newline. */
export function accessLine(served: Served): string {
  return JSON.stringify({
    level: served.status >= 500 ? "error" : "info",
    ts: seconds(served.at),
    logger: "http.log.access.log0",
    msg: "handled request",
    request: requestOf(served),
    bytes_read: served.bodyBytes,
    user_id: "",
    duration: rounded(served.durationS, 9),
    size: served.size,
    status: served.status,
    resp_headers: { Server: ["Caddy"] },
  });
}

/** What Caddy writes to its standard error of a request that the upstream did not answer. */
export function errorLine(served: Served, because: string): string {
  return JSON.stringify({
    level: "error",
    ts: seconds(served.at),
    logger: "http.log.error.log0",
    msg: because,
    request: requestOf(served),
    duration: rounded(served.durationS, 9),
    status: served.status,
    err_id: errorId(served),
    err_trace: "reverseproxy.statusError (reverseproxy.go:1269)",
  });
}

function requestOf({ remotePort, method, host, uri, userAgent }: Served): unknown {
  return {
    remote_ip: "127.0.0.1",
    remote_port: String(remotePort),
    client_ip: "127.0.0.1",
    proto: "HTTP/1.1",
    method,
    host,
    uri,
    headers: { Accept: ["application/json"], "User-Agent": [userAgent], Authorization: ["REDACTED"] },
  };
}

function seconds(at: Date): number {
  return rounded(at.getTime() / 1000, 6);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Nine letters and digits, as Caddy's are; the same request has the same. */
function errorId({ at, remotePort }: Served): string {
  return ((at.getTime() % 1e9) * 65_536 + remotePort).toString(36).padStart(9, "x").slice(-9);
}
