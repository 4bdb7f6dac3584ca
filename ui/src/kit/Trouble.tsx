/** A failure, said plainly: what happened, the details, and what can be done about it. */
import { t } from "@lingui/core/macro";
import { Alert, Button, List, Stack, Text } from "@mantine/core";
import type { Ref } from "react";
import { type FieldError, problemOf } from "../api/problems";
import { Icon } from "./icons";

interface TroubleProps {
  failure: unknown;
  /** Fields whose message already stands beside their input. */
  shown?: readonly string[];
  retry?: () => void;
  retryLabel?: string;
  focusRef?: Ref<HTMLDivElement>;
}

export function Trouble({ failure, shown = [], retry, retryLabel = t`Try again`, focusRef }: TroubleProps) {
  if (!failure) return null;
  const problem = problemOf(failure);
  const others = problem.fields.filter(({ field }) => !shown.includes(field));
  const detail = problem.detail === problem.title ? null : problem.detail;
  const body = detail !== null || others.length > 0 || retry !== undefined;
  return (
    <Alert ref={focusRef} tabIndex={-1} color="red" variant="light" title={problem.title} icon={<Icon name="warning" />} role="alert">
      {body && (
        <Stack gap="xs" align="flex-start">
          {detail && <Text size="sm">{detail}</Text>}
          {others.length > 0 && <Others others={others} />}
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              {retryLabel}
            </Button>
          )}
        </Stack>
      )}
    </Alert>
  );
}

function Others({ others }: { others: readonly FieldError[] }) {
  return (
    <List size="sm">
      {others.map(({ field, message }) => (
        <List.Item key={field + message}>{field === "" ? message : `${field}: ${message}`}</List.Item>
      ))}
    </List>
  );
}
