/** The CSRF token, in memory only, and who wants to know when the session is gone. */
let csrf: string | null = null;
let onLost: () => void = () => undefined;

export function setCsrfToken(token: string | null): void {
  csrf = token;
}

export function csrfToken(): string | null {
  return csrf;
}

export function whenSessionIsLost(listener: () => void): void {
  onLost = listener;
}

export function sessionLost(): void {
  onLost();
}
