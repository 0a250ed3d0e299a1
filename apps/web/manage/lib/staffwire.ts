/** What the server sends of accounts, rights, devices, keys and the audit log. */

export interface Me {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly login?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly mustChangePassword: boolean;
  readonly tenant: string;
  readonly tenantName: string;
  readonly since: string;
}
export interface Account {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly mustChangePassword: boolean;
  readonly disabled: boolean;
  readonly createdAt: string;
}
export interface RoleInfo {
  readonly role: string;
  readonly zh: string;
  readonly en: string;
  readonly permissions: readonly string[];
}
export interface PermissionInfo {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly key: boolean;
}
export interface Roles {
  readonly roles: readonly RoleInfo[];
  readonly permissions: readonly PermissionInfo[];
}
export const DEVICE_KINDS = ["gate", "counter", "kiosk", "edge"] as const;
export interface Device {
  readonly id: string;
  readonly kind: (typeof DEVICE_KINDS)[number];
  readonly name: string;
  readonly venue?: string;
  readonly gate?: string;
  readonly pairedAt: string;
  readonly revokedAt?: string;
  readonly seenAt?: string;
}
export interface Pairing {
  readonly id: string;
  readonly code: string;
  readonly expiresAt: string;
}
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly permissions: readonly string[];
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly seenAt?: string;
}
export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly actorName: string;
  readonly reason?: string;
  readonly approver?: string;
  readonly request?: string;
  readonly action: string;
  readonly target: string;
  readonly key: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly hash: string;
}
export interface AuditReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string };
  readonly faults: readonly { readonly seq: number; readonly kind: string; readonly text: string }[] | null;
  readonly more: boolean;
}
