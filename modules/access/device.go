package access

import (
	"context"
	"time"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

// Device is a paired machine.
type Device struct {
	ID        ids.ID     `json:"id"`
	Kind      DeviceKind `json:"kind" enum:"gate,counter,kiosk,edge"`
	Name      string     `json:"name"`
	Venue     ids.ID     `json:"venue,omitempty,omitzero" doc:"The venue that it stands in"`
	Gate      ids.ID     `json:"gate,omitempty,omitzero" doc:"The gate that it stands at"`
	PairedAt  time.Time  `json:"pairedAt"`
	RevokedAt *time.Time `json:"revokedAt,omitempty"`
	SeenAt    *time.Time `json:"seenAt,omitempty" doc:"When it was last heard of, to the minute"`
}

// PairingLife is how long a pairing code may be redeemed (SEC-ASVS-6.5).
const PairingLife = 10 * time.Minute

// pairingTries bounds the guesses from one address, and from all together.
var (
	pairingTries    = Policy{LockAfter: 10, LockSeconds: 60, LockMaxSeconds: 900}
	pairingTriesAll = Policy{LockAfter: 100, LockSeconds: 60, LockMaxSeconds: 600}
)

// NewPairing says which device a code will make.
type NewPairing struct {
	Kind  DeviceKind
	Name  string
	Venue ids.ID
	Gate  ids.ID
}

// Pairing is a one-time code, to be typed into the device.
type Pairing struct {
	ID        ids.ID    `json:"id"`
	Code      string    `json:"code" doc:"Eight characters; shown once, good once, for ten minutes"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// MakePairing makes a one-time code for a new device.
func (s *Service) MakePairing(ctx context.Context, n NewPairing) (Pairing, error) {
	if err := checkName(n.Name); err != nil {
		return Pairing{}, err
	}
	p := Pairing{ID: ids.New(), Code: newCode()}
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p.ExpiresAt = tx.Now.Add(PairingLife)
		return insertPairing(ctx, tx, p, n)
	})
	return p, err
}

// Paired is a device with its key, which is told only now.
type Paired struct {
	Device Device `json:"device"`
	Key    string `json:"key" doc:"Send as Authorization: Bearer; shown once"`
}

// Redeem turns a code into a device with a key of its own. from is the
// sender's address, which bounds its guesses.
//
// Errors: ErrPairing, ErrLocked.
func (s *Service) Redeem(ctx context.Context, code, from string) (Paired, error) {
	var out Paired
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		one, all := subjectOf("pair", from), subjectOf("pair", "")
		if err := charge(ctx, tx, all, pairingTriesAll); err != nil {
			return err
		}
		if err := charge(ctx, tx, one, pairingTries); err != nil {
			return err
		}
		id, n, found, err := takePairing(ctx, tx, hashOf(plainCode(code)))
		if err != nil {
			return err
		}
		if !found { // committed, so that the try counts; the caller sees out unset
			return audit.Record(ctx, tx, audit.Event{Action: "access.pairing_refused", Target: "access.pairing"})
		}
		for _, subject := range [][]byte{one, all} {
			if err := forgive(ctx, tx, subject); err != nil {
				return err
			}
		}
		key, hash := NewToken(DeviceToken, tx.Scope.Tenant)
		out = Paired{Key: key, Device: Device{ID: ids.New(), Kind: n.Kind, Name: n.Name, Venue: n.Venue, Gate: n.Gate, PairedAt: tx.Now}}
		if err := insertDevice(ctx, tx, out.Device, hash); err != nil {
			return err
		}
		return closePairing(ctx, tx, id, out.Device.ID)
	})
	if err != nil {
		return Paired{}, err
	}
	if out.Key == "" {
		return Paired{}, ErrPairing
	}
	return out, nil
}

// Devices lists the tenant's devices, newest first.
func (s *Service) Devices(ctx context.Context, r page.Request) (p page.Page[Device], err error) {
	var after ids.ID
	if _, err := r.After(&after); err != nil {
		return p, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := listDevices(ctx, tx, after, r.Limit())
		p = page.Of(r, rows, func(d Device) any { return d.ID })
		return err
	})
	return p, err
}

// Device returns one device, or ErrNoDevice.
func (s *Service) Device(ctx context.Context, id ids.ID) (d Device, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		d, err = loadDevice(ctx, tx, id)
		return err
	})
	return d, err
}

// RevokeDevice makes a device's key worthless at once; ErrNoDevice.
func (s *Service) RevokeDevice(ctx context.Context, id ids.ID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return revokeDevice(ctx, tx, id) })
}
