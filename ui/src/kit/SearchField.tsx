/** A filter that follows typing, a moment behind. */
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Icon } from "./icons";

interface SearchFieldProps {
  label: string;
  value: string;
  onSearch: (value: string) => void;
}

export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const later = useDebouncedCallback(onSearch, 250);
  return (
    <TextInput
      type="search"
      label={label}
      defaultValue={value}
      onChange={(event) => later(event.currentTarget.value)}
      leftSection={<Icon name="search" size={15} />}
      maxLength={200}
    />
  );
}
