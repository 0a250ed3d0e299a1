package httpx

import (
	"bytes"
	"testing"
)

// Only the counter's pages may speak with this machine's devices, and nothing
// else of the policy changes for them.
func TestTheCountersPolicyAddsItsDevicesOnly(t *testing.T) {
	t.Parallel()
	if string(safety[policyAt][0]) != "Content-Security-Policy" || bytes.Contains(safety[policyAt][1], []byte("localhost")) {
		t.Fatalf("%s: %s", safety[policyAt][0], safety[policyAt][1])
	}
	if rest, ok := bytes.CutPrefix(counterPolicy, []byte("connect-src 'self' https://localhost:* https://127.0.0.1:*; ")); !ok || !bytes.Equal(rest, safety[policyAt][1]) {
		t.Errorf("the counter's policy: %s", counterPolicy)
	}
}
