/** The names that the rest of the console uses for the API's shapes. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type CurrentSession = Schemas["CurrentSession"];
export type Session = Schemas["Session"];
export type User = Schemas["User"];
export type Person = Schemas["Person"];
export type Resource = Schemas["Resource"];
export type ResourceType = Resource["type"];
export type ResourceBody = Schemas["ResourceBody"];
export type Account = Schemas["Account"];
export type PastPassword = Schemas["PastPassword"];
export type Access = Schemas["Access"];
export type Grant = Schemas["Grant"];
export type Level = Grant["level"];
export type Reset = Schemas["Reset"];
export type Probe = Schemas["Probe"];
export type Batch = Schemas["Batch"];
export type BatchName = Schemas["BatchName"];
export type ResetWay = Schemas["ResetWay"];
export type WayBody = Schemas["WayBody"];
export type Helper = Schemas["Helper"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditDetail = Schemas["AuditDetail"];
export type Alarm = Schemas["Alarm"];
export type EventType = Schemas["EventType"];
export type Status = Schemas["Status"];
export type Dashboard = Schemas["Dashboard"];
export type Activity = Schemas["Activity"];
export type System = Schemas["System"];
export type Run = Schemas["Run"];
export type SavedFilter = Schemas["SavedFilter"];
export type AtHand = Schemas["AtHand"];
export type Kept = Schemas["Kept"];
export type Happening = Schemas["Happening"];
