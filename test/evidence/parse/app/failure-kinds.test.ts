import { describe, expect, test } from "vitest";
import { failureOf } from "../../../../src/evidence/parse/app/failure-kinds.ts";

const server = "/site/django/core/handlers/exception.py:inner";
const failed = (exception: string, ...frames: string[]) =>
  failureOf({ heading: "Internal Server Error: /", exceptions: [exception], frames: [server, ...frames] } as Parameters<
    typeof failureOf
  >[0]).kind;

describe("what a failed request was about", () => {
  test("an import that fails while Django loads its addresses is new code that does not load", () => {
    expect(
      failed(
        "ModuleNotFoundError: No module named 'payments'",
        "/site/django/urls/resolvers.py:urlconf_module",
        "/srv/app/urls.py:<module>",
      ),
    ).toBe("boot");
  });
  test("an import that fails inside one page is a bug in that page", () => {
    expect(failed("ModuleNotFoundError: No module named 'payments'", "/srv/app/views.py:checkout")).toBe("app");
  });
  test("a path that the code got wrong is its own fault, a refused connection is not", () => {
    expect(failed("FileNotFoundError: [Errno 2] No such file or directory: '/srv/app/terms.pdf'", "/srv/app/views.py:terms")).toBe("app");
    expect(failed("ConnectionRefusedError: [Errno 111] Connection refused", "/srv/app/views.py:report")).toBe("os");
  });
  test("a directory service that is down is a call to another service", () => {
    expect(failed("ldap.SERVER_DOWN: {'desc': \"Can't contact LDAP server\"}", "/site/ldap/ldapobject.py:simple_bind_s")).toBe("outbound");
  });
});
