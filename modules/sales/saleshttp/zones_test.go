package saleshttp_test

import (
	"testing"

	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap"
)

// A price zone in which no place was painted is not shown to buyers, nor does its price count as the lowest.
func TestZonesWithoutPlacesAreNotShown(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	ctx := w.As(w.Tenant)
	m, err := w.TicketMap.SessionMap(ctx, w.Session.ID)
	if err != nil {
		t.Fatal(err)
	}
	empty := ticketmap.PriceZone{No: 9, Name: "空档", Letter: "Z", Color: "#123456", Kind: "public", Seats: [][2]int32{}, Areas: []string{}}
	m.Zones = append(m.Zones, empty)
	if _, _, err := w.TicketMap.SetMap(ctx, m.ID, m.Version, m.MapContent); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Items []struct{ PriceFrom int64 }
	}
	w.Visitor().Do("GET", "/api/v1/shop/sessions", nil).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].PriceFrom != int64(salestest.StandingPrice) {
		t.Errorf("%+v", list)
	}
	var se struct{ Zones []saleshttp.ShopZone }
	w.Visitor().Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String(), nil).Want(200).JSON(&se)
	if len(se.Zones) != 3 {
		t.Errorf("%+v", se.Zones)
	}
}
