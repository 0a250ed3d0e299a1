/*
Package payload is the signed text in the QR code of a performance ticket (演出票二维码). A gate with nothing but a public
key can tell that the ticket is ours, for which show and seat, and when it is valid; it needs no network.

The text is "PT:" and the Base45 (RFC 9285) of

	1    version (high half, 1) and suite (low half: 1 Ed25519, 2 SM2 with SM3)
	4    key id: the first bytes of SHA-256 over a label, the suite and the public key
	10   show code: venue 11 digits and the rest 10 digits, 5 bytes each
	1    length of the ticket code's unique part
	n    unique part, three characters in two bytes (18 characters are 12 bytes)
	v    seat id, v zone id (0: none)
	1    admits, 1 flags, 1 edition (how often the ticket was issued anew)
	v    valid from, in minutes from midnight of the show's date, zigzag; v validity in minutes
	1+n  label: what a gate shows, "1层 12排08座"; at most 40 bytes of UTF-8
	64   signature over "parterre ticket v1", NUL and all bytes before it

where v is a variable-length number in its shortest form. There is one text for one ticket and signature: the decoder takes
only what the encoder writes. All characters are of QR's alphanumeric mode.

# Capacity

Our own ticket codes (39 characters) with seat ids below 2^21, zone ids below 2^14 and a validity below 11 days give, at
error correction M:

	label          bytes   characters   QR       with the quiet zone   at 203 dpi, 3 dots (0.375 mm)   4 dots (0.5 mm)
	none to 11     105-116   161-177    7 (45)   53 modules            19.9 mm                         26.5 mm
	12 to 40       117-145   179-221    8 (49)   57 modules            21.4 mm                         28.5 mm

3 dots a module is the least that was tested; 4 is advised. The test renders these and decodes them with zbarimg and gozxing.
*/
package payload
