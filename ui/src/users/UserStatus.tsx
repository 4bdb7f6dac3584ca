/** Whether a user may sign in, in a word. */
import type { User } from "../api/shapes";
import { Sign, type Tone } from "../kit/Sign";

const TONES: Record<User["status"], Tone> = { invited: "busy", active: "good", disabled: "bad" };

export function UserStatus({ status }: { status: User["status"] }) {
  return <Sign tone={TONES[status]}>{status}</Sign>;
}
