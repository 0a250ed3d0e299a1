package performance_test

import "testing"

func BenchmarkDecodeReport(b *testing.B) {
	p, raw := loadProfile(b), messages(b)["SALE"]
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if rep := p.DecodeReport(raw); len(rep.Faults) > 0 {
			b.Fatal(rep.Faults)
		}
	}
}
