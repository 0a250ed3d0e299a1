// Package identity owns who a ticket is for (实名): the kinds of documents with
// their checks, masking for screens, encryption at rest, and erasure on time.
//
// Invariants (RL-1, RL-13, SEC-PIPL):
//   - A number or name leaves this package in the clear only through Reveal,
//     which notes who read it in the audit log.
//   - At rest both are sealed with AES-256-GCM under a key that is named by its
//     id; the tenant, record and field are bound to the ciphertext, so that a
//     copied value does not open elsewhere.
//   - A number is found through a keyed blind index: HMAC-SHA256 over tenant,
//     kind and normalised number, cut to 16 bytes. It is the same across all
//     channels of a tenant, so one document buys one ticket of a session.
//   - A record is erased some days after its session; the blind index goes too.
package identity
