// Package access knows who acts: accounts of staff with their roles, sessions,
// paired devices, API keys, and the anonymous visitors of the shop. It is the
// door's httpx.Authenticator.
//
// Invariants:
//   - Grants is the only permission table; nobody's rights come from elsewhere.
//   - No secret is stored. Passwords are argon2id; tokens are 32 random bytes
//     kept as SHA-256 (SEC-MLPS-CONF-b, SEC-ASVS-11.5.1).
//   - Rights are read anew for each request, so a changed role, a disabled
//     account, a revoked device and a signed-out session count at once
//     (SEC-ASVS-8.3.2, 7.4.1).
//   - A try is counted before the password is looked at, so parallel guesses
//     cannot outrun the lock; and it is counted by what was typed, so that an
//     unknown login answers just as a known one.
//   - The roles of system, security and audit are apart (SEC-MLPS-AC-d), nobody
//     changes their own rights (SEC-MLPS-AC-e), and one administrator remains.
//
// A token names its kind and its tenant, "dev-1-<43 characters>", and is looked
// up under that tenant's row-level security: there is no look-up across
// tenants that could go wrong.
//
// A buyer of the shop has no row: the token holds its time of issue, and the
// buyer's id is the token's hash. So a rush of buyers costs no query, nobody
// can make a token to a given id, and none outlives BuyerLife.
package access
