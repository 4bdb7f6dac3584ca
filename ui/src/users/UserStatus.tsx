/** Whether a user may sign in, in a word. */
import { t } from "@lingui/core/macro";
import type { User } from "../api/shapes";
import { Sign, type Tone } from "../kit/Sign";

const SIGNS: Record<User["status"], { tone: Tone; name: string }> = {
  invited: { tone: "busy", name: t`invited` },
  active: { tone: "good", name: t`active` },
  disabled: { tone: "bad", name: t`disabled` },
};

export function UserStatus({ status }: { status: User["status"] }) {
  return <Sign tone={SIGNS[status].tone}>{SIGNS[status].name}</Sign>;
}
