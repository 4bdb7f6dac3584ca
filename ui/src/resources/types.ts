/** What kinds of resource there are, in words, and the port each is usually reached at. */
import type { ResourceType } from "../api/shapes";

export const TYPE_NAMES: Record<ResourceType, string> = {
  linux: "Linux",
  windows: "Windows",
  database: "Database",
  "network-device": "Network device",
  website: "Website",
  other: "Other",
};

export const TYPE_CHOICES = (Object.keys(TYPE_NAMES) as ResourceType[]).map((value) => ({ value, label: TYPE_NAMES[value] }));
