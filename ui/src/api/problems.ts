/** Every way a call can fail, as one error: RFC 9457 problem documents and what comes without one. */
import { t } from "@lingui/core/macro";
export interface FieldError {
  field: string;
  message: string;
}

export class Problem extends Error {
  /** The last part of the type URI, `not-found` for example. */
  readonly kind: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: readonly FieldError[];

  constructor(kind: string, title: string, status: number, detail: string, fields: readonly FieldError[] = []) {
    super(title);
    this.name = "Problem";
    this.kind = kind;
    this.title = title;
    this.status = status;
    this.detail = detail;
    this.fields = fields;
  }
}

const UNREACHABLE = new Problem(
  "unreachable",
  t`Strongroom does not answer`,
  0,
  t`The connection failed. If you were saving something, it is not known whether it was recorded: look before you repeat it.`,
);

export async function problemFrom(response: Response): Promise<Problem> {
  const body = await readJson(response);
  const title = text(body.title) ?? t`Something went wrong`;
  const detail = text(body.detail) ?? t`Strongroom answered ${{ status: response.status }} without saying why.`;
  return new Problem(kindOf(text(body.type)), title, response.status, [detail, ...patience(response)].join(" "), fieldsOf(body.errors));
}

/** How long to wait, when we are asked to slow down. */
function patience(response: Response): string[] {
  const seconds = Number(response.headers.get("Retry-After"));
  return response.status === 429 && seconds > 0 ? [t`Try again in ${seconds} s.`] : [];
}

/** What was thrown, as a Problem; an aborted call stays what it is. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return UNREACHABLE;
  return new Problem("unexpected", t`The console failed`, 0, thrown instanceof Error ? thrown.message : t`Unknown error.`);
}

/** The session is gone; a wrong password typed by somebody signed in is not that. */
export function endsSession(problem: Problem): boolean {
  return problem.status === 401 && problem.kind !== "sign-in-refused";
}

/** A proxy between us and Strongroom gave up. */
const GATEWAY = new Set([502, 504]);

/** It may or may not have been recorded, so the same Idempotency-Key must be sent again. */
export function outcomeUnknown(problem: Problem): boolean {
  return problem.kind === "unreachable" || problem.kind === "outcome-unknown" || GATEWAY.has(problem.status);
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

function fieldsOf(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).flatMap((error) => {
    const message = text(error.message);
    return message ? [{ field: lastName(text(error.field) ?? ""), message }] : [];
  });
}

/** `body.address` and `address` are the same input on the page. */
function lastName(field: string): string {
  return field.replace(/^body\./, "");
}

function kindOf(type: string | undefined): string {
  return type?.split("/").pop() ?? "unknown";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
