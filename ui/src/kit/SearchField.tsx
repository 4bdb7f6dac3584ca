/** A filter that follows typing, a moment behind. */
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { Icon } from "./icons";

interface SearchFieldProps {
  label: string;
  value: string;
  onSearch: (value: string) => void;
}

export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const later = useDebouncedCallback(onSearch, 250);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // What a link asks for is written into the field, but never over what somebody types.
    if (input.current && document.activeElement !== input.current) input.current.value = value;
  }, [value]);
  return (
    <TextInput
      ref={input}
      type="search"
      label={label}
      defaultValue={value}
      onChange={(event) => later(event.currentTarget.value)}
      leftSection={<Icon name="search" size={15} />}
      maxLength={200}
    />
  );
}
